"""Converts tables of texts to the declared types of their fields, a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from tap_analytics.json_types import is_date_time, kinds_of
from tap_analytics.records.decoding.coerce import CoercionError, fit_for

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.records.decoding.coerce import Schema

Column = list[Any]
ColumnFit = Callable[[Sequence[str]], Column]


class TextColumns:
    """Fits tables of texts to the fields of a schema; an empty text is null.

    Args:
        fields: The JSON Schema of each field.
    """

    def __init__(self, fields: Mapping[str, Schema]) -> None:
        self._fields = fields
        self._fits: dict[str, ColumnFit] = {}

    def fit(self, names: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Column] | None:
        """Return the columns of a table that are fields; None if a value does not fit its field."""
        columns = zip(names, zip(*rows, strict=True), strict=True)
        try:
            return {name: self._fit_of(name)(texts) for name, texts in columns if name in self._fields}
        except CoercionError:
            return None

    def _fit_of(self, name: str) -> ColumnFit:
        if name not in self._fits:
            self._fits[name] = _column_fit(self._fields[name])
        return self._fits[name]


def _column_fit(schema: Schema) -> ColumnFit:
    kinds = set(kinds_of(schema))
    is_nullable = not kinds or "null" in kinds
    if is_nullable and kinds <= {"string", "null"} and not is_date_time(schema):
        return lambda texts: [text or None for text in texts]
    fit = fit_for(schema)
    if is_nullable:
        return lambda texts: [fit(text) if text else None for text in texts]
    return lambda texts: [fit(text or None) for text in texts]
