"""The signals that end the tap, and what is called when one comes."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    End = Callable[[int, FrameType | None], object] | signal.Handlers

# A closed terminal sends SIGHUP; Windows does not have that signal.
NAMES = ("SIGTERM", "SIGINT", "SIGHUP")


def exit_code(number: int) -> int:
    """Return the code of a process that a signal has ended, as a shell reports it."""
    return 128 + number


def end_at_once(number: int, _: FrameType | None) -> None:
    """End the process at once, without any cleaning up."""
    os._exit(exit_code(number))


def call_at_signals(end: End) -> None:
    """Call a function at each signal that ends the tap; in any other thread than the main one this does nothing.

    If SIGHUP is ignored, as under `nohup`, it stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for name in NAMES:
        number = getattr(signal, name, None)
        if number is not None and not (name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN):
            signal.signal(number, end)
