"""Windows without Singer: what is planned of a stream, the rows of a window, and what the state says behind them."""

from __future__ import annotations

import copy
from collections import deque
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.lists_ahead import FOR_EACH_THREAD, ListsAhead
from tap_analytics.pagination.stretch import Stretch
from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.shapes import context_key
from tap_analytics.state.windows import Window, earlier
from tap_analytics.stream.lists import SyncedList
from tap_analytics.stream.parent_groups import groups
from tap_analytics.stream.stream_list import Run, StreamList
from tap_analytics.stream.stretches import ListInStretches

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row

# Rows that are given at once, at least, but for the last.
ROWS = 500


def windows(stream: AnalyticsStream, until: Bound | None = None, start: Bound | None = None) -> Iterator[Window]:
    """Give what is not read yet of a stream without a parent, in parts: from `start` on, up to `until`.

    Raises:
        FatalAPIError: The list cannot be read.
    """
    try:
        for interval, rows in SyncedList(stream, None).plan(until, start):
            yield replace(Window.of(stream.name, interval), rows=rows)
    finally:
        stream.state_manager.close(stream.stream_state)


def present(stream: AnalyticsStream) -> Bound | None:
    """Return up to where the list of a stream is whole: the clock of the server, or ours if it is earlier, less `lag`.

    It is None for a list whose rows do not say when they changed.

    Raises:
        FatalAPIError: The list cannot be read.
    """
    if stream.replication_key is None:
        return None
    SyncedList(stream, None, is_ahead=True).trial().first_page()
    windowing = SyncedList(stream, None, is_ahead=True).windowing
    return earlier(windowing.until, windowing.interval.end)


def stretches(stream: AnalyticsStream, rows: int) -> ListInStretches:
    """Return what plans the stretches of a stream without a parent, with so many rows each."""
    return ListInStretches(reading=SyncedList(stream, None, is_ahead=True).whole(), most_rows=rows)


def _stretch(stream: AnalyticsStream, stretch: Stretch) -> Iterator[Sequence[Row]]:
    """Give the rows of a stretch; it says nothing of how far the stream is read."""
    reading = SyncedList(stream, None, is_ahead=True).whole()
    way = reading.paginator.of_stretch(stretch) if reading.verify else None
    if way is None:
        message = (
            f"{stream.name}: the settings are not those that the stretch was planned with: it is read whole by them"
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
    """Return the names of what a list of a stream takes from its parents."""
    return *(each.placeholder for each in stream.resource.parents), *stream.resource.inherited


def _lists(stream: AnalyticsStream, streams: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what is known of the parents of each list of a stream."""
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
    """Give all rows of a list, and note nothing of it in the state."""
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
    """Give the rows of a window, many at a time; the bookmark moves when all of them were taken.

    Raises:
        FatalAPIError: The window cannot be read to its end.
    """
    if window.stretch:
        yield from _gather(_stretch(stream, Stretch.of(window.stretch)))
        return
    yield from _read(stream, StreamList(stream, dict(window.context) if window.context else None, window=window))


def _read(stream: AnalyticsStream, one: StreamList, ahead: ListsAhead[Run] | None = None) -> Generator[Sequence[Row]]:
    """Give the rows of a list in its turn, also of one read ahead, and keep in the state how far it is read."""
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
        # What is before a window that has a start may not be read yet.
        if one.is_from_beginning and not one.is_cut:
            manager.move(state)
    except BaseException:
        state.clear()
        state |= before
        raise
    finally:
        manager.close(state)


def read_children(stream: AnalyticsStream, windows: Iterable[Window]) -> Generator[Sequence[Row]]:
    """Give the rows of windows that are each a list of a child stream; several lists are read at once.

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
    """Give rows, and let the state take note of how far they are."""
    cursor = stream.replication_key if stream.replication_method == INCREMENTAL else None
    for rows in runs:
        if cursor:
            cursors = stream.records.values(rows, cursor)
            stream.state_manager.advance(cursors, context=context, replication_key=cursor)
        yield rows


def _gather(runs: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
    """Gather rows into larger runs: a batch takes as long for few rows as for many."""
    waiting: list[Row] = []
    for rows in runs:
        waiting += rows
        if len(waiting) >= ROWS:
            yield waiting
            waiting = []
    if waiting:
        yield waiting
