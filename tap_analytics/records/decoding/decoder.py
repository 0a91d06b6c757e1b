"""PageDecoder: decodes the bytes of a page into rows of the declared types in one call, by msgspec types."""

from __future__ import annotations

from collections import deque
from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import repeat
from operator import attrgetter, or_
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType
from typing_extensions import override

from tap_analytics.json_types import is_date_time, items_of, kinds_of
from tap_analytics.records.decoding.body import Body
from tap_analytics.records.decoding.coerce import CoercionError, fit_for
from tap_analytics.records.decoding.column import Column
from tap_analytics.records.decoding.doubles import has_to_be_double
from tap_analytics.records.decoding.sent_fields import absent
from tap_analytics.records.decoding.structs import attribute, is_sayable, struct

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from tap_analytics.pagination.page import Page
    from tap_analytics.records.decoding.coerce import Fit, Schema, Value
    from tap_analytics.records.envelope.envelope import Envelope
    from tap_analytics.records.failures.error_rows import ErrorRows


class FaultyRow:
    """A row with a value that does not fit its field; its `error` is raised only if the row is to be emitted."""

    __slots__ = ()
    error: CoercionError


class PageDecoder:
    """One way to read a page: msgspec types, made from the fields of a schema.

    Args:
        fields: The JSON Schema of each field.
        attributes: The attribute of a row for each name, those of `omitted` included; names that are not among
            `fields` have an attribute too, which is never set.
        omitted: Names to leave out, whatever their values.
        envelope: Says where a body holds the records.
        errors: Finds rows that are nothing but an error.
        is_open: Whether objects within a row may have more fields than their schema; these are read more slowly.
    """

    def __init__(  # noqa: PLR0913 - each says something else of the rows
        self,
        fields: Mapping[str, Schema],
        attributes: Mapping[str, str],
        *,
        omitted: Collection[str],
        envelope: Envelope,
        errors: ErrorRows,
        is_open: bool,
    ) -> None:
        said = {name: field for name, field in fields.items() if name not in omitted and is_sayable(name)}
        numbers = [name for name, field in said.items() if set(kinds_of(field)) - {"null"} == {"number"}]
        types = {name: _Types(is_open=is_open).of(field) for name, field in said.items()} | dict.fromkeys(numbers, Any)
        omitted = [name for name in omitted if is_sayable(name)]
        types |= dict.fromkeys(omitted, Raw)
        self.row = _row_type(types, attributes)
        self._has_error = errors.finder(attributes, types)
        self.faulty_row = _faulty_type(self.row)
        # The descriptor of a slot writes without looking the name up: it takes a third of the time of `setattr`.
        self._drops = [getattr(self.row, attributes[name]).__set__ for name in omitted]
        dates = [name for name, field in said.items() if is_date_time(field)]
        found = {
            name: Column(attrgetter(attributes[name]), getattr(self.row, attributes[name]).__set__)
            for name in (*dates, *numbers)
        }
        self._dates = [found[name] for name in dates]
        self._numbers = [
            (found[name], fit_for(said[name]), "null" in kinds_of(said[name]), has_to_be_double(said[name]))
            for name in numbers
        ]
        self._body = Body.of(envelope, self.row)

    def open(self, body: bytes, offset: int) -> Page | None:
        """Return the page in a body, or None if something does not fit its declaration, or a row is only an error."""
        page = self._body.open(body, offset) if self._body else None
        if page is None or (self._has_error and self._has_error(page.rows)):
            return None
        return page if self._finish(page.rows) else None

    def names(self, body: bytes) -> set[str]:
        """Return the names of the fields in the records of a body, if they can be read quickly."""
        return self._body.names(body) if self._body else set()

    def convert(self, records: Sequence[Mapping[str, Any]]) -> list[Any] | None:
        """Return decoded records as rows, or None if something in them does not fit its declaration."""
        try:
            rows = msgspec.convert(records, list[self.row], dec_hook=_fit)  # type: ignore[name-defined] # made at run time
        except (msgspec.ValidationError, RecursionError, InvalidOperation):
            return None
        return rows if self._finish(rows) else None

    def _finish(self, rows: Sequence[Any]) -> bool:
        """Drop omitted fields, put dates in UTC and fit numbers; return whether all numbers fit."""
        for drop in self._drops:
            deque(map(drop, rows, repeat(UNSET)), maxlen=0)
        for column in self._dates:
            column.put_in_utc(rows)
        try:
            for column, fit, is_nullable, is_double in self._numbers:
                column.fit_numbers(rows, fit, is_nullable=is_nullable, is_double=is_double)
        except CoercionError:
            return False
        return True


