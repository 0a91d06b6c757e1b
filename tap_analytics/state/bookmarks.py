"""Bookmarks: how far an incremental sync has read, as an instant or a number, never as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

# The one private module of the SDK that the tap needs: `Stream.state_manager` is public, its class is not. The SDK
# compares bookmarks as text, takes rows dated in the future and fails at rows without a date.
from singer_sdk.streams._state import StreamStateManager
from typing_extensions import override

from tap_analytics.instants import Order, order
from tap_analytics.records.paths import field_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from singer_sdk.helpers.types import Context, Record

State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The furthest value seen of a replication key."""

    replication_key: str
    value: Any
    order: Order


class Bookmarks(StreamStateManager):
    """The bookmarks of one stream: they move forward only, never into the future, and not before they are told to.

    `is_ascending` says whether all values so far came in ascending order.
    """

    def __init__(self, *, layout: str | None = None, **options: Any) -> None:  # noqa: ANN401 - the SDK's
        super().__init__(**options)
        self._layout = layout
        self._latest: Order | None = None
        self._seen: dict[int, Cursor] = {}
        self.is_ascending = True

    @override
    def write_replication_key_signpost(
        self, value: datetime | str | float | None, *, context: Context | None = None
    ) -> None:
        self._latest = order(value)

    @override
    def increment_state(self, latest_record: Record, *, context: Context | None = None, replication_key: str) -> None:
        value = field_of(latest_record, replication_key)
        place = order(value, self._layout)
        # A stream of dates has a latest possible one: what is later, or no date, moves nothing.
        if place is None or (self._latest and (place[0] != self._latest[0] or place > self._latest)):
            return
        state = id(self.get_context_state(context))
        before = self._seen.get(state)
        if before is None or place > before.order:
            self._seen[state] = Cursor(replication_key, value, place)
        self.is_ascending = self.is_ascending and (before is None or place >= before.order)

    def advance(self, cursors: Sequence[Any], *, context: Context | None, replication_key: str) -> None:
        """Take note of the cursors of many records, as `increment_state` does of one."""
        for cursor in self._decisive(cursors):
            self.increment_state({replication_key: cursor}, context=context, replication_key=replication_key)

    def _decisive(self, cursors: Sequence[Any]) -> Sequence[Any]:
        """Return the cursors that say all that the others do, in their order."""
        try:
            if any(cursor[4:5] != "-" for cursor in cursors):
                return cursors  # digits alone, which `order` takes for a number
            moments = list(map(datetime.fromisoformat, cursors))
            earliest, furthest = min(moments), max(moments)
            is_future = self._latest is not None and (1, furthest) > self._latest
        except (TypeError, ValueError):
            return cursors
        if is_future:
            return cursors
        first, newest = cursors[moments.index(earliest)], cursors[moments.index(furthest)]
        return (first, newest) if moments == sorted(moments) else (newest, first)

    @override
    def finalize_state(self, state: State | None = None) -> None:
        if state is not None:
            self.move(state)
        super().finalize_state(state)

    def move(self, state: State) -> None:
        """Move the bookmark in a state to the furthest value seen, if that is ahead of it."""
        cursor = self._seen.get(id(state))
        if cursor is None:
            return
        before = order(state.get("replication_key_value"), self._layout)
        if state.get("replication_key") != cursor.replication_key or before is None or cursor.order > before:
            state["replication_key"] = cursor.replication_key
            state["replication_key_value"] = cursor.value

    def close(self, state: State) -> None:
        """Leave the bookmark where it is: after a failure, rows before the furthest value may not have been read."""
        self._seen.pop(id(state), None)
        super().finalize_state(state)
