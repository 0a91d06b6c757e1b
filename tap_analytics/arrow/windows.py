"""Windows without Singer: plans the windows of a stream, reads the rows of one, and moves the state behind them."""

from __future__ import annotations

import copy
from collections import deque
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.ahead.lists_ahead import FOR_EACH_THREAD, ListsAhead
from tap_analytics.pagination.offset.stretch import Stretch
from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.shapes import context_key
from tap_analytics.state.windows import Window, earlier
from tap_analytics.stream.lists.lists import SyncedList
from tap_analytics.stream.lists.parent_groups import groups
from tap_analytics.stream.lists.stream_list import Run, StreamList
from tap_analytics.stream.stretches import ListInStretches

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row

# The least number of rows that are given at once; only the last run may have fewer.
ROWS = 500


def windows(stream: AnalyticsStream, until: Bound | None = None, start: Bound | None = None) -> Iterator[Window]:
    """Give the windows of a stream without a parent that are not read yet, from `start` up to `until`.

    Raises:
        FatalAPIError: The list cannot be read.
    """
    try:
        for interval, rows in SyncedList(stream, None).plan(until, start):
            yield replace(Window.of(stream.name, interval), rows=rows)
    finally:
        stream.state_manager.close(stream.stream_state)


def present(stream: AnalyticsStream) -> Bound | None:
    """Return up to when a stream can be read: now by the server's clock, or by ours if that is earlier, less `lag`.

    It is None for a stream without a replication key.

    Raises:
        FatalAPIError: The list cannot be read.
    """
    if stream.replication_key is None:
        return None
    SyncedList(stream, None, is_ahead=True).trial().first_page()
    windowing = SyncedList(stream, None, is_ahead=True).windowing
    return earlier(windowing.complete_until, windowing.interval.end)


def stretches(stream: AnalyticsStream, rows: int) -> ListInStretches:
    """Return the list of a stream without a parent, to be read in stretches of so many rows."""
    return ListInStretches(reading=SyncedList(stream, None, is_ahead=True).whole(), most_rows=rows)


def _stretch(stream: AnalyticsStream, stretch: Stretch) -> Iterator[Sequence[Row]]:
    """Give the rows of a stretch; the bookmark does not move.

    Raises:
        FatalAPIError: The list is read in another way now than when the stretch was planned.
    """
    reading = SyncedList(stream, None, is_ahead=True).whole()
    way = reading.paginator.of_stretch(stretch) if reading.verify else None
    if way is None:
        message = (
            f"{stream.name}: the settings have changed since the stretch was planned, and the list cannot be read in "
            "stretches by them; plan it anew, or read it whole"
        )
        raise FatalAPIError(message)
    reading.paginator, reading.is_part = way, True
    yield from reading.runs()


def contexts(stream: AnalyticsStream, streams: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the context of each list of a child stream, each once: for one record of its parent, or for a group of them.

    All records of the parent are read for it, whatever the state of the parent is.

    Args:
        stream: The stream.
        streams: All streams, by name.

    Raises:
        FatalAPIError: A list of parents cannot be read.
    """
    names = _names_of_parents(stream)
    taken = ({name: context.get(name) for name in names} for context in _lists(stream, streams))
    yield from groups(stream.resource, taken)


def _names_of_parents(stream: AnalyticsStream) -> Sequence[str]:
    """Return the names of the values that the lists of a stream take from its parents."""
    return *(each.placeholder for each in stream.resource.parents), *stream.resource.inherited


def _lists(stream: AnalyticsStream, streams: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the context of each list of a stream, as its parents make it."""
    parent, names = streams[str(stream.resource.parent)], _names_of_parents(stream)
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
    """Give all rows of a list; the state does not change."""
    if stream.resource.values is not None:
        yield from _own_rows(stream)
        return
    whole: Any = copy.copy(stream)
    whole.forced_replication_method = "FULL_TABLE"
    synced = SyncedList(whole, context, is_ahead=True)
    for part in synced.parts():
        for rows in part.reading.runs():
            yield from rows
        synced.end(part)


def _own_rows(stream: AnalyticsStream) -> Sequence[Row]:
    """Return the records that stand in the configuration."""
    return stream.records.fit(list(stream.get_records(None)))


def read(stream: AnalyticsStream, window: Window) -> Generator[Sequence[Row]]:
    """Give the rows of a window, many at a time; the bookmark moves when the caller has taken all of them.

    Raises:
        FatalAPIError: The window cannot be read to its end.
    """
    if window.stretch:
        yield from _gather(_stretch(stream, Stretch.of(window.stretch)))
        return
    yield from _read(stream, StreamList(stream, dict(window.context) if window.context else None, window=window))


def _read(stream: AnalyticsStream, one: StreamList, ahead: ListsAhead[Run] | None = None) -> Generator[Sequence[Row]]:
    """Give the rows of a list, which may have been read ahead, and move the state behind each run of them."""
    manager, context = stream.state_manager, one.context
    if signpost := stream.get_replication_key_signpost(context):
        manager.write_replication_key_signpost(signpost, context=context)
    state = manager.get_context_state(context)
    if stream.resource.values is not None:
        yield _own_rows(stream)
        return
    before = copy.deepcopy(state)
    try:
        with closing(one.runs(ahead)) as runs:
            yield from _gather(_note(stream, runs, context))
        # The windows before this one may not be read yet.
        if one.is_from_beginning and not one.is_cut:
            manager.move(state)
    except BaseException:
        state.clear()
        state |= before
        raise
    finally:
        manager.close(state)


def read_children(stream: AnalyticsStream, windows: Iterable[Window]) -> Generator[Sequence[Row]]:
    """Give the rows of windows of a child stream, each of which is a list; several lists are read at once.

    Raises:
        FatalAPIError: A list cannot be read to its end.
    """
    width = stream.host.connection.width
    if width == 1:
        for window in windows:
            yield from read(stream, window)
        return
    with closing(ListsAhead[Run](width)) as ahead:
        planned: deque[StreamList] = deque()
        for number, window in enumerate(windows):
            one = StreamList(stream, dict(window.context or {}), (number,), window=window)
            one.ahead = ahead.plan(stream.name, one.place, partial(one.open, lambda *_: None))
            planned.append(one)
            if len(planned) > width * FOR_EACH_THREAD:
                yield from _read(stream, planned.popleft(), ahead)
        while planned:
            yield from _read(stream, planned.popleft(), ahead)


def _note(
    stream: AnalyticsStream, runs: Iterable[Sequence[Row]], context: Mapping[str, Any] | None
) -> Iterator[Sequence[Row]]:
    """Give rows, and move the state behind each run of them."""
    cursor = stream.replication_key if stream.replication_method == INCREMENTAL else None
    for rows in runs:
        if cursor:
            cursors = stream.records.values(rows, cursor)
            stream.state_manager.advance(cursors, context=context, replication_key=cursor)
        yield rows


def _gather(runs: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """Give the rows in larger runs: a batch of few rows takes as long to make as one of many."""
    waiting: list[Row] = []
    for rows in runs:
        waiting += rows
        if len(waiting) >= ROWS:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
