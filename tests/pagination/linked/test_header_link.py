"""Pages are asked for by the link in a header."""

from __future__ import annotations

from tap_analytics.pagination.linked.header_link import HeaderLinkPaginator
from tap_analytics.pagination.page import NextLink, Page, Signs

PAGE = Page(offset=0, rows=[])


def test_page_names_the_link_of_its_header() -> None:
    page = Page(offset=0, rows=[], next="of the body")
    headers = {"Link": '<https://h/1>; rel="prev", <https://h/3>; rel="more"'}
    assert HeaderLinkPaginator(links_next_key="more").complete(page, headers).next == "https://h/3"
    assert HeaderLinkPaginator().complete(page, headers).next is None
    assert HeaderLinkPaginator().complete(page, {}).next is None


def test_a_header_of_its_own_may_hold_nothing_but_the_link() -> None:
    paginator = HeaderLinkPaginator(header="X-Next")
    assert paginator.complete(PAGE, {"X-Next": " /a?page=2 "}).next == "/a?page=2"
    assert paginator.complete(PAGE, {"X-Next": '</a?page=3>; rel="next"'}).next == "/a?page=3"


def test_a_header_that_speaks_of_a_next_page_is_a_sign_where_no_link_leads_to_it() -> None:
    others = {"X-Next-Page": "2", "X-Next": " "}
    assert HeaderLinkPaginator().complete(PAGE, others).signs.next == "X-Next-Page"
    assert HeaderLinkPaginator().complete(PAGE, {**others, "Link": '</a>; rel="next"'}).signs.next == ""
    said = Page(offset=0, rows=[], signs=Signs(next="paging.next"))
    assert HeaderLinkPaginator().complete(said, others).signs.next == "paging.next"


def test_link_says_all_that_the_request_carries() -> None:
    paginator = HeaderLinkPaginator()
    assert (paginator.link(paginator.first), paginator.link(NextLink("/a?page=2"))) == (None, "/a?page=2")
    assert paginator.params(NextLink("/a?page=2")) == {}
