"""How a tap ends by a signal: whole lines only, and the status that a shell expects."""

from __future__ import annotations

import signal
from abc import ABC
from typing import TYPE_CHECKING

from singer_sdk import Tap
from typing_extensions import override

from tap_analytics.ending_signals import call_at_signals, end_at_once, exit_code
from tap_analytics.stream.messages.writer import MessageWriter

if TYPE_CHECKING:
    from types import FrameType


class TapWithSignals(Tap, ABC):
    """A tap that ends its process by SIGTERM, SIGINT and SIGHUP, but not in the middle of a line."""

    @override
    def _setup_signal_handlers(self) -> None:
        call_at_signals(self.end_by_signal)

    def end_by_signal(self, number: int, _: FrameType | None) -> None:
        """End the process with 128 + signal number, as a shell reports it; a second signal does so without delay."""
        signal.signal(number, end_at_once)
        ending = SystemExit(exit_code(number))
        if not isinstance(writer := vars(self).get("message_writer"), MessageWriter):  # none yet while it is made
            raise ending
        writer.end(ending)
