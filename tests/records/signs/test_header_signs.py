"""What headers say of a list counts like what its body says."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.page import NO_SIGNS, Signs
from tap_analytics.records.signs.header_signs import with_headers


@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("X-Total-Count", "250", {"X-Total-Count": 250}),
        ("x-wp-total", " 250 ", {"x-wp-total": 250}),
        ("Content-Range", "items 0-99/250", {"Content-Range": 250}),
        ("Content-Range", "0-99/250", {"Content-Range": 250}),
        ("Content-Range", "bytes 0-99/250", {}),
        ("Content-Range", "items 0-99/*", {}),
        ("X-Pagination", '{"TotalCount": 250}', {"X-Pagination.TotalCount": 250}),
        ("X-Pagination", "no json", {}),
        ("X-Total-Count", "many", {}),
        ("X-RateLimit-Total", "250", {}),
        ("X-Showing", "1-20 of 250", {"X-Showing": 250}),
        ("X-Results", "20 of 250", {"X-Results": 250}),
        ("X-Row-Range", "1-20/250", {"X-Row-Range": 250}),
        ("X-Date-Range", "1-7/2024", {}),
        ("X-Quota", "20 of 250", {}),
    ],
)
def test_the_number_of_rows_is_found_under_usual_names(name: str, value: str, counts: dict[str, int]) -> None:
    assert with_headers(NO_SIGNS, {"Date": "today", name: value}).counts == counts


@pytest.mark.parametrize(
    ("name", "value", "pages"),
    [
        ("X-Total-Pages", "5", 5),
        ("X-WP-TotalPages", "5", 5),
        ("X-Page", "1 of 5", 5),
        ("X-Page", "1", None),
        ("X-Pagination", "page 1/5", 5),
        ("X-Pages", "1 of 5", 5),
        ("X-Info", "Page 1 of 5", 5),
        ("X-Attempt", "1 of 5", None),
        ("Link", '</a?page=2>; rel="next", </a?page=5&b=1>; rel="last"', 5),
        ("Link", '</a?page=5>; rel="prev", </a>; rel="last"', None),
    ],
)
def test_the_number_of_pages_is_found_under_usual_names(name: str, value: str, pages: int | None) -> None:
    assert with_headers(NO_SIGNS, {name: value}).pages == pages


@pytest.mark.parametrize(
    ("name", "value", "following"),
    [
        ("Link", '</a>; rel="self", </b>; title="x"; rel="last next"', "Link"),
        ("Link", '</a>; rel="prev"', ""),
        ("Link", '/b; rel="next"', "Link"),
        ("Link", '</b; rel="next"', "Link"),
        ("X-Next-Page", "2", "X-Next-Page"),
        ("X-Next-Page", "", ""),
        ("X-Nextgen-Cache", "HIT", ""),
        ("X-Next-Page", "null", ""),
        ("nextCursor", "b", "nextCursor"),
    ],
)
def test_what_leads_on_is_found(name: str, value: str, following: str) -> None:
    assert with_headers(NO_SIGNS, {name: value}).next == following


def test_a_count_of_the_body_that_may_be_one_of_its_page_stands_behind_those_of_headers() -> None:
    signs = with_headers(Signs({"count": 50}, None, "", "next"), {"X-Total": "250", "X-Next-Page": "2"})
    assert (list(signs.counts.items()), signs.next) == ([("X-Total", 250), ("count", 50)], "next")
    signs = with_headers(Signs({"total": 90, "count": 50}), {"X-Total": "250"})
    assert list(signs.counts) == ["total", "X-Total", "count"]


def test_headers_that_say_nothing_change_nothing() -> None:
    signs = Signs({"total": 5})
    assert with_headers(signs, {"Content-Type": "application/json"}) is signs


def test_a_flag_and_counts_of_the_api_s_own_are_found() -> None:
    signs = with_headers(NO_SIGNS, {"X-Has-More": "true", "X-Total-Matches": "7", "X-Count": "3", "Age": "9"})
    assert (signs.more, signs.counts) == ("X-Has-More", {"X-Total-Matches": 7})
    assert with_headers(NO_SIGNS, {"X-Has-More": "false"}) == NO_SIGNS
