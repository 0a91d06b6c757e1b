"""Rows that are alike: whether a field tells those of one page from those of another."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row


def texts_of(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Return the values of each field of rows, as text."""
    records = [msgspec.to_builtins(row, builtin_types=(Decimal,)) for row in rows]
    names = dict.fromkeys(name for each in records for name in each)
    return {name: [repr(record.get(name)) for record in records] for name in names}


def tells_apart(rows: Sequence[Row], others: Sequence[Row]) -> bool:
    """Return whether a field has another value in each of these rows, and in all of the others.

    The rows of days without a key have no such field: their hours are the same each day, and figures come again.
    """
    some, more = texts_of(rows), texts_of(others)
    return any(
        len(set(values)) == len(rows) > 1 and set(values).isdisjoint(more.get(name, ()))
        for name, values in some.items()
    )
