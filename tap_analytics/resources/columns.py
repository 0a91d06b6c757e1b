"""The `columns` of a resource, in dlt's words, as properties of a JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.config.coercion import coerce
from tap_analytics.config.faults import faults_in, object_of, refusal, without_nulls
from tap_analytics.json_types import kinds_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

Schema = dict[str, Any]

# The data types of dlt, each as the JSON that an API sends for it.
_TYPES: Mapping[str, Schema] = {
    "text": {"type": ["string"]},
    "bigint": {"type": ["integer"]},
    "double": {"type": ["number"]},
    # Numbers keep all their digits; `precision` and `scale` only matter for the table of a target.
    "decimal": {"type": ["number"]},
    "bool": {"type": ["boolean"]},
    "timestamp": {"type": ["string"], "format": "date-time"},
    "date": {"type": ["string"], "format": "date"},
    "time": {"type": ["string"], "format": "time"},
    "json": {"type": ["object", "array", "string", "number", "boolean"], "additionalProperties": True},
    "binary": {"type": ["string"], "contentEncoding": "base64"},
    # A whole number of up to 256 bits. No target has an integer that wide, and many readers take a number for a
    # double: with `string` first, a target makes the column text, and no digit is lost whichever way the API sends it.
    "wei": {"type": ["string", "integer"]},
}

# Hints about the table, such as sorting and indexes. The tap ignores them: a target has its own settings for these.
_TABLE_HINTS = (
    "partition",
    "cluster",
    "sort",
    "unique",
    "variant",
    "incremental",
    "timezone",
    "row_key",
    "merge_key",
    "parent_key",
    "root_key",
)
_BY_KEY = "records are merged by `primary_key` alone; remove it"

HINTS = object_of(
    name={"type": "string", "minLength": 1},
    data_type={"enum": list(_TYPES)},
    nullable={"type": "boolean"},
    precision={"type": "integer", "minimum": 1},
    scale={"type": "integer", "minimum": 0},
    description={"type": "string"},
    primary_key={"type": "boolean"},
    hard_delete=refusal("the tap removes no rows; filter them with `stream_maps`"),
    dedup_sort=refusal(_BY_KEY),
)
HINTS["properties"] |= {hint: {} for hint in _TABLE_HINTS}

_WIDEST_INTEGER = 64


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration of one field; None for what it does not say."""

    data_type: str | None = None
    nullable: bool | None = None
    precision: int | None = None
    scale: int | None = None
    description: str | None = None
    primary_key: bool = False

    def over(self, field: Mapping[str, Any]) -> Schema:
        """Return the JSON Schema of the field, in which the declaration replaces what was there."""
        declared = dict(_TYPES[self.data_type]) | self._width() if self.data_type else dict(field)
        if self.description or "description" in field:
            declared["description"] = self.description or field["description"]
        if "type" not in declared:
            return declared
        nullable = self.nullable if self.nullable is not None else bool(self.data_type) or _is_nullable(field)
        return with_nulls(declared) if nullable else not_null(declared)

    def _width(self) -> Schema:
        """Return the bounds that `precision` sets: characters of a text, bits of a whole number."""
        if self.precision and self.data_type == "text":
            return {"maxLength": self.precision}
        if self.precision and self.data_type == "bigint" and self.precision <= _WIDEST_INTEGER:
            most = 2 ** (self.precision - 1)
            return {"minimum": -most, "maximum": most - 1}
        return {}


def by_name(declared: object) -> object:
    """Return a list of columns as a mapping by their names; any other value is returned as it is."""
    if isinstance(declared, list) and all(
        isinstance(each, dict) and isinstance(each.get("name"), str) for each in declared
    ):
        return {hints["name"]: hints for hints in declared}
    return declared


def read(declared: object, place: str) -> tuple[dict[str, Column], list[str]]:
    """Return the columns without fault by name, and a sentence for each hint that is wrong.

    Args:
        declared: A mapping of names to hints, or a list of hints with their `name`.
        place: Where it stands in the configuration, for the sentences.
    """
    columns: dict[str, Column] = {}
    named = by_name(declared)
    if not isinstance(named, dict):
        return columns, [f"`{place}` must be an object of hints by name, or a list of hints, each with its `name`"]
    faults = _twice(declared, place)
    for name, hints in named.items():
        given = _without_own_hints(without_nulls(coerce(hints, HINTS))) if isinstance(hints, dict) else hints
        wrong = faults_in(given, HINTS, f"{place}.{name}")
        faults += wrong
        if not wrong:
            columns[str(name)] = _column(given)
    return columns, faults


def _without_own_hints(hints: Mapping[str, Any]) -> dict[str, Any]:
    """Return the hints without those that begin with `x-`: dlt leaves these to its destinations."""
    return {name: hint for name, hint in hints.items() if not str(name).startswith("x-")}


def _twice(declared: object, place: str) -> list[str]:
    names = [str(hints["name"]) for hints in declared] if isinstance(declared, list) else []
    return [f"`{place}` has `{name}` twice" for name in dict.fromkeys(names) if names.count(name) > 1]


def _column(given: Mapping[str, Any]) -> Column:
    return Column(**{name: given[name] for name in Column.__struct_fields__ if name in given})


def lay_over(columns: Mapping[str, Column], fields: Mapping[str, Any], *, keys: Collection[str] = ()) -> Schema:
    """Return the properties of a schema, changed as the columns say; a column without a type adds no field.

    Key fields are never null.
    """
    added = {name: column.over(fields.get(name, {})) for name, column in columns.items()}
    laid = {**fields, **{name: field for name, field in added.items() if field.get("type") or name in fields}}
    return {name: not_null(field) if name in keys else field for name, field in laid.items()}


def not_null(field: Mapping[str, Any]) -> Schema:
    """Return the schema of a field without `null` among its types."""
    kinds = kinds_of(field)
    return {**field, "type": [kind for kind in kinds if kind != "null"]} if set(kinds) - {"null"} else dict(field)


def with_nulls(field: Mapping[str, Any]) -> Schema:
    """Return the schema of a field with `null` among its types, at their end."""
    return {**field, "type": [*(kind for kind in kinds_of(field) if kind != "null"), "null"]}


def _is_nullable(field: Mapping[str, Any]) -> bool:
    return "null" in kinds_of(field)


def data_type_of(field: Mapping[str, Any]) -> str | None:
    """Return the data type of dlt for a schema; None if there is none, as for an object or a list."""
    kinds = set(kinds_of(field)) - {"null"}
    layout = field.get("format")
    if kinds == {"string"}:
        return {"date-time": "timestamp", "date": "date"}.get(str(layout), "text")
    kinds = kinds - {"integer"} if "number" in kinds else kinds
    return (
        {"integer": "bigint", "number": "double", "boolean": "bool"}.get(next(iter(kinds))) if len(kinds) == 1 else None
    )
