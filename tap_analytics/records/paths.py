"""Finds values in a document by dotted paths and JSONPaths."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonpath_ng.exceptions import JSONPathError
from jsonpath_ng.ext.parser import parse
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jsonpath_ng import JSONPath

MOST_CHARACTERS = 500
# What ends the names at the beginning of a JSONPath.
_DOTTED_PART = pattern(r"\.?[\[\]()?*@'\"]|\.\.")
# A name of a path: in brackets and quotes, or between dots.
_QUOTED = pattern(r"""\[(?:'([^'"\[\]*]+)'|"([^'"\[\]*]+)")\]|(?:\A|\.)([^.\[\]()?*'"]+)""")
# The operators and functions of a JSONPath that take a regular expression.
_REGEX = pattern(r"=~|`\s*(?:sub|split)\s*\(")


def field_of(record: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 - a value of a record
    """Return the value of a field, or at a dotted path or JSONPath within a record; None if there is none."""
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
    """Return whether a record has a field, or a value at a dotted path; null counts as a value."""
    name, _, rest = path.partition(".")
    within = record.get(name)
    return path in record or bool(rest and isinstance(within, dict) and has_field(within, rest))


def path_fault(path: str) -> str | None:
    """Return what is wrong with a path that would take too long to follow; None for any other."""
    if len(path) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS} characters"
    if _REGEX.search(path):
        return "has a regular expression in it, which may take for ever; compare with `==`"
    return None


def syntax_fault(path: str) -> str | None:
    """Return what is wrong with a path that no document could have; None for any other."""
    if names_in(path) is not None:
        return None
    if fault := path_fault(path):
        return fault
    try:
        _compile(path)
    except JSONPathError:
        return "is neither a dotted path nor a JSONPath; write it like `data.items` or `data[*].item`"
    return None


# What `value_at` returns if there is no value.
MISSING = object()


def value_at(document: object, path: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the value at a path: a key, with or without dots, a dotted path, or the first match of a JSONPath.

    Raises:
        FatalAPIError: It is neither a dotted path nor a JSONPath.
    """
    if isinstance(document, dict) and path in document:
        return document[path]
    names = names_in(path)
    if names is not None:
        return at_names(document, names)
    try:
        return next(iter(matches(document, path)), MISSING)
    except JSONPathError:
        message = f"`{path}` is neither a dotted path nor a JSONPath; check the options of the `paginator`"
    raise FatalAPIError(message)


def row_values(document: object, path: str) -> list[Any]:
    """Return the value of each row at a path to one of the last row, such as `data[-1].id`; none for another path."""
    way, is_last, name = path.partition("[-1]")
    rows = value_at(document, way) if is_last else None
    values = [value_at(row, name.removeprefix(".")) for row in rows] if isinstance(rows, list) else []
    return [None if value is MISSING else value for value in values]


def at_names(document: object, names: tuple[str, ...]) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return the value under these names, each within the one before; several names may be one key with dots."""
    for place, name in enumerate(names):
        if not isinstance(document, dict):
            return MISSING
        if name not in document:
            return document.get(".".join(names[place:]), MISSING)
        document = document[name]
    return document


@lru_cache(maxsize=512)  # each page looks for the same few paths
def names_in(path: str) -> tuple[str, ...] | None:
    """Return the names in a dotted path; None for a JSONPath with more than names in it."""
    if len(path) > MOST_CHARACTERS:
        return None
    names = path.removeprefix("$").removeprefix(".").removesuffix("[*]")
    if "['" in names or '["' in names:
        return _quoted_names(names)
    if any(character in names for character in "[]()?*'\"") or ".." in path:
        return None
    return tuple(names.split(".")) if names else ()


def _quoted_names(path: str) -> tuple[str, ...] | None:
    """Return the names in a path that has some of them in brackets, such as `['hydra:view'].next`."""
    found = list(_QUOTED.finditer(path))
    is_whole = "".join(each[0] for each in found) == path
    return tuple(each[1] or each[2] or each[3] for each in found) if is_whole else None


def matches(document: object, path: str) -> list[Any]:
    """Return the values that a JSONPath finds.

    Raises:
        JSONPathError: It is not a JSONPath, or one that fails.
    """
    if fault := path_fault(path):
        raise JSONPathError(fault)
    return [match.value for match in _compile(path).find(document)]


def lists_at(document: object, path: str) -> int:
    """Return how many lists a path leads to: one, unless a JSONPath leads to several, or to their elements."""
    found = [] if names_in(path) is not None else matches(document, path.removesuffix("[*]"))
    return sum(isinstance(each, list) for each in found) if found else 1


@lru_cache
def _compile(path: str) -> JSONPath:
    compiled: JSONPath = parse(path)
    return compiled


def may_find_none(document: object, path: str) -> bool:
    """Return whether a JSONPath leads through a list, or the fields of an object without any: it may find nothing."""
    start = _DOTTED_PART.split(path)[0]
    around = at_names(document, names_in(start) or ())
    return isinstance(around, list) or (around == {} and f"{start}.*" in path)
