"""Lists in windows: plans the parts of a list, and opens the reading of each; knows no stream and no tap.

A list that can be asked for from one moment to another is asked for its first page. If that says that there are too
many rows, the list is divided into pieces of equal length, which are treated like the whole. The first page of a piece
with few enough rows is kept for its reading. So offsets stay small, and finished parts need not be read again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.instants import as_instant
from tap_analytics.state.windows import EARLIEST, MOST_PIECES, Grid, Interval, is_before, join, missing, steps, text_of

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.state.durations import Duration

# How many pieces a list is divided into per window that its rows would fill; skewed lists need more than one.
PIECES_FOR_EACH = 2
# If the pieces together have more than so many times the rows of the whole list, the API surely ignores their bounds.
IGNORED = 1.5
# An API that stops counting at some number stops at a multiple of this.
ROUND = 1000


class WindowRules(msgspec.Struct, frozen=True, kw_only=True):
    """How a list is divided.

    `grid` says where windows may begin and end, `until` where a list ends that has no end of its own. `step` is the
    declared length of each window; if they `are_whole`, all windows have that length. A window with more than
    `most_rows` is divided if the list `is_divisible`.
    """

    grid: Grid = msgspec.field(default_factory=Grid)
    until: Bound | None = None
    step: Duration | None = None
    are_whole: bool = False
    most_rows: int = 10_000
    is_divisible: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list: its bounds, its reading, and its number of rows, if the API says it.

    `is_all` says that the part is the whole list.
    """

    interval: Interval
    reading: Reading[Any]
    rows: int | None = None
    is_all: bool = False


