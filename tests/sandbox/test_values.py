"""Values of single fields: they fit their schema, whatever it is."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator

from tap_analytics.sandbox.instants import FIRST, LAST
from tap_analytics.sandbox.rows import encode
from tap_analytics.sandbox.values import Values

if TYPE_CHECKING:
    from tests.sandbox.conftest import Get

SCHEMAS: dict[str, dict[str, Any]] = {
    "a type alone": {"type": "string"},
    "nothing": {},
    "null": {"type": "null"},
    "a list of values": {"type": ["string", "null"], "enum": ["draft", "paid", None]},
    "one value": {"const": "EUR"},
    "one of several types": {"anyOf": [{"type": "null"}, {"type": "integer"}]},
    "one of several objects": {"oneOf": [{"type": "object", "properties": {"a": {"type": "integer"}}}]},
    "a whole number within bounds": {"type": "integer", "minimum": 1000, "maximum": 1001},
    "a number below zero": {"type": "number", "maximum": -0.5},
    "a share": {"type": "number", "minimum": 0, "maximum": 1},
    "a whole number above the usual": {"type": "integer", "minimum": 5000},
    "a closed object": {"type": "object", "additionalProperties": False},
    "a list of anything": {"type": "array"},
    "a list of objects": {"type": "array", "items": {"type": "object", "properties": {"at": {"type": "number"}}}},
    "a country code": {
        "type": "object",
        "properties": {"country_code": {"type": "string"}, "since": {"type": "integer"}},
        "additionalProperties": False,
    },
    "a part of an address": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "country_code": {"type": "string"}},
        "additionalProperties": False,
    },
}
FORMATS = {
    "date": r"\d{4}-\d\d-\d\d",
    "date-time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
    "email": r"field-\d{4}@example\.com",
    "uri": r"https://example\.com/field-\d{4}",
    "uuid": r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
}


def values(seed: int) -> Values:
    return Values(Random(seed), FIRST, LAST)  # noqa: S311 - no secret


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_value_fits_its_schema(schema: dict[str, Any]) -> None:
    drawn = [values(seed).of("field", schema) for seed in range(100)]
    assert [error.message for value in drawn for error in Draft7Validator(schema).iter_errors(plain(value))] == []


def plain(value: object) -> object:
    """Return a value as it is read from JSON."""
    return json.loads(encode(value))


@pytest.mark.parametrize("form", FORMATS)
def test_a_text_has_its_format(form: str) -> None:
    drawn = [str(values(seed).of("field", {"type": "string", "format": form})) for seed in range(100)]
    assert [text for text in drawn if not re.fullmatch(FORMATS[form], text)] == []


def test_what_may_be_null_is_null_now_and_then() -> None:
    drawn = [values(seed).of("field", {"type": ["integer", "null"]}) for seed in range(200)]
    assert 0 < drawn.count(None) < 60


def test_some_fields_are_null_and_decimals_have_two_places(get: Get) -> None:
    text = get("deals", limit=500).text
    assert '"lead_source":null' in text
    assert re.search(r'"amount":\d+\.\d0,', text)
