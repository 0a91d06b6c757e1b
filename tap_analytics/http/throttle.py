"""How fast the tap may ask: a ceiling for all streams and threads, and pauses that a busy server wants."""

from __future__ import annotations

import threading
import time


class Throttle:
    """Lets requests go one after the other, at most so many a second, and none during a pause.

    Args:
        requests_per_second: The ceiling; none if it is None.
    """

    def __init__(self, requests_per_second: float | None = None) -> None:
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._lock = threading.Lock()
        self._next = 0.0

    def wait(self) -> None:
        """Return when the next request may be sent."""
        with self._lock:
            start = max(self._next, time.monotonic())
            self._next = start + self._interval
        while (rest := start - time.monotonic()) > 0:
            time.sleep(rest)

    def pause(self, seconds: float) -> None:
        """Let no request go for so many seconds from now."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)
