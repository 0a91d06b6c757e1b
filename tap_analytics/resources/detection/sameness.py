"""Whether rows are those of the first page, or another page: what proves that a list goes on."""

from __future__ import annotations

from operator import eq
from typing import TYPE_CHECKING, Any

from tap_analytics.pagination.page import whole
from tap_analytics.records.paths import field_of
from tap_analytics.resources.detection.selection import KEYS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence


class Sameness:
    """Tells whether rows are those of the first page: by their keys, by a field that is one, or as a whole."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], keys: Sequence[str]) -> None:
        candidates = [tuple(keys)] if keys else [(key,) for key in KEYS]
        self._keys = next((each for each in candidates if self._is_key(rows, each)), ())
        self._first = [self._identity(row) for row in rows]

    def is_same(self, rows: Sequence[Mapping[str, Any]] | None) -> bool:
        """Return whether rows are those of the first page, as far as both go."""
        others = [self._identity(row) for row in rows or ()]
        return all(map(eq, self._first, others)) and bool(others) == bool(self._first)

    def is_other(self, rows: Sequence[Mapping[str, Any]] | None) -> bool:
        """Return whether rows are another page: one of them is not in the first."""
        return not {self._identity(row) for row in rows or ()} <= set(self._first)

    def is_overlap(self, rows: Sequence[Mapping[str, Any]]) -> bool:
        """Return whether rows begin with the last row of the first page."""
        return len(self._first) > 1 and bool(rows) and self._identity(rows[0]) == self._first[-1]

    @staticmethod
    def _is_key(rows: Sequence[Mapping[str, Any]], keys: tuple[str, ...]) -> bool:
        values = {tuple(str(field_of(row, key)) for key in keys) for row in rows}
        return len(values) == len(rows) and all(field_of(row, key) is not None for row in rows for key in keys)

    def _identity(self, row: Mapping[str, Any]) -> Hashable:
        return tuple(str(field_of(row, key)) for key in self._keys) if self._keys else whole(row)
