"""The rules of the rows of a stream: which rows belong to one reading, and what they must have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.records.steps import Steps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from requests import Response
    from singer_sdk.helpers.types import Context

    from tap_analytics.resources.listing import Listing
    from tap_analytics.stream.read_stream import ReadStream

    Record = dict[str, Any]
    Parse = Callable[[Response], Iterable[Record]]


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


def keep_count(parse: Parse, listing: Listing) -> Parse:
    """Return `parse` with a check of the number of records.

    If the next page is asked for by the number of records, one too few or too many would lead to a wrong page: then it
    raises FatalAPIError.
    """
    if not listing.paginator.counts_rows:
        return parse
    rows = RawRecords(listing.envelope)

    def take(response: Response) -> list[Record]:
        records = list(parse(response))
        try:
            page = rows.open(response.content, offset=0, content_type=response.headers.get("Content-Type", ""))
        except (FatalAPIError, RetriableAPIError):
            return records  # only `parse_response` can read this response
        if len(page.rows) != len(records):
            message = (
                f"`parse_response` gives {len(records)} records of a response that has {len(page.rows)}, and the next "
                "page is found by their number; leave records out in `post_process`, make others of them in "
                "`get_records`, and say where they stand by `records_jsonpath`"
            )
            raise FatalAPIError(message)
        return records

    return take
