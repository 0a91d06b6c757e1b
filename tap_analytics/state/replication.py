"""The replication key of a stream: what its values are, and what of the list an incremental sync reads by them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.instants import UNITS, parse
from tap_analytics.json_types import is_number
from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


_DATES = ("date-time", "date")
_NO_BOOKMARK = (
    "the bookmark in the state is not a date; remove it from the state, or run Meltano once with `--full-refresh`"
)
_NO_INITIAL_VALUE = (
    "`initial_value` is neither a date nor a number; correct it, or say how it is written: `datetime_format`"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incremental:
    """Which rows are new: those whose cursor is not before the bookmark.

    Bounds are numbers, or text; with a `datetime_format`, text is RFC 3339 in UTC, to be written in that format.
    """

    cursor_path: str
    start_param: str | None = None
    end_param: str | None = None
    initial_value: str | float | None = None
    end_value: str | float | None = None
    lag: float = 0
    row_order: str | None = None
    datetime_format: str | None = None
    convert: Callable[[Any], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class ReplicationKey:
    """The field that says when a record was changed; `schema` is its own, `declared` what is said of it."""

    schema: Mapping[str, Any]
    declared: Incremental

    @classmethod
    def of(cls, name: str, records: Mapping[str, Any], declared: Incremental) -> ReplicationKey:
        """Return the key of this name in records of a schema; it may stand within an object."""
        fields = records.get("properties", {})
        if name in fields:
            return cls(schema=fields[name], declared=declared)
        schema = records
        for part in name.split("."):
            schema = schema.get("properties", {}).get(part, {})
        return cls(schema=schema, declared=declared)

    @property
    def is_timestamp(self) -> bool:
        """Whether the values are dates, with or without a time."""
        return self.schema.get("format") in _DATES

    def now(self) -> int | None:
        """Return the present as the values say it, where they are numbers that count from 1970."""
        unit = UNITS.get(self.declared.datetime_format or "")
        return int(time.time() * unit) if unit and not self.is_timestamp else None

    def bounds(self, first: object, *, is_bookmark: bool, settings: Mapping[str, Any]) -> Bounds:
        """Return what an incremental sync reads.

        Args:
            first: The bookmark, or where the first sync begins.
            is_bookmark: Whether it is a bookmark: where the last sync ended.
            settings: Those of the tap.

        Raises:
            FatalAPIError: The bookmark, or the first value, is neither a date nor a number.
        """
        declared = self.declared
        if not is_bookmark and declared.initial_value is not None:
            first = declared.initial_value
        start = parse(first, declared.datetime_format)
        if first is not None and start is None:
            raise FatalAPIError(_NO_BOOKMARK if is_bookmark else _NO_INITIAL_VALUE)
        end = parse(settings.get("end_date") if declared.end_value is None else declared.end_value)
        if self._is_number and declared.datetime_format is None:
            # A date says nothing to a counter.
            start, end = (bound if isinstance(bound, Decimal) else None for bound in (start, end))
        is_date = self.schema.get("format") == "date"
        bounds = Bounds(
            start=start, end=end, layout=declared.datetime_format, is_date=is_date, convert=declared.convert
        )
        if not is_bookmark:
            return bounds
        return (
            bounds.earlier(lag=declared.lag) if declared.lag else bounds.earlier(seconds=settings["lookback_seconds"])
        )

    def later(self, bookmark: str, start_date: str) -> str:
        """Return whichever is later.

        Raises:
            FatalAPIError: The bookmark is neither a date nor a number.
        """
        moment, start = parse(bookmark, self.declared.datetime_format), parse(start_date)
        if moment is None:
            raise FatalAPIError(_NO_BOOKMARK)
        is_later = isinstance(moment, datetime) and isinstance(start, datetime) and start > moment
        return start_date if is_later else bookmark

    @property
    def _is_number(self) -> bool:
        return is_number(self.schema)
