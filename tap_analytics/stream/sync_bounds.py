"""The bounds of a sync: which part of a list a stream reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import INCREMENTAL

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context

    from tap_analytics.stream.read_stream import ReadStream


def bounds_of(stream: ReadStream, context: Context | None, *, is_new: bool, is_ahead: bool) -> Bounds:
    """Return the part of the list that a sync reads.

    Args:
        stream: The stream.
        context: The parent.
        is_new: Whether to return the new part, even if all is read for the sake of child streams.
        is_ahead: Whether the list is read before its turn: then the state notes nothing of it.

    Raises:
        FatalAPIError: The bookmark does not fit the replication key of the stream.
    """
    if stream.current.bounds is not None and not is_new:
        return stream.current.bounds
    if stream.replication_key is None:
        return Bounds()
    state, first = stream.state_manager, stream.config.get("start_date")
    if stream.replication_method == INCREMENTAL and (is_new or not stream.children_of_all):
        first = state.start(stream, context, is_ahead=is_ahead)
    return state.bounds(first, settings=stream.config, is_new=is_new)


def all_of(stream: ReadStream) -> Bounds:
    """Return the bounds of a list that is read for somebody else than the sync: no bookmark shortens it.

    Raises:
        FatalAPIError: The `initial_value` does not fit the replication key of the stream.
    """
    if stream.replication_key is None:
        return Bounds()
    return stream.state_manager.bounds(stream.config.get("start_date"), settings=stream.config, is_new=True)
