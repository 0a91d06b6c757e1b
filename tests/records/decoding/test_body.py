from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tap_analytics.records.decoding.body import MOST_NAMES, Body
from tap_analytics.records.envelope.envelope import Envelope


class Row(msgspec.Struct):
    id: int


def body(**paths: str) -> Body:
    found = Body.of(Envelope(**paths), Row)  # type: ignore[arg-type] # all of these are texts
    assert found
    return found


def open_page(document: object, **paths: str) -> Any:  # noqa: ANN401 - a page, or none
    return body(**paths).open(json.dumps(document).encode(), 5)


def test_the_rows_and_what_stands_around_them_are_read_at_once() -> None:
    page = open_page({"data": [{"id": 1}, {"id": 2}], "total": 9, "has_more": True, "beyond": {"x": [1.5]}})
    assert page.rows == [Row(1), Row(2)]
    assert (page.offset, page.total, page.signs.more) == (5, 9, "has_more")
    assert page.signs.counts == {"total": 9}


@pytest.mark.parametrize(
    ("selector", "document"),
    [
        ("a.b.items", {"a": {"b": {"items": [{"id": 1}], "count": 3}, "count": 4}, "paging": {"next": "n"}}),
        ("items", {"items": [{"id": 1}], "paging": {"next": "n"}, "count": 3}),
    ],
)
def test_the_total_is_found_wherever_the_records_are(selector: str, document: dict[str, Any]) -> None:
    path = "a.b.count" if "." in selector else "count"
    page = open_page(document, data_selector=selector, total_path=path)
    assert (page.rows, page.total, page.signs.next) == ([Row(1)], 3, "paging.next")


def test_a_body_that_is_the_list_has_nothing_around_it() -> None:
    page = open_page([{"id": 1}, {"id": 2}], data_selector="$")
    assert (page.rows, page.total, page.signs.counts) == ([Row(1), Row(2)], None, {})


def test_one_row_that_is_all_of_a_body_may_be_its_failure() -> None:
    assert open_page([{"error": "slow down"}], data_selector="$") is None
    assert open_page([{"id": 1}], data_selector="$") is not None


@pytest.mark.parametrize(
    "document",
    [
        {"data": []},
        {"data": None},
        {"data": {"id": 1}},
        {"data": [{"id": "x"}]},
        {"total": 3},
        {"data": [{"id": 1}], "error": "token expired"},
        {"data": [{"id": 1}], "errors": [{"code": 7}]},
        {"data": [{"id": 1}], "success": False},
        [],
    ],
)
def test_a_body_that_may_tell_of_a_failure_is_left_to_others(document: object) -> None:
    assert open_page(document) is None


def test_errors_that_say_nothing_are_no_failure() -> None:
    assert open_page({"data": [{"id": 1}], "error": None, "errors": []}).rows == [Row(1)]


@pytest.mark.parametrize("selector", ["$.data[?(@.a)]", "data[0]"])
def test_what_types_cannot_say_has_no_such_body(selector: str) -> None:
    assert Body.of(Envelope(data_selector=selector), Row) is None


def test_a_name_that_comes_with_a_later_body_is_looked_at() -> None:
    read = body(data_selector="a.items")

    def page_with(**around: object) -> Any:  # noqa: ANN401 - a page, or none
        return read.open(json.dumps({"a": {"items": [{"id": 1}], **around}, **around}).encode(), 0)

    assert page_with(beyond=1).signs.more == ""
    assert page_with(has_more=True).signs.more == "has_more"
    assert page_with(error="token expired") is None
    assert read.open(json.dumps({"a": {"items": [{"id": 1}], "errors": ["no"]}}).encode(), 0) is None
    assert page_with(beyond=1, next="n").signs.next == "next"


def test_a_body_may_have_any_number_of_names() -> None:
    keys = {f"key {number}": number for number in range(MOST_NAMES)}
    read = body()
    for beside in (keys, {**keys, "more": 1}, {" a": 1, 'b"': 2}, {"error": "no such token"}):
        page = read.open(json.dumps({"data": [{"id": 1}], **beside, "has_more": True}).encode(), 0)
        assert (page and page.signs.more) == (None if "error" in beside else "has_more")
