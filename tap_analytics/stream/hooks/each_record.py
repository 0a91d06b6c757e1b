"""Records of a stream that go through the SDK one by one, and whether they do so or are written a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.records.paths import field_of
from tap_analytics.state.replication import INCREMENTAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.stream.fields.fields import StreamFields
    from tap_analytics.stream.read_stream import ReadStream

# Hooks of the SDK that are called for each record; some taps override private ones too.
_OF_EACH_RECORD = (
    "post_process",
    "request_records",
    "get_records",
    "generate_child_contexts",
    "stream_maps",
    "get_batch_config",
    "_sync_records",
    "_generate_record_messages",
    "_write_record_message",
    "_process_record",
    "_increment_stream_state",
    "_check_max_record_limit",
)


def wants_each_record(stream: ReadStream, fields: StreamFields) -> bool:
    """Return whether the records of a stream have to go through the SDK one by one.

    That is so if it is not selected, overrides a hook that sees each, has a stream map, batches, children or a limit,
    or if a part of a field is selected.
    """
    settings = ("stream_maps", "flattening_enabled", "batch_config")
    return (
        not stream.selected
        or bool(stream.child_streams)
        or stream.ABORT_AT_RECORD_COUNT is not None
        or fields.is_cut_within
        or any(stream.config.get(setting) for setting in settings)
        or not stream.overridden.isdisjoint(_OF_EACH_RECORD)
    )


def with_bookmark(stream: ReadStream, records: Iterable[Record], context: Context | None) -> Iterator[Record]:
    """Give records; where the catalog leaves their cursor out, the bookmark moves all the same.

    The SDK takes a cursor of what it has written.
    """
    key = stream.replication_key
    if key is None or not stream.selected or stream.replication_method != INCREMENTAL or stream.fields.has_cursor:
        yield from records
        return
    for record in records:
        cursor = field_of(record, key)
        yield record
        stream.state_manager.advance([cursor], context=context, replication_key=key)
