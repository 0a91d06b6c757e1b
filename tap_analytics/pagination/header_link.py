"""Pages by the `Link` header: that of each page holds the link to the next one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.links import LinkPaginator
from tap_analytics.pagination.page import NO_PLACE
from tap_analytics.pagination.paginator import option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.pagination.page import Page

# A quoted text may be without its end, where a server has cut the header short.
_QUOTED = r'"(?:[^"\\]|\\.)*(?:"|\\?$)'
_NEXT = re.compile(
    r"next(?![a-z])|next_?(?:page|link|ur[il]|href|cursor|token|offset|start|key|id|marker)", re.IGNORECASE
)
_LINK = re.compile(rf'<(?P<target>[^>]*)>(?P<parameters>(?:[^,"]|{_QUOTED})*)')
# A link without its brackets, which some servers leave out.
_BARE = re.compile(rf'\s*(?P<target>[^\s<>";]+)(?P<parameters>(?:\s*;(?:[^,;"]|{_QUOTED})*)+)')
_PARAMETER = re.compile(rf';\s*(?P<name>[^\s=;,"]+)\s*(?:=\s*(?P<value>{_QUOTED}|[^\s;,"]+))?')


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
        metadata=option(TEXT, "The header that holds the link: as `Link` does, or nothing but the link itself."),
    )

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        value = headers.get(self.header, "")
        is_bare = self.header.lower() != "link" and not value.lstrip().startswith("<")
        link = value.strip() if is_bare else header_link(value, self.links_next_key)
        others = (name for name, text in headers.items() if link is None and names_next(name, text))
        signs = page.signs if page.signs.next else page.signs._replace(next=next(others, ""))
        return super().complete(replace(page, next=link, signs=signs), headers)


def names_next(header: str, value: str) -> bool:
    """Return whether a header names a next page; one such as `X-Nextjs-Cache` just begins so."""
    return _NEXT.search(header) is not None and value.strip().lower() not in NO_PLACE


def header_link(value: str, relation: str) -> str | None:
    """Return the target of the first link of a relation in a `Link` header (RFC 8288), None where it has none.

    The parser of requests cuts targets at `;`, and ends at a text that holds `=`; so it is not used here.
    """
    links = _LINK.finditer(value) if "<" in value else filter(None, map(_BARE.fullmatch, re.split(r",\s+", value)))
    for link in links:
        parameters = {found["name"].lower(): found["value"] or "" for found in _first_of_each(link["parameters"])}
        relations = parameters.get("rel", "").strip("\"'").lower().split()
        if relation.lower() in {*relations, *map(_name_of, relations)}:
            return link["target"].strip()
    return None


def _name_of(relation: str) -> str:
    """Return the last name of a relation that is written as a URL."""
    return re.split(r"[/#:]", relation.rstrip("/"))[-1] if ":" in relation else relation


def _first_of_each(parameters: str) -> list[re.Match[str]]:
    """Return the parameters of a link in reverse, so that the first of a name comes last."""
    return list(_PARAMETER.finditer(parameters))[::-1]
