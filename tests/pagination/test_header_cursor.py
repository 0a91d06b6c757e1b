"""Pages by a cursor in a header, with plain pages."""

from __future__ import annotations

from requests.structures import CaseInsensitiveDict

from tap_analytics.pagination.header_cursor import HeaderCursorPaginator
from tap_analytics.pagination.page import NextLink, Page

PAGE = Page(offset=0, rows=[{"id": 1}])


def test_a_header_names_the_cursor_of_the_next_page_in_any_case() -> None:
    paginator = HeaderCursorPaginator(cursor_key="X-Next", cursor_param="after")
    assert paginator.complete(PAGE, CaseInsensitiveDict({"x-next": "abc"})).next == "abc"
    assert paginator.params(NextLink("abc")) == {"after": "abc"}


def test_without_the_header_it_is_the_end() -> None:
    assert HeaderCursorPaginator().complete(PAGE, CaseInsensitiveDict()).next is None
    assert HeaderCursorPaginator().params(NextLink()) == {}
