"""Column: converts one field of many rows, without a Python call for each value."""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter, methodcaller
from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec import UNSET, UnsetType

from tap_analytics.instants import in_utc
from tap_analytics.records.decoding.doubles import are_doubles

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.decoding.coerce import Fit

# Functions that `map` calls faster than a loop would.
_LAST = itemgetter(-1)
_EXPONENT = methodcaller("adjusted")

_USUAL_EXPONENT = 300


class Column(NamedTuple):
    """Reads and writes one attribute of rows."""

    read: Callable[[Row], Any]
    write: Callable[[Row, Any], None]

    def put_in_utc(self, rows: Sequence[Row]) -> None:
        """Turn each date-time with another offset into the same instant in UTC."""
        try:
            if set(map(_LAST, filter(None, map(self.read, rows)))) <= {"Z"}:
                return
        except (TypeError, LookupError):
            pass  # a value that is no text
        for row in rows:
            if type(date := self.read(row)) is str:
                self.write(row, in_utc(date))

    def fit_numbers(self, rows: Sequence[Row], fit: Fit, *, is_nullable: bool, is_double: bool = False) -> None:
        """Turn each value into the number that it stands for; null may stay if `is_nullable`.

        Raises:
            CoercionError: A value is no number, or with `is_double` one that a double would round.
        """
        values = list(map(self.read, rows))
        kinds = set(map(type, values))
        if kinds <= (_NUMBERS_OR_NULL if is_nullable else _NUMBERS):
            exact = values if len(kinds) == 1 else [value for value in values if type(value) is Decimal]
            is_usual = Decimal not in kinds or max(map(_EXPONENT, exact)) < _USUAL_EXPONENT
            if is_usual and (not is_double or are_doubles(values)):
                return
        for row, value in zip(rows, values, strict=True):
            if value is not UNSET:
                self.write(row, fit(value))


_NUMBERS = {int, Decimal, UnsetType}
_NUMBERS_OR_NULL = {*_NUMBERS, type(None)}
