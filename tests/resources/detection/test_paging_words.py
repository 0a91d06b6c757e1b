"""The words in which APIs speak of pages."""

from __future__ import annotations

import pytest

from tap_analytics.resources.detection import paging_words as words


@pytest.mark.parametrize(
    ("path", "first"),
    [
        (("next_cursor",), "cursor"),
        (("cursors", "next"), "cursor"),
        (("nextPageToken",), "pageToken"),
        (("next_page_token",), "page_token"),
        (("meta", "next_token"), "token"),
        (("paging", "next", "after"), "after"),
        (("pageInfo", "endCursor"), "after"),
        (("continuationToken",), "continuationToken"),
        (("scroll_id",), "scroll_id"),
        (("next_offset",), "offset"),
        (("next_page",), "page"),
    ],
)
def test_a_cursor_is_sent_by_the_parameter_that_its_name_suggests(path: tuple[str, ...], first: str) -> None:
    assert words.is_cursor(path)
    assert words.cursor_params(path)[0] == first


def test_pagination_token_is_tried_for_any_cursor() -> None:
    assert "pagination_token" in words.cursor_params(("meta", "next_token"))
    assert "start_cursor" in words.cursor_params(("next_cursor",))
    assert {"start", "offset"} <= set(words.cursor_params(("next",)))


@pytest.mark.parametrize(
    ("path", "is_link"),
    [
        (("next",), True),
        (("links", "next"), True),
        (("_links", "next", "href"), True),
        (("@odata.nextLink",), True),
        (("nextPageUrl",), True),
        (("pagination", "next_url"), True),
        (("_links", "self", "href"), False),
        (("previous",), False),
    ],
)
def test_links_to_the_next_page_have_their_names(path: tuple[str, ...], *, is_link: bool) -> None:
    assert words.is_next_link(path) is is_link


def test_flags_say_that_there_is_more_or_that_this_is_the_last() -> None:
    assert words.flag(("meta", "has_more"), value=True) is True
    assert words.flag(("isLast",), value=True) is False
    assert words.flag(("next",), value=True) is True
    assert words.flag(("archived",), value=True) is None
    assert words.flag(("has_more",), value="yes") is None


def test_counts_of_rows_are_none_of_pages() -> None:
    assert words.is_total(("hits", "total", "value"))
    assert words.is_page_count(("pages", "total"))
    assert not words.is_total(("pages", "total"))
    assert not words.is_total(("count",), surely=True)


def test_a_cursor_may_go_into_a_parameter_of_the_name_of_its_group() -> None:
    assert words.cursor_params(("meta", "pagination", "next_cursor"))[:2] == ("cursor", "pagination[cursor]")
    assert words.cursor_params(("page", "after"))[:2] == ("after", "page[after]")
    assert "customer[cursor]" not in words.cursor_params(("customer", "next_cursor"))


def test_a_parameter_in_capitals_goes_with_one_in_capitals() -> None:
    assert words.size_params("Offset")[0] == "Limit"
    assert words.size_params("SKIP")[0] == "TAKE"
    assert words.partners("PAGE") == ("PAGESIZE",)
    assert {"Offset", "SKIP", "PageIndex"} <= set(words.ALL_PARAMS)
