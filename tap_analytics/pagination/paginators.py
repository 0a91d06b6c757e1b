"""The paginators that a resource can be declared with: one line for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.pagination.auto import AutoPaginator
from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.header_cursor import HeaderCursorPaginator
from tap_analytics.pagination.linked.header_link import HeaderLinkPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.single_page import SinglePagePaginator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.paginator import Paginator

# In the order of messages and documentation.
PAGINATORS: tuple[type[Paginator[Any]], ...] = (
    AutoPaginator,
    CursorPaginator,
    HeaderCursorPaginator,
    HeaderLinkPaginator,
    JsonLinkPaginator,
    OffsetPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)

# Paginators of dlt that the tap refuses, each with what to do instead.
REFUSED_PAGINATORS: Mapping[str, str] = {}


def paginator_of(words: Mapping[str, Any]) -> Paginator[Any]:
    """Return the paginator that is declared in these words, which have been checked."""
    kind = next(kind for kind in PAGINATORS if kind.type == words["type"])
    return kind(**{name: value for name, value in words.items() if name != "type"})


def page_placeholders(words: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the placeholders with which a declared paginator can ask for a page."""
    return next((each.placeholders for each in PAGINATORS if each.type == words.get("type")), ())
