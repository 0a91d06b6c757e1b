"""The types of JSON: which of them a schema allows, and their names in messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = Mapping[str, Any]

# What a message calls a value of each type.
WORDS: Mapping[str, str] = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "string": "text",
    "null": "null",
}

# The JSON type of a Python value. A type that is not here is a number: int, float or Decimal.
_TYPES: Mapping[type, str] = {type(None): "null", bool: "boolean", dict: "object", list: "array", str: "string"}


def kinds_of(schema: Schema) -> list[str]:
    """Return the types that a schema allows; none if it says nothing of them."""
    declared = schema.get("type") or []
    return [declared] if isinstance(declared, str) else list(declared)


def kind_of(value: object) -> str:
    """Return the type of a value; every number is a `number`."""
    return _TYPES.get(type(value), "number")


def in_words(kinds: Iterable[str], words: Mapping[str, str] = WORDS) -> str:
    """Return the words of a message for a value of one of these types: `text or a number`."""
    return " or ".join(words.get(kind, kind) for kind in kinds)


def items_of(schema: Schema) -> Schema:
    """Return the schema of the items of a list; an empty one if it has none, or one for each place."""
    items = schema.get("items")
    return items if isinstance(items, Mapping) else {}


def is_date_time(schema: Schema) -> bool:
    """Return whether a schema is one of text that is a date-time."""
    return schema.get("format") == "date-time" and "string" in kinds_of(schema)


def is_number(schema: Schema) -> bool:
    """Return whether a schema allows numbers, and has no format, which would apply to text."""
    return not {"integer", "number"}.isdisjoint(kinds_of(schema)) and "format" not in schema
