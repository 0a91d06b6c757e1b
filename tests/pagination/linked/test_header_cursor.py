"""Pages by a cursor in a header, with plain pages."""

from __future__ import annotations

from requests.structures import CaseInsensitiveDict

from tap_analytics.pagination.linked.header_cursor import HeaderCursorPaginator
from tap_analytics.pagination.page import NextLink, Page

PAGE = Page(offset=0, rows=[{"id": 1}])


def test_a_header_names_the_cursor_of_the_next_page_in_any_case() -> None:
    paginator = HeaderCursorPaginator(cursor_key="X-Next", cursor_param="after")
    assert paginator.complete(PAGE, CaseInsensitiveDict({"x-next": "abc"})).next == "abc"
    assert paginator.params(NextLink("abc")) == {"after": "abc"}


def test_without_the_header_it_is_the_end() -> None:
    assert HeaderCursorPaginator().complete(PAGE, CaseInsensitiveDict()).next is None
    assert HeaderCursorPaginator().params(NextLink()) == {}


def test_the_cursor_may_go_into_the_body_and_digits_are_a_number_there() -> None:
    paginator = HeaderCursorPaginator(cursor_key="X-Next-Row", cursor_body_path="page.first")
    assert paginator.params(NextLink("51")) == {}
    assert [paginator.body(NextLink(value)) for value in ("51", "007", "a1", None)] == [
        {"page.first": 51},
        {"page.first": "007"},
        {"page.first": "a1"},
        {},
    ]
