"""Pages by the `Link` header: that of each page holds the link to the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.linked.link_header import header_link, lacks_relations, names_next
from tap_analytics.pagination.linked.links import LinkPaginator
from tap_analytics.pagination.paginator import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import Page


@dataclass(frozen=True, kw_only=True)
class HeaderLinkPaginator(LinkPaginator):
    """Asks for each page by the link in the `Link` header of the page before it."""

    type: ClassVar = "header_link"
    next_page: ClassVar = "by the `Link` header"
    example: ClassVar[Mapping[str, Any]] = {"path": "/v1/events", "data_selector": "$", "paginator": "header_link"}
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/history",
            "paginator": {
                "type": "header_link",
                "links_next_key": "older",
                "link_query_only": True,
                "has_more_path": "more",
                "is_last_path": "last",
            },
        },
        {
            "path": "/v1/archive",
            "paginator": {
                "type": "header_link",
                "header": "X-Next",
                "link_without_key": True,
                "stop_after_empty_page": True,
                "total_path": "count",
            },
        },
    )

    links_next_key: str = field(
        default="next", metadata=option(TEXT, "The relation (`rel`) of the link in the `Link` header.")
    )

    header: str = field(
        default="Link",
        metadata=option(TEXT, "The header that holds the link: written as in a `Link` header, or the link alone."),
    )

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        value = headers.get(self.header, "")
        is_bare = self.header.lower() != "link" and not value.lstrip().startswith("<")
        link = value.strip() if is_bare else header_link(value, self.links_next_key)
        others = [] if link is None else [""]
        others += [self.header] if lacks_relations(value) else []
        others += [name for name, text in headers.items() if names_next(name, text)]
        signs = page.signs if page.signs.next else page.signs._replace(next=next(iter(others), ""))
        return super().complete(replace(page, next=link, signs=signs), headers)
