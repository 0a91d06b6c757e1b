"""Checks values against a JSON Schema, and says in sentences which do not fit and what fits, without the values."""

from __future__ import annotations

import difflib
import math
from typing import TYPE_CHECKING, Any

import msgspec
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import best_match
from jsonschema.validators import extend

from tap_analytics import json_types
from tap_analytics.instants import parse_date
from tap_analytics.json_types import in_words, kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from jsonschema import TypeChecker, ValidationError

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1, "title": "text that is not empty"}

_UNDESCRIBED = "as `tap-analytics --about` describes it"


class Wording(msgspec.Struct, frozen=True, kw_only=True):
    """How faults are worded: the names of types, and whether the nearest valid value is suggested."""

    types: Mapping[str, str]
    has_suggestions: bool = True


# Where people write YAML or Python, in dlt's words.
PLAIN = Wording(types=json_types.WORDS)


def object_of(**properties: Schema) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def refusal(reason: str) -> Schema:
    """Return the schema of a key that dlt knows and the tap refuses, with the reason."""
    return {"not": {}, "description": reason}


def without_nulls(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keys that are set: null means that a key is not set."""
    return {key: value for key, value in words.items() if value is not None}


def faults_in(given: object, schema: Mapping[str, Any], place: str, wording: Wording = PLAIN) -> list[str]:
    """Return a sentence for each thing that does not fit its schema: its place and what fits there, never a value.

    If a schema has a `title`, that says what fits.
    """
    errors = _Validator(schema, format_checker=_FORMATS).iter_errors(given)
    faults = (fault for error in errors for fault in _sentences(_deepest(error), schema, place, wording))
    return list(dict.fromkeys(faults))


def suggestion(word: object, known: Iterable[str]) -> str:
    """Return `; did you mean ...?` with the nearest of the known words, or nothing if none is near."""
    near = difflib.get_close_matches(str(word), known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def in_backticks(words: Iterable[object]) -> str:
    """Return the words in backticks, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def expectation(schema: Mapping[str, Any], wording: Wording = PLAIN) -> str:
    """Return in words what a schema accepts."""
    if "title" in schema:
        return str(schema["title"])
    if "enum" in schema:
        return f"one of {in_backticks(schema['enum'])}" if len(schema["enum"]) > 1 else in_backticks(schema["enum"])
    if schema.get("format") == "date-time":
        return "a date such as `2024-01-31` or `2024-01-31T12:00:00Z`"
    kinds = [kind for kind in kinds_of(schema) if kind != "null"]
    if not kinds:
        return _UNDESCRIBED
    return in_words(kinds, wording.types) + _limits(schema)


def _limits(schema: Mapping[str, Any]) -> str:
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and kinds_of(values) == ["string"]:
        return " whose values are text"
    if "minimum" in schema and "maximum" in schema:
        return f" from {schema['minimum']} to {schema['maximum']}"
    if "minimum" in schema:
        return f" of {schema['minimum']} or more"
    return f" greater than {schema['exclusiveMinimum']}" if "exclusiveMinimum" in schema else ""


def _deepest(error: ValidationError) -> ValidationError:
    """Return the error itself; if no alternative of an `anyOf` fits, the error in the one that comes nearest."""
    deepest: ValidationError = best_match([error])
    return deepest


def _sentences(error: ValidationError, root: Mapping[str, Any], place: str, wording: Wording) -> Iterator[str]:
    place, schema = _place(error, root, place)
    given: Any = error.instance
    if schema.get("writeOnly"):
        yield f"`{place}` must be {expectation(schema, wording)}"
    elif error.validator == "not":
        yield f"`{place}` is not supported: {schema['description']}"
    elif error.validator == "required":
        yield from (f"`{place}.{name}` is missing" for name in schema["required"] if name not in given)
    elif error.validator == "additionalProperties":
        yield from _unknown(given, schema, place)
    else:
        is_word = wording.has_suggestions and isinstance(given, str) and "enum" in schema
        near = suggestion(given, schema["enum"]) if is_word else ""
        yield f"`{place}` must be {expectation(schema, wording)}{near}"


def _place(error: ValidationError, schema: Mapping[str, Any], place: str) -> tuple[str, Mapping[str, Any]]:
    """Return the place of an error and its schema; the place ends at a secret: a key within it may be secret too."""
    for key in error.absolute_path:
        if schema.get("writeOnly"):
            return place, schema
        place += f"[{key}]" if isinstance(key, int) else f".{key}"
        schema = schema.get("items", {}) if isinstance(key, int) else schema.get("properties", {}).get(key, {})
    return place, schema if schema.get("writeOnly") else error.schema  # type: ignore[return-value] # ours is no boolean


def _unknown(given: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    known = schema["properties"]
    taken = sorted(name for name in known if "not" not in known[name])
    for key in given:
        if key not in known:
            near = suggestion(key, taken)
            yield f"`{place}.{key}` is not known{near}{' The' if near else '; the'} keys are {in_backticks(taken)}"


def _is_number(_: TypeChecker, value: object) -> bool:
    """Return whether a value is a number that JSON can write: neither infinite nor NaN."""
    is_number = Draft7Validator.TYPE_CHECKER.is_type(value, "number")
    return is_number and (not isinstance(value, float) or math.isfinite(value))


_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date-time")(lambda value: not isinstance(value, str) or parse_date(value) is not None)
_TYPES = Draft7Validator.TYPE_CHECKER.redefine("number", _is_number)
_Validator = extend(Draft7Validator, type_checker=_TYPES)  # type: ignore[no-untyped-call] # jsonschema has no type for it
