"""ReplicationKey: the type of the replication key of a stream, and the bounds that an incremental sync has by it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError

from tap_analytics.instants import UNITS, Bound, as_instant, parse, rfc3339, to_number, unit_of
from tap_analytics.json_types import is_number, kinds_of
from tap_analytics.state.bounds import CLOSED, INCLUDE, OPEN, Bounds, plain_number, unambiguous, width_of
from tap_analytics.state.date_text import DateText
from tap_analytics.state.durations import counted_in
from tap_analytics.state.windows import Grid, resolution

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_analytics.state.durations import Duration

_DATES = ("date-time", "date")
_REMOVE = "remove it from the state, or run Meltano once with `--full-refresh`"
_NO_BOOKMARK = f"the bookmark in the state is not a date; {_REMOVE}"
_NO_INITIAL_VALUE = (
    "`initial_value` is neither a date nor a number; correct it, or say how it is written: `datetime_format`"
)

NOW = "now"  # the `end_value` of a list that is read up to the present

INCREMENTAL, FULL_TABLE = "INCREMENTAL", "FULL_TABLE"


def replication_method(given: str, *, stream: str, has_key: bool) -> str:
    """Return the replication method that a catalog names, in upper or lower case; without a key it is FULL_TABLE.

    Raises:
        ConfigValidationError: The tap does not have this method.
    """
    method = given.strip().upper()
    if method not in (INCREMENTAL, FULL_TABLE):
        message = (
            f"the catalog names the replication method `{given}` for `{stream}`; there are `{INCREMENTAL}` and "
            f"`{FULL_TABLE}`"
        )
        raise ConfigValidationError(message, errors=[message])
    return method if has_key else FULL_TABLE


class Incremental(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows are new: those whose cursor is not before the bookmark.

    Bounds are numbers, or text; with a `datetime_format`, text is RFC 3339 in UTC, to be written in that format.
    `end_value` may be the word `now`. `include_window` says which fields take the `start` and the `end` of a window.
    """

    cursor_path: str
    start_param: str | None = None
    end_param: str | None = None
    initial_value: str | float | None = None
    end_value: str | float | None = None
    lag: Duration | float = 0
    row_order: str | None = None
    datetime_format: str | None = None
    convert: Callable[[Any], Any] | None = None
    timezone: str | None = None
    step: str | float | None = None
    granularity: str | float | None = None
    include_window: Mapping[str, str] | None = None
    range_start: str = CLOSED
    range_end: str = OPEN
    on_cursor_value_missing: str = INCLUDE
    written: tuple[str, ...] | None = None

    @property
    def stamps(self) -> tuple[str, ...]:
        """The fields that take the ends of the window that a record was found in."""
        return (*(self.include_window or {}).values(),)

    @property
    def stamp_properties(self) -> dict[str, Any]:
        """The JSON Schemas of those fields: a date, a time or a number, as a request carries it."""
        kind = "integer" if self.datetime_format in UNITS else "string"
        return {stamp: {"type": [kind, "null"]} for stamp in self.stamps}

    def stamp(self, bounds: Bounds) -> dict[str, Any]:
        """Return the values of those fields for the records of a window."""
        ends = dict(zip(("start", "end"), bounds.stamps, strict=True))
        return {field: ends[name] for name, field in (self.include_window or {}).items()}

    @property
    def zone(self) -> tzinfo | None:
        """The zone of dates without an offset, in which the API reads bounds too; None is UTC."""
        if not self.timezone:
            return None
        # Only here: most syncs need no zone.
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        return ZoneInfo(self.timezone)


