"""What a body says of its list is found at declared paths and under usual names."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tap_analytics.pagination.page import NO_SIGNS, Page
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.rows import RecordCodec
from tap_analytics.records.signs.signs import flag_at, signs_in

SCHEMA = {"properties": {"id": {"type": "integer"}}}


def page(body: dict[str, Any], **paths: Any) -> Page:  # noqa: ANN401 - paths
    """Return the page in a body, which the quick way and the other one read alike."""
    options: dict[str, Any] = {"total_path": ""} | paths
    envelope = Envelope(**options)
    content = json.dumps(body).encode()
    quick = RecordCodec(SCHEMA, envelope=envelope, report=print).open(content, offset=0)
    slow = envelope.open(content, offset=0)
    assert (quick.total, quick.pages, quick.more, quick.next) == (slow.total, slow.pages, slow.more, slow.next)
    assert quick.signs == slow.signs
    return quick


@pytest.mark.parametrize(
    ("around", "counts"),
    [
        ({"total": 9}, {"total": 9}),
        ({"meta": {"total_count": 9}}, {"meta.total_count": 9}),
        ({"paging": {"total": 9}, "count": 1}, {"count": 1, "paging.total": 9}),
        ({"meta": {"page": {"total": 9}}}, {"meta.page.total": 9}),
        ({"@odata.count": 9}, {"@odata.count": 9}),
        ({"total": "9", "count": None, "totalCount": True, "meta": [1]}, {"total": 9}),
        ({"Meta": {"TotalItems": 9.0}, "total-count": "x"}, {"Meta.TotalItems": 9}),
        ({"hits": {"total": {"value": 9, "relation": "gte"}}}, {"hits.total": 9}),
        (
            {"nbHits": 9, "remaining": 3, "summary": {"total": 400, "row_count": 9}},
            {"nbHits": 9, "summary.row_count": 9},
        ),
        ({"range": "0-99/437", "total_data": 9}, {"range": 437, "total_data": 9}),
        ({"total": {"count": 9}, "count": {"total": "1,009"}}, {"total": 9, "count": 1009}),
        ({"available": 9, "resultSize": 9, "records": "9"}, {"resultSize": 9, "available": 9, "records": 9}),
        ({"range": "items=0-99/437", "opensearch:totalResults": "9"}, {"range": 437, "opensearch:totalResults": 9}),
        ({"total": "1,43", "available": True}, {}),
        ({"total": 2**31 - 1, "count": "9223372036854775807"}, {}),
        ({"total": " 9 ", "count": "1.437", "totalCount": "1'437"}, {"total": 9, "count": 1437, "totalCount": 1437}),
        (
            {"total": "1-100 of 437", "count": "437 rows", "hits": {"total": "9+"}},
            {"total": 437, "count": 437, "hits.total": 9},
        ),
        ({"total": "1.43", "count": "1,437.5", "hits": {"total": "9 of many"}}, {}),
        ({"page": {"number": 7, "size": 5, "totalElements": 9}}, {"page.totalElements": 9}),
        ({"recordsTotal": -1, "result_info": {"total_count": 9}}, {"result_info.total_count": 9}),
    ],
)
def test_counts_are_found_under_usual_names(around: dict[str, Any], counts: dict[str, int]) -> None:
    assert page({"data": [{"id": 1}], **around}).signs.counts == counts


def test_counts_beside_the_records_are_found_wherever_the_records_are() -> None:
    assert page({"result": {"items": [{"id": 1}], "total": 3}}, data_selector="result.items").signs.counts == {
        "total": 3
    }


@pytest.mark.parametrize(
    ("around", "more", "following"),
    [
        ({"has_more": True}, "has_more", ""),
        ({"has_more": False, "next": None}, "", ""),
        ({"has_more": "yes", "next": 3}, "has_more", ""),
        ({"next": True}, "next", ""),
        ({"more": "Y"}, "more", ""),
        ({"nextPage": True}, "nextPage", ""),
        ({"eof": "N"}, "eof", ""),
        ({"HasMore": 1, "next_page": 3}, "HasMore", "next_page"),
        ({"done": False, "nextOffset": 0}, "done", ""),
        ({"last": "false", "last_page": 5, "NextToken": "b"}, "last", "NextToken"),
        ({"last": True, "isTruncated": False, "more": "none"}, "", ""),
        ({"links": [{"rel": "self", "href": "/a"}, {"rel": "next", "href": "/b"}]}, "", "links"),
        ({"pagination": {"hasNext": True, "next_cursor": "b"}}, "pagination.hasNext", "pagination.next_cursor"),
        ({"_links": {"next": {"href": "/b"}}}, "", "_links.next"),
        ({"paging": {"next": {"offset": 100}, "remaining": True}}, "paging.remaining", "paging.next"),
        ({"next": {"offset": None, "title": "Next"}, "pagesLeft": 2}, "pagesLeft", ""),
        ({"paging": {"has_more": False, "next": "/b"}}, "", ""),
    ],
)
def test_flags_and_links_are_found_under_usual_names(around: dict[str, Any], more: str, following: str) -> None:
    signs = page({"data": [{"id": 1}], **around}).signs
    assert (signs.more, signs.next) == (more, following)


@pytest.mark.parametrize(
    ("around", "cursor"),
    [
        ({"_scroll_id": "b"}, "_scroll_id"),
        ({"meta": {"cursor": "b"}}, "meta.cursor"),
        ({"cursor": ""}, ""),
        ({"cursor": "b", "after": None}, ""),
    ],
)
def test_a_cursor_beside_the_records_counts_where_the_declared_one_is_not_there(
    around: dict[str, Any], cursor: str
) -> None:
    assert page({"data": [{"id": 1}], **around}, next_path="after").signs.cursor == cursor
    assert not page({"data": [{"id": 1}], **around}).signs.cursor


@pytest.mark.parametrize(
    ("around", "left"),
    [
        ({"remaining": 9}, {"remaining": 9}),
        ({"paging": {"itemsLeft": "9"}, "requests_remaining": 3}, {"paging.itemsLeft": 9}),
        ({"remaining": None, "remaining_count": 0}, {"remaining_count": 0}),
    ],
)
def test_numbers_of_rows_behind_a_page_are_found(around: dict[str, Any], left: dict[str, int]) -> None:
    assert page({"data": [{"id": 1}], **around}).signs.left == left


@pytest.mark.parametrize(
    ("around", "pages"),
    [
        ({"links": {"last": "/v1/a?page%5Bnumber%5D=5&page%5Bsize%5D=100"}}, 5),
        ({"last_page_url": "https://a.example/v1?per_page=9&page=5#x"}, 5),
        ({"_links": {"last": {"href": "/v1?p=5"}}}, 5),
        ({"links": {"last": "/v1?per_page=100"}, "last": True}, None),
    ],
)
def test_link_to_the_last_page_counts_the_pages(around: dict[str, Any], pages: int | None) -> None:
    assert page({"data": [{"id": 1}], **around}).signs.pages == pages


def test_a_cursor_beside_that_of_the_first_row_is_one_of_this_page() -> None:
    assert signs_in({"paging": {"cursors": {"before": "a", "after": "b"}}}).is_of_page
    assert not signs_in({"paging": {"cursors": {"before": None, "after": "b"}}}).is_of_page


@pytest.mark.parametrize(
    ("around", "before"),
    [
        ({"first": False}, "first"),
        ({"meta": {"hasPreviousPage": True}}, "meta.hasPreviousPage"),
        ({"links": {"prev": "/v1/things?page=0"}}, "links.prev"),
        ({"prev_page": 0}, "prev_page"),
        ({"first": True, "hasPrevious": False, "previous": None}, ""),
        ({"links": {"first": "/v1/things?page=1", "prev": ""}}, ""),
    ],
)
def test_pages_before_the_first_are_told(around: dict[str, Any], before: str) -> None:
    assert page({"data": [{"id": 1}], **around}).signs.before == before


def test_nothing_is_found_where_nothing_is_said() -> None:
    assert signs_in({"data": []}) == NO_SIGNS


@pytest.mark.parametrize("path", ["@odata.nextLink", "['@odata.nextLink']", '$["@odata.nextLink"]'])
def test_path_may_be_a_key_with_dots(path: str) -> None:
    assert page({"data": [{"id": 1}], "@odata.nextLink": "/b"}, next_path=path).next == "/b"
    assert page({"data": [{"id": 1}]}, next_path=path).next is None


@pytest.mark.parametrize("body", [{"a.b": {"c": 4}}, {"a": {"b.c": 4}}, {"a.b.c": 4}, {"a": {"b": {"c": 4}}}])
def test_path_may_lead_through_keys_with_dots(body: dict[str, Any]) -> None:
    expected = None if "a.b" in body else 4
    assert page({"data": [{"id": 1}], **body}, total_path="a.b.c").total == expected


def test_first_match_of_a_jsonpath_counts() -> None:
    links = [{"rel": "self", "href": "/a"}, {"rel": "next", "href": "/b"}, {"rel": "next", "href": "/c"}]
    assert page({"data": [{"id": 1}], "links": links}, next_path="links[?(@.rel=='next')].href").next == "/b"


@pytest.mark.parametrize(
    ("body", "more"),
    [
        ({"m": True}, True),
        ({"m": "false"}, False),
        ({"m": "N"}, False),
        ({"m": 0}, False),
        ({"m": None}, None),
        ({}, None),
        ({"l": True}, False),
        ({"l": False}, True),
        ({"l": "true"}, False),
    ],
)
def test_flag_says_that_there_is_more_or_that_this_is_the_last(body: dict[str, Any], *, more: bool | None) -> None:
    assert flag_at(body, "m", "l") is more


@pytest.mark.parametrize(
    ("around", "size", "pages"),
    [
        ({"page_count": 2}, 2, None),
        ({"paging": {"pages": "2"}}, 2, None),
        ({"pageCount": 0}, 0, None),
        ({"page_count": 2, "total_pages": 9}, 2, 9),
        ({"page_count": 2}, 1, 2),
        ({"page_count": 2}, 0, 2),
        ({"total_pages": 2}, 2, 2),
    ],
)
def test_a_number_of_pages_that_may_be_that_of_the_rows_counts_where_it_is_another(
    around: dict[str, Any], size: int, pages: int | None
) -> None:
    assert page({"data": [{"id": each} for each in range(size)], **around}).signs.pages == pages


@pytest.mark.parametrize(
    ("around", "withheld"),
    [
        ({"timed_out": True}, "timed_out"),
        ({"meta": {"incompleteResults": "true"}}, "meta.incompleteResults"),
        ({"_shards": {"total": 5, "successful": 3, "failed": 2}}, "_shards"),
        ({"timed_out": False, "_shards": {"total": 5, "failed": 0}}, ""),
    ],
)
def test_rows_that_are_missing_from_a_response_are_told(around: dict[str, Any], withheld: str) -> None:
    assert page({"data": [{"id": 1}], **around}).signs.withheld == withheld


@pytest.mark.parametrize(
    ("body", "rows", "pages"),
    [
        ({"showing": "Showing 1 to 20 of 137 entries"}, 137, None),
        ({"meta": {"info": "1-20 of 137"}}, 137, None),
        ({"record_range": "1-20/137"}, 137, None),
        ({"count": "20 of 137"}, 137, None),
        ({"page": "Page 1 of 8"}, None, 8),
        ({"page": "1 of 8"}, None, 8),
        ({"paging": "page 1/8"}, None, 8),
        ({"message": "Page 1 of 8"}, None, 8),
        ({"message": "1 of 8"}, None, None),
        ({"paging": {"text": "Page 1 of 8"}}, None, 8),
        ({"paging": {"title": "1 of 8"}}, None, 8),
        ({"meta": {"title": "1 of 8", "kind": "1/8"}}, None, None),
        ({"meta": {"summary": "Showing 1 to 20 of 137"}}, 137, None),
        ({"label": "Page 1 of 8"}, None, 8),
        ({"version": "1 of 8"}, None, None),
    ],
)
def test_a_text_counts_rows_or_pages(body: dict[str, Any], rows: int | None, pages: int | None) -> None:
    signs = signs_in(body)
    assert (next(iter(signs.counts.values()), None), signs.pages) == (rows, pages)


@pytest.mark.parametrize(
    ("text", "pages"), [("1 of 8", 8), ("20 of 137", None), ("40/137", None), ("137 of 137", None)]
)
def test_a_text_about_the_list_that_has_come_to_a_multiple_of_the_page_counts_rows(
    text: str, pages: int | None
) -> None:
    assert signs_in({"pagination": {"shown": text}}, size=20).pages == pages
    assert signs_in({"pagination": {"page": text}}, size=20).pages is not None


@pytest.mark.parametrize(("text", "more"), [("1 of 72", "more"), ("72 of 72", ""), ("more", "more"), ("no more", "")])
def test_the_text_of_a_flag_says_whether_there_is_more(text: str, more: str) -> None:
    assert signs_in({"more": text}).more == more
