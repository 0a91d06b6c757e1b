"""Infers the JSON Schema of a stream from a sample of its records."""

from __future__ import annotations

from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

from genson import SchemaBuilder
from genson.schema.strategies import Number, Object, String
from typing_extensions import override

from tap_analytics.instants import FORMATS
from tap_analytics.json_types import kinds_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Row = dict[str, Any]
Schema = dict[str, Any]

# A sample comes from so many pages, if the list has as many.
SAMPLED_PAGES = 10

# A nested object with more names than this, over all of the sample, has data such as ids as its names, not fields.
MOST_FIELDS = 200

# An object that is nested more deeply is kept whole, without fields.
MOST_LEVELS = 20

# The types of a key field that is in no record of the sample.
KEY_TYPES = ("string", "integer")


class _Exact(Number):
    """Numbers: the tap reads those with a fraction as `Decimal`, which genson does not know."""

    PYTHON_TYPES = (int, float, Decimal)  # type: ignore[assignment] # one more than genson has

    @override
    def add_object(self, obj: float | Decimal) -> None:
        super().add_object(float(0) if isinstance(obj, Decimal) else obj)


class _Text(String):
    """Text, with its format if all texts have the same."""

    def __init__(self, node_class: type) -> None:
        super().__init__(node_class)
        self._formats = dict(FORMATS)

    @override
    def add_object(self, obj: str) -> None:
        if self._formats:
            self._formats = {name: is_one for name, is_one in self._formats.items() if is_one(obj)}

    @override
    def to_schema(self) -> Schema:
        schema: Schema = super().to_schema()
        return schema | {"format": next(iter(self._formats))} if self._formats else schema


class _Fields(Object):
    """Objects with their fields, none of which is required; other fields are allowed."""

    @override
    def to_schema(self) -> Schema:
        schema = {**super().to_schema(), "additionalProperties": True}
        schema.pop("required", None)
        return schema


class _Builder(SchemaBuilder):
    """Builds a schema from records, with the types above."""

    EXTRA_STRATEGIES = (_Exact, _Text, _Fields)


def infer(rows: Iterable[Row], *, keys: Iterable[str]) -> Schema:
    """Return the JSON Schema that a sample of records fits, fields in the order of their first appearance.

    All but the key fields may be null. A field that is null in all of the sample is declared as text: any number or
    truth value converts to text without loss, so that the column of a target keeps its type. An object with very many
    different names, and a list in a field of several types, are declared without their content: they are kept whole.

    Args:
        rows: Records as decoded from JSON, numbers int, Decimal or float.
        keys: The fields that identify a record; they are declared even without a record.
    """
    builder = _Builder(schema_uri=None)
    builder.add_schema({"type": "object", "properties": {}})
    for row in rows:
        builder.add_object(_shallow(row))
    inferred = builder.to_schema().get("properties", {})
    key_names = tuple(keys)
    unseen: Schema = {name: {} for name in key_names if name not in inferred}
    properties = {
        name: _key(schema) if name in key_names else _nullable(schema)
        for name, schema in {**unseen, **inferred}.items()
    }
    return {"type": "object", "properties": properties, "additionalProperties": True}


def _shallow(value: Any, levels: int = MOST_LEVELS) -> Any:  # noqa: ANN401 - any value of a record
    """Return a value without the parts that are nested more than `levels` deep."""
    if isinstance(value, dict):
        if not levels:
            return {}
        # Most values of a record are neither objects nor lists.
        return {
            name: _shallow(each, levels - 1) if isinstance(each, dict | list) else each for name, each in value.items()
        }
    if isinstance(value, list):
        return [_shallow(each, levels - 1) for each in value] if levels else []
    return value


def merge(declared: Mapping[str, Any], inferred: Mapping[str, Any]) -> Schema:
    """Return a declared schema, with the further fields of an inferred one behind its own."""
    fields = declared.get("properties", {})
    new = {name: field for name, field in inferred.get("properties", {}).items() if name not in fields}
    return {**declared, "properties": {**fields, **new}}


def sample(pages: Iterable[Sequence[Row]], size: int = 500, *, least: int = SAMPLED_PAGES) -> list[Row]:
    """Return at most `size` rows from the first pages of a list, evenly from each, in their order.

    At the `least` so many pages are read (or `size`, if that is less), and more until they have enough rows or the list
    ends. If a page is short, the others give more rows.
    """
    taken: list[Sequence[Row]] = []
    # A list of empty pages must not be read without end.
    for page in islice(pages, size + least):
        taken += [_spread(page, size)] if page else []
        if len(taken) >= min(least, size) and sum(map(len, taken)) >= size:
            break
    shares = _shares([len(page) for page in taken], size)
    return [row for page, share in zip(taken, shares, strict=True) for row in _spread(page, share)]


def _shares(lengths: Sequence[int], size: int) -> list[int]:
    """Return how many rows to take from each page, as evenly as their lengths allow."""
    shares = [0] * len(lengths)
    shortest_first = sorted(range(len(lengths)), key=lengths.__getitem__)
    for done, place in enumerate(shortest_first):
        shares[place] = min(lengths[place], (size - sum(shares)) // (len(lengths) - done))
    return shares


def _spread(rows: Sequence[Row], count: int) -> Sequence[Row]:
    """Return `count` of the rows, at even distances, or all if there are fewer."""
    return rows if len(rows) <= count else [rows[number * len(rows) // count] for number in range(count)]


def _key(schema: Schema) -> Schema:
    """Return the schema of a key field, which is never null."""
    kinds = _kinds(schema) - {"null"}
    return {**_nullable(schema), "type": sorted(kinds)} if kinds else {"type": list(KEY_TYPES)}


def _nullable(schema: Schema) -> Schema:
    """Return the schema of a field with all its types, and null, in one list."""
    kinds = _kinds(schema) - {"null"}
    merged: Schema = {"type": [*sorted(kinds or {"string"}), "null"]}
    for part in _parts(schema):
        merged |= {keyword: value for keyword, value in part.items() if keyword != "type"}
    if "items" in merged:
        merged["items"] = _nullable(merged["items"])
    if "properties" in merged:
        merged["properties"] = {name: _nullable(field) for name, field in merged["properties"].items()}
    return {keyword: value for keyword, value in merged.items() if _holds(keyword, value, kinds)}


def _holds(keyword: str, value: Any, kinds: set[str]) -> bool:  # noqa: ANN401 - what a keyword says may be anything
    """Return whether a keyword can stay in the schema of a field that has these types.

    A format can stay if text is the only type. The `items` of a list cannot stay beside other types: some targets would
    make the column a list of these, and fail at a value that is no list.
    """
    if keyword in {"format", "items"}:
        return len(kinds) == 1
    return keyword != "properties" or len(value) <= MOST_FIELDS


def _kinds(schema: Schema) -> set[str]:
    """Return the types that a schema from genson has, alone or in its alternatives."""
    return {kind for part in _parts(schema) for kind in kinds_of(part)}


def _parts(schema: Schema) -> list[Schema]:
    parts: list[Schema] = schema.get("anyOf", [schema])
    return parts
