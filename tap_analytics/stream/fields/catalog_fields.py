"""The fields of a stream with what its catalog selects of them, and what the streams below it need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.stream.fields.fields import StreamFields
from tap_analytics.stream.lists.children import resources_below

if TYPE_CHECKING:
    from tap_analytics.stream.read_stream import ReadStream


def fields_of(stream: ReadStream) -> StreamFields:
    """Return the fields of a stream, as the catalog has them."""
    return StreamFields(
        properties=stream.effective_schema["properties"],
        mask=stream.mask,
        primary_keys=(stream.primary_keys if stream.selected else None) or (),
        declared_keys=stream.resource.primary_key,
        cursor=stream.replication_key,
        others={name for each in resources_below(stream) for name in each.fields_of(stream.name)},
    )
