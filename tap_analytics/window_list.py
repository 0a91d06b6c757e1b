"""Windows without Singer: what is planned of a stream, the rows of a window, and what the state says behind them."""

from __future__ import annotations

import copy
from contextlib import closing
from typing import TYPE_CHECKING, Any

from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.shapes import context_key
from tap_analytics.stream.lists import SyncedList
from tap_analytics.stream.stream_list import StreamList

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.state.windows import Interval, Window

# Rows that are given at once, at least, but for the last.
ROWS = 500


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
    names = _taken(stream)
    yield from ({name: context.get(name) for name in names} for context in _lists(stream, streams))


def _taken(stream: AnalyticsStream) -> Sequence[str]:
    """Return the names of what a list of a stream takes from its parents."""
    return *(each.placeholder for each in stream.resource.parents), *stream.resource.inherited


def _lists(stream: AnalyticsStream, streams: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what is known of the parents of each list of a stream."""
    parent, names = streams[str(stream.resource.parent)], _taken(stream)
    seen: set[str] = set()
    for above in _lists(parent, streams) if parent.resource.parent else [None]:
        for row in _all_rows(parent, above):
            context = parent.get_child_context(parent.records.plain(row), above)
            if lacking := stream.resource.lacks(context):
                stream.logger.warning(
                    "A record of the parent is passed over: it has no `%s`, which requests need", lacking
                )
            elif (mark := context_key({name: context.get(name) for name in names})) not in seen:
                seen.add(mark)
                yield context


def _all_rows(stream: AnalyticsStream, context: dict[str, Any] | None) -> Iterator[Row]:
    """Give all rows of a list, and note nothing of it in the state."""
    if stream.resource.values is not None:
        yield from _listed(stream)
        return
    whole: Any = copy.copy(stream)
    whole.forced_replication_method = "FULL_TABLE"
    synced = SyncedList(whole, context, is_ahead=True)
    for part in synced.parts():
        for rows in part.reading.runs():
            yield from rows
        synced.end(part)


def _listed(stream: AnalyticsStream) -> Sequence[Row]:
    """Return the records that stand in the configuration."""
    return stream.records.fit(list(stream.get_records(None)))


def read(stream: AnalyticsStream, window: Window) -> Generator[Sequence[Row]]:
    """Give the rows of a window, many at a time; the bookmark moves when all of them were taken.

    Raises:
        FatalAPIError: The window cannot be read to its end.
    """
    context = dict(window.context) if window.context else None
    manager = stream.state_manager
    if signpost := stream.get_replication_key_signpost(context):
        manager.write_replication_key_signpost(signpost, context=context)
    state = manager.get_context_state(context)
    if stream.resource.values is not None:
        yield _listed(stream)
        return
    before = copy.deepcopy(state)
    one = StreamList(stream, context, window=window)
    try:
        with closing(one.runs(None)) as runs:
            yield from _gathered(_noted(stream, runs, context))
        # What is before a window that has a start may not be read yet.
        if window.start is None and not one.is_cut:
            manager.move(state)
    except BaseException:
        state.clear()
        state |= before
        raise
    finally:
        manager.close(state)


def _noted(
    stream: AnalyticsStream, runs: Iterable[Sequence[Row]], context: Mapping[str, Any] | None
) -> Iterator[Sequence[Row]]:
    """Give rows, and let the state take note of how far they are."""
    cursor = stream.replication_key if stream.replication_method == INCREMENTAL else None
    for rows in runs:
        if cursor:
            cursors = stream.records.values(rows, cursor)
            stream.state_manager.advance(cursors, context=context, replication_key=cursor)
        yield rows


def _gathered(runs: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """Give rows many at a time: the columns of few take as long as those of many."""
    waiting: list[Row] = []
    for rows in runs:
        waiting += rows
        if len(waiting) >= ROWS:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
