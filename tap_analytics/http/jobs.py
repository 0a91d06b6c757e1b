"""Jobs of the API that the tap waits for: the words for their states, and the open ones, cancelled at the end."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# The words of APIs for a finished job and for a failed one; with any other word the job is under way.
DONE = frozenset(
    {
        *("available", "complete", "completed", "done", "finished", "fulfilled"),
        *("ready", "succeeded", "success", "successful"),
    }
)
FAILED = frozenset(
    {
        *("aborted", "canceled", "cancelled", "deleted", "error", "errored"),
        *("expired", "failed", "failure", "rejected"),
        *("killed", "stopped", "terminated", "timed_out", "timedout", "timeout"),
    }
)


class OpenJobs:
    """The jobs that the tap waits for; those that are open when it ends are cancelled."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[Callable[[], None]] = []

    @contextmanager
    def open(self, cancel: Callable[[], None]) -> Iterator[None]:
        """Keep a job open while the block waits for it; cancel it if the block raises."""
        with self._lock:
            self._open.append(cancel)
        try:
            yield
        except BaseException:
            self._give_up(cancel)
            raise
        with self._lock:
            if cancel in self._open:
                self._open.remove(cancel)

    def cancel(self) -> None:
        """Cancel all jobs that are still waited for."""
        for cancel in list(self._open):
            self._give_up(cancel)

    def _give_up(self, cancel: Callable[[], None]) -> None:
        with self._lock:
            if cancel not in self._open:
                return
            self._open.remove(cancel)
        cancel()
