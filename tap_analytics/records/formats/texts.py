"""Converts the texts of a sample to the narrowest type that fits all texts of their column."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Record = dict[str, Any]

# Without a leading zero, which a number would lose, and not longer than any column for whole numbers can hold.
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,20})?")
_TRUTH = {"true": True, "false": False}

# The types to which texts can be converted without loss, the narrowest first; all other texts stay text.
_TYPES: tuple[tuple[Callable[[str], object], Callable[[str], Any]], ...] = (
    (_WHOLE.fullmatch, int),
    (_FRACTION.fullmatch, Decimal),
    (lambda text: text.lower() in _TRUTH, lambda text: _TRUTH[text.lower()]),
)


def with_types(records: list[Record]) -> list[Record]:
    """Return records with numbers and truth values in place of texts, if all texts of a column convert without loss."""
    names = dict.fromkeys(name for record in records for name in record)
    types = {name: type_of(record.get(name) for record in records) for name in names}
    return [
        {name: types[name](value) if isinstance(value, str) else value for name, value in record.items()}
        for record in records
    ]


def type_of(values: Iterable[Any]) -> Callable[[str], Any]:
    """Return a function that converts the texts of one column."""
    texts = {value for value in values if isinstance(value, str)}
    return next((make for fits, make in _TYPES if texts and all(map(fits, texts))), str)
