"""A list of numbered links that ends in nothing but empty pages, though each names a next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import NextLink, Page, Row
    from tap_analytics.report.stats import ListStats


class HollowEnding:
    """Counts the rows of each page that is asked for by a number, in its link or as its cursor.

    Args:
        fetch: Asks for a page.
        is_numbered: Says whether a page is asked for by a number.
        stats: The figures of the list.
    """

    def __init__(
        self, fetch: Callable[[NextLink], Page], *, is_numbered: Callable[[NextLink], bool], stats: ListStats
    ) -> None:
        self._fetch = fetch
        self._is_numbered = is_numbered
        self._stats = stats
        self._sizes: dict[NextLink, int] = {}

    def take(self, token: NextLink) -> Page:
        """Return a page."""
        page = self._fetch(token)
        if token.value is None or self._is_numbered(token):
            self._sizes[token] = len(page.rows)
        return page

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of the list, and check its end.

        Raises:
            FatalAPIError: The list seems to be cut, and no total says that this is all.
        """
        yield from pages
        is_proved = self._stats.ending is Ending.PROVED and self._stats.rows not in self._stats.totals
        if is_proved and is_hollow([*self._sizes.values()]):
            self._stats.ending = Ending.UNPROVED
            raise FatalAPIError(hollow(self._stats.rows))


def is_hollow(sizes: Sequence[int]) -> bool:
    """Return whether pages with so many rows look like a list that the API has cut.

    That is so if all pages up to the last with rows are as long as the first, and at least two empty ones follow: an
    empty page then names a further one. An API that filters the rows of its pages has pages of different lengths.
    """
    filled = next((number for number in range(len(sizes), 0, -1) if sizes[number - 1]), 0)
    is_even = filled > 1 and set(sizes[: filled - 1]) == {sizes[0]} and 1 < sizes[0] >= sizes[filled - 1]
    return is_even and len(sizes) > filled + 1


def hollow(rows: int) -> str:
    """Return the message for a list that seems to be cut, since its empty pages name further ones."""
    return (
        f"the API gave {rows} rows, all pages full, and behind them only empty pages, which name further ones; it may "
        "limit how far a list can be read. If that is all, set `stop_after_empty_page` to true, or `total_path` to a "
        "number of rows"
    )
