"""The child streams of a stream: how they are synced for records of their parent that are not written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import field_of
from tap_analytics.resources.resource import context_of
from tap_analytics.stream.stream_state import StreamState

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from singer_sdk import Stream
    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.resources.resource import Resource
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.read_stream import ReadStream


def new_records(
    stream: Stream, records: Iterable[Record], context: Context | None, *, bounds: Bounds, names: Collection[str]
) -> Iterator[Record]:
    """Give the records that are new, and sync these child streams for each of the others."""
    cursor = stream.replication_key or ""
    for record in records:
        if bounds.takes(field_of(record, cursor)):
            yield record
        else:
            _sync_children(stream, record, context, names)


def _sync_children(stream: Stream, record: Record, context: Context | None, names: Collection[str]) -> None:
    """Sync child streams for a record that is not written, since it is not new.

    As with a record that is written, the hook `post_process` and the filter of a stream map say whether it counts.
    """
    processed = stream.post_process(dict(record), context)
    if processed is None or not stream.stream_maps[0].get_filter_result(processed):
        return
    for each in stream.generate_child_contexts(record=processed, context=context):
        for child in stream.child_streams:
            if child.name in names and each is not None:
                child.sync(context=dict(each))


def child_context(stream: Stream, record: Record, context: Context | None) -> Context:
    """Return what a record of a stream, with its own context, says for all the streams that descend from it.

    Raises:
        FatalAPIError: Nothing says what children take from a record.
    """
    if found := {**(context or {}), **context_of(record, stream.name, resources_below(stream))}:
        return found
    # As in the SDK, children that say what tells their parents from each other take the whole record.
    if unclear := next((each for each in stream.child_streams if each.state_partitioning_keys is None), None):
        message = (
            f"nothing says what the stream `{unclear.name}` takes from a record of `{stream.name}`: override "
            f"`get_child_context` in `{type(stream).__name__}`, and return the values that its path needs"
        )
        raise FatalAPIError(message)
    return record


def resources_below(stream: Stream | ReadStream) -> list[Resource]:
    """Return the resources of the streams that are read for the records of a stream, at any depth."""
    found = (getattr(each, "resource", None) for each in stream.descendent_streams)
    return [resource for resource in found if resource is not None]


def have_failed_lists(streams: Iterable[Stream]) -> bool:
    """Return whether the children of some parent could not be read in this sync, so that no bookmark may pass it."""
    managers = [stream.state_manager for stream in streams]
    return any(isinstance(manager, StreamState) and manager.failed_lists for manager in managers)
