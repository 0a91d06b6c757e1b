"""Output: writes rows of a stream as RECORD lines, a page at a time, and counts them for the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from singer_sdk.metrics import Counter

    from tap_analytics.pagination.page import Row
    from tap_analytics.records.rows import RecordCodec
    from tap_analytics.stream.messages.writer import MessageWriter
    from tap_analytics.stream.stream_state import StreamState


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """Writes the rows of a stream.

    `declare` is called with rows before they are written; `cursor` is the field by which the bookmark moves, or None.
    """

    stream: str
    writer: MessageWriter
    codec: RecordCodec
    declare: Callable[[Sequence[Row]], None]
    state: StreamState
    counter: Counter
    cursor: str | None = None

    def write(self, rows: Sequence[Row], context: Mapping[str, Any] | None) -> None:
        """Write rows as RECORD messages, and update counts and bookmarks as the SDK does for its own records."""
        if not rows:
            return
        self.declare(rows)
        self.writer.write_rows(self.stream, self.codec.encodable(rows))
        if self.cursor:
            cursors = self.codec.values(rows, self.cursor)
            self.state.advance(cursors, context=context, replication_key=self.cursor)
        self.state.is_flushed = False
        self.counter.increment(len(rows))
