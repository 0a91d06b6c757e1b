"""What an endpoint says of the shape of its answers: names of columns, and fields that are keys."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.envelope.column_lists import ColumnLists
from tap_analytics.records.envelope.columns import ColumnGroup
from tap_analytics.records.formats.csv_rows import CsvFormat
from tap_analytics.records.formats.json_lines import JsonLinesFormat
from tests.resources.words import at, declare, faults_of


def groups(**endpoint: Any) -> tuple[ColumnGroup, ...]:  # noqa: ANN401 - a key may have any value
    columns = declare(at(**endpoint)).answer_columns
    return columns.groups if columns else ()


def test_columns_are_at_a_path_or_at_several() -> None:
    assert groups(columns_path="meta.columns") == (ColumnGroup(path="meta.columns"),)
    assert groups(columns_path=["a", "b"]) == (ColumnGroup(path="a"), ColumnGroup(path="b"))
    assert groups(column_names=["a", "b"]) == (ColumnGroup(names=("a", "b")),)
    assert groups() == ()


def test_each_list_of_cells_has_its_names() -> None:
    given = {"dims": "heads", "mets": {"request": "metrics"}}
    assert groups(columns_path=given, json={"metrics": [{"name": "n"}]}) == (
        ColumnGroup(path="heads", field="dims"),
        ColumnGroup(path="metrics", names=("n",), field="mets"),
    )


def test_cells_that_are_objects_may_say_where_their_value_is() -> None:
    given = {"dims": {"path": "heads", "value": "name"}, "mets": {"request": "metrics", "value": "n"}}
    assert groups(columns_path=given, json={"metrics": ["m"]}) == (
        ColumnGroup(path="heads", field="dims", cell="name"),
        ColumnGroup(path="metrics", names=("m",), field="mets", cell="n"),
    )


def test_lists_that_are_columns_are_one_page_unless_a_paginator_is_declared() -> None:
    assert declare(at(column_lists=True)).column_lists == ColumnLists()
    assert declare(at(column_lists={"day": "x"})).column_lists == ColumnLists(paths={"day": "x"})
    assert declare(at(column_lists=False)).column_lists is None
    assert isinstance(declare(at(column_lists=True)).paginator, SinglePagePaginator)


def test_fields_from_around_the_records_are_paths_by_field() -> None:
    outer = {"order_id": "data[*].id", "as_of": "meta.as_of"}
    assert declare(at(data_selector="data[*].lines[*]", outer_fields=outer)).outer_fields == outer
    assert declare(at()).outer_fields == {}


@pytest.mark.parametrize(
    "request_part",
    [
        {"json": {"query": {"metrics": ["a", "b"]}}, "columns_path": {"request": "query.metrics"}},
        {"params": {"metrics": "a, b"}, "columns_path": {"request": ["metrics"]}},
        {"params": {"metrics": ["a", "b"]}, "columns_path": {"request": "metrics"}},
        {"data": {"metrics": "a,b"}, "method": "POST", "columns_path": {"request": "metrics"}},
    ],
)
def test_names_are_taken_from_what_is_asked_for(request_part: dict[str, Any]) -> None:
    (group,) = groups(**request_part)
    assert (group.names, group.field) == (("a", "b"), "metrics")


def test_a_file_is_one_page_unless_a_paginator_is_declared() -> None:
    given = declare(at(format="csv", delimiter=";", column_names=["a"], data_selector="$"))
    assert given.format == CsvFormat(delimiter=";", column_names=("a",))
    assert isinstance(given.paginator, SinglePagePaginator)
    paged = declare(at(format="jsonl", paginator={"type": "page_number", "total_path": None}))
    assert (paged.format, paged.paginator and paged.paginator.type) == (JsonLinesFormat(), "page_number")


def test_an_object_by_key_is_one_page_unless_a_paginator_is_declared() -> None:
    assert declare(at(key_field="day")).key_fields == ("day",)
    assert declare(at(key_field=["event", "day"])).key_fields == ("event", "day")
    assert isinstance(declare(at(key_field="day")).paginator, SinglePagePaginator)
    assert not isinstance(declare(at(key_field="day", paginator="page_number")).paginator, SinglePagePaginator)


@pytest.mark.parametrize(
    ("endpoint", "fault"),
    [
        ({"columns_path": 5}, "columns_path` must be a path, a list of paths, or an object of paths"),
        ({"columns_path": ""}, "columns_path` must be"),
        ({"columns_path": []}, "columns_path` must be"),
        ({"columns_path": {}}, "columns_path` must be"),
        (
            {"columns_path": {"cells": 5}},
            "columns_path.cells` must be a path, or an object with `path`, or with `request`",
        ),
        ({"columns_path": {"request": "metrics"}}, "columns_path` names `metrics` of the request, but neither"),
        ({"columns_path": {"request": []}}, "columns_path.request` must be a path into the request"),
        ({"columns_path": {"request": "m"}, "params": {"m": 5.5}}, "columns_path` names `m` of the request, but"),
        ({"column_names": ["a", "a"]}, "column_names` must be a list of names"),
        ({"column_names": "a"}, "column_names` must be a list of names"),
        ({"columns_path": "a", "column_names": ["b"]}, "columns_path` and `resources[0].endpoint.column_names` both"),
        ({"format": "xml"}, "format` must be one of `json`, `jsonl`, `csv`"),
        ({"format": "csv", "delimiter": ";;"}, "delimiter` must be one character"),
        ({"format": "csv", "delimiter": ""}, "delimiter` must be one character"),
        ({"delimiter": ";"}, "delimiter` belongs to the format `csv`; set `format`, or remove it"),
        ({"format": "jsonl", "quote": "'"}, "quote` belongs to the format `csv`"),
        ({"encoding": "latin-1"}, "encoding` belongs to the format `jsonl` or `csv`"),
        ({"format": "csv", "columns_path": "a"}, "columns_path` belongs to the format `json`"),
        ({"format": "jsonl", "column_names": ["a"]}, "column_names` belongs to the format `json` or `csv`"),
        ({"format": "csv", "key_field": "a"}, "key_field` belongs to the format `json`"),
        ({"format": "csv", "encoding": "utf-88"}, "encoding` must be the name of an encoding of text"),
        ({"format": "csv", "encoding": "base64"}, "encoding` must be the name of an encoding of text"),
        ({"format": "csv", "data_selector": "data"}, "data_selector` leads into JSON; a file of `csv` is all records"),
        (
            {"format": "csv", "paginator": "cursor"},
            "paginator.type` reads the body, where a file of",
        ),
        ({"format": "csv", "paginator": "auto"}, "paginator.type` reads the body"),
        (
            {"format": "jsonl", "paginator": {"type": "offset", "total_path": "meta.total"}},
            "paginator.total_path` leads into JSON; a file of `jsonl` has nothing beside its records",
        ),
        ({"columns_path": {"cells": {"path": "a", "value": 5}}}, "columns_path.cells` must be a path"),
        ({"columns_path": {"cells": {"path": "a", "request": "b"}}}, "columns_path.cells` must be a path"),
        ({"column_lists": "a"}, "column_lists` must be true, or an object of paths by field"),
        ({"column_lists": {}}, "column_lists` must be"),
        ({"column_lists": {"a": 5}}, "column_lists.a` must be"),
        ({"column_lists": True, "key_field": "a"}, "column_lists` and `resources[0].endpoint.key_field` both"),
        ({"format": "csv", "column_lists": True}, "column_lists` belongs to the format `json`"),
        (
            {"data_selector": "data[*].lines", "outer_fields": {"a": "orders[*].id"}},
            "outer_fields.a` leads to no object around the records; begin it as `data_selector` begins",
        ),
        ({"outer_fields": {"a": "data[*].id"}}, "outer_fields.a` leads to no object"),
        ({"key_field": "a", "data_selector": "d[*].x", "outer_fields": {"a": "d[*].id"}}, "outer_fields.a` leads to"),
        ({"outer_fields": {"a": "d[?("}}, "outer_fields.a` is neither a dotted path nor a JSONPath"),
        ({"outer_fields": {}}, "outer_fields` must be an object of paths by field"),
        ({"outer_fields": {"a": 1}}, "outer_fields.a` must be"),
        ({"format": "csv", "outer_fields": {"a": "b"}}, "outer_fields` belongs to the format `json`"),
        ({"key_field": []}, "key_field` must be a name, or a list of names"),
        ({"key_field": ["day", "day"]}, "key_field` has a name twice"),
    ],
)
def test_wrong_words_are_told_by_their_place(endpoint: dict[str, Any], fault: str) -> None:
    (message,) = faults_of(at(**endpoint))
    assert message.startswith(f"`resources[0].endpoint.{fault}")
