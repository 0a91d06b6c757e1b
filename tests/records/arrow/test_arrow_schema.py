"""JSON Schema -> Arrow: each type has one column."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

from tap_analytics.records.arrow.arrow_schema import ArrowTypes, arrow_schema

POINT: dict[str, Any] = {"type": ["object", "null"], "properties": {"x": {"type": "integer"}}}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": ["string", "null"]}, "string"),
        ({"type": "string", "format": "email"}, "string"),
        ({"type": "string", "format": "time"}, "string"),
        ({"type": ["null", "string"], "format": "date-time"}, "timestamp[us, tz=UTC]"),
        ({"type": "string", "format": "date"}, "date32[day]"),
        ({"type": "string", "contentEncoding": "base64"}, "binary"),
        ({"type": ["integer", "null"]}, "int64"),
        ({"type": ["number", "null"]}, "double"),
        ({"type": ["integer", "number"]}, "double"),
        ({"type": "boolean"}, "bool"),
        ({"type": "array", "items": {"type": "integer"}}, "list<item: int64>"),
        ({"type": "array"}, "list<item: string>"),
        (POINT, "struct<x: int64>"),
        (POINT | {"additionalProperties": False}, "struct<x: int64>"),
        (POINT | {"additionalProperties": True}, "string"),
        (POINT | {"additionalProperties": {"type": "string"}}, "string"),
        ({"type": "object"}, "string"),
        ({"type": ["string", "integer"]}, "string"),
        ({"type": ["string", "integer"], "format": "date-time"}, "string"),
        ({}, "string"),
    ],
)
def test_a_schema_has_a_type_of_arrow(schema: dict[str, Any], kind: str) -> None:
    assert str(ArrowTypes().column(schema).type) == kind


def test_a_decimal_of_the_declaration_goes_before_the_schema() -> None:
    fields = {"price": {"type": ["number", "null"]}, "note": {"type": "string"}}
    columns = ArrowTypes(decimals={"price": (10, 2), "note": (10, 2)}).columns(fields)
    assert [str(each.type) for each in columns.values()] == ["decimal128(10, 2)", "string"]


def test_all_columns_but_the_keys_may_hold_null() -> None:
    schema = arrow_schema(ArrowTypes().columns({"id": {"type": "integer"}, "size": {"type": "integer"}}), ["id"])
    assert [field.nullable for field in schema] == [False, True]


@pytest.mark.parametrize(
    "fields",
    [{"Id": {}, "id": {}}, {"at": {"type": "object", "properties": {"Id": {}, "id": {}}}}],
)
def test_names_that_differ_by_case_only_are_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(FatalAPIError, match="`Id` and `id` differ by case only"):
        ArrowTypes().columns(fields)
