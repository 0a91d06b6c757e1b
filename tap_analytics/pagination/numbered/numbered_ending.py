"""Evidence of how a list of numbered pages ended; its total may count pages or rows, as its pages show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.endings.refused_place import names_limit, needs_count, tells_of_limit, unless_declared
from tap_analytics.pagination.guards.lone_object import LoneObject
from tap_analytics.report.counts import noun

if TYPE_CHECKING:
    from tap_analytics.pagination.numbered.numbering import Numbering
    from tap_analytics.pagination.page import Page
    from tap_analytics.report.stats import ListStats


class NumberedEvidence(Evidence):
    """What the responses of a list of numbered pages say about its end.

    Args:
        stats: The figures of the list.
        numbering: Which numbers there are, and what the total counts.
    """

    def __init__(self, stats: ListStats, numbering: Numbering) -> None:
        super().__init__(stats)
        self._numbering = numbering
        self._has_said_more = False
        self._furthest = -1
        # The size of the furthest page, and of the shortest before it.
        self._size = 0
        self._least_before: int | None = None
        self._declared: int | None = None
        self._moved = 0
        self._lone = LoneObject()

    @override
    def total_of(self, page: Page) -> int | None:
        if page.total is None or self._numbering.counts_rows:
            return super().total_of(page)
        # The declared total may be that of pages.
        found = super().total_of(replace(page, total=None))
        return None if found == page.total else found

    def note_numbered(self, number: int, page: Page) -> None:
        """Add the response for a page to the evidence."""
        size = len(page.rows)
        self._has_said_more = self._has_said_more or page.more is True
        self._longest = max(self._longest, size)
        self._skipped = (self._numbering.first - self._numbering.base) * self._longest
        self._lone.check(number, page)
        if page.rows and number > self._furthest and self._furthest >= 0:
            self._least_before = min(self._size, self._least_before or self._size)
        if page.rows and number >= self._furthest:
            self._furthest, self._size = number, size
        elif not page.rows and number <= self._furthest:
            self._furthest, self._size = number - 1, self._longest
        self._declare(page.total if page.pages is None else page.pages)
        self.note(page, through=max(size, self._stats.rows))

    def is_doubtful_numbered(self, number: int, page: Page, before: Page | None) -> bool:
        """Return whether to ask once more for an empty page."""
        pages = page.signs.pages if page.pages is None else page.pages
        is_behind = pages is not None and self._through(number) > pages
        is_end = is_behind or self._is_at_count(number, page) or page.total == self._stats.rows
        return self._numbering.stop_after_empty_page and not is_end and self.is_doubtful(page, before)

    def is_last(self, number: int, page: Page) -> bool:
        """Return whether a page is the last to read: a response says so, or it has no rows, or the maximum is reached.

        A short page is no end: some APIs filter the rows of their pages. A total below the number of this page counts
        something else.
        """
        if self._is_at_maximum(number) or page.single or page.missing or self._ends(page):
            return True
        is_empty = self._numbering.stop_after_empty_page and not page.rows
        return is_empty or (not page.more and self._is_at_count(number, page))

    def is_counted_end(self, number: int, page: Page) -> bool:
        """Return whether a count says that the pages before this one are all.

        Some APIs give their last page again behind it. Of a single page that comes again, a number beside it may be
        that of its rows: there a declared total has to say by its name that it counts all rows.
        """
        if page.more:
            return False
        total = self._declared if page.total is None and page.pages is None else page.total
        if self._stats.rows <= len(page.rows):
            return self._numbering.names_all_rows and total == self._stats.rows == len(page.rows)
        pages = {page.pages, page.signs.pages, None if self._numbering.counts_rows else total}
        return self._through(number) - 1 in pages or self._stats.rows in {total, *page.signs.counts.values()}

    def end_numbered(self, number: int, page: Page) -> None:
        """Take a page as the last one.

        Raises:
            FatalAPIError: It has no rows although a count says that there are some, or it says that there is more.
        """
        if page.missing:
            self._check_missing(number, page)
        elif self._is_at_maximum(number) and page.rows and not self._is_known_last(number, page):
            self._is_cut = True
            return
        elif not page.single:
            self._check_count(number, page)
        if self._numbering.stop_after_empty_page or page.rows:
            self.end(page)

    def _ends(self, page: Page) -> bool:
        """Return whether a flag says that nothing follows, or said that there is more before and is missing now."""
        return page.more is False or (page.more is None and self._has_said_more and not page.missing)

    def _is_known_last(self, number: int, page: Page) -> bool:
        return self._ends(page) or page.single or self._is_at_count(number, page)

    def _is_at_maximum(self, number: int) -> bool:
        return self._numbering.maximum is not None and number + 1 >= self._numbering.maximum

    def _is_at_count(self, number: int, page: Page) -> bool:
        """Return whether the number of pages, or the number of rows, says that a page is the last."""
        through, pages = self._through(number), self._pages_of(page)
        if pages is not None and (through == pages or (through > pages and not page.rows)):
            return True
        # If a short page behind full ones ends exactly at the total, the total counts rows.
        is_short = through > 1 and len(page.rows) < self._longest
        end = (through - 1) * self._longest + len(page.rows)
        return page.total == end and bool(page.rows) and (is_short or bool(self._numbering.counts_rows))

    def _pages_of(self, page: Page) -> int | None:
        if page.pages is not None or self._numbering.counts_rows:
            return page.pages
        return page.total

    def _declare(self, total: int | None) -> None:
        if total is not None:
            self._moved += 0 if self._declared is None else abs(total - self._declared)
            self._declared = total

    def _check_count(self, number: int, page: Page) -> None:
        """Raise FatalAPIError if a list has fewer pages than the API says."""
        if self._is_none(number, page):
            return
        read = self._through(number) - (0 if page.rows else 1)
        # Some APIs count on the first page only.
        said = self._declared if page.total is None and page.pages is None else page.total
        total = None if self._numbering.counts_rows else said
        if total is not None and page.pages is None and read < total and not self._counts_rows(total):
            self._fail(short_of_pages(total, number, read, self._stats.rows))
        pages = page.signs.pages if page.pages is None and total is None else page.pages
        # A page without rows often does not say it; on pages before it, such a number may be that of their rows.
        if pages is None and total is None and not page.rows and self._page_count not in {self._longest, self._size}:
            pages = self._page_count
        if pages is not None and read < pages:
            self._fail(short_of_pages(pages, number, read, self._stats.rows))

    def _is_none(self, number: int, page: Page) -> bool:
        """Return whether a count of rows says that a list is empty; many APIs say then that it has one page."""
        counts = {page.total} if self._numbering.counts_rows else set(page.signs.counts.values())
        return number == self._numbering.first and not page.rows and counts == {0}

    @property
    @override
    def _is_counted(self) -> bool:
        return self._declared is not None or super()._is_counted

    @override
    def _lacks_pages(self, pages: int) -> bool:
        # `_check_count` compares the number of the last page.
        return False

    def _check_missing(self, number: int, page: Page) -> None:
        """Raise the failure that the API answered in place of a page, unless that page is right behind the last."""
        read = self._through(number) - 1
        is_next = self._furthest >= 0 and number == self._furthest + 1
        # If a page in the middle was shorter than others, nothing shows how long a full page is.
        is_full = self._least_before is None or self._least_before >= self._longest
        if self._declared is not None:
            agrees = self._declared == read or self._counts_rows(self._declared)
        elif self._page_count == read or self._last == self._stats.rows:
            agrees = True
        else:
            is_full_end = self._size >= self._longest
            is_vague = names_limit(page, self._stats.rows) or (tells_of_limit(page) and is_full_end)
            agrees = is_full and not is_vague and not needs_count(page, is_full=is_full_end)
        is_short = self._declared is None and self._page_count is not None and read < self._page_count
        if self._says_more or is_short or not (is_next and agrees):
            self._fail(unless_declared(page) if is_next else page.missing)
        if self._declared is None:
            self._doubt(page)

    def _counts_rows(self, total: int) -> bool:
        """Return whether a total counts rows: it is about the number of rows, or of places in pages."""
        places = (self._through(self._furthest) - 1) * self._longest + self._size
        return min(abs(self._stats.rows + self._skipped - total), abs(places - total)) <= self.drift + self._moved

    def _through(self, number: int) -> int:
        return number - self._numbering.base + 1


def short_of_pages(total: int, number: int, read: int, rows: int) -> str:
    """Return the message for a list that has fewer pages than the API says."""
    return (
        f"the list ended at page {number}: the API says {total}, but gave {read} {noun(read, 'page')} with {rows} "
        f"{noun(rows, 'row')}; it may limit how far a list can be read. If its total counts neither pages nor rows, "
        'set `total_path` to another field, or to `""` for none; if it leaves pages empty, set `stop_after_empty_page` '
        "to false"
    )