class ListInWindows(msgspec.Struct, kw_only=True):
    """One list, part by part.

    Args:
        name: The name of the list, for messages.
        interval: The bounds between which it is read; None is open.
        open_reading: Returns the reading of an interval of the list.
        rules: How the list is divided.
        finished: The intervals that were read before.
        goes_on: Returns whether a part is read on behind the maximum of its paginator.
        logger: Takes the messages.
    """

    name: str
    interval: Interval
    open_reading: Callable[[Interval], Reading[Any]]
    rules: WindowRules
    finished: Sequence[Interval] = ()
    goes_on: Callable[[Reading[Any]], bool] = lambda _: False
    logger: logging.Logger
    _is_told: bool = False
    _full_page: int = 0

    def parts(self) -> Iterator[Part]:
        """Give the parts of the list in order; read each one, or skip it, before taking the next.

        Raises:
            FatalAPIError: A first page cannot be read, or the shortest window has more rows than can be read.
        """
        for asked in self._all():
            for part in self._divide(asked):
                part.reading.full_page = self._full_page
                part.reading.is_closed = self._is_closed(part)
                yield part

    def _all(self) -> Iterator[Part]:
        """Give the intervals of the list as parts with their first pages; the next ones are asked for meanwhile."""
        intervals, width = self._intervals(), 1
        before: Sequence[Row] = ()
        while some := list(islice(intervals, width)):
            for part in self._in_turn(some, width):
                width = part.reading.connection.width
                outside = self._first_rows(part) if self.rules.is_divisible and self._has_others(part) else ()
                if outside and outside == before and (rest := self._rest(part, outside)) is not None:
                    yield rest
                    return
                before = outside
                yield part

    def _rest(self, part: Part, rows: Sequence[Row]) -> Part | None:
        """Return the rest of the list as one part, if its windows are none: it begins with the rows of two of them."""
        try:
            rest = self._ask(Interval(part.interval.start, self.interval.end))
            if self._first_rows(rest) != rows:
                return None
        except FatalAPIError as error:
            self.logger.debug("The rest of the list cannot be asked for as one: %s", error)
            return None
        self._tell("its windows have the same rows")
        return rest

    def _first_rows(self, part: Part) -> Sequence[Row]:
        return list(part.reading.first_page().rows)

    def _is_closed(self, part: Part) -> bool:
        """Return whether the first page of a part shows that no row comes into it any more."""
        is_looked_at = self.rules.is_divisible and part.interval.end is not None
        return is_looked_at and not self._is_told and not self._has_others(part)

    def windows(self) -> Iterator[tuple[Interval, int | None]]:
        """Give the parts of the list in order with their numbers of rows; neighbours that fit together are joined."""
        parts = ((part.interval, part.rows) for part in self.parts())
        return parts if self.rules.step else join(parts, self.rules.most_rows)

    def _intervals(self) -> Iterator[Interval]:
        rules = self.rules
        for interval in missing(self.interval, self.finished):
            if rules.step is None:
                yield interval
            else:
                yield from steps(interval, rules.step, rules.grid.zone, are_whole=rules.are_whole)

    def _ask(self, interval: Interval) -> Part:
        """Return a part; if the list can be divided, its first page is asked for, which may count its rows."""
        part = Part(interval=interval, reading=self.open_reading(interval), is_all=interval == self.interval)
        return msgspec.structs.replace(part, rows=part.reading.first_page().count) if self.rules.is_divisible else part

    def _in_turn(self, intervals: Sequence[Interval], width: int) -> Iterator[Part]:
        """Give parts with their first pages, asked for side by side; the failure of one is raised in its turn."""
        with ExitStack() as stack:
            threads = min(len(intervals), width)
            ask = map if threads == 1 else stack.enter_context(ThreadPoolExecutor(threads)).map
            for part in ask(self._ask, intervals):
                if part.rows is not None and part.rows > (size := len(part.reading.first_page().rows)):
                    self._full_page = max(self._full_page, size)
                yield part

    def _divide(self, whole: Part) -> Iterator[Part]:
        """Give the parts of a part; the part itself if it has few enough rows or cannot be divided."""
        if whole.rows is None or not self._is_too_long(whole.rows, whole):
            yield whole
            return
        intervals = self._pieces(whole)
        parts = list(self._in_turn(intervals, whole.reading.connection.width)) if len(intervals) > 1 else []
        if not parts or not self._are_parts(whole, parts):
            yield self._as_one(whole)
            return
        for part in parts:
            yield from self._divide(part)

    def _is_too_long(self, rows: int, part: Part) -> bool:
        """Return whether a window has too many rows; the API may have stopped counting at a round number."""
        return rows > self._most(part) or (rows == self._most(part) and rows % ROUND == 0)

    def _most(self, part: Part) -> int:
        """Return how many rows a window may have."""
        most = self._reach(part)
        return self.rules.most_rows if most is None else max(1, min(most, self.rules.most_rows))

    def _reach(self, part: Part) -> int | None:
        """Return how many rows of a part its paginator reads; None if it has no maximum."""
        return part.reading.paginator.most_rows(max(len(part.reading.first_page().rows), self._full_page))

    def _pieces(self, whole: Part) -> Sequence[Interval]:
        """Return the pieces of a part; the part itself if it cannot be divided."""
        cursors = self._cursors(whole)
        start, end = whole.interval
        begin, until = EARLIEST if start is None else start, self.rules.until if end is None else end
        if until is None or not cursors:
            return [whole.interval]
        if not isinstance(cursors[0], type(until)):
            self._tell("its cursor is a number", "if that is a time, set `datetime_format`")
            return [whole.interval]
        count = min(MOST_PIECES, 1 + PIECES_FOR_EACH * (whole.rows or 0) // self._most(whole))
        pieces = self.rules.grid.pieces(Interval(begin, until), count)
        if len(pieces) == 1:
            return [whole.interval]
        return [Interval(start, pieces[0].end), *pieces[1:-1], Interval(pieces[-1].start, end)]

    def _cursors(self, part: Part) -> Sequence[Bound]:
        """Return the cursors of the rows on the first page."""
        rules = part.reading.rows
        if rules.cursor is None:
            return []
        cursor = rules.codec.get(rules.cursor)
        places = (rules.bounds.place(cursor(row)) for row in part.reading.first_page().rows)
        return [place for place in places if place is not None]

    def _are_parts(self, whole: Part, parts: Sequence[Part]) -> bool:
        """Return whether the parts together are the whole list, as their first pages show."""
        if any(part.rows is None for part in parts):
            return self._tell("the API does not say how many rows a window has")
        counts, all_rows = [part.rows or 0 for part in parts], whole.rows or 0
        if any(self._has_others(part) for part in parts):
            return self._tell("the API gives rows that are outside of the window")
        too_long = {rows for rows in counts if self._is_too_long(rows, whole)}
        counts_no_further = too_long == {all_rows} and all_rows % ROUND == 0
        if sum(counts) > IGNORED * all_rows and not counts_no_further:
            return self._tell("its windows have more rows than the whole list")
        if sum(counts) < all_rows and sum(counts) < (self._ask(whole.interval).rows or 0):
            return self._tell("its windows have fewer rows than the whole list")
        return True

    def _has_others(self, part: Part) -> bool:
        """Return whether a row of the first page is outside of its window; one right at its end is allowed."""
        bounds, end = part.reading.rows.bounds, part.interval.end
        start = as_instant(bounds.first, bounds.layout)
        return any(
            (start is not None and is_before(place, start)) or (end is not None and is_before(end, place))
            for place in self._cursors(part)
        )

    def _tell(self, reason: str, advice: str = "check the parameters for the start and the end") -> bool:
        """Warn once that the list is read as one."""
        if not self._is_told:
            self._is_told = True
            self.logger.warning("The list is read as one, not in windows: %s; %s", reason, advice)
        return False

    def _as_one(self, part: Part) -> Part:
        """Return a part that is read as a whole, however many rows it has.

        Raises:
            FatalAPIError: It has more rows than can be read.
        """
        most = self._reach(part)
        if most is not None and (part.rows or 0) > most and not self.goes_on(part.reading):
            ends = " up to ".join(text_of(bound) or "the beginning" for bound in part.interval if bound is not None)
            message = (
                f"{self.name}: there are {part.rows} rows from {ends}, which cannot be divided further, but at most "
                f"{most} can be read (the maximum of the `paginator`)"
            )
            raise FatalAPIError(message)
        return part
