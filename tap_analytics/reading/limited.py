"""LimitedList: a list in ascending order whose paginator has a maximum; it is read on from its last cursor."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import whole
from tap_analytics.report.stats import Ending
from tap_analytics.state.windows import is_before, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.records.rules import RowRules
    from tap_analytics.state.windows import Grid, Interval


class LastInstant(msgspec.Struct, kw_only=True, dict=True):
    """The latest cursor in the rows read so far, and the keys of the rows that have it.

    `rules` read the cursor and the key of a row. `is_ascending` says that no row was older than one before it.
    """

    rules: RowRules
    place: Bound | None = None
    known: set[Hashable] = msgspec.field(default_factory=set)
    is_ascending: bool = True

    def __post_init__(self) -> None:
        self._cursor = self.rules.codec.get(self.rules.cursor or "")
        self._key = self.rules.key() or whole

    def add(self, rows: Sequence[Row]) -> None:
        """Add rows, in the order of the list."""
        for row in rows:
            place = self.place_of(row)
            if place is None:
                continue
            if self.place is not None and is_before(place, self.place):
                self.is_ascending = False
                continue
            if place != self.place:
                self.place = place
                self.known.clear()
            self.known.add(self._key(row))

    def place_of(self, row: Row) -> Bound | None:
        """Return the cursor of a row as a value that can be compared; None if it has none."""
        return self.rules.bounds.place(self._cursor(row))

    def is_new(self, row: Row) -> bool:
        """Return whether a row was not given yet: its cursor is later, or it is another row with the same cursor."""
        place = self.place_of(row)
        if place is None or self.place is None:
            return True
        return not is_before(place, self.place) and (place != self.place or self._key(row) not in self.known)


class LimitedList(msgspec.Struct, kw_only=True):
    """A list that is read up to the maximum of its paginator, then on from its last cursor, up to its end.

    Args:
        reading: The reading of the list from its start.
        interval: The bounds of the list.
        open_reading: Returns the reading of the list from a later start on.
        grid: The starts that a request can name.
    """

    reading: Reading[Any]
    interval: Interval
    open_reading: Callable[[Bound], Reading[Any]]
    grid: Grid

    def pages(self, *, is_ahead: bool = False) -> Generator[Sequence[Row]]:
        """Return a generator of all rows of the list, a page or less at a time."""
        return self._all(self.reading.pages(is_ahead=is_ahead))

    def _all(self, pages: Generator[Sequence[Row]]) -> Generator[Sequence[Row]]:
        last, figures, lost = LastInstant(rules=self.reading.rows), self.reading.figures, 0
        with closing(pages):
            for rows in pages:
                last.add(rows)
                yield rows
        start = self.interval.start
        while self._goes_on(last):
            if last.place is None or (start is not None and not is_before(start, last.place)):
                raise FatalAPIError(self._stuck(last))
            start, left = last.place, figures.left or 0
            found = yield from self._onward(start, last)
            lost += max(0, left - found)
        if lost and figures.ending is Ending.PROVED:
            # Rows behind the maximum did not come again: they have no cursor, or were deleted meanwhile.
            figures.ending, figures.left = Ending.CUT, lost

    def _goes_on(self, last: LastInstant) -> bool:
        """Return whether to read on from the last cursor: a maximum cut the list before its end."""
        figures, end = self.reading.figures, self.interval.end
        if figures.ending is not Ending.CUT or last.place is None:
            return False
        if not last.is_ascending:
            figures.remarks.append(
                f"The list is not read on from its last `{self.reading.rows.cursor}`: the rows do not come in "
                "ascending order, as `row_order` says; let the API sort them, or remove `row_order`"
            )
            return False
        if end is not None and not is_before(last.place, end):
            figures.ending, figures.left = Ending.PROVED, None
            return False
        return True

    def _onward(self, start: Bound, last: LastInstant) -> Generator[Sequence[Row], None, int]:
        """Give the rows from a start on that were not given yet; return how many rows there are from there on."""
        figures = self.reading.figures
        part, pages = self._open(start, last)
        before = figures.pages
        with closing(pages):
            for rows in pages:
                fresh = [row for row in rows if last.is_new(row)]
                last.add(fresh)
                figures.rows += len(fresh)
                figures.pages = before + part.figures.pages
                yield fresh
        more = part.figures
        figures.pages = before + more.pages
        figures.mended += more.mended
        figures.duplicates += more.duplicates
        figures.settled = figures.settled and more.settled
        figures.ending, figures.left = more.ending, more.left
        figures.remarks += more.remarks
        return more.rows + (more.left or 0)

    def _open(self, start: Bound, last: LastInstant) -> tuple[Reading[Any], Generator[Sequence[Row]]]:
        """Return the reading of the list from a start on, and its pages.

        If the API leaves out the rows of the start itself, it is asked from the moment before it.
        """
        for asked in (start, self._before(start)):
            part = self.open_reading(asked)
            part.is_closed, part.full_page = self.reading.is_closed, self.reading.full_page
            pages = part.pages(is_ahead=self.reading.is_ahead)
            first = next(pages, ())
            if asked != start or any(last.place_of(row) == start for row in first):
                break
            pages.close()
        return part, _with(first, pages)

    def _before(self, start: Bound) -> Bound:
        """Return the latest start before another one that a request can name."""
        border = self.grid.floor(start)
        return border - self.grid.unit if isinstance(border, datetime) else border - 1

    def _stuck(self, last: LastInstant) -> str:
        """Return the message for more rows of one instant than a request reaches."""
        figures = self.reading.figures
        left = "nobody knows how many" if figures.left is None else f"{figures.left:,}"
        return (
            f"{figures.rows:,} rows were read, and {left} are behind the maximum of the `paginator`, but all that can "
            f"be read from {text_of(last.place) if last.place is not None else 'there'} on is of that instant; set a "
            "larger maximum, and check that the API heeds the start"
        )


def _with(first: Sequence[Row], pages: Generator[Sequence[Row]]) -> Generator[Sequence[Row]]:
    with closing(pages):
        yield from chain([first], pages)
