"""The bounds of an incremental sync: which rows are in it, and how the API is told."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.instants import (
    UNITS,
    Bound,
    as_instant,
    is_layout,
    parse,
    rfc3339,
    to_instant,
    to_number,
    unit_of,
    write,
)
from tap_analytics.state.windows import resolution

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

# Whether a bound is part of what it bounds.
CLOSED, OPEN = "closed", "open"
ENDS_OF_RANGE = (CLOSED, OPEN)
# What becomes of a row without a cursor.
MISSING = ("include", "exclude", "raise")
INCLUDE, EXCLUDE, RAISE = MISSING
# What stands for no date where a field cannot be null: the first moment that a program knows, or counts from.
NO_DATES = frozenset(datetime(year, 1, 1, tzinfo=UTC) for year in (1, 1900, 1970))


def bound_of(placeholder: str) -> str:
    """Return a placeholder of a bound without the layout that it may have, as in `incremental.start_value:%Y`."""
    name, _, layout = placeholder.partition(":")
    return name if name in PLACEHOLDERS and (layout in UNITS or is_layout(layout)) else placeholder


def width_of(number: object) -> int:
    """Return how many digits a number as text has, where zeros stand before it; 0 for any other number."""
    return len(number) if isinstance(number, str) and number.isdecimal() and number[0] == "0" else 0


def plain_number(number: Decimal, *, like: object) -> str | float:
    """Return a number as JSON has it: whole if it is, and as text with zeros before it where another one has these."""
    plain = int(number) if number == number.to_integral_value() else float(number)
    return str(plain).zfill(width_of(like)) if width_of(like) else plain


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """From the start on, which is part of it, up to the end, which is not; None is open.

    `layout` says how bounds are written: a strftime format, or one of `UNITS`; RFC 3339 in UTC if it is None, or a
    date alone if `is_date`. `text` says how the API writes dates, where that is known, and `bookmark` is the very text
    that the start was read from; `texts` are declared bounds with the texts that they are sent as. `initial` is where
    the first sync starts. `zone` is the one that dates without an offset are in, and that bounds are written in; None
    is UTC. `convert`, where it is set, makes of a bound what a request carries. `granularity` is set where the API
    takes the end as part of what is asked for: it is asked for so much less. A start that is `excluded` is not part of
    it, and an end that is `included` is. `missing` says what becomes of a row without a cursor, `is_resumed` whether
    the start is a bookmark, and `known` which row it was taken from: its cursor. `is_start_left_out` says that the API
    leaves out the rows of the start itself: it is asked for from a moment before. `written` are the placeholders that
    have a layout of their own. `is_by_day` says that the API takes days alone: it is asked for all of the last one.
    `width` is how many digits a number has at least, with zeros before it, which an API that compares texts needs.
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
    known: Bound | None = None
    is_start_left_out: bool = False
    written: tuple[str, ...] = ()
    is_by_day: bool = False
    width: int = 0

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None

    @property
    def is_verbatim(self) -> bool:
        """Whether the start is sent as it is declared, letter by letter."""
        return any(each == self.start for each, _ in self.texts)

    @property
    def is_selective(self) -> bool:
        """Whether there may be rows that do not belong here."""
        return bool(self) or self.missing != INCLUDE

    def placeholders(self) -> dict[str, Any]:
        """Return the placeholders of bounds with their values: numbers in an epoch or of a counter, else text."""
        values = {name: self._value(bound) for name, bound in zip(PLACEHOLDERS, self._in_order(), strict=True)}
        values |= {name: self._in_layout(*name.split(":", 1)) for name in self.written}
        return {name: value for name, value in values.items() if value is not None}

    def _in_layout(self, name: str, layout: str) -> Any:  # noqa: ANN401 - a number, or text
        """Return a bound as a placeholder that says its layout has it."""
        start, end, initial = (as_instant(each, self.layout) for each in (self.start, self.end, self.initial))
        like = replace(self, start=start, end=end, initial=initial, layout=layout, text=None, bookmark=None)
        bounds = replace(like, texts=(), convert=None, written=())
        return bounds.placeholders().get(name)

    def _in_order(self) -> tuple[Bound | None, ...]:
        return self.start, self.end, self.start, self.initial

    def place(self, cursor: object) -> Bound | None:
        """Return a cursor as it compares with windows: an instant where it is one in whichever way, else a number."""
        place = parse(cursor, self.layout, self.zone or UTC)
        return as_instant(place, self.layout)

    def covers(self, cursor: object) -> bool:
        """Return whether a row belongs here by its cursor; one that does not compare with the bounds does."""
        if cursor is None:
            return self.missing == INCLUDE
        place = parse(cursor, self.layout, self.zone or UTC)
        start, end = (self._like(place, bound) for bound in (self.start, self.end))
        if place is None or ((start is None or place >= start) and (end is None or place < end)):  # type: ignore[operator]
            return place is None or self.excluded is None or place != self._like(place, self.excluded)
        return self.included is not None and self.included == self.end and place == end

    def takes(self, cursor: object) -> bool:
        """Return whether a row is read: it belongs here, or its cursor stands for none, in a list without an end."""
        if self.covers(cursor):
            return True
        place, start = parse(cursor, self.layout, self.zone or UTC), self.start
        # A counter may begin with 0.
        is_number = isinstance(start, Decimal) and unit_of(start, datetime.now(UTC)) is None
        is_no_date = not is_number if place in {0, -1} else place in NO_DATES
        return self.end is None and self.missing == INCLUDE and is_no_date

    def earlier(self, *, seconds: float = 0, lag: float = 0) -> Bounds:
        """Return the bounds with a start so much earlier; `lag` is in days for dates, and as it is for numbers."""
        start = self.start
        if isinstance(start, datetime):
            with contextlib.suppress(OverflowError):
                start -= timedelta(days=lag) if self.is_date else timedelta(seconds=lag)
                start -= timedelta(seconds=seconds)
        elif start is not None:
            start -= Decimal(str(seconds + lag)) * UNITS[self.layout] if self.layout in UNITS else Decimal(str(lag))
        return self._from(start)

    def within(self, interval: Interval) -> Bounds:
        """Return the bounds of a part: its own start and end, written alike."""
        return replace(self._from(interval.start), end=interval.end)

    def _from(self, start: Bound | None) -> Bounds:
        """Return the bounds from another start on."""
        if start == self.start:
            return replace(self, start=start)
        return replace(self, start=start, bookmark=None, known=None)

    @property
    def stamps(self) -> tuple[Any, Any]:
        """Start and end as a first request would carry them, whatever a bookmark looks like."""
        values = replace(self, bookmark=None, text=None, convert=None, is_start_left_out=False).placeholders()
        return values.get("incremental.start_value"), values.get("incremental.end_value")

    def as_param(self, bound: Bound | None) -> str | None:
        """Return a bound as a request carries it: as the API writes its dates, where that is known."""
        value = self._value(bound)
        return None if value is None else str(value)

    def _value(self, bound: Bound | None) -> Any:  # noqa: ANN401 - code may return anything
        """Return a bound as JSON carries it: a whole number in an epoch, or where the cursor is one, else text."""
        if bound is None:
            return None
        text = self._text(self._asked_for(bound))
        is_number = isinstance(bound, Decimal) or self.layout in UNITS
        value = int(text) if is_number and text.lstrip("-").isdigit() and str(int(text)) == text else text
        return self.convert(value) if self.convert else value

    def _asked_for(self, bound: Bound) -> Bound:
        """Return a bound; an end that is part of what is asked for is earlier, and so is a start that is left out.

        An hour that clocks show twice is asked for as a whole: without an offset nobody can say which of the two.
        """
        is_end = bound is self.end
        if bound is self.start and self.is_start_left_out:
            bound = self._before(bound)
        if self.zone and isinstance(bound, datetime) and self.layout not in UNITS and "%z" not in (self.layout or ""):
            from tap_analytics.state.clocks import shown_twice  # noqa: PLC0415 - few bounds have a zone

            first, last = shown_twice(bound, self.zone) or (bound, bound)
            bound = last if is_end else first
        if is_end and self.is_by_day and isinstance(bound, datetime):
            return bound - timedelta.resolution + timedelta(days=1)
        if not is_end or self.granularity is None:
            return bound
        return self.granularity.after(bound, times=-1, zone=self.zone or UTC)

    @property
    def first(self) -> Bound | None:
        """From where on rows are asked for: the start, or a moment before where the API leaves that out."""
        return self._before(self.start) if self.start is not None and self.is_start_left_out else self.start

    def _before(self, bound: Bound) -> Bound:
        """Return the last bound before one that a request, as it is written, can name."""
        if isinstance(bound, Decimal):
            # The zeros at the end of `7.0` are none that the API counts, and few APIs take a number below zero.
            exponent = int(bound.normalize().as_tuple().exponent)
            before = bound - (1 if self.layout else Decimal(1).scaleb(min(0, exponent)))
            return max(before, Decimal(0)) if bound >= 0 else before
        is_date = self.is_date or bool(self.text and self.text.between is None)
        unit = timedelta(minutes=1) if self.text and not self.text.has_seconds else timedelta()
        with contextlib.suppress(OverflowError):
            return bound - max(unit, resolution(self.layout, is_date=is_date))
        return bound

    def _text(self, bound: Bound) -> str:
        known = [text for each, text in self.texts if each == bound]
        if known or (bound is self.start and self.bookmark is not None):
            return known[0] if known else str(self.bookmark)
        if self.layout is None and self.text and isinstance(bound, datetime):
            return self.text.write(bound, zone=self.zone or UTC, is_exact=bound is self.end)
        if self.zone is None or not isinstance(bound, datetime):
            return write(bound, self.layout, is_date=self.is_date).zfill(self.width)
        local = bound.astimezone(self.zone)
        if self.layout or self.is_date:
            return write(local, self.layout, is_date=self.is_date)
        return rfc3339(local.replace(tzinfo=UTC)).removesuffix("Z")

    def _like(self, place: Bound | None, bound: Bound | None) -> Bound | None:
        """Return a bound as one of the kind of a cursor, None where it cannot be."""
        if bound is None or place is None or isinstance(place, Decimal) == isinstance(bound, Decimal):
            return bound
        if isinstance(place, Decimal) and isinstance(bound, datetime):
            unit = self.layout if self.layout in UNITS else self.layout and unit_of(place, datetime.now(UTC))
            return to_number(bound, unit) if unit else None
        return to_instant(bound, self.layout) if isinstance(bound, Decimal) and self.layout in UNITS else None


def unambiguous(bounds: Bounds) -> Bounds:
    """Return bounds from the first of the times on that clocks show twice, if their start is one of these.

    Nobody can say which of the two a cursor without an offset names.
    """
    if bounds.zone is None or not isinstance(bounds.start, datetime):
        return bounds
    from tap_analytics.state.clocks import shown_twice  # noqa: PLC0415 - few bounds have a zone

    found = shown_twice(bounds.start, bounds.zone)
    return replace(bounds, start=found[0], bookmark=None, known=None) if found else bounds
