"""MessageWriter: writes Singer messages to the target in whole lines, and ends quietly when the target is gone."""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.singerlib.encoding.base import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import (
    ActivateVersionMessage,
    Message,
    RecordMessage,
    SchemaMessage,
    StateMessage,
)
from typing_extensions import override

from tap_analytics.records.lines import record_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from singer_sdk.helpers.types import TapState

# So many bytes of records are collected before they are written.
BUFFER = 64 * 1024

# The least seconds between two STATE messages with a bookmark for each of many parents.
STATE_INTERVAL = 5

# Seconds that a write may still take when the process is told to end.
PATIENCE = 5

logger = logging.getLogger("tap-analytics")


class TargetGone(SystemExit):
    """The target takes no more."""

    def __init__(self) -> None:
        super().__init__(1)


class MessageWriter(GenericSingerWriter[bytes, Message]):
    """Writes messages to standard output: records many at a time, any other message at once, behind those before it.

    `has_told_state` says whether the last message was a STATE; `versions` holds the version of each stream that has
    one.

    Raises:
        TargetGone: On the first write that the target does not take.
    """

    def __init__(self) -> None:
        super().__init__()
        self.has_told_state = True
        self.versions: dict[str, int] = {}
        self._versions_to_come: dict[str, ActivateVersionMessage] = {}
        self._schemas: dict[str, bytes] = {}
        self._waiting = bytearray()
        self._is_writing = False
        self._ending: SystemExit | None = None
        self._last_resort: threading.Timer | None = None

    @override
    def serialize_message(self, message: Message) -> bytes:
        # `message.to_dict()` copies a schema value by value first, which takes longer than to write it.
        parts = {each.name: getattr(message, each.name) for each in fields(message)}
        return _ENCODER.encode({name: value for name, value in parts.items() if value is not None})

    @override
    def write_message(self, message: Message) -> None:
        if isinstance(message, ActivateVersionMessage):
            # The SDK writes a new version before its records; a target would remove old ones even if the sync fails.
            self.versions[message.stream] = message.version
            self._versions_to_come[message.stream] = message
            return
        self.has_told_state = isinstance(message, StateMessage)
        line = self.format_message(message) + b"\n"
        if isinstance(message, SchemaMessage):
            # The SDK would write the schema of a child stream again for each record of its parent.
            if self._schemas.get(message.stream) == line:
                return
            self._schemas[message.stream] = line
        self.tell_records()
        self._waiting += line
        if not isinstance(message, RecordMessage) or len(self._waiting) >= BUFFER:
            self.flush()

    def activate(self) -> None:
        """Write the versions whose records are all written, so that the target removes older records."""
        self.tell_records()
        for message in self._versions_to_come.values():
            self._waiting += self.format_message(message) + b"\n"
            self.has_told_state = False
        self._versions_to_come.clear()
        self.flush()

    def abandon(self) -> None:
        """Forget versions whose records are not all written, so that the target keeps its records."""
        self._versions_to_come.clear()

    @property
    def holds_records(self) -> bool:
        """Whether records were written that no message has announced."""
        return False

    def tell_records(self) -> None:
        """Write messages that announce the records that were written."""

    def write_rows(self, stream: str, records: Sequence[Any]) -> None:
        """Write records of a stream; each encodes as its JSON."""
        self.write_lines(record_lines(records, stream=stream, version=self.versions.get(stream)))

    def write_lines(self, lines: bytes) -> None:
        """Write records that are lines already."""
        self.has_told_state = False
        self._waiting += lines
        self.flush()

    def flush(self) -> None:
        """Write what waits for more."""
        if not self._waiting:
            return
        if sys.stdout is None:
            logger.error("Standard output is closed: there is nowhere to write to")
            self._waiting.clear()
            raise TargetGone
        with self.without_signals():
            self._write_out()

    def _write_out(self) -> None:
        try:
            _write(bytes(self._waiting))
            self._waiting.clear()
        except OSError as error:
            # Python writes what is buffered when it ends; that must not fail once more.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            self._waiting.clear()
            if isinstance(error, BrokenPipeError):
                logger.error("The target has closed the pipe before the end of the sync")  # noqa: TRY400 - says it all
            else:
                logger.error("The output cannot be written: %s", error.strerror)  # noqa: TRY400
            raise TargetGone from None

    @contextmanager
    def without_signals(self) -> Iterator[None]:
        """Delay the end of the process by a signal until this block has ended."""
        self._is_writing = True
        try:
            yield
        finally:
            self._is_writing = False
        if self._last_resort:
            self._last_resort.cancel()
        if self._ending:
            ending, self._ending = self._ending, None
            raise ending

    def end(self, ending: SystemExit) -> None:
        """Raise `ending` to end the process, but not in the middle of a line."""
        if not self._is_writing:
            raise ending
        self._ending = ending
        # A target that has stopped reading must not keep the process from ending.
        self._last_resort = threading.Timer(PATIENCE, os._exit, [ending.code])
        self._last_resort.daemon = True
        self._last_resort.start()


class StateWriter:
    """Writes STATE messages, unless they repeat the last one.

    A state with a bookmark for each of many parents or accounts is long: it is written at most every few seconds, or by
    `flush`.

    Args:
        writer: Writes messages.
        clock: Returns the time in seconds.
    """

    def __init__(self, writer: GenericSingerWriter[Any, Any], clock: Callable[[], float] = time.monotonic) -> None:
        self._writer = writer
        self._clock = clock
        self._next = 0.0
        self._last = b""

    def write_state(self, state: TapState) -> None:
        """Write a state, unless one with many bookmarks was written a moment ago."""
        is_long = "accounts" in state or any("partitions" in each for each in state.get("bookmarks", {}).values())
        if not is_long or self._clock() >= self._next:
            self.flush(state)

    def flush(self, state: TapState) -> None:
        """Write a state now, unless it was the last one."""
        said = _ENCODER.encode(state)
        if said != self._last:
            self._writer.write_message(StateMessage(value=state))
            self._last, self._next = said, self._clock() + STATE_INTERVAL


def _write(lines: bytes) -> None:
    if not hasattr(sys.stdout, "buffer"):  # a program has replaced standard output by a stream of text
        sys.stdout.write(lines.decode())
        return
    while lines:
        # If Python does not buffer, a signal may cut a write short.
        lines = lines[sys.stdout.buffer.write(lines) or 0 :]
    sys.stdout.buffer.flush()


_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=str)
