"""How a tap ends by a signal: whole lines only, and the status that a shell expects."""

from __future__ import annotations

import os
import signal
import threading
from abc import ABC
from typing import TYPE_CHECKING

from singer_sdk import Tap
from typing_extensions import override

from tap_analytics.writer import MessageWriter

if TYPE_CHECKING:
    from types import FrameType


class TapWithSignals(Tap, ABC):
    """A tap that ends its process by SIGTERM and SIGINT, but not in the middle of a line."""

    @override
    def _setup_signal_handlers(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT) if threading.current_thread() is threading.main_thread() else ():
            signal.signal(number, self.end_by_signal)

    def end_by_signal(self, number: int, _: FrameType | None) -> None:
        """End the process with 128 + signal number, as a shell reports it; a second signal does so without delay."""
        signal.signal(number, lambda number, _: os._exit(128 + number))
        ending = SystemExit(128 + number)
        if not isinstance(writer := vars(self).get("message_writer"), MessageWriter):  # none yet while it is made
            raise ending
        writer.end(ending)
