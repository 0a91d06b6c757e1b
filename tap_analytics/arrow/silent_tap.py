"""A tap within another program: it writes nothing, and handles no signals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.stream.messages.writer import MessageWriter
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from singer_sdk.singerlib.encoding.simple import Message


class SilentTap(TapAnalytics):
    """A tap that leaves signals, output and the terminal to the program around it."""

    takes_new_fields = False  # the columns of a table are settled before its first row

    @override
    def _setup_signal_handlers(self) -> None:
        """Leave signals as they are."""

    @override
    def set_terminal(self, setting: str) -> None:
        """Leave the terminal and its log to the program."""

    @override
    def write_state(self) -> None:
        """Write nothing: the program asks for the state when it wants it."""


class NoOutput(MessageWriter):
    """A writer that drops every message."""

    @override
    def write_message(self, message: Message) -> None:
        """Drop the message."""
