"""The `schema` of a resource: a JSON Schema that stands in the entry, or in a file that it names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jsonschema import Draft7Validator
from jsonschema.exceptions import SchemaError

from tap_analytics.config.nesting import nesting_fault

if TYPE_CHECKING:
    from collections.abc import Mapping

Words = dict[str, Any]


def read(given: object, place: str) -> tuple[Words | None, list[str]]:
    """Return the schema, or None if none is given, and what is wrong with it."""
    if isinstance(given, str):
        try:
            given = json.loads(Path(given).read_bytes())
        except OSError as error:
            return None, [f"`{place}` names a file that cannot be read: {error.strerror}"]
        except (ValueError, RecursionError):
            return None, [f"`{place}` names a file that is not JSON"]
    elif given is None:
        return None, []
    if fault := nesting_fault(given):
        return None, [f"`{place}` {fault}"]
    if not isinstance(given, dict) or not isinstance(given.get("properties"), dict) or not _is_schema(given):
        return None, [f"`{place}` must be the JSON Schema of an object, with its fields under `properties`"]
    return given, []


def with_schemas(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration in which the schemas themselves stand in place of the names of their files."""
    resources = config.get("resources")
    listed = [_with_schema(each) for each in resources] if isinstance(resources, list) else resources
    own = {"resources": listed, "resource_defaults": _with_schema(config.get("resource_defaults"))}
    return {name: own.get(name, value) for name, value in config.items()}


def _with_schema(entry: Any) -> Any:  # noqa: ANN401 - it may be anything
    if not isinstance(entry, dict) or not isinstance(entry.get("schema"), str):
        return entry
    schema, _ = read(entry["schema"], "schema")
    return entry if schema is None else {**entry, "schema": schema}


def _is_schema(given: Words) -> bool:
    try:
        Draft7Validator.check_schema(given)
    except (SchemaError, RecursionError):
        return False
    return all(isinstance(field, dict) for field in given["properties"].values())
