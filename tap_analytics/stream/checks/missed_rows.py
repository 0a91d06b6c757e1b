"""Rows that an API has and does not give from a start on: it does not read the start as it is meant.

One that takes days only may answer a date-time with an empty list, for ever. So an empty list is believed when the API
has no such row without a start either.
"""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.retry import UnreachableError
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.start_text import day_bounds
from tap_analytics.state.windows import Interval
from tap_analytics.stream.checks.bounds_check import BoundsCheck

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.windows import Part
    from tap_analytics.stream.checks.probe import Look, Probe
    from tap_analytics.stream.read_stream import ReadStream

# A date without an offset may be so much earlier or later than it seems.
_ZONES = timedelta(days=2)


class MissedRows(BoundsCheck):
    """Asks for an empty list without its start."""

    @override
    def __init__(self, stream: ReadStream, probe: Probe) -> None:
        super().__init__(stream, probe)
        self._without: Look | None = None
        self._empty: Interval | None = None
        self._is_unsure = False
        self.is_begun = False

    @override
    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds by which the API gives the rows of an empty list; None where it has none.

        Of windows all before this one were empty, too.

        Raises:
            FatalAPIError: It has rows, and gives them without a start only.
        """
        found = self._look()
        if found is None or not found.rows:
            return None
        start = self._unread_start(part, found, bounds)
        if start is None:
            return None
        by_day = day_bounds(bounds)
        days = self._probe.look(by_day) if by_day is not None else None
        if days is not None and days.rows and not self._text.is_believed:
            self._text.takes_days = True
            if not days.is_part and not self._are_missing(part, days.rows, bounds):
                return None
            self._logger.info("The API takes days alone: the list is asked for by days")
            return by_day
        if self._is_unsure:
            return None
        if self._probe.rows(bounds.within(part.interval)):
            return bounds  # they have come meanwhile
        message = (
            f"the API gives no row from {bounds.as_param(start)} on, but has such rows when it is asked without a "
            "start; check `start_param`, and how a start is written: `datetime_format`"
        )
        raise FatalAPIError(message)

    def _look(self) -> Look | None:
        """Return the first rows of the list without a start; it is asked for once, whatever its windows are."""
        if not self.is_begun:
            self.is_begun = True
            with contextlib.suppress(UnreachableError):  # it may need a start
                self._without = self._probe.look(Bounds())
        return self._without

    def _unread_start(self, part: Part, found: Look, bounds: Bounds) -> Bound | None:
        """Return a start from which the API gives nothing although it has rows; None where nothing shows one."""
        is_first = self._empty is None
        self._empty = self._with(part.interval)
        asked = self._clear(bounds.within(self._empty))
        if self._are_missing(part, found.rows, asked):
            # Rows that have changed meanwhile are elsewhere now.
            now = found if is_first else self._probe.look(Bounds())
            is_sure = now is not None and self._are_missing(part, now.rows, asked)
            return (asked.start if asked.is_resumed else bounds.start) if is_sure else None
        if not is_first:
            return None  # the first window has been asked about
        places = [bounds.place(self._cursor(part)(row)) for row in found.rows] if found.is_part else []
        known: list[Any] = sorted(each for each in places if isinstance(each, type(bounds.start)))
        nothing: Any = Decimal() if isinstance(bounds.start, Decimal) else timedelta() if bounds.is_resumed else _ZONES
        if not known or known[-1] - known[0] <= nothing:
            return None
        # Of a long list the first rows may be older ones: the API has to give them from the earliest of them on.
        asked = replace(bounds.within(Interval(known[0], None)), is_start_left_out=False)
        given = self._probe.places(asked)
        if given:
            self._is_unsure = bounds.is_resumed and self._gives_later_days(given, asked)
        return known[0] if given is not None and (not given or self._is_unsure) else None

    def _gives_later_days(self, given: Sequence[Bound], asked: Bounds) -> bool:
        """Return whether a list in ascending order has no row of the day that it is asked from, nor of its start.

        `2024-05-01 12:00` is before `2024-05-01T10:00Z` for an API that compares texts, and writes others.
        """
        if not _is_behind(given, asked.start):
            return False
        before = self._probe.places(replace(asked, is_start_left_out=True))
        return bool(before) and _is_behind(before or (), asked.start)

    def _with(self, interval: Interval) -> Interval:
        """Return an empty interval together with those right before it, which were empty too."""
        before = self._empty
        return Interval(before.start, interval.end) if before and before.end == interval.start else interval

    def _clear(self, bounds: Bounds) -> Bounds:
        """Return the bounds in which rows are, whatever the zone of their cursors: a bookmark has the same zone."""
        start, end = bounds.start, bounds.end
        if bounds.is_resumed or not isinstance(start, datetime):
            return bounds
        return replace(bounds, start=start + _ZONES, end=end - _ZONES if isinstance(end, datetime) else end)

    def _are_missing(self, part: Part, rows: Sequence[Row], bounds: Bounds) -> bool:
        """Return whether some of these rows had to be in the list; one of the future may be planned, and no row yet."""
        now = datetime.now(UTC)
        cursors = [cursor for cursor in map(self._cursor(part), rows) if cursor is not None and bounds.covers(cursor)]
        places = [place for place in map(bounds.place, cursors) if place is not None and place != bounds.start]
        return any(not isinstance(place, datetime) or place <= now for place in places)

    def _cursor(self, part: Part) -> Callable[[Row], Any]:
        return part.reading.rows.codec.get(self._name)


def _is_behind(places: Sequence[Any], start: Any) -> bool:  # noqa: ANN401 - all are of one kind
    """Return whether places ascend, and the first is of a later day than a start."""
    are_dates = isinstance(start, datetime) and all(isinstance(place, datetime) for place in places)
    return are_dates and list(places) == sorted(places) and places[0].date() > start.date()
