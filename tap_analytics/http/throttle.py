"""Limits how fast the tap asks, for all streams and threads: requests a second, requests at once, and pauses."""

from __future__ import annotations

import threading
import time

from tap_analytics.http.in_flight import InFlight


class Throttle:
    """Lets requests go one after the other, at most so many a second, and none during a pause.

    Args:
        requests_per_second: The most requests a second; None sets no limit.
        width: The most requests at once; None sets no limit.
        within: The throttle that these requests share with others.
    """

    def __init__(
        self,
        requests_per_second: float | None = None,
        *,
        width: int | None = None,
        within: Throttle | None = None,
    ) -> None:
        self.in_flight = InFlight(width)
        self.of_all = within.in_flight if within else InFlight()
        self._within = within
        self._interval = 1 / requests_per_second if requests_per_second else 0.0
        self._lock = threading.Lock()
        self._next = self._resumes = 0.0
        self.waited = 0.0  # seconds that all requests together have waited

    def wait(self) -> None:
        """Wait until the next request may be sent."""
        start = None
        while (start := self._later(start)) is not None:
            seconds = max(start - time.monotonic(), 0)
            time.sleep(seconds)
            with self._lock:
                self.waited += seconds
        if self._within:
            self._within.wait()

    def pause(self, seconds: float) -> None:
        """Let no request go for so many seconds from now, not even one that waits already; then allow half as many."""
        self.in_flight.narrow()
        with self._lock:
            self._resumes = max(self._resumes, time.monotonic() + seconds)

    def _later(self, expected: float | None) -> float | None:
        """Return the time before which no request may be sent; None if the caller may send now."""
        with self._lock:
            now = time.monotonic()
            start = max(self._next, self._resumes)
            if start > now:
                return start
            # A thread that slept until its turn counts from its turn, not from when it woke up.
            self._next = (start if start == expected else now) + self._interval
            return None