class ReplicationKey(msgspec.Struct, frozen=True, kw_only=True):
    """The field that says when a record was changed, with its `schema` and its declaration.

    `is_verbatim` says that declared bounds are sent as they are written, as dlt does.
    """

    schema: Mapping[str, Any]
    declared: Incremental
    is_verbatim: bool = False

    @classmethod
    def of(
        cls, name: str, records: Mapping[str, Any], declared: Incremental, *, is_verbatim: bool = False
    ) -> ReplicationKey:
        """Return the key of this name in records of a schema; it may stand within an object."""
        if (schema := records.get("properties", {}).get(name)) is not None:
            return cls(schema=schema, declared=declared, is_verbatim=is_verbatim)
        schema = records
        for part in name.split("."):
            schema = schema.get("properties", {}).get(part, {})
        return cls(schema=schema, declared=declared, is_verbatim=is_verbatim)

    @property
    def is_timestamp(self) -> bool:
        """Whether the values are dates, with or without a time."""
        return self.schema.get("format") in _DATES

    def compares(self, bound: Bound) -> bool:
        """Return whether values can be compared with a bound, by their schema and their format."""
        if self.is_timestamp or self.declared.datetime_format in UNITS:
            return isinstance(bound, datetime)
        return not self._counts() or isinstance(bound, Decimal)

    @property
    def grid(self) -> Grid:
        """Where windows may begin and end."""
        layout = self.declared.datetime_format or " ".join(
            each.partition(":")[2] for each in self.declared.written or ()
        )
        unit = resolution(layout or None, is_date=self.schema.get("format") == "date")
        return Grid(unit=unit, zone=self.declared.zone or UTC)

    def bookmark(self, end: Bound, *, like: object, until: datetime) -> object:
        """Return the bookmark at the end of a window, as the API writes its cursors; it is not later than `until`.

        Args:
            end: The end of the window.
            like: A cursor of the API, or another bookmark, or None.
            until: Up to when the list is complete.
        """
        layout = self.declared.datetime_format
        if isinstance(end, Decimal):
            return plain_number(end, like=like)
        end = min(end, until)
        if layout in UNITS and not self.is_timestamp:
            return int(to_number(end, layout))
        if self._counts() and layout and isinstance(like, (int, float)) and (unit := unit_of(Decimal(like), until)):
            return int(to_number(end, unit))
        text = DateText.of(like) if isinstance(like, str) else None
        return text.write(end, zone=self.declared.zone or UTC, is_exact=True) if text else rfc3339(end)

    def now(self) -> int | None:
        """Return the present in the unit of the values, if they are numbers that count from 1970."""
        unit = UNITS.get(self.declared.datetime_format or "")
        return int(time.time() * unit) if unit and not self.is_timestamp else None

    def bounds(self, first: object, *, is_bookmark: bool, settings: Mapping[str, Any]) -> Bounds:
        """Return the bounds of an incremental sync.

        Args:
            first: The bookmark, or the start of the first sync.
            is_bookmark: Whether `first` is a bookmark.
            settings: The settings of the tap.

        Raises:
            FatalAPIError: The bookmark, or the first value, is neither a date nor a number.
        """
        declared, start = self.declared, self._start(first, is_bookmark=is_bookmark)
        end = self._end(settings.get("end_date"))
        if self._counts(is_bookmark and start) and declared.datetime_format is None:
            # A date cannot be compared with a counter.
            start, end = (bound if isinstance(bound, Decimal) else None for bound in (start, end))
        bounds = Bounds(
            start=start,
            end=end,
            layout=declared.datetime_format,
            is_date=self.schema.get("format") == "date",
            zone=declared.zone,
            convert=declared.convert,
            granularity=counted_in(declared.granularity, is_cursor=not declared.include_window),
            texts=self._as_declared(),
            initial=self._initial,
            missing=declared.on_cursor_value_missing,
            written=declared.written or (),
            width=width_of(first if is_bookmark else declared.initial_value),
        )
        if is_bookmark:
            bounds = replace(self._as_written(bounds, first), is_resumed=True, known=start)
            is_late = declared.lag or settings["lookback_seconds"]
            bounds = unambiguous(self._behind(bounds, settings["lookback_seconds"]) if is_late else bounds)
        return replace(
            bounds,
            excluded=bounds.start if declared.range_start == OPEN else None,
            included=bounds.end if declared.range_end == CLOSED else None,
        )

    def _behind(self, bounds: Bounds, seconds: float) -> Bounds:
        from tap_analytics.state.lateness import Lateness  # noqa: PLC0415 - few lists have late rows

        layout, lag = self.declared.datetime_format, self.declared.lag
        return Lateness(schema=self.schema, layout=layout, lag=lag, seconds=seconds).behind(bounds, self.grid)

    def _start(self, first: object, *, is_bookmark: bool) -> Bound | None:
        """Return the start of a sync: the bookmark, `initial_value`, or the `start_date` of the settings."""
        declared = self.declared
        if is_declared := not is_bookmark and declared.initial_value is not None:
            first = declared.initial_value
        # The `start_date` of the settings is in UTC.
        zone = (declared.zone or UTC) if is_declared or is_bookmark else UTC
        start = parse(first, declared.datetime_format, zone)
        if first is not None and start is None:
            raise FatalAPIError(_NO_BOOKMARK if is_bookmark else _NO_INITIAL_VALUE)
        if is_bookmark:
            self._check_kind(start)
        return start if declared.datetime_format in UNITS else as_instant(start, declared.datetime_format)

    def _end(self, end_date: object) -> Bound | None:
        """Return the end of a sync: `end_value`, or the `end_date` of the settings."""
        declared = self.declared
        if declared.end_value in (None, NOW):
            return parse(end_date)
        return parse(declared.end_value, zone=declared.zone or UTC)

    @property
    def _initial(self) -> Bound | None:
        return parse(self.declared.initial_value, self.declared.datetime_format, self.declared.zone or UTC)

    def _as_declared(self) -> tuple[tuple[Bound, str], ...]:
        """Return declared bounds with their texts, if these are sent as they are written."""
        if not self.is_verbatim or self.declared.datetime_format is not None:
            return ()
        texts = [text for text in (self.declared.initial_value, self.declared.end_value) if isinstance(text, str)]
        bounds = [(parse(text, zone=self.declared.zone or UTC), text) for text in texts]
        return tuple((bound, text) for bound, text in bounds if bound is not None)

    def is_ahead(self, bookmark: object, now: datetime) -> bool:
        """Return whether a bookmark is in the future."""
        unit = self.declared.datetime_format
        moment = parse(bookmark, unit, self.declared.zone or UTC)
        if isinstance(moment, Decimal) and unit in UNITS:
            return moment > Decimal(now.timestamp()) * UNITS[unit]
        return isinstance(moment, datetime) and moment > now

    def later(self, bookmark: str, start_date: str) -> str:
        """Return the later of bookmark and start date.

        Raises:
            FatalAPIError: The bookmark is neither a date nor a number.
        """
        layout = self.declared.datetime_format
        moment, start = parse(bookmark, layout, self.declared.zone or UTC), parse(start_date)
        if moment is None:
            raise FatalAPIError(_NO_BOOKMARK)
        moment = as_instant(moment, layout)
        is_later = isinstance(moment, datetime) and isinstance(start, datetime) and start > moment
        return start_date if is_later else bookmark

    def _check_kind(self, bookmark: datetime | Decimal | None) -> None:
        """Raise FatalAPIError for a bookmark that cannot be one of the values of the key."""
        if self.declared.datetime_format is not None:
            return
        kinds = ("a number", "dates") if self.is_timestamp and isinstance(bookmark, Decimal) else ()
        kinds = ("a date", "numbers") if self._counts(bookmark) and isinstance(bookmark, datetime) else kinds
        if kinds:
            name = self.declared.cursor_path
            message = f"the bookmark in the state is {kinds[0]}, but `{name}` holds {kinds[1]}; {_REMOVE}"
            raise FatalAPIError(message)

    def _as_written(self, bounds: Bounds, bookmark: object) -> Bounds:
        """Return bounds that are written as the API wrote the bookmark."""
        if bounds.layout is not None or not isinstance(bookmark, str):
            return bounds
        if (text := DateText.of(bookmark)) is None:
            return replace(bounds, bookmark=None if bounds.zone else bookmark)
        is_date_time = self.schema.get("format") == "date-time"
        if text.between is None and is_date_time:
            return bounds  # somebody wrote a day into the state: the API expects a time
        if bounds.zone is not None:
            # The API reads bounds in its zone, whatever it writes.
            return replace(bounds, text=text.with_offset(""), bookmark=None if text.offset else bookmark)
        return replace(bounds, text=text.readable(), bookmark=bookmark if text == text.readable() else None)

    def _counts(self, bookmark: object = None) -> bool:
        """Return whether values are numbers; where they may be text too, a bookmark that is a date says otherwise."""
        return is_number(self.schema) and not (isinstance(bookmark, datetime) and "string" in kinds_of(self.schema))
