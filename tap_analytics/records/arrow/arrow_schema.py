"""The columns of Arrow for a JSON Schema: one registry has the column of each type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

import pyarrow as pa
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.json_types import items_of, kinds_of
from tap_analytics.records.arrow import arrow_columns
from tap_analytics.records.arrow.arrow_columns import ArrowColumn, Lists, Structs

Schema = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ArrowTypes:
    """Chooses the columns for the fields of a schema.

    A date-time without an offset is in the `zone`. `decimals` has precision and scale of the fields that are decimal
    numbers; `numbers` has those of all other numbers, None for doubles.
    """

    zone: tzinfo = UTC
    decimals: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    numbers: tuple[int, int] | None = None

    def columns(self, fields: Schema) -> Mapping[str, ArrowColumn]:
        """Return the column of each field.

        Raises:
            FatalAPIError: The names of two fields differ by case only.
        """
        refuse_twins(fields)
        return {name: self._decimal(name, schema) or self.column(schema) for name, schema in fields.items()}

    def column(self, schema: Schema) -> ArrowColumn:
        """Return the column for the values of a schema; JSON text if it does not have a single type."""
        kinds = set(kinds_of(schema)) - {"null"}
        kind = "number" if kinds == {"integer", "number"} else next(iter(kinds)) if len(kinds) == 1 else ""
        make = _COLUMNS.get((kind, _format(schema) if kind == "string" else "")) or _COLUMNS.get((kind, ""))
        return make(self, schema) if make else arrow_columns.documents()

    def _decimal(self, name: str, schema: Schema) -> ArrowColumn | None:
        is_number = {"number"} <= set(kinds_of(schema)) <= {"number", "integer", "null"}
        return arrow_columns.decimals(*self.decimals[name]) if is_number and name in self.decimals else None

    def number(self, _: Schema) -> ArrowColumn:
        """Return the column of numbers whose digits are not declared."""
        return arrow_columns.decimals(*self.numbers) if self.numbers else arrow_columns.doubles()

    def object(self, schema: Schema) -> ArrowColumn:
        """Return the column for objects: a struct if all their fields are known, and JSON text otherwise."""
        fields = schema.get("properties")
        if not fields or schema.get("additionalProperties", False) is not False:
            return arrow_columns.documents()
        refuse_twins(fields)
        return Structs({name: self.column(each) for name, each in fields.items()})


def refuse_twins(names: Iterable[str]) -> None:
    """Raise FatalAPIError if two names differ by case only, since most readers do not tell such columns apart."""
    found: dict[str, str] = {}
    for name in names:
        if (twin := found.setdefault(name.lower(), name)) != name:
            message = f"the fields `{twin}` and `{name}` differ by case only; leave one of them out in the catalog"
            raise FatalAPIError(message)


def arrow_schema(columns: Mapping[str, ArrowColumn], keys: Iterable[str]) -> Any:  # noqa: ANN401 - of Arrow
    """Return the schema of Arrow; all columns but the keys may hold null."""
    required = set(keys)
    return pa.schema([pa.field(name, each.type, nullable=name not in required) for name, each in columns.items()])


def _format(schema: Schema) -> str:
    return str(schema.get("contentEncoding") or schema.get("format") or "")


# The column for each type of JSON, and its format.
_COLUMNS: Mapping[tuple[str, str], Callable[[ArrowTypes, Schema], ArrowColumn]] = {
    ("string", ""): lambda *_: arrow_columns.exactly(pa.string(), "text of Unicode"),
    ("string", "date-time"): lambda types, _: arrow_columns.instants(types.zone),
    ("string", "date"): lambda *_: arrow_columns.dates(),
    ("string", "base64"): lambda *_: arrow_columns.binaries(),
    ("integer", ""): lambda *_: arrow_columns.exactly(pa.int64(), "a whole number of at most 64 bits"),
    ("number", ""): ArrowTypes.number,
    ("boolean", ""): lambda *_: arrow_columns.exactly(pa.bool_(), "true or false"),
    ("array", ""): lambda types, schema: Lists(types.column(items_of(schema))),
    ("object", ""): ArrowTypes.object,
}
