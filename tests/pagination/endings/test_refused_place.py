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
        *("offset out of range", "Page index is out-of-bounds", "Invalid page.", "page 8 does not exist"),
        *("start is beyond the end of the list", "There are no more results", "The page you want is not valid"),
    ],
)
def test_words_that_nothing_is_there_are_an_end_behind_a_short_page(said: str) -> None:
    assert not needs_count(refusal(said), is_full=False)
    assert needs_count(refusal(said), is_full=True)
    assert not tells_of_limit(refusal(said))


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


def test_a_400_names_what_to_declare() -> None:
    assert unless_declared(refusal("bad request")).startswith("if the list ends there, declare `empty_when`")
    assert unless_declared(refusal("gone", 404)).startswith("404")
