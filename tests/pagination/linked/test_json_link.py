"""Each page is asked for by the link in the body of the page before it."""

from __future__ import annotations

from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.pagination.paginator import Paths
from tap_analytics.report.stats import ListStats


def test_link_says_all_that_the_request_carries() -> None:
    paginator = JsonLinkPaginator()
    assert (paginator.link(paginator.first), paginator.link(NextLink("/a?page=2"))) == (None, "/a?page=2")
    assert paginator.params(NextLink("/a?page=2")) == {}


def test_body_is_read_at_the_path_of_the_link() -> None:
    assert JsonLinkPaginator(next_url_path="links.next").paths == Paths(next="links.next")


def test_links_are_followed_to_the_page_that_has_none() -> None:
    pages = {None: Page(offset=0, rows=[1], next="/a"), "/a": Page(offset=0, rows=[2])}
    source = InTurn[NextLink](lambda token: pages[token.value])
    runs = JsonLinkPaginator().pages(source, rows=RowIdentity(), stats=ListStats(), verify=False)
    assert list(runs) == [[1], [2]]


def test_an_empty_page_is_the_end_where_each_page_names_a_next_one() -> None:
    pages = {None: Page(offset=0, rows=[1], next="/a"), "/a": Page(offset=0, rows=[], next="/b")}
    source = InTurn[NextLink](lambda token: pages[token.value])
    paginator = JsonLinkPaginator(stop_after_empty_page=True)
    assert list(paginator.pages(source, rows=RowIdentity(), stats=ListStats(), verify=False)) == [[1]]
