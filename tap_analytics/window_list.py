"""Windows without Singer: what is planned of a stream, the rows of a window, and what the state says behind them."""

from __future__ import annotations

import copy
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tap_analytics.lists import SyncedList
from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.shapes import context_key
from tap_analytics.stream_list import StreamList

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping, Sequence

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.state.windows import Interval, Window


def windows(stream: AnalyticsStream, until: Bound | None = None) -> Iterator[Interval]:
    """Give what is not read yet of a stream without a parent, in parts.

    Raises:
        FatalAPIError: The list cannot be read.
    """
    try:
        yield from SyncedList(stream, None).planned(until)
    finally:
        stream.state_manager.close(stream.stream_state)


def contexts(stream: AnalyticsStream, streams: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what a stream takes from each record of its parent, each once.

    All records of the parent are read for it, whatever the state of the parent is.

    Args:
        stream: The stream.
        streams: All streams, by name.

    Raises:
        FatalAPIError: A list of parents cannot be read.
    """
    resource = stream.resource
    parent = streams[str(resource.parent)]
    above = contexts(parent, streams) if parent.resource.parent else [None]
    names = (*(each.placeholder for each in resource.parents), *resource.inherited)
    seen: set[str] = set()
    for one in above:
        for row in _all_rows(parent, one):
            known = {**(one or {}), **resource.context_of(parent.records.plain(row))}
            if lacking := resource.lacks(known):
                stream.logger.warning(
                    "A record of the parent is passed over: it has no `%s`, which requests need", lacking
                )
                continue
            context = {name: known.get(name) for name in names}
            if (mark := context_key(context)) not in seen:
                seen.add(mark)
                yield context


def _all_rows(stream: AnalyticsStream, context: dict[str, Any] | None) -> Iterator[Row]:
    """Give all rows of a list, and note nothing of it in the state."""
    whole: Any = copy.copy(stream)
    whole.forced_replication_method = "FULL_TABLE"
    synced = SyncedList(whole, context, is_ahead=True)
    for part in synced.parts():
        for rows in part.reading.runs():
            yield from rows
        synced.end(part)


def read(stream: AnalyticsStream, window: Window) -> Generator[Sequence[Row]]:
    """Give the rows of a window, a page or less at a time; the bookmark moves when all of them were taken.

    Raises:
        FatalAPIError: The window cannot be read to its end.
    """
    context = dict(window.context) if window.context else None
    manager = stream.state_manager
    cursor = stream.replication_key if stream.replication_method == INCREMENTAL else None
    if signpost := stream.get_replication_key_signpost(context):
        manager.write_replication_key_signpost(signpost, context=context)
    state = manager.get_context_state(context)
    one = StreamList(stream, context, window=window)
    try:
        with closing(one.runs(None)) as runs:
            for rows in runs:
                if cursor:
                    cursors = stream.records.values(rows, cursor)
                    manager.advance(cursors, context=context, replication_key=cursor)
                yield rows
        # What is before a window that has a start may not be read yet.
        if window.start is None and not one.is_cut:
            manager.move(state)
    finally:
        manager.close(state)
