"""Schemas of OpenAPI -> JSON Schemas of records, as the tap takes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_analytics.instants import FORMATS
from tap_analytics.json_types import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.resources.openapi.document import Node

Schema = dict[str, Any]

# The most levels of objects, and fields of one record on all levels; objects beyond that are kept whole.
MOST_LEVELS = 8
MOST_FIELDS = 1000

_OPEN: Schema = {"type": ["object", "null"], "additionalProperties": True}
_COMBINED = ("allOf", "oneOf", "anyOf")
_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    dict: "object",
    list: "array",
}


@dataclass
class Schemas:
    """Makes the schemas of one document."""

    _fields: int = field(default=0, init=False)

    def of_record(self, node: Node) -> Schema:
        """Return the schema of a record: an object that may have more fields than are declared."""
        self._fields = 0
        schema = self._schema(node, MOST_LEVELS)
        return {"type": "object", "properties": schema.get("properties", {}), "additionalProperties": True}

    def _schema(self, node: Node, levels: int) -> Schema:
        """Return the schema of a value that may be null; a schema that contains itself is left open there."""
        kinds = kinds_of(node)
        is_within_itself = len(set(node.refs)) < len(node.refs)
        if is_within_itself and not kinds - {"object"}:
            return dict(_OPEN)
        if "object" in kinds and (levels == 0 or self._fields > MOST_FIELDS):
            return dict(_OPEN)
        if not kinds:
            return {}
        schema: Schema = {"type": [*sorted(kinds), "null"]}
        if kinds == {"string"} and (layout := _format(node)) in FORMATS:
            schema["format"] = layout
        if "object" in kinds:
            fields = properties_of(node)
            self._fields += len(fields)
            schema["additionalProperties"] = True
            if fields:
                schema["properties"] = {name: self._schema(each, levels - 1) for name, each in fields.items()}
        if kinds == {"array"} and (items := self._schema(items_of(node), levels - 1)):
            schema["items"] = items
        return schema


def kinds_of(node: Node) -> set[str]:
    """Return the types that a schema allows, without null; empty if it names none."""
    declared = node["type"].value
    listed = declared if isinstance(declared, list) else [declared]
    kinds = {kind for kind in listed if isinstance(kind, str) and kind in WORDS}
    if not kinds:
        kinds |= {"object"} if node["properties"] or node["additionalProperties"] else set()
        kinds |= {"array"} if node["items"] else set()
        values = node["enum"].value if isinstance(node["enum"].value, list) else []
        kinds |= {_TYPES[type(value)] for value in values if type(value) in _TYPES}
    if not kinds:
        kinds = {kind for way in _COMBINED for part in _parts(node, way) for kind in kinds_of(part)}
    return (kinds - {"null", "integer"}) if "number" in kinds else kinds - {"null"}


def properties_of(node: Node) -> dict[str, Node]:
    """Return the fields of an object, those of the schemas that it is made of too, but none that is only sent."""
    found: dict[str, Node] = {}
    for way in _COMBINED:
        for part in _parts(node, way):
            found |= {name: each for name, each in properties_of(part).items() if name not in found}
    found |= dict(node["properties"].items())
    return {name: each for name, each in found.items() if each["writeOnly"].value is not True}


def items_of(node: Node) -> Node:
    """Return the schema of the items of a list."""
    if node["items"]:
        return node["items"]
    parts = (items_of(part) for way in _COMBINED for part in _parts(node, way))
    return next((items for items in parts if items), node["items"])


def _parts(node: Node, way: str) -> list[Node]:
    """Return the schemas that a schema is made of, without those that contain it."""
    return [part for part in node[way] if len(set(part.refs)) == len(part.refs)]


def _format(node: Node) -> str:
    formats = [part.text("format") for way in _COMBINED for part in _parts(node, way)]
    return node.text("format") or next(filter(None, formats), "")
