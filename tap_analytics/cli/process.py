"""The process of a command: it ends as soon as all that waits for its end is done."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from tap_analytics.ending_signals import call_at_signals

if TYPE_CHECKING:
    from collections.abc import Callable


def run_and_end(command: Callable[[], object]) -> NoReturn:
    """Run a command, and end the process with its code; a failure that nothing catches is shown by Python."""
    try:
        command()
    except SystemExit as end:
        if not isinstance(end.code, int | None):  # a text that Python prints
            raise
        _end(end.code or 0)
    _end(0)


def _end(code: int) -> NoReturn:
    """End the process; the memory is left to the system.

    Python would free each object first, which takes longer than many an import, and would put back its own handlers,
    so that a signal that comes meanwhile kills the process.
    """
    call_at_signals(signal.SIG_IGN)
    atexit._run_exitfuncs()  # noqa: SLF001 - what `multiprocessing` calls where it ends a process in this way
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # closed, or its reader is gone
            if stream:  # None where the shell has closed it
                stream.flush()
    os._exit(code & 0xFF)
