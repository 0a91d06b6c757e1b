"""A list by cursors or links in which another cursor leads to the rows of an earlier page, in place of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.alike import tells_apart
from tap_analytics.pagination.page import NextLink, whole
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity
    from tap_analytics.report.stats import ListStats

# So many pages are remembered.
REMEMBERED_PAGES = 10_000


class RepeatedPages:
    """Asks once more for a page that has just the rows of an earlier one; an old answer may have come from a cache.

    Rows that were changed, and have moved, may make up such a page too: then the earlier page has others now. Where
    nothing comes behind such a page, it is the last one, which some APIs give again. Without a key, pages may be alike
    because their rows are, as those of days on which nothing happened: no field tells them from the rows of others.

    Args:
        fetch: Asks for a page.
        rows: What identifies a row.
        is_numbered: Says whether a page is asked for by a number: such pages are looked at twice in any case.
        stats: The figures of the list.
    """

    def __init__(
        self,
        fetch: Callable[[NextLink], Page],
        *,
        rows: RowIdentity,
        is_numbered: Callable[[NextLink], bool],
        stats: ListStats,
    ) -> None:
        self._fetch = fetch
        self._key = rows.key or whole
        self._is_keyed = rows.key is not None
        self._is_numbered = is_numbered
        self._stats = stats
        # What pages name as next; the tap asks for other places too.
        self._named: set[str | None] = set()
        self._tokens: dict[Hashable, NextLink] = {}
        self._again: dict[NextLink, int] = {}
        self._between: dict[NextLink, int] = {}
        self._alike: Sequence[Row] = ()

    def take(self, token: NextLink) -> Page:
        """Return a page."""
        page = self._fetch(token)
        is_named = token.value in self._named and not self._is_numbered(token)
        if len(self._named) < REMEMBERED_PAGES:
            self._named.add(page.next.value if isinstance(page.next, NextLink) else str(page.next))
        rows = self._mark(page)
        earlier = self._tokens.get(rows, token) if is_named else token
        if earlier != token and not self._again:
            page = self._fetch(token)
            if self._mark(page) != rows:
                return page
            earlier = earlier if self._mark(self._fetch(earlier)) == rows else token
        if earlier != token:
            self._again[token] = len(page.rows)
            self._alike = page.rows
        elif page.rows and rows not in self._tokens and (is_named or token.value is None):
            self._judge(page.rows)
            if len(self._tokens) < REMEMBERED_PAGES:
                self._tokens[rows] = token
        return page

    def _judge(self, rows: Sequence[Row]) -> None:
        """Count the pages that came again as missing ones, unless the rows behind them show that rows may be alike."""
        if self._is_keyed or not self._again or tells_apart(self._alike, rows):
            self._between |= self._again
        else:
            self._again.clear()

    def _mark(self, page: Page) -> Hashable:
        """Return what stands for the rows of a page; a page with nothing to tell it by has none of its own."""
        keys = tuple(map(self._key, page.rows))
        return hash(keys) if len(keys) > 1 and keys[0] != keys[-1] else object()

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of the list, and check its end.

        Raises:
            FatalAPIError: Some pages had the rows of others, and no total says that this is all.
        """
        yield from pages
        again = sum(self._between.values())
        counted = [total for total in self._stats.totals if total is not None]
        is_all = bool(counted) and self._stats.rows - again >= max(counted)
        if again and not is_all and self._stats.ending is Ending.PROVED:
            self._stats.ending = Ending.UNPROVED
            raise FatalAPIError(rows_again(len(self._between), again))


def rows_again(pages: int, rows: int) -> str:
    """Return the message for a list some pages of which have the rows of others."""
    return (
        f"{pages} {noun(pages, 'page')} had just the {rows} rows of earlier pages, under cursors or links of their own "
        "and also when asked for again, and others came behind: rows may be missing in their place; run the sync once "
        "more, or tell the makers of the API"
    )
