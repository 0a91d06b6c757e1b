"""Schemas of a document become those of the tap."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.openapi.schemas import Schemas
from tests.resources.openapi.documents import TEXT, WHOLE, an_object, list_of
from tests.resources.openapi.parts import Words, node_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("given", "schema"),
    [
        ({"type": "string", "format": "date-time"}, {"type": ["string", "null"], "format": "date-time"}),
        ({"type": "string", "format": "uuid"}, {"type": ["string", "null"]}),
        ({"type": ["integer", "null"]}, {"type": ["integer", "null"]}),
        ({"type": "integer", "nullable": True}, {"type": ["integer", "null"]}),
        (
            {"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
            {"type": ["integer", "string", "null"]},
        ),
        ({"enum": ["a", "b"]}, {"type": ["string", "null"]}),
        ({"items": {"type": "number"}}, {"type": ["array", "null"], "items": {"type": ["number", "null"]}}),
        ({"additionalProperties": TEXT}, {"type": ["object", "null"], "additionalProperties": True}),
        ({}, {}),
        (
            {"allOf": [an_object(a=TEXT), an_object(b=WHOLE)]},
            {
                "type": ["object", "null"],
                "additionalProperties": True,
                "properties": {"a": {"type": ["string", "null"]}, "b": {"type": ["integer", "null"]}},
            },
        ),
    ],
)
def test_a_schema_becomes_one_of_the_tap(tmp_path: Path, given: Words, schema: Words) -> None:
    record = Schemas().of_record(node_of(tmp_path, an_object(field=given)))
    assert record == {"type": "object", "properties": {"field": schema}, "additionalProperties": True}


def test_what_has_itself_within_is_left_open_there(tmp_path: Path) -> None:
    to = {"$ref": "#/components/schemas/Tree"}
    tree = {"allOf": [to, an_object(name=TEXT, up=to, down=list_of(to))]}
    fields = Schemas().of_record(node_of(tmp_path, to, schemas={"Tree": tree}))["properties"]
    opened = {"type": ["object", "null"], "additionalProperties": True}
    assert fields == {
        "name": {"type": ["string", "null"]},
        "up": opened,
        "down": {"type": ["array", "null"], "items": opened},
    }


def test_a_very_large_schema_is_bounded(tmp_path: Path) -> None:
    level: Words = TEXT
    schemas: Words = {}
    for number in range(12):
        schemas[f"L{number}"] = an_object(**{f"f{each}": level for each in range(8)})
        level = {"$ref": f"#/components/schemas/L{number}"}
    record = Schemas().of_record(node_of(tmp_path, level, schemas=schemas))
    assert len(json.dumps(record)) < 200_000
