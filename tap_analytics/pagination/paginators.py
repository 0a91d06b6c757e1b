"""The way from page to page of one resource: what a request carries for it, and where a response says how to go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tap_analytics.http.links import header_link
from tap_analytics.pagination.linked import LinkedPages, NextLink, OnePage
from tap_analytics.pagination.numbered import NumberedPages, Numbering
from tap_analytics.pagination.numbered import PageNumber as NumberedPage
from tap_analytics.pagination.numbered_verified import VerifiedNumberedPages
from tap_analytics.pagination.offset import OffsetPages
from tap_analytics.pagination.offset_verified import VerifiedOffsetPages
from tap_analytics.pagination.page import Page, Span
from tap_analytics.records.envelope import Envelope
from tap_analytics.resources.resource import Auto, Cursor, HeaderLink, JsonLink, Offset, PageNumber, SinglePage

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from requests import Response

    from tap_analytics.pagination.page import InTurn, Row, Token
    from tap_analytics.pagination.prefetch import Prefetch
    from tap_analytics.report.stats import ListStats
    from tap_analytics.resources.resource import Paginator

_LINKS = (JsonLink, HeaderLink)


@dataclass(frozen=True, kw_only=True)
class Paging:
    """How one resource is paged: as it is declared, else as the settings of the tap say."""

    paginator: Paginator
    limit: int
    limit_param: str
    offset_param: str
    total_path: str

    @classmethod
    def of(cls, paginator: Paginator | None, config: Mapping[str, Any]) -> Paging:
        """Return the paging of a resource under the settings of the tap."""
        declared = Offset() if paginator is None or isinstance(paginator, Auto) else paginator
        offset = declared if isinstance(declared, Offset) else Offset()
        total_path = getattr(declared, "total_path", "" if not isinstance(declared, SinglePage) else None)
        return cls(
            paginator=declared,
            limit=offset.limit or config["page_size"],
            limit_param=offset.limit_param or config["limit_param"],
            offset_param=offset.offset_param or config["offset_param"],
            total_path=config["total_path"] if total_path is None else total_path,
        )

    def envelope(self, data_selector: str) -> Envelope:
        """Return where a body holds its records, their total, and what follows."""
        paginator = self.paginator
        following = getattr(paginator, "cursor_path", None) or getattr(paginator, "next_url_path", None)
        more = getattr(paginator, "has_more_path", None)
        return Envelope(
            data_selector=data_selector, total_path=self.total_path, next_path=following or "", more_path=more or ""
        )

    @property
    def follows_links(self) -> bool:
        """Whether what follows a page is a link, which says all that a request carries."""
        return isinstance(self.paginator, _LINKS)

    def params(self, token: Token) -> dict[str, Any]:
        """Return the query parameters that a page is asked for with."""
        if isinstance(token, Span) and isinstance(self.paginator, Offset):
            limit = token.limit
            if self.paginator.maximum_offset is not None:
                limit = min(limit, self.paginator.maximum_offset - self.paginator.offset - token.offset)
            return {self.limit_param: limit, self.offset_param: token.offset + self.paginator.offset}
        if isinstance(token, NumberedPage) and isinstance(self.paginator, PageNumber):
            return {self.paginator.page_param: token.number}
        if isinstance(token, NextLink) and token.value is not None and isinstance(self.paginator, Cursor):
            return {self.paginator.cursor_param: token.value}
        return {}

    def is_beyond(self, token: Token) -> bool:
        """Return whether a page is not to be read any more: it lies at the maximum offset, or behind it."""
        if not isinstance(token, Span) or not isinstance(self.paginator, Offset):
            return False
        maximum = self.paginator.maximum_offset
        return maximum is not None and token.offset + self.paginator.offset >= maximum

    def completed(self, page: Page, response: Response) -> Page:
        """Return a page with all that its response says of what follows."""
        if isinstance(self.paginator, HeaderLink):
            link = header_link(response.headers.get("Link", ""), self.paginator.links_next_key)
            return replace(page, next=link)
        if isinstance(self.paginator, Offset):
            # Nobody but the API knows how many rows there are up to the maximum, or behind the first ones.
            is_part = self.paginator.maximum_offset is not None or self.paginator.offset > 0
            return replace(page, total=None if is_part else page.total, single=page.single or page.next is False)
        return page

    def runs(
        self,
        source: Prefetch | InTurn,
        *,
        key: Callable[[Row], Hashable] | None,
        version: Callable[[Row], object],
        progress: ListStats,
        verify: bool,
    ) -> Iterable[Sequence[Row]]:
        """Return the rows of the resource in runs, read the way that loses none of them."""

        def fetch(token: Token) -> Page:
            return source.take(token)[0]

        if isinstance(self.paginator, PageNumber):
            declared = self.paginator
            numbering = Numbering(
                base=declared.base_page,
                start=declared.page,
                maximum=declared.maximum_page,
                stop_after_empty_page=declared.stop_after_empty_page,
            )
            if verify:
                return VerifiedNumberedPages(fetch, numbering=numbering, key=key, version=version, progress=progress)
            return NumberedPages(source, numbering=numbering, key=key, progress=progress)
        if isinstance(self.paginator, SinglePage):
            return OnePage(fetch, progress=progress)
        if not isinstance(self.paginator, Offset):
            stop = isinstance(self.paginator, Cursor) and self.paginator.stop_after_empty_page
            return LinkedPages(fetch, key=key, stop_after_empty_page=stop, progress=progress)
        if verify:
            return VerifiedOffsetPages(source, limit=self.limit, key=key, version=version, progress=progress)
        return OffsetPages(source, limit=self.limit, key=key, progress=progress)
