"""Schemas: joins the schemas that accounts write of a stream into one, which only grows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_sdk.singerlib.encoding.simple import SchemaMessage

from tap_analytics.json_types import kinds_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields = dict[str, Any]


@dataclass
class Schemas:
    """The schema that was written last for each stream.

    A field that one account has stays in the schema when another account writes it without that field: otherwise a
    target would drop its values from then on.
    """

    _fields: dict[str, Fields] = field(default_factory=dict)

    def add(self, message: SchemaMessage) -> SchemaMessage:
        """Return the message with the fields of those before it."""
        known, new = self._fields.get(message.stream, {}), message.schema.get("properties", {})
        fields = {**known, **{name: _either(known.get(name, each), each) for name, each in new.items()}}
        self._fields[message.stream] = fields
        schema = {**message.schema, "properties": fields}
        return SchemaMessage(message.stream, schema, message.key_properties, message.bookmark_properties)


def _either(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema that allows the values of both."""
    return one if one == other else {"type": sorted({*kinds_of(one), *kinds_of(other)})}
