"""Pages by offset: each page is asked for at the number of rows received so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.endings.behind_end import BehindEnd
from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.endings.named_next import NamedNext
from tap_analytics.pagination.guards.ever_new import EverNewRows
from tap_analytics.pagination.guards.far_places import OFFSETS, FarPlaces
from tap_analytics.pagination.guards.lone_rows import LoneRows
from tap_analytics.pagination.guards.repetition import ChangingRows, Repetition, repeated_offset
from tap_analytics.pagination.guards.returning import ReturningRows
from tap_analytics.pagination.offset.offset_verified import VerifiedOffsetPages
from tap_analytics.pagination.page import Span
from tap_analytics.pagination.paginator import LAST, MORE, PATH, TRUTH, WHOLE, Paginator, Paths, option, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.offset.stretch import Stretch
    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats


@dataclass(frozen=True, kw_only=True)
class OffsetPaginator(Paginator[Span]):
    """Asks for pages by `limit` and `offset`."""

    type: ClassVar = "offset"
    placeholders: ClassVar = ("paginator.offset", "paginator.limit", "paginator.last", "paginator.end")
    next_page: ClassVar = "by `limit` and `offset`"
    changing_list: ClassVar = "Two pages share a row; if they do not, the tap steps back. No row is lost."
    dlt_says: ClassVar = "As in dlt. `limit` need not be said, and `stop_after_empty_page` changes nothing."
    example: ClassVar[Mapping[str, Any]] = {
        "path": "/v1/orders",
        "paginator": {
            "type": "offset",
            "limit": 500,
            "offset_param": "skip",
            "limit_param": "top",
            "total_path": "meta.count",
        },
    }
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/orders/search",
            "method": "POST",
            "paginator": {"type": "offset", "offset_body_path": "page.offset", "limit_body_path": "page.size"},
        },
        {
            "path": "/rpc",
            "method": "POST",
            "json": {"method": "search", "args": ["orders", {"order": "id"}]},
            "paginator": {
                "type": "offset",
                "offset_body_path": "args[1].offset",
                "limit_body_path": "args[1].limit",
            },
        },
        {
            "path": "/v1/invoices",
            "paginator": {
                "type": "offset",
                "offset": 1,
                "has_more_path": "more",
                "is_last_path": "last",
                "maximum_offset": 10_001,
            },
        },
    )

    limit: int | None = field(
        default=None,
        metadata=option({"type": "integer", "minimum": 1}, "Rows asked for per request.", setting="page_size"),
    )
    offset: int = field(default=0, metadata=option(WHOLE, "Where the list begins."))
    limit_param: str | None = field(
        default=None, metadata=option(TEXT, "The parameter that carries the limit.", setting="limit_param")
    )
    offset_param: str | None = field(
        default=None, metadata=option(TEXT, "The parameter that carries the offset.", setting="offset_param")
    )
    total_path: str | None = field(
        default=None,
        metadata=option(
            PATH,
            'Where the number of rows is. It may be missing; `null` or `""` says that there is none.',
            setting="total_path",
        ),
    )
    offset_body_path: str | None = field(
        default=None,
        metadata=option(
            TEXT,
            "Where the offset goes in the body, instead of a parameter: `page.offset`, `args[1].offset`.",
        ),
    )
    limit_body_path: str | None = field(default=None, metadata=option(TEXT, "Where the limit goes in the body."))
    maximum_offset: int | None = field(default=None, metadata=option(WHOLE, "Rows from here on are not read."))
    has_more_path: str | None = field(default=None, metadata=option(TEXT, MORE))
    is_last_path: str | None = field(default=None, metadata=option(TEXT, LAST))
    stop_after_empty_page: bool = field(
        default=True,
        metadata=option(TRUTH, "Taken, and changes nothing: an empty page is always the end of a list by offset."),
    )
    # The part of the list that is read; set by the tap, not declared.
    stretch: Stretch | None = None

    @property
    @override
    def first(self) -> Span:
        return Span(0, value_of(self.limit))

    @property
    @override
    def paths(self) -> Paths:
        return Paths(total=value_of(self.total_path), more=self.has_more_path or "", last=self.is_last_path or "")

    @override
    def of_stretch(self, stretch: Stretch) -> Self | None:
        return None if self.offset or self.maximum_offset is not None else replace(self, stretch=stretch)

    @override
    def most_rows(self, page: int) -> int | None:
        return None if self.maximum_offset is None else max(0, self.maximum_offset - self.offset)

    @override
    def params(self, token: Span) -> dict[str, Any]:
        limits = {} if self.limit_body_path else {value_of(self.limit_param): self._limit(token)}
        offsets = {} if self.offset_body_path else {value_of(self.offset_param): token.offset + self.offset}
        return limits | offsets

    @override
    def values(self, token: Span) -> dict[str, Any]:
        first, limit = token.offset + self.offset, self._limit(token)
        return dict(zip(self.placeholders, (first, limit, first + limit - 1, first + limit), strict=True))

    @override
    def body(self, token: Span) -> dict[str, Any]:
        places = {self.limit_body_path: self._limit(token), self.offset_body_path: token.offset + self.offset}
        return {path: value for path, value in places.items() if path}

    def _limit(self, token: Span) -> int:
        """Return how many rows to ask for; none behind the maximum."""
        if self.maximum_offset is None:
            return token.limit
        return min(token.limit, self.maximum_offset - self.offset - token.offset)

    @override
    def position(self, token: Span) -> int:
        return token.offset

    @override
    def place(self, token: Span) -> str:
        return f"offset {token.offset}"

    @override
    def is_beyond(self, token: Span) -> bool:
        return self.maximum_offset is not None and token.offset + self.offset >= self.maximum_offset

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        if page.lists > 1:
            message = (
                f"the rows of a page stand in {page.lists} lists, so that they say nothing of the next offset; "
                "let `data_selector` lead through the list that offsets count, as `groups[*].items[*]` does, or "
                "declare the paginator `single_page` if this is all there is"
            )
            raise FatalAPIError(message)
        # A total may count the rows before `offset` too, so that it is not the length of the list from there on.
        return page.without_counts() if self.offset or self.total_path == "" else page

    @override
    def pages(
        self, source: Source[Span], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        limit = value_of(self.limit)
        if verify and self.stretch:
            from tap_analytics.pagination.offset.stretch_pages import StretchPages  # noqa: PLC0415 - few lists are read so

            return StretchPages(source, limit=limit, rows=rows, stretch=self.stretch, stats=stats)
        named = NamedNext(source, stats=stats)
        pages: Iterable[Sequence[Row]]
        if not verify:
            pages = OffsetPages(named, limit=limit, key=rows.key, stats=stats)
        elif rows.is_closed:
            pages = ClosedOffsetPages(named, limit=limit, rows=rows, stats=stats)
        else:
            pages = VerifiedOffsetPages(named, limit=limit, key=rows.key, version=rows.version, stats=stats)
        far = FarPlaces(source, far=(Span(OFFSETS[0], limit), Span(OFFSETS[1], limit)), rows=rows, stats=stats)
        found = BehindEnd(named, rows=rows, stats=stats).through(named.through(far.through(pages)))
        if (most := self.most_rows(limit)) is None:
            return found
        from tap_analytics.pagination.offset.maximum import up_to  # noqa: PLC0415 - few lists have a maximum

        return up_to(most, found, stats=stats)


class ClosedOffsetPages(VerifiedOffsetPages):
    """A list into which no row comes any more, so that it needs no closing look.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        rows: What identifies a row, and how many rows a full page has.
        stats: The figures of the list.
    """

    def __init__(self, source: Source[Span], *, limit: int, rows: RowIdentity, stats: ListStats) -> None:
        super().__init__(source, limit=limit, key=rows.key, version=rows.version, stats=stats)
        # If the total says that a shorter page is all, no other proof is needed.
        self._asking.longest = rows.full_page

    @override
    def _closing_looks(self) -> Iterator[Sequence[Row]]:
        return iter(())


class OffsetPages:
    """A list as runs of rows, each page asked for at the number of rows received so far.

    Adding the rows received, not the limit, loses nothing if a server caps its pages. Rows that are added or removed
    between two requests move the rows behind them; `VerifiedOffsetPages` reads lists that change.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        key: Identifies a row; the whole row does if it is None.
        stats: The figures of the list.

    Raises:
        FatalAPIError: While reading: the API ignores the offset, or the list ended before its total.
    """

    def __init__(
        self, source: Source[Span], *, limit: int, key: Callable[[Row], Hashable] | None = None, stats: ListStats
    ) -> None:
        self._source = source
        self._key = key
        self._limit = limit
        self._stats = stats
        self._evidence = Evidence(stats, limit=limit)

    def __iter__(self) -> Iterator[Sequence[Row]]:
        repetition = Repetition(self._key, is_circular=False)
        changing, returning = ChangingRows(self._key), ReturningRows(self._key)
        lone, ever_new = LoneRows(partial(self._look, 0)), EverNewRows(self._key, look=partial(self._look, 0))
        offset, pages, before = 0, 0, None
        while (page := self._page(offset, before)).rows:
            before, pages = page, pages + 1
            repetition.add(page.rows)
            if repetition.is_suspected and self._are_all(page, offset):
                break
            if repetition.is_certain or changing.repeats(page.rows, partial(self._look, page.offset)):
                raise FatalAPIError(repeated_offset(page.offset))
            lone.check(page.rows, offset=page.offset)
            returning.add(page.rows)
            ever_new.check(pages)
            self._stats.rows += len(page.rows)
            yield page.rows
            offset += len(page.rows)
            if self._is_last(page):
                self._evidence.end(page)
                break
        else:
            self._evidence.nothing(page, at=offset)
        returning.check(partial(self._look, 0))
        self._evidence.conclude()

    def _are_all(self, page: Page, offset: int) -> bool:
        """Return whether a repeated page is the whole list: it has more rows than asked for, or all of the total."""
        return len(page.rows) > self._limit or self._evidence.total_of(page) == offset

    def _is_last(self, page: Page) -> bool:
        """Return whether a response says that nothing follows; the total in the first one may count only its rows."""
        end = page.offset + len(page.rows)
        is_short = page.offset > 0 and len(page.rows) < self._limit
        is_at_total = is_short and self._evidence.total_of(page) == end and not page.more
        return page.single or page.more is False or is_at_total

    def _page(self, offset: int, before: Page | None) -> Page:
        """Return the page behind another one; if it is empty and the list may go on, ask for it twice."""
        page = self._take(offset)
        return self._take(offset) if self._evidence.is_doubtful(page, before) else page

    def _look(self, offset: int) -> Sequence[Row]:
        return self._take(offset).rows

    def _take(self, offset: int) -> Page:
        page, _ = self._source.take(Span(offset, self._limit))
        self._evidence.note(page, through=offset + len(page.rows))
        return page
