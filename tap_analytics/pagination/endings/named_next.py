"""Checks a list by offset or page number whose last response still names a next page: the list may be cut."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.page import PageNumber, Span, WatchedSource
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row

PlaceT = TypeVar("PlaceT", Span, PageNumber)

# Places that surely lie behind all rows: so many times as far as the end, and so much more. If the API refuses a place
# that far, the next one is tried.
FAR = ((100, 10_000), (10, 1_000), (2, 100))


class NamedNext(WatchedSource[PlaceT]):
    """A source that remembers its first page, the furthest one with rows, and what the furthest of all named as next.

    Some APIs name a next place on every page, others only if there is more: then a list that ends with such a name is
    not whole. A page far behind the end shows which kind of API it is.

    Args:
        source: Where the pages come from.
        stats: The figures of the list.
    """

    furthest: PlaceT | None = None
    first: Page | None = None
    filled: Page | None = None
    _page: Page | None = None

    @override
    def note(self, token: PlaceT, page: Page) -> None:
        self.first = self.first or page
        if self.furthest is None or token[0] >= self.furthest[0]:
            self.furthest, self._page = token, page
            self.filled = page if page.rows else self.filled

    @property
    def ends_empty(self) -> bool:
        """Whether the furthest page has no rows, and is no failure."""
        return self._page is not None and not (self._page.rows or self._page.missing or self._page.is_beyond)

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of the list, and check its end.

        Raises:
            FatalAPIError: The last page names a next place, and a page far behind the end names none.
        """
        yield from pages
        page = self._page
        if page is None or not page.signs.next or page.count is not None or page.more is False:
            return
        if self._stats.ending is Ending.PROVED and self._stats.rows and not self._is_always_named():
            self._stats.ending = Ending.UNPROVED
            raise FatalAPIError(next_though_ended(page.signs.next, self._stats.rows))

    def _is_always_named(self) -> bool:
        """Return whether the API names a next place, or gives no answer, far behind the end of the list."""
        if self.furthest is None:
            return True
        for times, least in FAR:
            far = self.furthest._replace(**{self.furthest._fields[0]: self.furthest[0] * times + least})
            try:
                page = self._source.look(far)
            except FatalAPIError:
                continue
            if not page.missing:
                return bool(page.signs.next or page.is_beyond or page.rows)
        return True


def next_though_ended(sign: str, rows: int) -> str:
    """Return the message for a list that ends although its last page names a next one."""
    return (
        f"the API gave {rows} {noun(rows, 'row')} and nothing behind them, but names a next page there "
        f"(`{sign}`), which it does not do far behind the end; it may limit how far a list can be read. If that names "
        'no page, set `total_path` to `""`'
    )
