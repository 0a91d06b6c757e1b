"""The requests for a list by offset: some in order, with pages planned behind them, others out of order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.endless import never_settles
from tap_analytics.pagination.page import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.pagination.endings.ending import Evidence
    from tap_analytics.pagination.page import Page, Source
    from tap_analytics.report.stats import ListStats

# The order of a list never settles after so many requests, plus so many times those that its rows need.
LEAST_REQUESTS = 200
MOST_TIMES = 10


class OffsetRequests:
    """Asks for the pages of one list, and adds each response to the evidence of its end.

    `longest` is the length of the longest page so far, `overlap` the number of rows that the next page shares with the
    one before it. `is_ragged` says that a short page was followed by rows, as with pages that are capped by bytes.
    `is_bounded` makes the list fail if it takes far more requests than its rows need. Behind the offset `reach` nothing
    is asked for ahead; None stands for the end of the list.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        evidence: Takes each response.
        stats: The figures of the list.
    """

    def __init__(self, source: Source[Span], *, limit: int, evidence: Evidence, stats: ListStats) -> None:
        self._source = source
        self._limit = limit
        self._evidence = evidence
        self._stats = stats
        self.longest = 0
        self.overlap = 1
        self.is_ragged = False
        self.is_bounded = True
        self.reach: int | None = None
        self._extent = 0
        self._total: int | None = None
        self._expected: int | None = None

    @property
    def is_chained(self) -> bool:
        """Whether pages share a row; pages of one row have nothing to share."""
        return self.longest > 1

    def take(self, offset: int) -> tuple[Page, bool]:
        """Return the next page in order, and whether it was asked for only now; the pages behind it are planned."""
        if offset != self._expected:
            self._drop()
            if self.is_chained:
                self._source.plan(self._spans(offset))
        self._expected = offset + self.longest - max(1, self.overlap - 1)
        page, fresh = self._source.take(Span(offset, self._limit))
        return self._note(page), fresh

    def ask(self, offset: int) -> Page:
        """Return a page out of order, asked for now."""
        self._drop()
        page, _ = self._source.take(Span(offset, self._limit))
        return self._note(page)

    def behind(self, page: Page) -> Page:
        """Return the page that begins right behind another one, asked for now."""
        return self.ask(page.offset + len(page.rows))

    def ends_with(self, page: Page) -> bool:
        """Return whether the list surely ends with a page: a flag says so, or it is short and ends at the total.

        A page that is as long as any other may have been capped, even if it is shorter than the limit; a total that
        agrees with it may count its rows only.
        """
        size = len(page.rows)
        is_short = size < max(self.longest, min(self._limit, 2))
        is_at_total = is_short and self._evidence.total_of(page) == page.offset + size
        return page.single or page.more is False or not size or (is_at_total and not page.more)

    def may_be_last(self, page: Page) -> bool:
        """Return whether a page is shorter than others, and no total says whether the list ends there."""
        total, end = self._evidence.total_of(page), page.offset + len(page.rows)
        is_short = self.is_chained and len(page.rows) < max(self.longest, self._limit)
        return is_short and not self.is_ragged and (total is None or total < end)

    def _spans(self, offset: int) -> Iterator[Span]:
        """Give the next pages as they should be if the list does not change, up to its known end."""
        overlap = self.overlap
        while (self._total is None or offset < self._total - 1) and (self.reach is None or offset < self.reach):
            yield Span(offset, self._limit)
            overlap = max(1, overlap - 1)
            offset += self.longest - overlap

    def _note(self, page: Page) -> Page:
        end = page.offset + len(page.rows)
        self.longest = max(self.longest, len(page.rows))
        self._extent = max(self._extent, end)
        self._evidence.note(page, through=end)
        self._total = self._evidence.total_of(page)
        most = LEAST_REQUESTS + MOST_TIMES * self._extent / max(1, self.longest - 1)
        if self.is_bounded and self._stats.pages > most:
            raise FatalAPIError(never_settles(f"{self._stats.pages} requests did not suffice for {self._extent} rows"))
        return page

    def _drop(self) -> None:
        self._expected = None
        self._source.drop()
