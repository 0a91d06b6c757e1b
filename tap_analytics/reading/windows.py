"""Lists in windows: what is planned of a list, and what reads each part of it; knows no stream and no tap.

A list that can be asked for from one moment to another is asked for its first page. Where that says that there are too
many rows, the list is parted into pieces of equal length, each of them like the whole; the first page of a piece that
has few enough is kept for whoever reads it. So offsets stay small, and what is finished need not be read again.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.state.windows import EARLIEST, MOST_PIECES, Grid, Interval, is_before, join, missing, steps, text_of

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.reading.reading import Reading
    from tap_analytics.state.durations import Duration

# Pieces of a list that has so many rows as fit into a window once; skewed lists need more than one.
PIECES_FOR_EACH = 2
# How many times the rows of the whole list its pieces have together, at least, where an end is surely ignored.
IGNORED = 1.5
# An API that counts up to some number only counts up to a multiple of this.
ROUND = 1000


class WindowRules(msgspec.Struct, frozen=True, kw_only=True):
    """How a list is parted.

    `grid` says where windows may begin and end, `until` where a list ends that has no end of its own. `step` is the
    length of each window, where it is declared; all windows are of that length where they `are_whole`. A window that
    has more than `most_rows` is parted where the list `is_divisible`.
    """

    grid: Grid = msgspec.field(default_factory=Grid)
    until: Bound | None = None
    step: Duration | None = None
    are_whole: bool = False
    most_rows: int = 10_000
    is_divisible: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a list: from where to where it is, what reads it, and how many rows it has, as far as the API says.

    `is_all` says that it is the whole list.
    """

    interval: Interval
    reading: Reading[Any]
    rows: int | None = None
    is_all: bool = False


