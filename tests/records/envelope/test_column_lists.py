"""The lists of an object become the columns of records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.column_lists import ColumnLists
from tap_analytics.records.envelope.envelope import Envelope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.pagination.page import Row

FIRST, SECOND = "2025-01-01", "2025-01-02"


def records_in(body: object, paths: Mapping[str, str] | None = None) -> list[Row]:
    return Envelope(data_selector="$", lists=ColumnLists(paths=paths or {})).records(body)


@pytest.mark.parametrize(
    "body",
    [
        {"day": [FIRST, SECOND], "calls": [3, 5], "zone": "UTC"},
        [{"day": [FIRST], "calls": [3], "zone": "UTC"}, {"day": [SECOND], "calls": [5], "zone": "UTC"}],
    ],
)
def test_each_list_is_a_column_and_what_is_none_stands_in_all_records(body: object) -> None:
    rows = [{"day": FIRST, "calls": 3, "zone": "UTC"}, {"day": SECOND, "calls": 5, "zone": "UTC"}]
    assert records_in(body) == rows


def test_the_place_of_each_list_may_be_said() -> None:
    body = {"xValues": [FIRST, SECOND], "series": [[3, 5], [8, 9]], "labels": ["calls"]}
    assert records_in(body, {"day": "xValues", "calls": "series[0]"}) == [
        {"day": FIRST, "calls": 3},
        {"day": SECOND, "calls": 5},
    ]


def test_a_bare_list_of_values_is_one_column() -> None:
    assert records_in([7, 8], {"id": "$"}) == [{"id": 7}, {"id": 8}]


@pytest.mark.parametrize("body", [{}, [], {"day": [], "calls": []}])
def test_lists_without_values_are_no_records(body: object) -> None:
    assert records_in(body) == []


@pytest.mark.parametrize(
    ("body", "paths", "message"),
    [
        ({"day": [FIRST], "calls": [3, 5]}, {}, "the lists `day` and `calls` of the response have 1 and 2 values"),
        ({"day": [FIRST]}, {"day": "days"}, "the response has no list under `days`, for the field `day`"),
        ({"day": FIRST}, {}, "the response has no list where its columns should be; check `column_lists`"),
    ],
)
def test_what_is_no_table_fails(body: object, paths: Mapping[str, str], message: str) -> None:
    with pytest.raises(FatalAPIError, match=message):
        records_in(body, paths)


@pytest.mark.parametrize("table", [{}, [], [{}]])
def test_a_table_without_lists_has_no_records(table: object) -> None:
    assert ColumnLists(paths={}).records(table) == []
