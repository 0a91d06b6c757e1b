"""The rules of the rows of a stream: which rows belong to one reading, and what they must have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps
from tap_analytics.stream.own_records import keep_count

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_analytics.stream.read_stream import ReadStream


def row_rules(stream: ReadStream, context: Context | None) -> RowRules:
    """Return the rules for one reading.

    Args:
        stream: The stream.
        context: The parent.
    """
    listing = stream.current.listing or stream.listing
    codec, nested, bounds = stream.records.under(listing.envelope), listing.nesting.nested, stream.bounds(context)
    resource, fields, marks = stream.resource, stream.fields, stream.host.marks
    inherited = fields.from_parent(resource.inherited, context or {}) | resource.stamps(bounds)
    own = fields.from_parent(marks, marks)
    steps = Steps.of(nested and nested.carrying((*inherited, *own)), resource.steps, stream.records)
    return RowRules(
        path=stream.path,
        codec=RawRecords(listing.envelope) if steps else codec,
        steps=steps,
        primary_keys=fields.primary_keys,
        keys=() if nested else fields.keys,
        cursor=stream.replication_key,
        bounds=bounds,
        expects_cursor=stream.replication_method == "INCREMENTAL",
        inherited=inherited,
        defaults=fields.defaults(stream.state_manager.get_state_partition_context(context) or {}),
        marks=own,
        parse=keep_count(stream.parse_response, listing) if "parse_response" in stream.overridden else None,
        empty_when=resource.empty_when,
        bodies=listing.bodies,
        text=stream.state_manager.text,
    )
