"""The types of JSON: what a schema says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def kinds_of(schema: Schema) -> list[str]:
    """Return the types that a schema allows; none if it says nothing of them."""
    declared = schema.get("type") or []
    return [declared] if isinstance(declared, str) else list(declared)


def items_of(schema: Schema) -> Schema:
    """Return the schema of the items of a list; an empty one if it has none, or one for each place."""
    items = schema.get("items")
    return items if isinstance(items, Mapping) else {}


def is_date_time(schema: Schema) -> bool:
    """Return whether a schema is one of text that is a date-time."""
    return schema.get("format") == "date-time" and "string" in kinds_of(schema)
