"""ChildLists: gives the lists of a stream and of its children; those of children are read ahead, several at once."""

from __future__ import annotations

import threading
from collections import deque
from functools import partial
from hashlib import blake2b
from itertools import count, repeat
from typing import TYPE_CHECKING, Any, TypeVar

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.ahead.lists_ahead import ListsAhead
from tap_analytics.records.paths import field_of
from tap_analytics.state.shapes import context_key
from tap_analytics.stream.foresight import Foresight
from tap_analytics.stream.lists.parent_groups import ParentGroups, has_groups, is_group
from tap_analytics.stream.lists.stream_list import Run, StreamList

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence

    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.pagination.ahead.lane import Place
    from tap_analytics.pagination.page import Row
    from tap_analytics.stream.lists.stream_list import Below
    from tap_analytics.stream.read_stream import ReadStream


T = TypeVar("T")

# The most rows of a parent whose lists of children are planned.
ROWS_AHEAD = 500


class ChildLists:
    """Gives the lists of streams in their turns; if that saves time, lists of children are begun before.

    The SDK syncs children for one record of their parent after another. The lists that it will ask for are predicted
    from the rows of the parent and read ahead. A list that was not predicted is read when the SDK asks for it, and a
    list that it does not ask for is dropped, so that state, records and their order are those of the SDK.

    Args:
        width: How many lists are read at once; with 1 each is read in its turn.
        is_sync: Whether each list is read only once.
        is_apart: Whether lists are read for somebody else than a sync: the state is not changed by that.
    """

    def __init__(self, width: int = 1, *, is_sync: bool = False, is_apart: bool = False) -> None:
        self._ahead = ListsAhead[Run](width) if width > 1 else None
        self._is_sync = is_sync
        self._is_apart = is_apart
        self._lock = threading.Lock()
        self._open: set[str] = set()
        self._asked: dict[str, set[bytes]] = {}
        self._planned: dict[tuple[str, bytes], StreamList] = {}
        self._at_turn: dict[str, StreamList] = {}
        self._foretold: dict[str, list[Any]] = {}
        self._taken: dict[str, tuple[str, ...]] = {}
        self._numbers = count(1)
        self._groups = ParentGroups()

    def close(self) -> None:
        """Stop reading ahead."""
        if self._ahead:
            self._ahead.close()

    def end_of_rows(self, stream: ReadStream) -> None:
        """Read the children of rows that wait for a full group, before a bookmark passes these rows."""
        if self._is_sync:
            self._groups.end(stream)

    def runs(self, stream: ReadStream, context: Context | None) -> Generator[Sequence[Row]]:
        """Give the rows of a list that belong to the sync, a page or less at a time; none if it was read already."""
        stream.host.check_discovered(stream.name)
        if lacking := stream.resource.lacks(context or {}):
            stream.logger.warning("A record of the parent is passed over: it has no `%s`, which requests need", lacking)
            return
        if context and stream.parent_stream_type is not None and not is_group(context):
            stats = stream.host.stats(stream.name)
            stats.parent, stats.parents = stream.host.stats(stream.parent_stream_type.name), stats.parents + 1
        if (one := self._take(stream, context)) is None:
            return
        context, parent = one.context, None if self._is_apart else one.context
        self._at_turn[stream.name] = one
        with stream.get_http_request_counter() as requests_made, stream.state_manager.list_of_one_parent(parent):
            requests_made.with_context(context)
            try:
                yield from self._tell(stream, one)
            finally:
                requests_made.increment(one.requests)

    def _tell(self, stream: ReadStream, one: StreamList) -> Generator[Sequence[Row]]:
        """Give the rows of a list, and report the progress after each page."""
        host, state, context = stream.host, stream.state_manager, one.context
        stats = host.stats(stream.name)
        has_plan = self._ahead is not None and self._is_sync and self._children(stream)
        for rows in one.runs(self._ahead, self._plan_early if has_plan else None):
            yield rows
            if self._is_apart:
                continue
            host.progress.tell(stats)
            if stream.replication_key and host.window is None and state.move_in_order(context):
                host.write_state()
        if self._is_apart:
            return
        if one.is_cut:
            state.move_in_order(context, is_last=True)
            state.hold(context)
        elif stream.replication_key and state.get_state_partition_context(context):
            # The SDK leaves this out where a context has more in it than what tells one parent from another.
            state.finalize_state(state.get_context_state(context))

    def records(self, stream: ReadStream, context: Context | None) -> Iterator[Record]:
        """Give the records of a list; while the caller has a record, its children are synced.

        A hook of theirs may read the list meanwhile: it has the records for itself.
        """
        if stream.name in self._open:
            yield from ChildLists(is_apart=True).records(stream, context)
            return
        self._open.add(stream.name)
        try:
            yield from self._records(stream, context)
        finally:
            self._open.discard(stream.name)

    def _records(self, stream: ReadStream, context: Context | None) -> Iterator[Record]:
        for rows in self.runs(stream, context):
            one = self._at_turn[stream.name]
            below, one.below = one.below or self._plan(one, rows), None
            stream.new_fields.declare(rows)
            for row, lists in _ahead(zip(rows, below, strict=True)):
                yield stream.records.plain(row)
                for each in lists:
                    self._drop(each)
            self.end_of_rows(stream)

    def _take(self, stream: ReadStream, context: Context | None) -> StreamList | None:
        """Return the list whose turn it is; None if it was read for another record of the parent, or waits for more."""
        if not context or not self._is_sync:
            return StreamList(stream, context, is_apart=self._is_apart)
        if is_group(context):
            return StreamList(stream, context, (next(self._numbers),))
        mark = self._mark(stream, context)
        with self._lock:
            asked = self._asked.setdefault(stream.name, set())
            if mark in asked:
                return None
            asked.add(mark)
            planned = self._planned.pop((stream.name, mark), None)
        if has_groups(stream):
            if (group := self._groups.add(stream, context)) is None:
                return None
            return StreamList(stream, group, (next(self._numbers),))
        return planned or StreamList(stream, context, (next(self._numbers),))

    def _drop(self, one: StreamList) -> None:
        """Forget a list that was planned and not asked for."""
        with self._lock:
            is_planned = self._planned.pop(one.key, None) is not None
        if is_planned and self._ahead and one.ahead:
            self._ahead.drop(one.stream.name, one.ahead)

    # Predicting what the SDK will ask for

    def _plan_early(self, one: StreamList, rows: Sequence[Row]) -> Below | None:
        """Plan the lists of the children of rows before their turn; None if they cannot be known then.

        Steps and stream maps may be code of the operator, which has to be called once for each row, in their order.
        """
        reading = one.reading
        if reading is None or reading.rows.steps or _has_maps(one.stream) or len(rows) > ROWS_AHEAD:
            return None
        if not self._children(one.stream):
            return None
        try:
            return list(self._plan(one, reading.rows.select(rows)))
        except FatalAPIError:  # raised again in the turn of the list
            return None

    def _plan(self, one: StreamList, rows: Sequence[Row]) -> Iterator[Sequence[StreamList]]:
        """Plan the lists of the children of each row when it is taken; none if they cannot be predicted."""
        stream, ahead = one.stream, self._ahead
        if ahead is None or not self._is_sync or not self._children(stream):
            yield from repeat((), len(rows))
            return
        one.runs_read += 1
        place = (*one.place, one.runs_read)
        names = stream.children_of_all
        bounds = stream.bounds(one.context, is_new=True, is_ahead=True) if names else None
        for number, row in enumerate(rows):
            record = stream.records.plain(row)
            is_new = bounds is None or bounds.takes(field_of(record, stream.replication_key or ""))
            wanted = None if is_new else names
            try:
                lists = list(self._lists(one, record, (*place, number), wanted))
            except Exception:  # noqa: BLE001 - the SDK does the same when it is the turn of the record, and fails then
                lists = []
            yield [each for each in lists if self._begin(ahead, each)]

    def _lists(
        self, one: StreamList, record: Record, place: Place, names: frozenset[str] | None
    ) -> Iterator[StreamList]:
        """Give the lists that the SDK will ask for with a record: those of the named child streams, or of all."""
        stream = one.stream
        if _has_maps(stream) and not stream.stream_maps[0].get_filter_result(record):
            return
        if names is None:  # the SDK gives a record that it writes what its own context holds
            record = {**(stream.state_manager.get_state_partition_context(one.context) or {}), **record}
        number = 0
        for context in stream.generate_child_contexts(record=record, context=one.context):
            for child in self._children(stream):
                if context is not None and (names is None or child.name in names):
                    number += 1
                    yield StreamList(child, dict(context), (*place, number))

    def _begin(self, ahead: ListsAhead[Run], one: StreamList) -> bool:
        """Plan a list and return True, unless a value for it is missing, or it is planned or read already."""
        context, name = one.context or {}, one.stream.name
        if one.stream.resource.lacks(context):
            return False
        one.key = (name, self._mark(one.stream, context))
        with self._lock:
            if one.key in self._planned or one.key[1] in self._asked.get(name, ()):
                return False
            self._planned[one.key] = one
            one.ahead = ahead.plan(name, one.place, partial(one.open, self._plan_early))
        return True

    def _mark(self, stream: ReadStream, context: Context) -> bytes:
        """Return a few bytes that identify a list, since there is one for each record of a parent.

        They are made of the values that its requests and records take from the parent, and of all if hooks take more.
        """
        if stream.name not in self._taken:
            resource = stream.resource
            is_known = all(_foresight(each).addresses for each in (stream, *stream.descendent_streams))
            names = (*(each.placeholder for each in resource.parents), *resource.inherited) if is_known else ()
            self._taken[stream.name] = names
        if names := self._taken[stream.name]:
            context = {name: context.get(name) for name in names}
        return blake2b(context_key(context).encode(), digest_size=16).digest()

    def _children(self, stream: ReadStream) -> list[Any]:
        """Return the child streams whose lists are predicted."""
        if stream.name not in self._foretold:
            is_whole = stream.foresight.children and stream.ABORT_AT_RECORD_COUNT is None
            children = stream.child_streams if is_whole else ()
            self._foretold[stream.name] = [
                child
                for child in children
                if _foresight(child).lists
                and not has_groups(child)
                and (child.selected or child.has_selected_descendents)
            ]
        return self._foretold[stream.name]


def _ahead(pairs: Iterable[T]) -> Iterator[T]:
    """Give these pairs with a delay, so that the lists of the next ones are planned by then."""
    window: deque[T] = deque()
    for pair in pairs:
        window.append(pair)
        if len(window) > ROWS_AHEAD:
            yield window.popleft()
    yield from window


def _has_maps(stream: ReadStream) -> bool:
    return bool(stream.config.get("stream_maps"))


def _foresight(stream: ReadStream) -> Foresight:
    return getattr(stream, "foresight", Foresight())
