"""Where a value is in a document: dotted paths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def field_of(record: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return the value of a field, or at a dotted path within a record; None where there is none."""
    if path in record:
        return record[path]
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def has_field(record: Mapping[str, Any], path: str) -> bool:
    """Return whether a record has a field, or something at a dotted path; null counts."""
    name, _, rest = path.partition(".")
    within = record.get(name)
    return path in record or bool(rest and isinstance(within, dict) and has_field(within, rest))


def names_in(path: str) -> tuple[str, ...] | None:
    """Return the names in a dotted path; None for a JSONPath that says more than names."""
    names = path.removeprefix("$").removeprefix(".").removesuffix("[*]")
    if any(character in names for character in "[]()?*@'\"") or ".." in path:
        return None
    return tuple(names.split(".")) if names else ()
