"""Plans the stretches of a list that cannot be asked for by time; knows no stream and no tap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tap_analytics.pagination.offset.stretch import ANCHORS, Border, Stretch, marks_of
from tap_analytics.pagination.page import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Page
    from tap_analytics.reading.reading import Reading

# So many rows with different cursors are not in the order of these by chance.
_TELLING_ROWS = 5


@dataclass(frozen=True, kw_only=True)
class ListInStretches:
    """One list that is divided at some of its rows.

    Args:
        reading: The reading of the whole list.
        most_rows: About how many rows a stretch has.
    """

    reading: Reading[Any]
    most_rows: int

    def fault(self) -> str | None:
        """Return why the list cannot be read in stretches; None if it can.

        Raises:
            FatalAPIError: Its first page cannot be read.
        """
        reading = self.reading
        if not (reading.verify and reading.paginator.of_stretch(Stretch())):
            return "it is not read by `limit` and `offset` with `verify_pages`, from its beginning to its end"
        if not reading.rows.keys:
            return "its rows have no primary key"
        if reading.first_page().count is None:
            return "nothing says how many rows there are"
        return None

    def stretches(self) -> tuple[Sequence[Stretch], bool]:
        """Return the stretches of the list, and whether it is in the order of its changes, so that rows move.

        Raises:
            FatalAPIError: The rows at a border cannot be read.
        """
        first = self.reading.first_page()
        total = first.count or 0
        count = min(-(-total // self.most_rows), total // max(1, 2 * len(first.rows)))
        pages = self._pages([number * total // count for number in range(1, count)], len(first.rows))
        found = [self._border(page) for page in pages]
        borders: list[Border | None] = [None, *(each for each in found if each), None]
        stretches = [Stretch(*each) for each in pairwise(borders)]
        return stretches, self._is_by_time([first, *pages])

    def _pages(self, offsets: Sequence[int], length: int) -> Sequence[Page]:
        """Return the pages around some offsets, asked for side by side."""
        limit = self.reading.paginator.first.limit
        spans = [Span(offset - length // 2, limit) for offset in offsets]
        with ThreadPoolExecutor(max(1, min(len(spans), self.reading.connection.width))) as threads:
            return list(threads.map(self.reading.fetch, spans))

    def _border(self, page: Page) -> Border | None:
        """Return the border in the middle of a page; None if it has too few rows."""
        half = len(page.rows) // 2
        if half < 1:
            return None
        identity = self.reading.rows.identity()
        marks = list(map(marks_of(identity.key, identity.version), page.rows))
        return Border(page.offset + half, marks[:half][-ANCHORS:], marks[half:][:ANCHORS])

    def _is_by_time(self, pages: Sequence[Page]) -> bool:
        """Return whether rows are in the order of their cursor, ascending or descending."""
        rules = self.reading.rows
        if rules.cursor is None:
            return False
        cursor = rules.codec.get(rules.cursor)
        places = [rules.bounds.place(cursor(row)) for page in pages for row in page.rows]
        known: Any = [place for place in places if place is not None]
        return len(set(known)) >= _TELLING_ROWS and known in (sorted(known), sorted(known, reverse=True))
