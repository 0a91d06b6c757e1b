"""Values of one row as the doors of the tap give them: as records of Singer, and as columns of Arrow."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pa = pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

# What a column has for a value of a record, by its type.
PLAIN: dict[str, Callable[[Any], Any]] = {
    "timestamp[us, tz=UTC]": datetime.fromisoformat,
    "date32[day]": date.fromisoformat,
    "double": float,
}


# Rows of all kinds of values that JSON has, for a resource that declares none of its fields.
KINDS: list[dict[str, Any]] = [
    {
        "id": number,
        "text": 'ä "quoted"\n\\ \u00e9 \U0001f600 end',
        "whole": 2**62 + number,
        "number": number / 8,
        "is_odd": number % 2 == 1,
        "at": f"2024-01-0{number}T10:00:00.123456+02:00",
        "day": f"2024-02-2{number}",
        "tags": ["a", "b"][: number % 3],
        "parts": [{"a": each, "b": {"c": None}} for each in range(number)],
        "open": {"deep": {"list": [1, 2.5, "x", None, True]}, "": number},
        "mixed": number if number % 2 else f"{number}",
        "often": None if number % 2 else "there",
        "never": None,
    }
    for number in range(1, 8)
]


def comparable(column: Any, value: Any) -> Any:  # noqa: ANN401
    """Return a value of a Singer record as one of a column of this type."""
    if value is None:
        return None
    if pa.types.is_list(column):
        return [comparable(column.value_type, each) for each in value]
    if pa.types.is_string(column) and not isinstance(value, str):
        return json.loads(json.dumps(value, default=float))
    return PLAIN.get(str(column), lambda value: value)(value)


def of_column(column: Any, value: Any, other: Any) -> Any:  # noqa: ANN401
    """Return a value of a column; text of JSON is decoded if the other value is no text."""
    if value is not None and pa.types.is_list(column):
        return [of_column(column.value_type, *each) for each in zip(value, other, strict=True)]
    is_document = value is not None and pa.types.is_string(column) and not isinstance(other, str)
    return json.loads(value) if is_document else value
