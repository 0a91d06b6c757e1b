"""Each page is asked for with the cursor of the page before it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.pagination.paginator import Paths
from tap_analytics.report.stats import ListStats

PAGES = {
    None: Page(offset=0, rows=[1], next="a"),
    "a": Page(offset=0, rows=[], next="b"),
    "b": Page(offset=0, rows=[2]),
}


def read(paginator: CursorPaginator) -> list[int]:
    source = InTurn[NextLink](lambda token: PAGES[token.value])
    runs = paginator.pages(source, rows=RowIdentity(), stats=ListStats(), verify=True)
    return [row for run in runs for row in run]


def test_cursor_is_sent_but_for_the_first_page() -> None:
    paginator = CursorPaginator(cursor_param="after")
    assert paginator.params(paginator.first) == {}
    assert paginator.params(NextLink("a")) == {"after": "a"}


def test_cursor_is_no_link() -> None:
    assert CursorPaginator().link(NextLink("https://h/a")) is None


def test_body_is_read_at_the_paths_of_the_cursor_and_of_what_says_that_there_is_more() -> None:
    assert CursorPaginator().paths == Paths(next="cursors.next")
    assert CursorPaginator(cursor_path="next", has_more_path="more").paths == Paths(next="next", more="more")


def test_empty_page_is_the_end_only_where_it_is_said() -> None:
    assert read(CursorPaginator()) == [1, 2]
    assert read(CursorPaginator(stop_after_empty_page=True)) == [1]


@pytest.mark.parametrize("cursor", [["2024-05-06", 7], {"id": {"N": "7"}}, 42, Decimal("1.5")])
def test_a_cursor_that_is_no_text_goes_into_the_body_as_it_came(cursor: object) -> None:
    paginator = CursorPaginator(cursor_body_path="after")
    asked = []

    def fetch(token: NextLink) -> Page:
        asked.append(paginator.body(token))
        return paginator.complete(Page(offset=0, rows=[len(asked)], next=None if len(asked) > 1 else cursor), {})

    pages = paginator.pages(InTurn(fetch), rows=RowIdentity(), stats=ListStats(), verify=False)
    assert list(pages) == [[1], [2]]
    assert asked == [{}, {"after": cursor}]


@pytest.mark.parametrize("cursor", [-1, "-1"], ids=["number", "text"])
def test_an_offset_of_minus_one_is_the_end(cursor: object) -> None:
    last = Page(offset=0, rows=[1], next=cursor)
    assert CursorPaginator(cursor_param="offset").complete(last, {}).next is None
    assert CursorPaginator(cursor_body_path="page.start").complete(last, {}).next is None
    # The key of a record may be any number.
    assert CursorPaginator(cursor_param="since_id").complete(last, {}).next == cursor
