"""Numbered pages: a list whose pages are asked for by their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.endings.behind_end import BehindEnd
from tap_analytics.pagination.endings.named_next import NamedNext
from tap_analytics.pagination.guards.ever_new import EverNewRows
from tap_analytics.pagination.guards.far_places import NUMBERS, FarPlaces
from tap_analytics.pagination.guards.repetition import ChangingRows, EmptyPages, Repetition, repeated_number
from tap_analytics.pagination.guards.returning import ReturningRows
from tap_analytics.pagination.numbered.before_first import BeforeFirst
from tap_analytics.pagination.numbered.numbered_ending import NumberedEvidence
from tap_analytics.pagination.numbered.numbered_verified import VerifiedNumberedPages
from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import PageNumber, pages_of
from tap_analytics.pagination.paginator import LAST, MORE, PATH, TRUTH, WHOLE, Paginator, Paths, option

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats


@dataclass(frozen=True, kw_only=True)
class PageNumberPaginator(Paginator[PageNumber]):
    """Asks for pages by their number."""

    type: ClassVar = "page_number"
    placeholders: ClassVar = ("paginator.page",)
    next_page: ClassVar = "by its number"
    changing_list: ClassVar = (
        "Pages cannot share a row, so each is asked for twice: before and after the next one. If rows have moved, "
        "the tap steps back."
    )
    dlt_says: ClassVar = "As in dlt. Pages are read twice unless `verify_pages` is false."
    # The size of a page is declared as one of the `params`.
    example: ClassVar[Mapping[str, Any]] = {
        "path": "/v1/orders",
        "params": {"per_page": 200},
        "paginator": {"type": "page_number", "base_page": 1, "total_path": "meta.pages"},
    }
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/orders/search",
            "method": "POST",
            "json": {"page": {"size": 100}},
            "paginator": {
                "type": "page_number",
                "page_body_path": "page.number",
                "total_path": "page.rows",
                "total_pages_path": "page.of",
            },
        },
        {
            "path": "/v1/invoices",
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "page": 2,
                "page_param": "p",
                "maximum_page": 100,
                "has_more_path": "more",
                "is_last_path": "last",
                "stop_after_empty_page": False,
            },
        },
        {
            "path": "/v1/entries",
            "paginator": {
                "type": "page_number",
                "base_page": 1,
                "total_path": "header:X-Rows",
                "total_pages_path": "header:X-Pages",
                "is_last_path": "header:X-Last",
            },
        },
    )

    base_page: int = field(default=0, metadata=option(WHOLE, "The number of the first page of the list."))
    page: int | None = field(
        default=None, metadata=option(WHOLE, "The number of the first page to read, if it is not `base_page`.")
    )
    page_param: str = field(default="page", metadata=option(TEXT, "The parameter that carries the number."))
    total_path: str = field(
        default="total",
        metadata=option(
            PATH,
            "Where the number of pages is, or that of rows: the pages tell which, and `total_pages_path` says it. "
            '`null` or `""` says that there is none.',
        ),
    )
    total_pages_path: str | None = field(
        default=None, metadata=option(TEXT, "Where the number of pages is, if `total_path` leads to that of rows.")
    )
    page_body_path: str | None = field(
        default=None, metadata=option(TEXT, "Where the number goes in the body of the request, instead of a parameter.")
    )
    maximum_page: int | None = field(default=None, metadata=option(WHOLE, "Pages from this number on are not read."))
    stop_after_empty_page: bool = field(default=True, metadata=option(TRUTH, "Whether an empty page is the end."))
    has_more_path: str | None = field(default=None, metadata=option(TEXT, MORE))
    is_last_path: str | None = field(default=None, metadata=option(TEXT, LAST))

    @property
    @override
    def first(self) -> PageNumber:
        return PageNumber(self.numbering.first)

    @property
    @override
    def paths(self) -> Paths:
        return Paths(
            total=self.total_path,
            pages=self.total_pages_path or "",
            more=self.has_more_path or "",
            last=self.is_last_path or "",
        )

    @property
    def numbering(self) -> Numbering:
        """How the pages are numbered."""
        counted = (self.total_path or "").lower().rpartition(".")[2]
        return Numbering(
            base=self.base_page,
            start=self.page,
            maximum=self.maximum_page,
            stop_after_empty_page=self.stop_after_empty_page,
            counts_rows=self.total_pages_path is not None,
            names_all_rows="total" in counted and "page" not in counted,
        )

    @override
    def most_rows(self, page: int) -> int | None:
        return None if self.maximum_page is None else max(0, self.maximum_page - self.numbering.first) * page

    @override
    def params(self, token: PageNumber) -> dict[str, Any]:
        return {} if self.page_body_path else {self.page_param: token.number}

    @override
    def values(self, token: PageNumber) -> dict[str, Any]:
        return dict(zip(self.placeholders, (token.number,), strict=True))

    @override
    def body(self, token: PageNumber) -> dict[str, Any]:
        return {self.page_body_path: token.number} if self.page_body_path else {}

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        return page if self.total_path else page.without_counts()

    @override
    def place(self, token: PageNumber) -> str:
        return f"page {token.number}"

    @override
    def pages(
        self, source: Source[PageNumber], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        named, numbering = NamedNext(source, stats=stats), self.numbering
        pages: Iterable[Sequence[Row]]
        if verify:
            pages = VerifiedNumberedPages(
                pages_of(named), numbering=numbering, key=rows.key, version=rows.version, stats=stats
            )
        else:
            pages = NumberedPages(named, numbering=numbering, key=rows.key, stats=stats)
        pages = BeforeFirst(named, numbering=numbering, rows=rows).through(pages)
        if self.maximum_page is None:
            pages = FarPlaces(
                source, far=(PageNumber(NUMBERS[0]), PageNumber(NUMBERS[1])), rows=rows, stats=stats
            ).through(pages)
        return BehindEnd(named, rows=rows, stats=stats).through(named.through(pages))


class NumberedPages:
    """A list as runs of rows, read page by page, by number.

    Rows that are added or removed between two requests move the rows behind them to another page;
    `VerifiedNumberedPages` reads lists that change.

    Args:
        source: Where the pages come from.
        numbering: Which numbers there are.
        key: Identifies a row; the whole row does if it is None.
        stats: The figures of the list; its total is not one of them, since it counts pages.

    Raises:
        FatalAPIError: While reading: the API ignores the number of the page, or all pages are empty.
    """

    def __init__(
        self,
        source: Source[PageNumber],
        *,
        numbering: Numbering | None = None,
        key: Callable[[Row], Hashable] | None = None,
        stats: ListStats,
    ) -> None:
        self._source = source
        self._numbering = numbering or Numbering()
        self._key = key
        self._stats = stats
        self._evidence = NumberedEvidence(stats, self._numbering)

    def __iter__(self) -> Iterator[Sequence[Row]]:
        repetition, empty = Repetition(self._key, is_circular=True), EmptyPages()
        changing, returning = ChangingRows(self._key), ReturningRows(self._key)
        ever_new = EverNewRows(self._key, look=partial(self._look, self._numbering.first))
        number, before = self._numbering.first, None
        while True:
            page = self._take(number)
            if self._evidence.is_doubtful_numbered(number, page, before):
                page = self._again(number)
            before = page
            if page.rows:
                repetition.add(page.rows)
                returning.add(page.rows)
                if repetition.is_certain or changing.repeats(page.rows, partial(self._look, number)):
                    if self._evidence.is_counted_end(number, page):
                        break
                    raise FatalAPIError(repeated_number(number))
                ever_new.check(number - self._numbering.first + 1)
                self._stats.rows += len(page.rows)
                yield page.rows
            if self._evidence.is_last(number, page):
                break
            empty.add(page.rows)
            number += 1
        self._evidence.end_numbered(number, page)
        returning.check(partial(self._look, self._numbering.first))
        self._evidence.conclude()

    def _look(self, number: int) -> Sequence[Row]:
        return self._again(number).rows

    def _again(self, number: int) -> Page:
        self._source.drop()
        return self._take(number)

    def _take(self, number: int) -> Page:
        page, _ = self._source.take(PageNumber(number))
        self._evidence.note_numbered(number, page)
        if number == self._numbering.first:
            self._source.plan(self._numbering.after(number, page))
        return page
