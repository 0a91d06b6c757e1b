"""Rows whose cells are in lists become records; whatever has no name, or one too many, fails by its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.columns import ColumnGroup, Columns
from tap_analytics.records.envelope.envelope import Envelope

COLUMNS = Columns((ColumnGroup(path="columns"),))
GROUPS = Columns(
    (
        ColumnGroup(path="dimensionHeaders", field="dimensionValues"),
        ColumnGroup(path="metricHeaders", field="metricValues"),
    )
)


def records_in(body: object, columns: Columns = COLUMNS, selector: str = "results") -> list[Any]:
    return Envelope(data_selector=selector, columns=columns).records(body)


def refusal(body: object, columns: Columns = COLUMNS, selector: str = "results") -> str:
    with pytest.raises(FatalAPIError) as raised:
        records_in(body, columns, selector)
    return str(raised.value)


def test_lists_of_cells_are_named_by_the_list_beside_them() -> None:
    body = {"columns": ["day", "visits"], "results": [["2025-01-01", 3], ["2025-01-02", None]]}
    assert records_in(body) == [{"day": "2025-01-01", "visits": 3}, {"day": "2025-01-02", "visits": None}]


@pytest.mark.parametrize(
    ("body", "selector", "path"),
    [
        ({"values": [["day", "n"], ["2025-01-01", 3], ["2025-01-02"]]}, "values", "values[0]"),
        ([["day", "n"], ["2025-01-01", 3], ["2025-01-02"]], "$", "$[0]"),
    ],
)
def test_a_first_row_that_names_the_columns_is_no_record_and_cells_left_out_at_an_end_are_null(
    body: object, selector: str, path: str
) -> None:
    columns = Columns((ColumnGroup(path=path),))
    assert records_in(body, columns, selector) == [{"day": "2025-01-01", "n": 3}, {"day": "2025-01-02", "n": None}]


def test_a_table_of_names_alone_has_no_record() -> None:
    assert records_in({"values": [["day", "n"]]}, Columns((ColumnGroup(path="values[0]"),)), "values") == []


def test_a_row_with_more_cells_than_the_first_one_names_is_refused() -> None:
    columns = Columns((ColumnGroup(path="values[0]"),))
    assert "row 1 of the response has 3 cells" in refusal({"values": [["a", "b"], [1, 2, 3]]}, columns, "values")


@pytest.mark.parametrize("key", ["name", "id", "key", "label", "title"])
def test_a_column_may_be_an_object_that_has_its_name(key: str) -> None:
    assert records_in({"columns": [{key: "day", "type": "x"}], "results": [["2025-01-01"]]}) == [{"day": "2025-01-01"}]


def test_the_path_of_the_names_may_lead_through_the_list_of_columns() -> None:
    body = {"columns": [{"id": 1, "title": "day"}, {"id": 2, "title": "n"}], "results": [["2025-01-01", 3]]}
    assert records_in(body, Columns((ColumnGroup(path="columns[*].title"),))) == [{"day": "2025-01-01", "n": 3}]
    assert "but has no `columns[*].name`" in refusal(body, Columns((ColumnGroup(path="columns[*].name"),)))


def test_several_lists_of_headers_name_the_cells_of_several_lists() -> None:
    row = {"dimensionValues": [{"value": "2025-01-01"}], "metricValues": [{"value": "3"}, {"value": "5"}]}
    body = {"dimensionHeaders": [{"name": "date"}], "metricHeaders": [{"name": "a"}, {"name": "b"}], "rows": [row]}
    assert records_in(body, GROUPS, "rows") == [{"date": "2025-01-01", "a": "3", "b": "5"}]


def test_the_value_of_a_cell_may_have_a_name_of_its_own() -> None:
    columns = Columns((ColumnGroup(path="heads", field="cells", cell="text"),))
    body = {"heads": ["a", "b", "c"], "results": [{"cells": [{"text": "x", "value": 7}, 5, {"id": 3}]}]}
    assert records_in(body, columns) == [{"a": "x", "b": 5, "c": None}]


def test_several_lists_of_names_are_joined_for_rows_that_are_lists() -> None:
    columns = Columns((ColumnGroup(path="dimensions"), ColumnGroup(path="metrics")))
    assert records_in({"dimensions": ["day"], "metrics": ["n"], "results": [["x", 1]]}, columns) == [
        {"day": "x", "n": 1}
    ]


def test_what_a_row_has_beside_its_cells_stays() -> None:
    columns = Columns((ColumnGroup(path="columns.ids", field="data"),))
    body = {"columns": {"ids": ["0", "1"]}, "rows": [{"itemId": "7", "value": "x", "data": [5, 6]}]}
    assert records_in(body, columns, "rows") == [{"itemId": "7", "value": "x", "0": 5, "1": 6}]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ({"value": 1, "rendered": "one"}, 1),
        ({"v": 1, "f": "1.0"}, 1),
        ({"value": None}, None),
        ({"value": 1, "unit": "s"}, {"value": 1, "unit": "s"}),
        ({}, {}),
    ],
)
def test_a_cell_that_is_an_object_is_its_value_where_it_has_nothing_else_to_say(cell: object, value: object) -> None:
    assert records_in({"columns": ["a"], "results": [[cell]]}) == [{"a": value}]


@pytest.mark.parametrize("body", [{"results": []}, {"columns": [], "results": []}, {"columns": None, "results": []}])
def test_a_report_without_rows_is_empty_whatever_it_has_as_columns(body: object) -> None:
    assert records_in(body) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"results": [[1]]}, "the response has rows, but has no `columns`, where the names of their columns are"),
        ({"results": [[1]]}, "where only the first page has them, declare them as `column_names`"),
        ({"columns": "a", "results": [[1]]}, "has no list of names under `columns`"),
        ({"columns": [1.5], "results": [[1]]}, "has no list of names under `columns`"),
        (
            {"columns": ["a", "b"], "results": [[1, 2], [1]]},
            "row 2 of the response has 1 cells, but there are 2",
        ),
        ({"columns": ["a"], "results": [[1], [1], [1, 2]]}, "row 3 of the response has 2 cells, but there are 1"),
        (
            {"columns": ["a", "b", "a"], "results": [[1, 2, 3]]},
            "the columns 1 and 3 of the response are both",
        ),
        ({"columns": ["a"], "results": [7]}, "row 1 of the response is a number, not a list of cells"),
        ({"columns": ["a"], "results": [{"values": [1]}]}, "without a list `columns` (its lists are `values`)"),
    ],
)
def test_rows_that_do_not_fit_their_columns_fail_by_their_number(body: object, message: str) -> None:
    assert message in refusal(body)


def test_a_field_and_a_column_of_one_name_fail() -> None:
    columns = Columns((ColumnGroup(names=("id",), field="cells"),))
    message = refusal({"results": [{"id": 1, "cells": [2]}]}, columns)
    assert "has `id` as a field and as a column" in message


def test_lists_of_cells_without_declared_columns_say_what_names_them() -> None:
    with pytest.raises(FatalAPIError, match="or name its cells by `columns_path` or `column_names`"):
        Envelope(data_selector="results").open(json.dumps({"results": [[1]]}).encode(), offset=0)
