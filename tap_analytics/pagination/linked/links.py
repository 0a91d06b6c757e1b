"""LinkPaginator: the base of the paginators that follow a link to the next page."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.pagination.linked.linked import LinkedPaginator
from tap_analytics.pagination.page import NO_PLACE
from tap_analytics.pagination.paginator import TRUTH, option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.page import NextLink, Page

_NO_LINK = NO_PLACE | {"#", "-", "false", "n/a", "nil", "none", "undefined"}


@dataclass(frozen=True, kw_only=True)
class LinkPaginator(LinkedPaginator, ABC):
    """Asks for each page by the link that the page before it has."""

    link_query_only: bool = field(
        default=False,
        metadata=option(TRUTH, "Take path and query of a link, and ask the server of `api_url` for them."),
    )
    link_without_key: bool = field(
        default=False,
        metadata=option(TRUTH, "Follow a link to another server too, without the key, the headers and cookies."),
    )

    @property
    @override
    def link_rule(self) -> LinkRule:
        if self.link_query_only:
            return LinkRule.QUERY_ONLY
        return LinkRule.WITHOUT_KEY if self.link_without_key else LinkRule.REFUSE

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        if not isinstance(page.next, str):
            return super().complete(page, headers)
        # A cursor may be the text `null`; a link is not. Nor is it meant where the signs of HTML are in it.
        link = None if page.next.strip().lower() in _NO_LINK else page.next.replace("&amp;", "&")
        return super().complete(replace(page, next=link), headers)

    @override
    def link(self, token: NextLink) -> str | None:
        return token.value
