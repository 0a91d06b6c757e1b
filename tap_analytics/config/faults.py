"""What does not fit its JSON Schema, in sentences: the place, what would do, never a value."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator

from tap_analytics.config.validation import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema import ValidationError

Schema = dict[str, Any]

_KINDS: Mapping[str, str] = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "an object",
    "array": "a list",
    "string": "text",
}


def closed(**properties: Schema) -> Schema:
    """Return the schema of an object that has these keys and no others."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def refused(reason: str) -> Schema:
    """Return the schema of a key that dlt knows and the tap does not take."""
    return {"not": {}, "description": reason}


def without_nulls(words: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is set: null says that a key is not."""
    return {key: value for key, value in words.items() if value is not None}


def coerced(words: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the words with numbers and truth values in text made such; what does not fit is left for `faults_in`."""
    return dict(words) | normalize(words, schema)


def faults_in(words: object, schema: Mapping[str, Any], place: str) -> list[str]:
    """Return a sentence for each thing that does not fit its schema: its place, what would do, never a value."""
    errors = Draft7Validator(schema).iter_errors(words)
    return list(dict.fromkeys(fault for error in errors for fault in _told(error, schema, place)))


def suggestion(word: object, known: list[str]) -> str:
    """Return `; did you mean ...?` with the nearest of the known words, or nothing if none is near."""
    near = difflib.get_close_matches(str(word), known, n=1)
    return f"; did you mean `{near[0]}`?" if near else ""


def quoted(words: list[str]) -> str:
    """Return the words in backticks, separated by commas."""
    return ", ".join(f"`{word}`" for word in words)


def _told(error: ValidationError, root: Mapping[str, Any], place: str) -> Iterator[str]:
    place, schema = _place(error, root, place)
    instance: Any = error.instance
    if schema.get("writeOnly"):
        yield f"`{place}` must be {expected(schema)}"
    elif error.validator == "not":
        yield f"`{place}` is not supported: {schema['description']}"
    elif error.validator == "required":
        yield from (f"`{place}.{name}` is missing" for name in schema["required"] if name not in instance)
    elif error.validator == "additionalProperties":
        yield from _unknown(instance, schema, place)
    else:
        near = suggestion(instance, schema["enum"]) if isinstance(instance, str) and "enum" in schema else ""
        yield f"`{place}` must be {expected(schema)}{near}"


def _place(error: ValidationError, schema: Mapping[str, Any], place: str) -> tuple[str, Mapping[str, Any]]:
    """Return where an error is and what stands there; nothing within a secret is named, it may be one itself."""
    for key in error.absolute_path:
        if schema.get("writeOnly"):
            break
        place += f"[{key}]" if isinstance(key, int) else f".{key}"
        schema = schema["items"] if isinstance(key, int) else schema["properties"][key]
    return place, schema


def _unknown(words: Mapping[str, Any], schema: Mapping[str, Any], place: str) -> Iterator[str]:
    known = schema["properties"]
    taken = sorted(name for name in known if "not" not in known[name])
    for key in words:
        if key not in known:
            near = suggestion(key, taken)
            yield f"`{place}.{key}` is not known{near}{' The' if near else '; the'} keys are {quoted(taken)}"


def expected(schema: Mapping[str, Any]) -> str:
    """Return what a schema accepts, in words."""
    if "title" in schema:
        return str(schema["title"])
    if "enum" in schema:
        return f"one of {quoted(schema['enum'])}" if len(schema["enum"]) > 1 else quoted(schema["enum"])
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    words = " or ".join(_KINDS[kind] for kind in kinds)
    return f"{words} of {schema['minimum']} or more" if "minimum" in schema else words


TEXT: Schema = {"type": "string", "minLength": 1, "title": "text that is not empty"}
