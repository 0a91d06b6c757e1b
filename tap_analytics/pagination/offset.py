"""Pages by offset: a list whose pages are asked for where the rows received so far end."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import REMEMBERED_PAGES, REPEATED_PAGES, Page, Row, Source, Span, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from tap_analytics.report.stats import ListStats


class OffsetPages:
    """A list as runs of rows, each page asked for where the rows received so far end.

    Going on by the rows received, not by the limit, loses nothing where a server caps its pages. Rows that come or go
    between two pages move those behind them: the chain is there for lists that change.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        key: Identifies a row; the whole row does if it is None.
        progress: Told of what happens.

    Raises:
        FatalAPIError: While reading: the API ignores the offset, or the list ended before its total.
    """

    def __init__(
        self, source: Source, *, limit: int, key: Callable[[Row], Hashable] | None = None, progress: ListStats
    ) -> None:
        self._source = source
        self._key = key or whole
        self._limit = limit
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        offset = repeats = 0
        before: list[Hashable] = []
        recent: deque[set[Hashable]] = deque(maxlen=REMEMBERED_PAGES)
        while (page := self._take(offset)).rows:
            keys = [self._key(row) for row in page.rows]
            distinct = set(keys)
            repeats = repeats + 1 if any(distinct <= earlier for earlier in recent) else 0
            if repeats and len(keys) > self._limit:
                break  # all rows at once, whatever is asked for
            if repeats >= REPEATED_PAGES or (keys == before and len(distinct) == len(keys)):
                raise FatalAPIError(repeats_itself(page))
            self._progress.rows += len(page.rows)
            yield page.rows
            offset, before = offset + len(page.rows), keys
            recent.append(distinct)
            if page.single or (len(page.rows) < self._limit and page.total == offset):
                break
        self._progress.check_total()

    def _take(self, offset: int) -> Page:
        page, _ = self._source.take(Span(offset, self._limit))
        self._progress.pages += 1
        self._progress.totals.add(page.total)
        return page


def repeats_itself(page: Page) -> str:
    """Return what to say of an API that answers the same page again."""
    return (
        f"the API answers the same rows at offset {page.offset} as before it; check `offset_param`, or declare the "
        "resource with the paginator `single_page` if it has no pages"
    )
