"""Texts that say which part of a list a response has are read, and no others."""

from __future__ import annotations

import pytest

from tap_analytics.records.signs.paging_texts import pages_in, rows_in, rows_of_part, says_more, speaks_of_pages


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1-20 of 137", 137),
        ("Showing 1 to 20 of 1,370 entries", 1370),
        ("Results 21 \u2013 40 out of 137.", 137),
        ("Displaying items 1 - 20 of 137 in total", 137),
        ("1 to 10 of 57 entries (filtered from 500)", 57),
        ("0-0 of 0", None),
        ("20-1 of 137", None),
        ("1-7/2024", None),
        ("2024-01-02 of 2025", None),
        ("20 of 137", None),
        ("No rows", None),
        (137, None),
        ("1-20 of 137" + " " * 100 + "x", None),
    ],
)
def test_rows_are_counted_by_the_range_of_a_response(text: object, rows: int | None) -> None:
    assert rows_in(text) == rows


@pytest.mark.parametrize(
    ("text", "pages", "of_page"),
    [
        ("Page 1 of 8", 8, 8),
        ("page: 3/8", 8, 8),
        ("Viewing page 1 out of 8", 8, 8),
        ("1 of 8 pages", 8, 8),
        ("1 of 8", None, 8),
        ("9 of 8", None, None),
        ("step 1 of 8", None, None),
        ("1.5", None, None),
        (8, None, None),
    ],
)
def test_pages_are_counted_by_a_text_that_speaks_of_them(text: object, pages: int | None, of_page: int | None) -> None:
    assert pages_in(text, is_of_page=False) == pages
    assert pages_in(text, is_of_page=True) == of_page


@pytest.mark.parametrize("text", ["1 of 72", "Page 1 of 2", "3/4", "more results available", "MORE"])
def test_the_text_of_a_flag_says_that_there_is_more(text: str) -> None:
    assert says_more(text)


@pytest.mark.parametrize(
    "text",
    [
        *("72 of 72", "Page 2 of 2", "no more results", "there are not any more", "", "end", 1),
        *("More information in the manual", "see more: https://api.example/help"),
    ],
)
def test_the_text_of_a_flag_says_that_there_is_no_more(text: object) -> None:
    assert not says_more(text)


@pytest.mark.parametrize(
    ("name", "speaks"),
    [
        *(
            (each, True)
            for each in ("page", "pagination.text", "X-Pages", "paging.of", "currentPage", "pagination.current")
        ),
        *(
            (each, False)
            for each in ("text", "xpagequota", "pagination.generated", "X-Page-Limit", "page.created", "page.rate")
        ),
    ],
)
def test_a_name_may_be_that_of_the_place_of_a_page_or_of_something_else(name: str, *, speaks: bool) -> None:
    assert speaks_of_pages(name) is speaks


def test_rows_are_counted_by_a_part() -> None:
    assert [rows_of_part(each) for each in ("20 of 137", "20/137")] == [137, 137]
    assert [rows_of_part(each) for each in ("21 of 20", "of 7", 7)] == [None, None, None]
