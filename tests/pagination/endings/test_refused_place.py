"""A failure in place of a page is the end of a list where its words say so, and no limit."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.endings.refused_place import names_limit, needs_count, tells_of_limit, unless_declared
from tap_analytics.pagination.page import Page


def refusal(said: str, status: int = 400) -> Page:
    return Page(offset=40, rows=(), missing=f"{status} for `/a`. The API says: {said}", status=status)


@pytest.mark.parametrize(
    "said",
    [
        *("offset out of range", "Page index is out-of-bounds", "Invalid page.", "The page you want is not valid"),
        *("Page 8 not available", "Nothing found", "Requested range not satisfiable"),
    ],
)
def test_words_that_nothing_is_there_are_an_end_behind_a_short_page(said: str) -> None:
    assert not needs_count(refusal(said), is_full=False)
    assert needs_count(refusal(said), is_full=True)
    assert not tells_of_limit(refusal(said))
    assert not tells_of_limit(refusal(said, 422))


@pytest.mark.parametrize(
    "said",
    [
        *("page 8 does not exist", "start is beyond the end of the list", "There are no more results"),
        *(
            "offset exceeds number of records",
            "page exceeds the total number of pages",
            "expected :page in 1..7; got 8",
        ),
        *("Start index exceeds total results", "offset larger than result set", "there are only 7 pages"),
        *("page is greater than the number of pages", "That page contains no results", "beyond the last page"),
        *("offset 100 is larger than the 100 rows of the list; at most 100", "page too large: there are only 7 pages"),
    ],
)
def test_words_that_the_list_ends_before_are_an_end_behind_a_full_page_too(said: str) -> None:
    for status in (400, 422):
        assert not needs_count(refusal(said, status), is_full=True)
        assert not tells_of_limit(refusal(said, status))


@pytest.mark.parametrize("said", ["bad request", "offset must be a number", "Invalid pagesize", "the rate is bad"])
def test_other_words_of_a_400_are_none(said: str) -> None:
    assert needs_count(refusal(said), is_full=False)
    assert needs_count(refusal("", 304), is_full=False)
    assert not needs_count(refusal(said, 404), is_full=True)


def test_a_limit_is_no_end_whatever_else_is_said() -> None:
    said = refusal("page out of range: only the first 1,000 rows can be read")
    assert tells_of_limit(said)
    assert names_limit(said, 1000)
    assert not names_limit(said, 999)
    limits = (
        "exceeds maximum number of records",
        "offset exceeds the allowed number of records",
        "You can only access 60",
    )
    for each in (*limits, "Cannot paginate beyond 60 results", "there are only 60 rows per page"):
        assert tells_of_limit(refusal(each, 422)), each
        assert needs_count(refusal(each), is_full=True), each


def test_a_400_names_what_to_declare() -> None:
    assert unless_declared(refusal("bad request")).startswith("if the list ends there, declare `empty_when`")
    assert unless_declared(refusal("gone", 404)).startswith("404")
