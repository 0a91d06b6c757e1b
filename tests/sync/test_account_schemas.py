"""Schemas of accounts grow together."""

from __future__ import annotations

from typing import Any

from singer_sdk.singerlib.encoding.simple import SchemaMessage

from tap_analytics.sync.account_schemas import Schemas


def message(**fields: Any) -> SchemaMessage:  # noqa: ANN401 - JSON Schema
    return SchemaMessage("things", {"type": "object", "properties": fields}, ["id"], ["at"])


def test_a_field_stays_where_another_account_does_not_have_it() -> None:
    schemas = Schemas()
    text = {"type": ["string", "null"]}
    assert schemas.add(message(id={}, plan=text)).schema["properties"] == {"id": {}, "plan": text}
    told = schemas.add(message(id={}, seats=text))
    assert told.schema["properties"] == {"id": {}, "plan": text, "seats": text}
    assert (told.stream, told.key_properties, told.bookmark_properties) == ("things", ["id"], ["at"])


def test_a_field_of_two_types_takes_both() -> None:
    schemas = Schemas()
    schemas.add(message(size={"type": ["integer", "null"]}))
    told = schemas.add(message(size={"type": ["string", "null"], "format": "date"}))
    assert told.schema["properties"] == {"size": {"type": ["integer", "null", "string"]}}
