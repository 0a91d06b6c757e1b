"""What the paginators that follow a link have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.pagination.linked.header_link import HeaderLinkPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.page import NextLink, Page
from tap_analytics.pagination.single_page import SinglePagePaginator

if TYPE_CHECKING:
    from tap_analytics.pagination.linked.links import LinkPaginator


@pytest.mark.parametrize("kind", [JsonLinkPaginator, HeaderLinkPaginator])
def test_options_say_where_a_link_may_lead(kind: type[LinkPaginator]) -> None:
    assert kind().link_rule is LinkRule.REFUSE
    assert kind(link_query_only=True).link_rule is LinkRule.QUERY_ONLY
    assert kind(link_without_key=True).link_rule is LinkRule.WITHOUT_KEY
    assert kind().link(NextLink("/next")) == "/next"


@pytest.mark.parametrize(
    ("link", "place"),
    [("null", None), (" NULL ", None), ("None", None), ("#", None), ("/nulls", "/nulls"), ("?a=1&amp;b=2", "?a=1&b=2")],
)
def test_a_link_that_says_null_leads_nowhere(link: str, place: str | None) -> None:
    assert JsonLinkPaginator().complete(Page(offset=0, rows=[], next=link), {}).next == place


def test_a_paginator_without_links_lets_none_lead_elsewhere() -> None:
    assert SinglePagePaginator().link_rule is LinkRule.REFUSE
