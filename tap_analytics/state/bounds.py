"""Bounds: which rows belong to an incremental sync, and how the bounds are written in requests."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.instants import UNITS, Bound, as_instant, parse, rfc3339, to_instant, to_number, unit_of, write
from tap_analytics.state.clocks import shown_twice

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.state.date_text import DateText
    from tap_analytics.state.durations import Duration
    from tap_analytics.state.windows import Interval

# The placeholders of bounds; as in dlt, the last value is where the sync starts.
PLACEHOLDERS = (
    "incremental.start_value",
    "incremental.end_value",
    "incremental.last_value",
    "incremental.initial_value",
)

# The words that say whether a bound belongs to the range.
CLOSED, OPEN = "closed", "open"
ENDS_OF_RANGE = (CLOSED, OPEN)
# The words that say what is done with a row without a cursor.
MISSING = ("include", "exclude", "raise")
INCLUDE, EXCLUDE, RAISE = MISSING


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """A range of cursors from the start, which is included, up to the end, which is not; None is open.

    - `layout` says how bounds are written: a strftime format, `epoch` or `epoch_ms`; None is RFC 3339 in UTC, or a date
      alone if `is_date`. `text` says how the API writes dates, if known. `zone` is the zone of dates without an offset
      and of written bounds; None is UTC. `convert`, if it is set, makes the value for a request of a bound.
    - `bookmark` is the text that the start was read from; `texts` are declared bounds with the texts that are sent for
      them. `initial` is the start of the first sync. `is_resumed` says that the start is a bookmark.
    - `granularity` is subtracted from the end in requests, if the API includes the end.
    - `excluded` takes the start out of the range, `included` puts the end into it.
    - `missing` says what is done with a row without a cursor.
    """

    start: Bound | None = None
    end: Bound | None = None
    layout: str | None = None
    is_date: bool = False
    text: DateText | None = None
    bookmark: str | None = None
    zone: tzinfo | None = None
    convert: Callable[[Any], Any] | None = None
    texts: tuple[tuple[Bound, str], ...] = ()
    initial: Bound | None = None
    granularity: Duration | None = None
    excluded: Bound | None = None
    included: Bound | None = None
    missing: str = INCLUDE
    is_resumed: bool = False

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def is_verbatim(self) -> bool:
        """Whether the start is sent as it is declared, letter by letter."""
        return any(each == self.start for each, _ in self.texts)

    @property
    def is_selective(self) -> bool:
        """Whether there may be rows outside of the bounds."""
        return bool(self) or self.missing != INCLUDE

    def placeholders(self) -> dict[str, Any]:
        """Return the placeholders of bounds with their values: numbers for an epoch or a counter, otherwise text."""
        values = {name: self._value(bound) for name, bound in zip(PLACEHOLDERS, self._in_order(), strict=True)}
        return {name: value for name, value in values.items() if value is not None}

    def _in_order(self) -> tuple[Bound | None, ...]:
        return self.start, self.end, self.start, self.initial

    def place(self, cursor: object) -> Bound | None:
        """Return a cursor as a value that compares with windows: an instant in any notation, or else a number."""
        place = parse(cursor, self.layout, self.zone or UTC)
        return as_instant(place, self.layout)

    def covers(self, cursor: object) -> bool:
        """Return whether a cursor is within the bounds; one that does not compare with them counts as within."""
        if cursor is None:
            return self.missing == INCLUDE
        place = parse(cursor, self.layout, self.zone or UTC)
        start, end = (self._like(place, bound) for bound in (self.start, self.end))
        if place is None or ((start is None or place >= start) and (end is None or place < end)):  # type: ignore[operator]
            return place is None or self.excluded is None or place != self._like(place, self.excluded)
        return self.included is not None and self.included == self.end and place == end

    def earlier(self, *, seconds: float = 0, lag: float = 0) -> Bounds:
        """Return the bounds with an earlier start; for numbers `lag` is taken as it is, for dates in whole days."""
        start = self.start
        if isinstance(start, datetime):
            with contextlib.suppress(OverflowError):
                start -= timedelta(days=lag) if self.is_date else timedelta(seconds=lag)
                start -= timedelta(seconds=seconds)
        elif start is not None:
            start -= Decimal(str(seconds + lag)) * UNITS[self.layout] if self.layout in UNITS else Decimal(str(lag))
        return replace(self, start=start, bookmark=self.bookmark if start == self.start else None)

    def within(self, interval: Interval) -> Bounds:
        """Return bounds with the start and end of a part, written in the same way."""
        is_same = interval.start == self.start
        return replace(self, start=interval.start, end=interval.end, bookmark=self.bookmark if is_same else None)

    @property
    def stamps(self) -> tuple[Any, Any]:
        """Start and end as a first request would have them, whatever the form of a bookmark."""
        values = replace(self, bookmark=None, text=None, convert=None).placeholders()
        return values.get("incremental.start_value"), values.get("incremental.end_value")

    def as_param(self, bound: Bound | None) -> str | None:
        """Return the text of a bound in a request, in the form in which the API writes dates, if known."""
        value = self._value(bound)
        return None if value is None else str(value)

    def _value(self, bound: Bound | None) -> Any:  # noqa: ANN401 - code may return anything
        """Return a bound as a value of JSON: a number for an epoch or a counter, otherwise text."""
        if bound is None:
            return None
        text = self._text(self._asked_for(bound))
        is_number = isinstance(bound, Decimal) or self.layout in UNITS
        value = int(text) if is_number and text.lstrip("-").isdigit() else text
        return self.convert(value) if self.convert else value

    def _asked_for(self, bound: Bound) -> Bound:
        """Return a bound as it is asked for; an end that the API includes is earlier by `granularity`.

        An hour that clocks show twice is asked for as a whole: without an offset the two cannot be told apart.
        """
        is_end = bound is self.end
        if self.zone and isinstance(bound, datetime) and self.layout not in UNITS and "%z" not in (self.layout or ""):
            first, last = shown_twice(bound, self.zone) or (bound, bound)
            bound = last if is_end else first
        if not is_end or self.granularity is None:
            return bound
        return self.granularity.after(bound, times=-1, zone=self.zone or UTC)

    def _text(self, bound: Bound) -> str:
        known = [text for each, text in self.texts if each == bound]
        if known or (bound is self.start and self.bookmark is not None):
            return known[0] if known else str(self.bookmark)
        if self.layout is None and self.text and isinstance(bound, datetime):
            return self.text.write(bound, zone=self.zone or UTC, is_exact=bound is self.end)
        if self.zone is None or not isinstance(bound, datetime):
            return write(bound, self.layout, is_date=self.is_date)
        local = bound.astimezone(self.zone)
        if self.layout or self.is_date:
            return write(local, self.layout, is_date=self.is_date)
        return rfc3339(local.replace(tzinfo=UTC)).removesuffix("Z")

    def _like(self, place: Bound | None, bound: Bound | None) -> Bound | None:
        """Return a bound in the type of a cursor; None if it cannot be converted."""
        if bound is None or place is None or isinstance(place, Decimal) == isinstance(bound, Decimal):
            return bound
        if isinstance(place, Decimal) and isinstance(bound, datetime):
            unit = self.layout if self.layout in UNITS else self.layout and unit_of(place, datetime.now(UTC))
            return to_number(bound, unit) if unit else None
        return to_instant(bound, self.layout) if isinstance(bound, Decimal) and self.layout in UNITS else None
