"""Pages by links: what the paginators that follow one have in common."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.pagination.linked import LinkedPaginator
from tap_analytics.pagination.paginator import TRUTH, option

if TYPE_CHECKING:
    from tap_analytics.pagination.page import NextLink


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
    def link(self, token: NextLink) -> str | None:
        return token.value
