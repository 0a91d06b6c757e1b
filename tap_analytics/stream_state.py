"""The state of one stream, as the SDK asks for it: a thin layer over the bookmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

# The one private module of the SDK that the tap needs: `Stream.state_manager` is public, its class is not. The SDK
# compares bookmarks as text, takes rows dated in the future and fails at rows without a date.
from singer_sdk.streams._state import StreamStateManager
from typing_extensions import override

from tap_analytics.instants import order
from tap_analytics.records.paths import field_of
from tap_analytics.state.bookmarks import FurthestCursors

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from singer_sdk.helpers.types import Context, Record

    from tap_analytics.state.bookmarks import State


class StreamState(StreamStateManager):
    """The bookmarks of one stream: they move forward only, never into the future, and only when the list is read."""

    def __init__(self, *, layout: str | None = None, **options: Any) -> None:  # noqa: ANN401 - the SDK's
        super().__init__(**options)
        self._cursors = FurthestCursors(layout)

    @property
    def is_ascending(self) -> bool:
        """Whether all values so far came in ascending order."""
        return self._cursors.is_ascending

    @override
    def write_replication_key_signpost(
        self, value: datetime | str | float | None, *, context: Context | None = None
    ) -> None:
        self._cursors.latest = order(value)

    @override
    def increment_state(self, latest_record: Record, *, context: Context | None = None, replication_key: str) -> None:
        value = field_of(latest_record, replication_key)
        self._cursors.note(self.get_context_state(context), replication_key, value)

    def advance(self, cursors: Sequence[Any], *, context: Context | None, replication_key: str) -> None:
        """Take note of the cursors of many records, as `increment_state` does of one."""
        self._cursors.note_all(self.get_context_state(context), replication_key, cursors)

    @override
    def finalize_state(self, state: State | None = None) -> None:
        if state is not None:
            self.move(state)
        super().finalize_state(state)

    def move(self, state: State) -> None:
        """Move the bookmark in a state to the furthest value seen, if that is ahead of it."""
        self._cursors.move(state)

    def close(self, state: State) -> None:
        """Leave the bookmark where it is: after a failure, rows before the furthest value may not have been read."""
        self._cursors.forget(state)
        super().finalize_state(state)

    def stay(self, state: State) -> None:
        """Leave the bookmark in a state where it is: rows before the furthest value were not read."""
        self._cursors.forget(state)

    def begin(self, context: Context | None, **options: Any) -> None:  # noqa: ANN401 - the SDK's
        """Note where a reading begins, unless the SDK's `sync()` has noted it: who reads without it has a start too."""
        if _START not in self.get_context_state(context):
            self.write_starting_replication_value(context, **options)


_START = "starting_replication_value"