def _row_type(types: Mapping[str, Any], attributes: Mapping[str, str]) -> type:
    """Return the type of rows; fields with names that msgspec does not allow are read without types, into `rest`."""
    others = absent(attributes[name] for name in attributes.keys() - types.keys())
    return msgspec.defstruct(
        "Row",
        [("rest", dict[str, Any] | UnsetType, UNSET)],
        bases=(struct("Row", types, attributes), others),
        rename={"rest": " rest"},
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )


def _faulty_type(row: type) -> type:
    """Return the type of rows with a value that does not fit its field."""
    return msgspec.defstruct(
        "FaultyRow",
        [("error", Any)],
        bases=(row, FaultyRow),
        rename={"error": " fault"},
        kw_only=True,
        gc=False,
    )


class _Converted(type):
    """The class of types whose values only a function `fit` recognizes."""

    fit: Fit

    @override
    def __instancecheck__(cls, instance: object) -> bool:
        return True


def _fit(kind: Any, value: Value) -> Value:  # noqa: ANN401 - one of `_convert`
    return kind.fit(value)


def _convert(fit: Fit) -> Any:  # noqa: ANN401
    """Return a type for values that msgspec would check otherwise than the schema says."""
    return _Converted("Converted", (), {"fit": staticmethod(fit)})


class _Types(msgspec.Struct, frozen=True):
    """Chooses the types for the values of schemas."""

    is_open: bool

    def of(self, schema: Schema, *, is_nested: bool = False) -> Any:  # noqa: ANN401
        """Return the type of the values that a schema allows."""
        kinds = kinds_of(schema)
        if not set(kinds) & _NATIVE.keys() - {"null"}:
            return Any
        others = set(kinds) - {"null"}
        fields = schema.get("properties", {}) if "object" in kinds else {}
        is_open = fields and (self.is_open or not all(map(is_sayable, fields)))
        if "number" in others or is_open:
            is_plain = others == {"number"} and not has_to_be_double(schema)
            converted = _convert(_quick(fit_for(schema)) if is_plain else fit_for(schema))
            return converted | None if "null" in kinds else converted
        return reduce(or_, (self._native(kind, schema, is_nested=is_nested) for kind in kinds if kind in _NATIVE))

    def _native(self, kind: str, schema: Schema, *, is_nested: bool) -> Any:  # noqa: ANN401
        if kind == "array":
            return list[self.of(items_of(schema), is_nested=True)]  # type: ignore[misc] # made at run time
        if kind == "object" and (fields := schema.get("properties")):
            types = {name: self.of(field, is_nested=True) for name, field in fields.items()}
            return struct("Object", types, {name: attribute(name) for name in types})
        if kind == "string" and is_nested and is_date_time(schema):
            return _IN_UTC
        return _NATIVE[kind]


def _quick(fit: Fit) -> Fit:
    """Return a function that returns a plain number at once, and fits any other value."""

    def quick(value: Value) -> Value:
        kind = type(value)
        return value if kind is int or (kind is Decimal and value.adjusted() < _USUAL_EXPONENT) else fit(value)

    return quick


_USUAL_EXPONENT = 300
_IN_UTC = Annotated[str, Meta(pattern=r"Z\Z")]
_NATIVE: Mapping[str, Any] = {
    "string": str,
    "integer": int,
    "number": Decimal,
    "boolean": bool,
    "null": type(None),
    "array": list,
    "object": dict[str, Any],
}
