"""How a list goes on: first responses of many shapes, and the paginators that they suggest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.pagination.page import NextLink, PageNumber, Span
from tap_analytics.resources.detection.detection import Answer

if TYPE_CHECKING:
    from tap_analytics.resources.detection.way import Way

ROWS = [{"id": number} for number in range(10)]


def answer(body: Any, selector: str = "data", **given: Any) -> Answer:  # noqa: ANN401 - JSON, and any field
    return Answer(document=body, selector=selector, rows=ROWS, **given)


def way(found: Answer) -> tuple[dict[str, Any], object]:
    """The first way, without the usual options of its paginator."""
    first: Way = next(iter(found.ways))
    usual = type(first.paginator)().words()
    words = first.paginator.words()
    return {"type": words["type"]} | {
        word: value for word, value in words.items() if usual.get(word) != value
    }, first.token


NEXT = "https://api.example.com/things?page=2"
SHAPES: dict[str, tuple[dict[str, Any], dict[str, Any], object]] = {
    "next": ({"next": NEXT}, {"type": "json_link"}, NextLink(NEXT)),
    "links.next": ({"links": {"next": "/things?c=2"}}, {"next_url_path": "links.next"}, NextLink("/things?c=2")),
    "_links.next.href": ({"_links": {"next": {"href": NEXT}}}, {"next_url_path": "_links.next.href"}, NextLink(NEXT)),
    "odata": ({"@odata.nextLink": NEXT}, {"next_url_path": "@odata.nextLink"}, NextLink(NEXT)),
    "a name of a namespace": ({"view": {"hydra:next": NEXT}}, {"next_url_path": "view.hydra:next"}, NextLink(NEXT)),
    "a list of links": (
        {"link": [{"relation": "self", "url": "/"}, {"relation": "next", "url": NEXT}]},
        {"next_url_path": "link[?(@.relation=='next')].url"},
        NextLink(NEXT),
    ),
    "next_cursor": ({"next_cursor": "c2"}, {"cursor_path": "next_cursor"}, NextLink("c2")),
    "nextPageToken": (
        {"nextPageToken": "c2"},
        {"cursor_path": "nextPageToken", "cursor_param": "pageToken"},
        NextLink("c2"),
    ),
    "a cursor with a flag": (
        {"paging": {"next": {"after": "c2"}}, "has_more": True},
        {"cursor_path": "paging.next.after", "cursor_param": "after", "has_more_path": "has_more"},
        NextLink("c2"),
    ),
    "an offset that is a cursor": (
        {"offset": "itr/rec2"},
        {"cursor_path": "offset", "cursor_param": "offset"},
        NextLink("itr/rec2"),
    ),
    "next as a number": ({"next_page": 2}, {"cursor_path": "next_page", "cursor_param": "page"}, NextLink("2")),
    "page and total_pages": (
        {"page": 1, "total_pages": 3},
        {"base_page": 1, "total_path": "total_pages"},
        PageNumber(2),
    ),
    "pages from nought": (
        {"page": {"number": 0, "totalPages": 3}},
        {"total_path": "page.totalPages"},
        PageNumber(1),
    ),
    "offset and limit": (
        {"meta": {"skip": 0, "take": 10, "total": 30}},
        {"limit": 10, "offset_param": "skip", "limit_param": "take", "total_path": "meta.total"},
        Span(10, 10),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_body_says_how_its_list_goes_on_by(shape: str) -> None:
    beside, words, token = SHAPES[shape]
    found = answer({"data": ROWS, **beside})
    way_words, way_token = way(found)
    assert {word: way_words.get(word) for word in words} == words
    assert way_token == token
    assert found.is_more is True


def test_the_link_header_comes_before_all_else() -> None:
    found = answer({"data": ROWS, "next": NEXT}, headers={"Link": f'<{NEXT}&h=1>; rel="next"'})
    assert way(found) == ({"type": "header_link"}, NextLink(f"{NEXT}&h=1"))


def test_headers_tell_of_pages_and_totals() -> None:
    assert way(answer(ROWS, "$", headers={"X-Next-Page": "2"}))[1] == PageNumber(2)
    assert answer(ROWS, "$", headers={"X-Total-Count": "30"}).is_more is True
    assert answer(ROWS[:9], "$", headers={"X-Total-Pages": "1"}).is_more is False


def test_a_count_beside_the_start_of_an_empty_page_is_the_number_of_rows_asked_for() -> None:
    paging = {"start": 0, "count": 10, "links": []}
    assert Answer(document={"data": [], "paging": paging}, selector="data", rows=[]).is_more is None
    assert Answer(document={"data": [], "paging": {"count": 10}}, selector="data", rows=[]).is_more is True
    assert answer({"data": ROWS, "paging": {"start": 0, "count": 30}}).is_more is True


@pytest.mark.parametrize(
    ("beside", "is_more"),
    [
        ({}, None),
        ({"took": 3, "name": "n"}, None),
        ({"next": None}, False),
        ({"has_more": False, "next_cursor": "always"}, False),
        ({"has_more": False, "total": 30}, True),
        ({"last": True}, False),
        ({"total_pages": 1}, False),
        ({"total": 30}, True),
        ({"count": 10}, None),
        ({"total": 10}, None),  # a full page, whose total may be its own
        ({"next": None, "total": 30}, True),
        ({"meta": {"pagination": {"total": 30}}}, True),
        ({"prices": {"total": 30}}, None),  # it counts something else
    ],
)
def test_a_response_says_whether_there_is_more(beside: dict[str, Any], is_more: object) -> None:
    assert answer({"data": ROWS, **beside}).is_more is is_more


def test_what_stands_within_the_records_says_nothing() -> None:
    assert answer(ROWS, "$").is_more is None
    assert not list(answer({"k": {"next": NEXT}}, "$.*").ways)
    assert not list(answer({"data": {"items": ROWS, "next": None}}, "data").ways)


@pytest.mark.parametrize(
    ("params", "guesses"),
    [
        ({}, ["offset", "page"]),
        ({"limit": "10"}, ["offset", "page"]),
        ({"$top": "10"}, ["$skip", "page"]),
        ({"per_page": "10"}, ["page", "offset"]),
        ({"page[size]": "10"}, ["page[number]", "offset"]),
    ],
)
def test_what_nothing_speaks_of_is_guessed_by_the_parameters_of_the_request(
    params: dict[str, str], guesses: list[str]
) -> None:
    found = answer(ROWS, "$", params=params)
    assert found.is_full
    assert [guess.parameter for guess in found.guesses] == guesses


def test_a_page_is_full_with_as_many_rows_as_were_asked_for_or_as_are_usual() -> None:
    seven = Answer(document=ROWS[:7], selector="$", rows=ROWS[:7])
    assert not seven.is_full
    assert Answer(document=ROWS[:7], selector="$", rows=ROWS[:7], params={"per_page": "7"}).is_full


@pytest.mark.parametrize(
    ("beside", "is_more"),
    [
        ({"nbHits": 30}, True),
        ({"dataCount": 30}, True),
        ({"areThereMore": True}, True),
        ({"nbHits": 10}, None),
        ({"totalAmount": 30}, None),
    ],
)
def test_a_count_or_a_flag_of_the_api_s_own_says_that_there_is_more(
    beside: dict[str, Any], *, is_more: bool | None
) -> None:
    assert answer({"data": ROWS, **beside}).is_more is is_more


@pytest.mark.parametrize(
    ("beside", "is_more", "path"),
    [
        ({"page": 1, "page_count": 10}, None, "total"),
        ({"page": 1, "pages": 3}, True, "pages"),
        ({"page": 1, "max_page": 3}, True, "total"),
        ({"page": 1, "total_pages": 10}, True, "total_pages"),
    ],
)
def test_a_maximum_and_the_number_of_rows_are_no_number_of_pages(
    beside: dict[str, Any], is_more: object, path: str
) -> None:
    found = answer({"data": ROWS, **beside})
    assert found.is_more is is_more
    assert way(found)[0].get("total_path", "total") == path
