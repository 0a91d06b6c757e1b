"""How fast the tap may ask, for all streams and threads: a ceiling, how much at once, and pauses of a busy server."""

from __future__ import annotations

import threading
import time

from tap_analytics.http.in_flight import InFlight


class Throttle:
    """Lets requests go one after the other, at most so many a second, and none during a pause.

    Args:
        requests_per_second: The ceiling; none if it is None.
        width: How many requests may be on their way at once; any number if it is None.
        within: What holds for these requests and for others together.
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
        self.waited = 0.0  # seconds, of all requests together

    def wait(self) -> None:
        """Return when the next request may be sent."""
        start = None
        while (start := self._later(start)) is not None:
            seconds = max(start - time.monotonic(), 0)
            time.sleep(seconds)
            with self._lock:
                self.waited += seconds
        if self._within:
            self._within.wait()

    def pause(self, seconds: float) -> None:
        """Let no request go for so many seconds from now, of those that wait already neither; then half as many."""
        self.in_flight.narrow()
        with self._lock:
            self._resumes = max(self._resumes, time.monotonic() + seconds)

    def _later(self, expected: float | None) -> float | None:
        """Return the time before which no request may be sent, None where it is the turn of the one that asks."""
        with self._lock:
            now = time.monotonic()
            start = max(self._next, self._resumes)
            if start > now:
                return start
            # Whoever has slept until its turn was due then, not when it woke up.
            self._next = (start if start == expected else now) + self._interval
            return None
