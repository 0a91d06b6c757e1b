"""A list that has one page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.endings.ending import PART
from tap_analytics.pagination.endings.round_cap import remark_cap
from tap_analytics.pagination.endings.rows_left import RowsLeft
from tap_analytics.pagination.page import NextLink, pages_of
from tap_analytics.pagination.paginator import PATH, ROWS, Paginator, Paths, option, value_of
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats


@dataclass(frozen=True, kw_only=True)
class SinglePagePaginator(Paginator[NextLink]):
    """Asks for one page, which is the whole list."""

    type: ClassVar = "single_page"
    may_be_object: ClassVar = True
    is_one_page: ClassVar = True
    counts_rows: ClassVar = False
    next_page: ClassVar = "there is none"
    changing_list: ClassVar = "One response is all."
    example: ClassVar[Mapping[str, Any]] = {"path": "/v1/agents_overview", "paginator": "single_page"}

    total_path: str | None = field(default=None, metadata=option(PATH, ROWS, setting="total_path"))

    @property
    @override
    def first(self) -> NextLink:
        return NextLink()

    @property
    @override
    def paths(self) -> Paths:
        return Paths(total=value_of(self.total_path))

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        return page.without_counts() if self.total_path == "" else page

    @override
    def pages(
        self, source: Source[NextLink], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        return OnePage(pages_of(source), stats=stats)


class OnePage:
    """A list of one page, as one run of rows.

    Args:
        fetch: Asks for the page.
        stats: The figures of the list.

    Raises:
        FatalAPIError: While reading: the status says that the page is a part of the list.
    """

    def __init__(self, fetch: Callable[[NextLink], Page], *, stats: ListStats) -> None:
        self._fetch = fetch
        self._stats = stats

    def __iter__(self) -> Iterator[Sequence[Row]]:
        page = self._fetch(NextLink())
        if page.is_part and len(page.rows) not in {page.total, *page.signs.counts.values()}:
            raise FatalAPIError(PART)
        self._stats.pages += 1
        self._stats.totals.add(page.total)
        self._stats.ending = Ending.PROVED
        if page.runs is None:
            self._remark(page)
        for rows in page.runs() if page.runs else [page.rows]:
            self._stats.rows += len(rows)
            if rows:
                yield rows
        self._stats.is_told = page.total is not None or bool(page.signs.counts)
        remark_cap(self._stats)

    def _remark(self, page: Page) -> None:
        """Add a remark if a count or a flag in the body says that there are more rows than the page has."""
        counts = (page.signs.counts if page.total is None else {"total_path": page.total}).items()
        more = next((f"`{path}` is {count:,}" for path, count in counts if count > len(page.rows)), "")
        sign = page.signs.more or page.signs.next or RowsLeft().sign(page)
        if not more and page.signs.pages is not None and page.signs.pages > 1:
            more = f"the response counts {page.signs.pages:,} pages"
        more = more or (f"`{sign}` says that there is more" if sign else "")
        if more and not page.single:
            rows = f"{len(page.rows):,} {noun(len(page.rows), 'row')}"
            self._stats.remarks.append(f"The one page has {rows}, but {more}; use a `paginator` that reads all pages")
