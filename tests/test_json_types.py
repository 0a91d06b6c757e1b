from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.json_types import WORDS, in_words, is_date_time, is_number, items_of, kind_of, kinds_of


@pytest.mark.parametrize(
    ("schema", "kinds"),
    [
        ({}, []),
        ({"type": None}, []),
        ({"type": "string"}, ["string"]),
        ({"type": ["string", "null"]}, ["string", "null"]),
        ({"anyOf": [{"type": "string"}]}, []),
    ],
)
def test_the_types_of_a_schema_are_a_list(schema: dict[str, Any], kinds: list[str]) -> None:
    assert kinds_of(schema) == kinds


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "boolean"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
        (1, "number"),
        (1.5, "number"),
        (Decimal("1.5"), "number"),
    ],
    ids=repr,
)
def test_every_value_of_json_has_a_type_with_a_word(value: object, kind: str) -> None:
    assert kind_of(value) == kind
    assert kind in WORDS


def test_types_are_told_in_words() -> None:
    assert in_words(["string", "integer", "null"]) == "text or a whole number or null"
    assert in_words(["object"], {"object": "a JSON object"}) == "a JSON object"
    assert in_words(["unheard"]) == "unheard"


@pytest.mark.parametrize(
    ("schema", "items"), [({}, {}), ({"items": [{"type": "string"}]}, {}), ({"items": {"type": "a"}}, {"type": "a"})]
)
def test_items_have_one_schema_or_none(schema: dict[str, Any], items: dict[str, Any]) -> None:
    assert items_of(schema) == items


def test_a_date_time_is_text_of_that_format() -> None:
    assert is_date_time({"type": ["string", "null"], "format": "date-time"})
    assert not is_date_time({"type": "string", "format": "date"})
    assert not is_date_time({"type": "integer", "format": "date-time"})


def test_a_number_with_a_format_is_none() -> None:
    assert is_number({"type": ["integer", "null"]})
    assert is_number({"type": "number"})
    assert not is_number({"type": ["integer", "string"], "format": "date-time"})
    assert not is_number({"type": "string"})
