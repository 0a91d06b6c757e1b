"""Pages by a link in the body: each page holds the link to the next one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.linked.links import LinkPaginator
from tap_analytics.pagination.paginator import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, kw_only=True)
class JsonLinkPaginator(LinkPaginator):
    """Asks for each page by the link in the body of the page before it."""

    type: ClassVar = "json_link"
    reads_body: ClassVar = True
    next_page: ClassVar = "by a link in the body"
    dlt_says: ClassVar = "As in dlt; also for the deprecated `json_response`."
    example: ClassVar[Mapping[str, Any]] = {
        "path": "/v1/events",
        "data_selector": "items",
        "paginator": {"type": "json_link", "next_url_path": "links.next"},
    }
    more_examples: ClassVar[Sequence[Mapping[str, Any]]] = (
        {
            "path": "/v1/conversations",
            "paginator": {
                "type": "json_link",
                "next_url_path": "pages.next",
                "link_query_only": True,
                "has_more_path": "pages.more",
                "is_last_path": "pages.last",
            },
        },
        {"path": "/v1/logs", "paginator": {"type": "json_link", "link_without_key": True, "total_path": "count"}},
        {
            "path": "/v1/mails",
            "paginator": {"type": "json_link", "next_url_path": "paging.next", "stop_after_empty_page": True},
        },
    )

    next_url_path: str = field(
        default="next",
        metadata=option(
            TEXT,
            "Where the body has the link; it may be relative. A link without a number replaces all parameters.",
        ),
    )

    @property
    @override
    def next_path(self) -> str:
        return self.next_url_path
