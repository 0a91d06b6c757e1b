from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources import columns
from tap_analytics.resources.columns import Column, lay_over


def fields(declared: object, under: dict[str, Any] | None = None, keys: tuple[str, ...] = ()) -> dict[str, Any]:
    read, faults = columns.read(declared, "columns")
    assert faults == []
    return lay_over(read, under or {}, keys=keys)


def faults_of(declared: object) -> list[str]:
    return columns.read(declared, "columns")[1]


@pytest.mark.parametrize(
    ("data_type", "field"),
    [
        ("text", {"type": ["string", "null"]}),
        ("bigint", {"type": ["integer", "null"]}),
        ("double", {"type": ["number", "null"]}),
        ("decimal", {"type": ["number", "null"]}),
        ("bool", {"type": ["boolean", "null"]}),
        ("timestamp", {"type": ["string", "null"], "format": "date-time"}),
        ("date", {"type": ["string", "null"], "format": "date"}),
        ("time", {"type": ["string", "null"], "format": "time"}),
        (
            "json",
            {"type": ["object", "array", "string", "number", "boolean", "null"], "additionalProperties": True},
        ),
        ("binary", {"type": ["string", "null"], "contentEncoding": "base64"}),
        ("wei", {"type": ["string", "integer", "null"]}),
    ],
)
def test_every_data_type_has_its_json(data_type: str, field: dict[str, Any]) -> None:
    assert fields({"x": {"data_type": data_type}}) == {"x": field}


def test_columns_may_be_a_list() -> None:
    assert fields([{"name": "a", "data_type": "bool"}, {"name": "b", "data_type": "text"}]) == {
        "a": {"type": ["boolean", "null"]},
        "b": {"type": ["string", "null"]},
    }


@pytest.mark.parametrize("nullable", [False, "false", "no"])
def test_a_column_that_is_not_nullable_has_no_null(nullable: object) -> None:
    assert fields({"x": {"data_type": "text", "nullable": nullable}}) == {"x": {"type": ["string"]}}


def test_a_key_is_never_null() -> None:
    declared = {"id": {"data_type": "bigint", "nullable": True}}
    assert fields(declared, keys=("id",)) == {"id": {"type": ["integer"]}}
    assert fields({}, {"id": {"type": ["string", "null"]}}, keys=("id",)) == {"id": {"type": ["string"]}}


def test_precision_bounds_a_text_and_a_whole_number() -> None:
    assert fields({"x": {"data_type": "text", "precision": "8"}})["x"]["maxLength"] == 8
    assert fields({"x": {"data_type": "bigint", "precision": 16}})["x"] == {
        "type": ["integer", "null"],
        "minimum": -32768,
        "maximum": 32767,
    }


def test_the_digits_of_a_decimal_are_not_bound_by_precision_and_scale() -> None:
    declared = {"x": {"data_type": "decimal", "precision": 38, "scale": 9}}
    assert fields(declared) == {"x": {"type": ["number", "null"]}}
    assert columns.read(declared, "columns")[0]["x"] == Column(data_type="decimal", precision=38, scale=9)


def test_a_description_is_kept() -> None:
    assert fields({"x": {"data_type": "text", "description": "A name."}})["x"]["description"] == "A name."
    under = {"x": {"type": ["integer"], "description": "Old."}}
    assert fields({"x": {"data_type": "text"}}, under)["x"] == {"type": ["string", "null"], "description": "Old."}
    assert fields({"x": {"description": "New."}}, under)["x"] == {"type": ["integer"], "description": "New."}


def test_a_column_without_a_type_changes_what_lies_below_and_adds_no_field() -> None:
    under = {"x": {"type": "string", "format": "date"}}
    assert fields({"x": {"nullable": True}}, under) == {"x": {"type": ["string", "null"], "format": "date"}}
    assert fields({"x": {"nullable": False}}, {"x": {"type": ["string", "null"]}}) == {"x": {"type": ["string"]}}
    assert fields({"y": {"nullable": True}}, under) == under


def test_fields_that_no_column_names_stay() -> None:
    under = {"a": {"type": ["string"]}, "b": {}}
    assert fields({"c": {"data_type": "bool"}}, under) == under | {"c": {"type": ["boolean", "null"]}}


def test_a_mark_of_the_key_is_read() -> None:
    read, _ = columns.read({"id": {"data_type": "text", "primary_key": True}, "x": {"data_type": "text"}}, "columns")
    assert [name for name, column in read.items() if column.primary_key] == ["id"]


@pytest.mark.parametrize(
    "hint",
    [
        "partition",
        "cluster",
        "sort",
        "unique",
        "variant",
        "incremental",
        "timezone",
        "row_key",
        "merge_key",
        "parent_key",
        "x-anything",
    ],
)
def test_hints_about_the_table_are_left_to_the_target(hint: str) -> None:
    assert fields({"x": {"data_type": "text", hint: True}}) == {"x": {"type": ["string", "null"]}}


@pytest.mark.parametrize("hint", ["hard_delete", "dedup_sort"])
def test_hints_that_change_what_is_loaded_are_refused(hint: str) -> None:
    (fault,) = faults_of({"x": {"data_type": "text", hint: True}})
    assert fault.startswith(f"`columns.x.{hint}` is not supported: ")
    assert faults_of({"x": {"data_type": "text", hint: None}}) == []


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        (
            {"x": {"data_type": "txt"}},
            "`columns.x.data_type` must be one of `text`, `bigint`, `double`, `decimal`, `bool`, `timestamp`, `date`, ",
        ),
        ({"x": {"nullable": "maybe"}}, "`columns.x.nullable` must be true or false"),
        ({"x": {"precision": 0}}, "`columns.x.precision` must be a whole number of 1 or more"),
        ({"x": {"scale": -1}}, "`columns.x.scale` must be a whole number of 0 or more"),
        ({"x": {"description": 5}}, "`columns.x.description` must be text"),
        (
            {"x": {"nulable": True}},
            "`columns.x.nulable` is not known; did you mean `nullable`?",
        ),
        ({"x": "text"}, "`columns.x` must be an object"),
        ("text", "`columns` must be an object of hints by name, or a list of hints, each with its `name`"),
        ([{"data_type": "text"}], "`columns` must be an object of hints by name, or a list of hints, each with its"),
        ([{"name": "a"}, {"name": "a"}], "`columns` has `a` twice"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(declared: object, fault: str) -> None:
    (message,) = faults_of(declared)
    assert message.startswith(fault)


def test_every_wrong_column_is_told_and_the_sound_ones_are_read() -> None:
    read, faults = columns.read({"a": {"data_type": "x"}, "b": {"nullable": 5}, "c": {"data_type": "bool"}}, "columns")
    assert len(faults) == 2
    assert list(read) == ["c"]


@pytest.mark.parametrize(
    ("schema", "data_type"),
    [
        ({"type": ["string", "null"]}, "text"),
        ({"type": ["string"], "format": "date-time"}, "timestamp"),
        ({"type": ["integer", "number", "null"]}, "double"),
        ({"type": ["integer", "null"]}, "bigint"),
        ({"type": ["integer", "string"]}, None),
        ({"type": ["object", "null"]}, None),
        ({}, None),
    ],
)
def test_a_schema_has_the_data_type_that_says_it(schema: dict[str, Any], data_type: object) -> None:
    assert columns.data_type_of(schema) == data_type
