"""The bounds of an incremental sync: which rows are in it, and how the API is told."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tap_analytics.instants import UNITS, Bound, parse, rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """From the start on, which is part of it, up to the end, which is not; None is open.

    `layout` says how bounds are written: a strftime format, `epoch` or `epoch_ms`; RFC 3339 in UTC if it is None, or a
    date alone if `is_date`.
    """

    start: Bound | None = None
    end: Bound | None = None
    layout: str | None = None
    is_date: bool = False

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None

    def covers(self, cursor: object) -> bool:
        """Return whether a row belongs here by its cursor; one that does not compare with the bounds does."""
        place = parse(cursor, self.layout)
        start, end = (self._like(place, bound) for bound in (self.start, self.end))
        return place is None or ((start is None or place >= start) and (end is None or place < end))  # type: ignore[operator]

    def earlier(self, *, seconds: float = 0, lag: float = 0) -> Bounds:
        """Return the bounds with a start so much earlier; `lag` is in days for dates, and as it is for numbers."""
        start = self.start
        if isinstance(start, datetime):
            with contextlib.suppress(OverflowError):
                start -= timedelta(days=lag) if self.is_date else timedelta(seconds=lag)
                start -= timedelta(seconds=seconds)
        elif start is not None:
            start -= Decimal(str(seconds + lag)) * UNITS[self.layout] if self.layout in UNITS else Decimal(str(lag))
        return replace(self, start=start)

    def written(self, bound: Bound | None) -> str | None:
        """Return a bound as a request carries it."""
        if bound is None:
            return None
        if self.layout in UNITS:
            return str(int(self._number(bound)))
        if isinstance(bound, Decimal):
            return str(int(bound)) if bound == bound.to_integral_value() else f"{bound:f}"
        if self.layout:
            return bound.strftime(self.layout)
        return bound.date().isoformat() if self.is_date else rfc3339(bound)

    def _like(self, place: Bound | None, bound: Bound | None) -> Bound | None:
        """Return a bound as one of the kind of a cursor, None where it cannot be."""
        if bound is None or place is None or isinstance(place, Decimal) == isinstance(bound, Decimal):
            return bound
        if self.layout not in UNITS:
            return None
        if isinstance(bound, datetime):
            return self._number(bound)
        return datetime.fromtimestamp(0, UTC) + timedelta(seconds=float(bound) / UNITS[self.layout])

    def _number(self, bound: Bound) -> Decimal:
        if isinstance(bound, Decimal):
            return bound
        since = bound - datetime.fromtimestamp(0, UTC)
        microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
        return Decimal(microseconds) * UNITS[self.layout or "epoch"] / 1_000_000