class ListInWindows(msgspec.Struct, kw_only=True):
    """One list, part by part.

    Args:
        name: What the list is called, for messages.
        interval: From where to where it is read; None is open.
        open_reading: Returns what reads an interval of the list.
        rules: How it is parted.
        finished: What of it was read before.
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
        """Give the parts of the list in order; each is to be read before the next is asked for, or not at all.

        Raises:
            FatalAPIError: A first page cannot be read, or more rows are in the shortest window than can be read.
        """
        for asked in self._all():
            for part in self._divide(asked):
                part.reading.full_page = self._full_page
                part.reading.is_closed = self._is_closed(part)
                yield part

    def _all(self) -> Iterator[Part]:
        """Give the intervals of the list as parts with their first pages; those that follow are asked for meanwhile."""
        intervals, width = self._intervals(), 1
        while some := list(islice(intervals, width)):
            for part in self._in_turn(some, width):
                width = part.reading.connection.width
                yield part

    def _is_closed(self, part: Part) -> bool:
        """Return whether the first page of a part shows that no row comes into it any more."""
        is_looked_at = self.rules.is_divisible and part.interval.end is not None
        return is_looked_at and not self._is_told and not self._has_others(part)

    def windows(self) -> Iterator[tuple[Interval, int | None]]:
        """Give the parts of the list in order with the number of their rows; neighbours that fit together are one."""
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
        """Return a part with the first page of it, where that may say that it is to be divided."""
        part = Part(interval=interval, reading=self.open_reading(interval), is_all=interval == self.interval)
        return msgspec.structs.replace(part, rows=part.reading.first_page().count) if self.rules.is_divisible else part

    def _in_turn(self, intervals: Sequence[Interval], width: int) -> Iterator[Part]:
        """Give parts with the first page of each, asked for side by side; a failure is raised when it is its turn."""
        with ExitStack() as stack:
            threads = min(len(intervals), width)
            ask = map if threads == 1 else stack.enter_context(ThreadPoolExecutor(threads)).map
            for part in ask(self._ask, intervals):
                if part.rows is not None and part.rows > (size := len(part.reading.first_page().rows)):
                    self._full_page = max(self._full_page, size)
                yield part

    def _divide(self, whole: Part) -> Iterator[Part]:
        """Give the parts of a part, itself where it has few enough rows or cannot be divided."""
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
        """Return whether a window has too many rows; a round number may be as far as the API counts."""
        return rows > self._most(part) or (rows == self._most(part) and rows % ROUND == 0)

    def _most(self, part: Part) -> int:
        """Return how many rows a window may have."""
        most = self._reach(part)
        return self.rules.most_rows if most is None else max(1, min(most, self.rules.most_rows))

    def _reach(self, part: Part) -> int | None:
        """Return how many rows of a part its paginator reads, None where there is no maximum."""
        return part.reading.paginator.most_rows(max(len(part.reading.first_page().rows), self._full_page))

    def _pieces(self, whole: Part) -> Sequence[Interval]:
        """Return the pieces of a part, itself where it cannot be divided."""
        cursors = self._cursors(whole)
        start, end = whole.interval
        begin, until = EARLIEST if start is None else start, self.rules.until if end is None else end
        if until is None or not cursors:
            return [whole.interval]
        count = min(MOST_PIECES, 1 + PIECES_FOR_EACH * (whole.rows or 0) // self._most(whole))
        pieces = self.rules.grid.pieces(Interval(begin, until), count)
        if len(pieces) == 1:
            return [whole.interval]
        return [Interval(start, pieces[0].end), *pieces[1:-1], Interval(pieces[-1].start, end)]

    def _cursors(self, part: Part) -> Sequence[Bound]:
        """Return when the rows of the first page were changed."""
        rules = part.reading.rows
        if rules.cursor is None:
            return []
        cursor = rules.codec.get(rules.cursor)
        places = (rules.bounds.place(cursor(row)) for row in part.reading.first_page().rows)
        return [place for place in places if place is not None]

    def _are_parts(self, whole: Part, parts: Sequence[Part]) -> bool:
        """Return whether the first pages of the parts show that together they are the whole."""
        if any(part.rows is None for part in parts):
            return self._tell("a window of it says nothing of its length")
        counts, all_rows = [part.rows or 0 for part in parts], whole.rows or 0
        if any(self._has_others(part) for part in parts):
            return self._tell("the API gives rows that are not in the window which was asked for")
        too_long = {rows for rows in counts if self._is_too_long(rows, whole)}
        counts_no_further = too_long == {all_rows} and all_rows % ROUND == 0
        if sum(counts) > IGNORED * all_rows and not counts_no_further:
            return self._tell("its windows have more rows than the whole list")
        if sum(counts) < all_rows and sum(counts) < (self._ask(whole.interval).rows or 0):
            return self._tell("its windows have fewer rows than the whole list")
        return True

    def _has_others(self, part: Part) -> bool:
        """Return whether a row of the first page is not in its window; one right at its end is no harm."""
        start, end = part.interval
        return any(
            (start is not None and is_before(place, start)) or (end is not None and is_before(end, place))
            for place in self._cursors(part)
        )

    def _tell(self, reason: str) -> bool:
        """Say once that the list is read as one."""
        if not self._is_told:
            self._is_told = True
            self.logger.warning(
                "The list is read as one, not in windows: %s; check the parameters for the start and the end", reason
            )
        return False

    def _as_one(self, part: Part) -> Part:
        """Return a part that is read through, whatever it has.

        Raises:
            FatalAPIError: It has more rows than may be read.
        """
        most = self._reach(part)
        if most is not None and (part.rows or 0) > most and not self.goes_on(part.reading):
            ends = " up to ".join(text_of(bound) or "the beginning" for bound in part.interval if bound is not None)
            message = (
                f"{self.name}: there are {part.rows} rows from {ends}, which no shorter window parts, but at most "
                f"{most} can be read (the maximum of the `paginator`)"
            )
            raise FatalAPIError(message)
        return part
