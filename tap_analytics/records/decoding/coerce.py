"""Coercer: converts the values of records to the types of their schema, if nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from typing_extensions import override

from tap_analytics.instants import in_utc, moment_of, rfc3339
from tap_analytics.json_types import WORDS, in_words, is_date_time, items_of, kind_of, kinds_of
from tap_analytics.patterns import pattern
from tap_analytics.records.decoding.doubles import WORDS as WORDS_OF_DOUBLE
from tap_analytics.records.decoding.doubles import has_to_be_double, is_double

Schema = Mapping[str, Any]
Value = Any
Fit = Callable[[Value], Value]

_NUMBER = pattern(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_LARGEST_EXPONENT = 307
_TRUTH = {"true": True, "false": False, "1": True, "0": False}


class CoercionError(ValueError):
    """A value that does not fit its schema; `path` says where in the record it stands."""

    def __init__(self, expected: str, found: str) -> None:
        super().__init__(expected, found)
        self.expected = expected
        self.found = found
        self.path = ""

    @override
    def __str__(self) -> str:
        return f"`{self.path}` is {self.found}, not {self.expected}"


class Coercer(msgspec.Struct, frozen=True):
    """Fits records to a JSON Schema: it converts the values of its fields, and leaves other fields out."""

    fields: Mapping[str, Fit]

    @classmethod
    def of(cls, schema: Schema) -> Coercer:
        """Return the coercer for the schema of an object."""
        return cls({name: fit_for(field) for name, field in schema.get("properties", {}).items()})

    def fit(self, record: Mapping[str, Value]) -> dict[str, Value]:
        """Return the record with every value in its declared type.

        If nothing is lost, text becomes a number, a number becomes text, and 0 and 1 become truth values. A date-time
        with an offset becomes the same instant in UTC, and so does a number that counts from 1970. Fields that the
        schema does not have are left out.

        Raises:
            CoercionError: A value cannot be converted without loss.
        """
        fitted = {}
        for name, value in record.items():
            fit = self.fields.get(name)
            if fit is None:
                continue
            try:
                fitted[name] = fit(value)
            except CoercionError as error:
                error.path = f"{name}{error.path}"
                raise
        return fitted


def fit_for(schema: Schema) -> Fit:
    """Return a function that fits a value to a schema."""
    kinds = kinds_of(schema)
    fits = [_FITS[kind](schema) for kind in kinds if kind in _FITS]
    if not fits:
        return _as_is
    expected = WORDS_OF_DOUBLE if has_to_be_double(schema) else in_words(kinds)
    return _any_of(fits, nullable="null" in kinds, expected=expected)


def _any_of(fits: list[tuple[Fit, Fit]], *, nullable: bool, expected: str) -> Fit:
    """Return a fit for the first type that holds a value as it is, else for the first that it can be converted to."""
    attempts = [exact for exact, _ in fits] + [converted for _, converted in fits]

    def fit(value: Value) -> Value:
        if value is None and nullable:
            return None
        for attempt in attempts:
            fitted = attempt(value)
            if fitted is not _NO:
                return fitted
        raise CoercionError(expected, _describe(value))

    return fit


def _string(schema: Schema) -> tuple[Fit, Fit]:
    if is_date_time(schema):
        return (lambda value: in_utc(value) if isinstance(value, str) else _NO), _moment
    return _exactly(str), _day if schema.get("format") == "date" else _text


def _object(schema: Schema) -> tuple[Fit, Fit]:
    shape = Coercer.of(schema)

    def fit(value: Value) -> Value:
        if not isinstance(value, dict):
            return _NO
        try:
            return {**value, **shape.fit(value)}
        except CoercionError as error:
            error.path = f".{error.path}"
            raise

    return fit, _never


def _array(schema: Schema) -> tuple[Fit, Fit]:
    fit_item = fit_for(items_of(schema))

    def fit(value: Value) -> Value:
        if not isinstance(value, list):
            return _NO
        fitted = []
        for index, item in enumerate(value):
            try:
                fitted.append(fit_item(item))
            except CoercionError as error:
                error.path = f"[{index}]{error.path}"
                raise
        return fitted

    return fit, _never


def _exactly(kind: type) -> Fit:
    return lambda value: value if type(value) is kind else _NO


def _is_number(value: Value) -> Value:
    """Return a number unless it is too large for a double: a target would store that as null."""
    if type(value) is Decimal and value and value.adjusted() > _LARGEST_EXPONENT:
        return _NO
    return value if type(value) in {int, Decimal, float} else _NO


def _integer(value: Value) -> Value:
    number = _number(value)
    if isinstance(number, float):
        number = Decimal(repr(number))
    if isinstance(number, Decimal):
        return int(number) if number.is_finite() and number == number.to_integral_value() else _NO
    return number


def _number(value: Value) -> Value:
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return _NO
        return _is_number(Decimal(value) if any(character in value for character in ".eE") else int(value))
    return _is_number(value)


def _boolean(value: Value) -> Value:
    text = value.lower() if isinstance(value, str) else str(value) if type(value) is int else ""
    return _TRUTH.get(text, _NO)


def _text(value: Value) -> Value:
    if type(value) is bool:
        return "true" if value else "false"
    return str(value) if type(value) in {int, Decimal, float} else _NO


def _moment(value: Value) -> Value:
    """Return a number of seconds, or parts of them, since 1970 as a date-time, as dlt does."""
    number = Decimal(repr(value)) if type(value) is float else value
    moment = moment_of(Decimal(number)) if type(number) in {int, Decimal} else None
    return _NO if moment is None else rfc3339(moment)


def _day(value: Value) -> Value:
    moment = _moment(value)
    return _text(value) if moment is _NO else moment[:10]


def _as_is(value: Value) -> Value:
    return value


def _never(_: Value) -> Value:
    return _NO


def _describe(value: Value) -> str:
    return "a text that does not fit" if isinstance(value, str) else WORDS[kind_of(value)]


def _numbers(schema: Schema) -> tuple[Fit, Fit]:
    if not has_to_be_double(schema):
        return _is_number, _number

    def double(fit: Fit) -> Fit:
        return lambda value: number if (number := fit(value)) is _NO or is_double(number) else _NO

    return double(_is_number), double(_number)


_NO = object()

_FITS: Mapping[str, Callable[[Schema], tuple[Fit, Fit]]] = {
    "string": _string,
    "integer": lambda schema: _numbers(schema) if has_to_be_double(schema) else (_exactly(int), _integer),
    "number": _numbers,
    "boolean": lambda _: (_exactly(bool), _boolean),
    "object": _object,
    "array": _array,
}
