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
    """Return a value of a column, text of JSON as what it says where the other value is no text."""
    if value is not None and pa.types.is_list(column):
        return [of_column(column.value_type, *each) for each in zip(value, other, strict=True)]
    is_document = value is not None and pa.types.is_string(column) and not isinstance(other, str)
    return json.loads(value) if is_document else value
