"""Evidence: collects what the responses of a list say about its end, and decides whether the list is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.refused_place import names_limit, needs_count, tells_of_limit, unless_declared
from tap_analytics.pagination.endings.round_cap import remark_cap
from tap_analytics.pagination.endings.rows_left import RowsLeft
from tap_analytics.pagination.page import seems_full
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Page
    from tap_analytics.report.stats import ListStats


PART = (
    "the API says that it gave a part of the list (206 Partial Content), and nothing says where it ends; declare the "
    "`paginator` that reads all parts, or `total_path`"
)

# The only page of a list seems to be full if its number of rows is a multiple of this.
_ROUND = 10


class Evidence:
    """What the responses of one list say about its end.

    The reader hands in each response with `note`, and the last one with `end`. Then it calls `conclude`, which writes
    to `ListStats.ending` how the list ended. Without proof of the end the list fails.

    Args:
        stats: The figures of the list, to which the totals of the responses are added.
        limit: Rows that each request asks for, if known: a count that equals this is not the length of the list.
    """

    def __init__(self, stats: ListStats, *, limit: int | None = None) -> None:
        self._stats = stats
        self._limit = limit
        self._responses = 0
        self._refuted: set[str] = set()
        self._left = RowsLeft()
        self._least: int | None = None
        self._most: int | None = None
        self._last: int | None = None
        self._is_cut = self._is_total_low = False
        self._says_more = self._is_flagged = False
        self._longest = 0
        # Rows of the list that lie before the first page that is read.
        self._skipped = 0
        self._filled = self._furthest_row = self._latest = 0
        self._page_count: int | None = None

    def note(self, page: Page, *, through: int) -> None:
        """Add a response to the evidence; its rows reach up to the place `through` of the list.

        Raises:
            FatalAPIError: The response holds one object where a page of a list is due, or nothing at a place that is
                below its own total.
        """
        if page.is_beyond:
            self._is_cut = True
            return
        self._responses += 1
        self._stats.pages += 1
        self._is_total_low = self._is_total_low or (page.total is not None and page.total < through)
        self._left.note(page, through=through)
        self._says_more = bool(page.more or self._more(page)) if not page.missing else self._says_more
        self._is_flagged = self._is_flagged or self._says_more or page.more is False
        if page.single and self._responses > 1:
            self._fail(
                f"the response holds one object where page {self._responses} of a list is due; check `data_selector` "
                "and the options of the `paginator`"
            )
        refuted = {path for path, count in page.signs.counts.items() if self._is_refuted(count, through)}
        if not refuted <= self._refuted:
            # Earlier values of a refuted count were not the length of the list either.
            self._refuted |= refuted
            self._least = self._most = self._last = None
        total = self.total_of(page)
        self._stats.totals.add(total)
        self._note_total(total)
        self._longest = max(self._longest, len(page.rows))
        self._latest = len(page.rows) or self._latest
        self._filled += bool(page.rows) and through > self._furthest_row
        self._furthest_row = max(self._furthest_row, through)
        self._page_count = page.signs.pages or self._page_count

    def total_of(self, page: Page) -> int | None:
        """Return the number of rows that a response states: the declared total, or else one under a usual name.

        A number under a usual name is dropped once the list has given more rows. A declared total that was too low is
        used only if there is no larger number under a usual name.
        """
        found = next((count for path, count in page.signs.counts.items() if path not in self._refuted), None)
        if page.total is None or (self._is_total_low and found is not None and found > page.total):
            return found
        return page.total

    def is_doubtful(self, page: Page, before: Page | None) -> bool:
        """Return whether to ask again for a page without rows, since that may be a passing failure.

        It is doubtful if a total says that there are more rows, or if there is no total and the page before was full.
        """
        is_end = page.missing or page.is_beyond or page.single or page.more is False
        if page.rows or is_end or before is None or not before.rows:
            return False
        if self._most is not None:
            return self._stats.rows < self._most
        return len(before.rows) >= self._longest if self._filled > 1 else seems_full(before)

    def nothing(self, page: Page, *, at: int) -> None:
        """Take a page without rows, at the place `at`, as the end of the list.

        Raises:
            FatalAPIError: The API says that there are rows, or it answered with a failure that proves no end.
        """
        if page.is_beyond:
            return
        total = self.total_of(page)
        is_full = self._is_last_full() or self._is_at_border
        is_limit = names_limit(page, self._stats.rows) or (tells_of_limit(page) and is_full)
        is_vague = is_limit and self._last is None
        is_unsaid = needs_count(page, is_full=is_full) and self._last is None
        if page.missing and (self._says_more or is_vague or is_unsaid or not self._is_known_end(at)):
            self._fail(unless_declared(page))
        self._doubt(page)
        if total is not None and at < total:
            self._fail(short_of(total, self._stats.rows))
        self.end(page)

    def end(self, page: Page) -> None:
        """Take a page as the last one.

        Raises:
            FatalAPIError: Its response says that there is more.
        """
        if page.is_part and page.rows and page.more is None and self.total_of(page) is None:
            self._fail(PART)
        sign = "" if page.more is False else self._more(page)
        if page.more or sign:
            place = f"`{sign}`" if sign else "where `has_more_path` or `is_last_path` leads"
            self._fail(
                f"the response says that there is more ({place}), but nothing leads on; check the options of the "
                "`paginator`"
            )

    def conclude(self) -> None:
        """Write to the figures how the list ended.

        Raises:
            FatalAPIError: The list has fewer rows than the API says, and changes seen meanwhile do not explain it.
        """
        short = 0 if self._last is None else self._last - self._stats.rows - self._skipped
        if self._is_cut and (self._last is None or short > 0):
            self._stats.ending, self._stats.left = Ending.CUT, None if self._last is None else short
            return
        if short > self.drift and self._last is not None:
            self._fail(short_of(self._last, self._stats.rows))
        if self._page_count is not None and self._last is None and self._lacks_pages(self._page_count):
            self._fail(short_of_all(self._page_count, self._stats.rows))
        self._stats.ending = Ending.PROVED
        self._stats.is_told = self._is_counted or self._is_flagged
        self._stats.fills_pages = self._is_at_border and not self._stats.is_told
        remark_cap(self._stats)

    @property
    def drift(self) -> int:
        """The number of rows by which the list changed while it was read, as its totals and its seams show.

        It is 0 if all responses state the same total: short pages look like changes.
        """
        if self._stats.totals == {self._last} and self._last is not None and self._responses > 1:
            return 0
        return self._stats.drift + (0 if self._most is None or self._least is None else self._most - self._least)

    @property
    def total(self) -> int | None:
        """The number of rows that the responses stated last; None if none did."""
        return self._last

    @property
    def _is_counted(self) -> bool:
        """Whether the responses count the rows of the list, or its pages."""
        return self._last is not None or self._page_count is not None

    def _lacks_pages(self, pages: int) -> bool:
        """Return whether a list has too few rows for so many pages, the last of which may have a single row."""
        least = (pages - 1) * self._longest + 1
        return self._filled < pages and self._stats.rows + self.drift < least

    def _note_total(self, total: int | None) -> None:
        if total is None:
            return
        self._last = total
        self._least = total if self._least is None else min(self._least, total)
        self._most = total if self._most is None else max(self._most, total)

    def _more(self, page: Page) -> str:
        return page.signs.more or self._left.sign(page)

    def _is_refuted(self, count: int, through: int) -> bool:
        return count < through or count == self._limit

    def _is_known_end(self, at: int) -> bool:
        return self._responses > 1 and at > 0 and (self._last is None or at >= self._last)

    def _doubt(self, page: Page) -> None:
        """Warn of a failure right behind a full page, if nothing counts the rows: it may be no end."""
        is_full = self._is_last_full() and (self._filled > 1 or self._longest % _ROUND == 0)
        if page.missing and (is_full or self._is_at_border) and self._last is None and self._page_count is None:
            self._stats.doubt = (
                f"The list ended with status {page.status} right behind a full page, and nothing says how many rows it "
                "has; if there are more, the API limits how far it can be read"
            )

    @property
    def _is_at_border(self) -> bool:
        """Whether all rows fill pages of the length of the longest; the last one may be short, if pages share rows."""
        is_usual = self._filled > 1 or self._longest % _ROUND == 0
        return bool(self._longest) and not self._stats.rows % self._longest and is_usual

    @property
    def is_last_full(self) -> bool:
        """Whether the last page with rows is as long as each other, or as long as any and as pages usually are."""
        is_usual = self._longest % _ROUND == 0 or self._stats.rows == self._filled * self._longest
        return self._is_last_full() and is_usual

    def _is_last_full(self) -> bool:
        """Return whether the last page with rows is as long as the longest, so that others may follow."""
        return self._latest >= self._longest

    def _fail(self, message: str) -> NoReturn:
        self._stats.ending = Ending.UNPROVED
        raise FatalAPIError(message)


def short_of_all(pages: int, rows: int) -> str:
    """Return the message for a list that ends before the last of the pages that the API counts."""
    return (
        f"the API says that there are {pages} pages, but gave {rows} {noun(rows, 'row')}, fewer than that; it "
        'may limit how far a list can be read. If it counts other pages, set `total_path` to `""`'
    )


def short_of(total: int, rows: int) -> str:
    """Return the message for a list that has fewer rows than the API says."""
    return (
        f"the API says that there are {total} rows, but gave {rows}; it may limit how far a list can be read. If the "
        'total counts rows that the list does not have, set `total_path` to another field, or to `""` for none'
    )


def check_end(stats: ListStats, *, expected: int | None) -> None:
    """Check how a list ended.

    Raises:
        FatalAPIError: Nothing proves that the list has ended, or it has another number of rows than `expected`.
    """
    if stats.ending is Ending.UNPROVED:
        message = "the list ended, but nothing proves that it has no more rows"
        raise FatalAPIError(message)
    if stats.ending is not Ending.CUT and expected not in (None, stats.rows):
        message = f"the state of the report says that it has {expected:,} rows, but {stats.rows:,} were read"
        raise FatalAPIError(message)
