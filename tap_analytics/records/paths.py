"""Where a value is in a document: dotted paths, and JSONPaths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonpath_ng.ext.parser import parse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonpath_ng import JSONPath


def field_of(record: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return the value of a field, or at a dotted path or JSONPath within a record; None where there is none."""
    if path in record:
        return record[path]
    if "[" in path:
        return next(iter(matches(record, path)), None)
    value: Any = record
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def first_name(path: str) -> str:
    """Return the field of a record that a dotted path or a JSONPath begins with."""
    return re.split(r"[.\[]", path.removeprefix("$").removeprefix("."))[0]


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


def matches(document: object, path: str) -> list[Any]:
    """Return the values that a JSONPath finds.

    Raises:
        JSONPathError: It is none.
    """
    return [match.value for match in _compiled(path).find(document)]


@lru_cache
def _compiled(path: str) -> JSONPath:
    compiled: JSONPath = parse(path)
    return compiled
