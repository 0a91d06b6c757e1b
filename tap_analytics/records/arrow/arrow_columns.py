"""Columns of Arrow: makes an array of the values of one field, or says which value does not fit its type."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import accumulate, chain
from typing import Any, NamedTuple, Protocol

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from tap_analytics.instants import parse_date, parse_day
from tap_analytics.records.decoding.structs import part

_IN_SCHEMA = "a field of the schema, where `additionalProperties: true` makes text of JSON of the object"
# What Arrow and Python raise for a value that does not fit a type.
MISFITS = (ValueError, TypeError, OverflowError)

Values = Sequence[Any]


class ValueFault(NamedTuple):
    """The place in a field of a value that its column cannot hold, and what would fit there."""

    path: str
    expected: str


class ArrowColumn(Protocol):
    """The column of one field."""

    @property
    def type(self) -> Any:  # noqa: ANN401 - of Arrow, which has no types for Python
        """The type in Arrow."""
        ...

    def array(self, values: Values) -> Any:  # noqa: ANN401
        """Return the values as an array; raise one of `MISFITS` if one does not fit."""
        ...

    def fault(self, value: object) -> ValueFault | None:
        """Return why a value does not fit; None where it does."""
        ...


@dataclass(frozen=True)
class Plain:
    """A column whose array one function makes of all values; `expected` says in words what fits."""

    type: Any
    array: Callable[[Values], Any]
    expected: str

    def fault(self, value: object) -> ValueFault | None:
        """Return why a value does not fit; None where it does."""
        try:
            self.array([value])
        except MISFITS:
            return ValueFault("", self.expected)
        return None


@dataclass(frozen=True)
class Lists:
    """A column of lists, whose items are a column of their own."""

    items: ArrowColumn

    @property
    def type(self) -> Any:  # noqa: ANN401
        """The type in Arrow."""
        return pa.list_(self.items.type)

    def array(self, values: Values) -> Any:  # noqa: ANN401
        """Return the lists as an array."""
        has_nulls = type(None) in set(map(type, values))
        lengths = (len(value) if value else 0 for value in values) if has_nulls else map(len, values)
        offsets = pa.array([0, *accumulate(lengths)], pa.int32())
        items = self.items.array(list(chain.from_iterable(filter(None, values))))
        mask = _nulls(values) if has_nulls else None
        return pa.ListArray.from_arrays(offsets, items, type=self.type, mask=mask)

    def fault(self, value: Any) -> ValueFault | None:  # noqa: ANN401
        """Return why an item of a list does not fit; None if all do."""
        found = ((number, self.items.fault(each)) for number, each in enumerate(value or (), 1))
        return next((ValueFault(f"[{number}]{each.path}", each.expected) for number, each in found if each), None)


@dataclass(frozen=True)
class Structs:
    """A column of objects with known fields, each a column of its own."""

    fields: Mapping[str, ArrowColumn]

    @property
    def type(self) -> Any:  # noqa: ANN401
        """The type in Arrow."""
        return pa.struct([pa.field(name, column.type) for name, column in self.fields.items()])

    def array(self, values: Values) -> Any:  # noqa: ANN401
        """Return the objects as an array."""
        if any(self._others(value) for value in values):
            raise ValueError
        arrays = [
            column.array([None if value is None else part(value, name) for value in values])
            for name, column in self.fields.items()
        ]
        return pa.StructArray.from_arrays(arrays, fields=list(self.type), mask=_nulls(values))

    def fault(self, value: object) -> ValueFault | None:
        """Return why a field of an object does not fit; None if all do."""
        if value is None:
            return None
        if others := sorted(self._others(value)):
            return ValueFault(f".{others[0]}", _IN_SCHEMA)
        found = ((name, column.fault(part(value, name))) for name, column in self.fields.items())
        return next((ValueFault(f".{name}{each.path}", each.expected) for name, each in found if each), None)

    def _others(self, value: object) -> set[str]:
        """Return the names of an object that its schema does not have; an object read by its schema has none."""
        return value.keys() - self.fields.keys() if isinstance(value, dict) else set()


def _nulls(values: Values) -> Any:  # noqa: ANN401
    return pa.array([value is None for value in values], pa.bool_())


def exactly(kind: Any, expected: str) -> Plain:  # noqa: ANN401
    """Return a column of values that Arrow takes unchanged."""
    return Plain(kind, lambda values: pa.array(values, kind), expected)


# Columns whose values have to be converted first.


def doubles() -> Plain:
    """Return a column of floating-point numbers."""

    def array(values: Values) -> Any:  # noqa: ANN401
        if type(None) in set(map(type, values)):
            return pa.array([None if value is None else float(value) for value in values], pa.float64())
        return pa.array(list(map(float, values)), pa.float64())

    return Plain(pa.float64(), array, "a number that fits into 64 bits")


def decimals(precision: int, scale: int) -> Plain:
    """Return a column of decimal numbers with `precision` digits, `scale` of them behind the point."""
    kind = pa.decimal128(precision, scale) if precision <= _DIGITS_OF_128_BITS else pa.decimal256(precision, scale)
    return exactly(kind, f"a number of at most {precision} digits, {scale} of them behind the point")


def instants(zone: tzinfo = UTC) -> Plain:
    """Return a column of instants in UTC; a date-time without an offset is in the zone."""
    kind = pa.timestamp("us", "UTC")

    def array(values: Values) -> Any:  # noqa: ANN401
        texts = pa.array(values, pa.string())
        try:
            return pc.cast(texts, kind)
        except pa.ArrowInvalid:  # most are written as Arrow reads them
            return pa.array([None if value is None else _instant(value, zone) for value in values], kind)

    return Plain(kind, array, "a date-time of microseconds or coarser")


def _instant(text: str, zone: tzinfo) -> datetime:
    fraction = _FRACTION.search(text)
    if fraction and fraction[1].rstrip("0")[_MICROSECONDS:]:
        raise ValueError
    if (moment := parse_date(text, zone)) is None:
        raise ValueError
    return moment


def dates() -> Plain:
    """Return a column of dates."""

    def array(values: Values) -> Any:  # noqa: ANN401
        texts = pa.array(values, pa.string())
        try:
            return pc.cast(texts, pa.date32())
        except pa.ArrowInvalid:
            days = [None if value is None else parse_day(value) for value in values]
            return pa.array(days, pa.date32())

    return Plain(pa.date32(), array, "a date without a time")


def binaries() -> Plain:
    """Return a column of bytes, which the API sends in base64."""

    def array(values: Values) -> Any:  # noqa: ANN401
        decoded = [None if value is None else base64.b64decode(value, validate=True) for value in values]
        return pa.array(decoded, pa.binary())

    return Plain(pa.binary(), array, "base64")


def documents() -> Plain:
    """Return a column of texts of JSON; a value that is text stays as it is."""

    def array(values: Values) -> Any:  # noqa: ANN401
        kinds = set(map(type, values))
        if kinds <= _TEXTS:
            return pa.array(values, pa.string())
        if str in kinds:
            texts = [value if value is None or isinstance(value, str) else _as_text(value) for value in values]
            return pa.array(texts, pa.string())
        if kinds <= _WHOLE:
            with contextlib.suppress(OverflowError):
                return pc.cast(pa.array(values, pa.int64()), pa.string())
        lines = pc.split_pattern(pa.array([_ENCODER.encode_lines(values).decode()]), "\n").flatten()[: len(values)]
        return pc.if_else(_nulls(values), None, lines) if type(None) in kinds else lines

    return Plain(pa.string(), array, "a value that text of JSON can hold")


def _as_text(value: object) -> str:
    return _ENCODER.encode(value).decode()


_ENCODER = msgspec.json.Encoder(decimal_format="number")
_FRACTION = re.compile(r"[.,]([0-9]+)")
_MICROSECONDS = 6
_TEXTS = {str, type(None)}
_WHOLE = {int, type(None)}
_DIGITS_OF_128_BITS = 38
