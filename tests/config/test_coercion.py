from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.config.coercion import coerce


@pytest.mark.parametrize(
    ("schema", "value", "coerced"),
    [
        ({"type": "integer"}, " 12 ", 12),
        ({"type": ["integer", "null"]}, "1e2", 100),
        ({"type": "integer"}, 12.0, 12),
        ({"type": "integer"}, 1.5, 1.5),
        ({"type": "integer"}, "many", "many"),
        ({"type": "integer"}, 12, 12),
        ({"type": "integer"}, True, True),
        ({"type": "number"}, True, True),
        ({"type": "number"}, [1], [1]),
        ({"type": "number"}, "many", "many"),
        ({"type": "number"}, Decimal("0.5"), 0.5),
        ({"type": "number"}, 10**400, math.inf),
        ({"type": "number"}, "nan", "nan"),
        ({"type": ["string", "number"]}, "12", "12"),
        ({"type": ["string", "number"]}, 12, 12.0),
        ({"type": "boolean"}, "Yes", True),
        ({"type": "boolean"}, "0", False),
        ({"type": "boolean"}, "maybe", "maybe"),
        ({"type": "boolean"}, 1, 1),
        ({"type": "object"}, '{"a": 1}', {"a": 1}),
        ({"type": ["string", "object"]}, '{"a": 1}', {"a": 1}),
        ({"type": ["string", "object"]}, "file.json", "file.json"),
        ({"type": "array"}, "[" * 100_000, "[" * 100_000),
        ({"type": "string", "enum": ["off", "log"]}, False, "off"),
        ({"type": "string"}, False, False),
        ({"type": "integer"}, None, None),
        ({"type": "integer"}, "", ""),
        ({}, "12", "12"),
    ],
    ids=lambda value: ascii(value)[:40],
)
def test_text_becomes_what_its_schema_wants_or_stays(schema: dict[str, Any], value: object, coerced: object) -> None:
    assert coerce({"x": value}, {"properties": {"x": schema}}) == {"x": coerced}
    assert type(coerce({"x": value}, {"properties": {"x": schema}})["x"]) is type(coerced)


def test_a_key_without_a_schema_stays_as_it_is() -> None:
    assert coerce({"beyond": "12"}, {"properties": {}}) == {"beyond": "12"}
