"""Trace: records what happens while a stream is read, request by request, for the report of a run."""

from __future__ import annotations

import time
from array import array
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta

# The log line of a retry: the seconds to wait, its number, the most retries, and the reason.
RETRY = "Trying again in %.1f s (retry %d of %d): %s"

# The most different reasons for retries that are kept of one stream; an API may write anything into its failures.
MOST_REASONS = 50
# The reason under which all further retries are counted.
OTHER_REASONS = "other reasons"

# The ends of a window, as text; None is open.
Ends = tuple[str | None, str | None]


class Trace:
    """Ignores what happens while a stream is read, for runs without a report; `FullTrace` keeps it."""

    def request(self) -> None:
        """Note a request that is about to be sent."""

    def response(self, latency: timedelta) -> None:
        """Note a response of any status, and the seconds until its headers came."""

    def retry(self, wait: float, reason: str) -> None:
        """Note a request that failed and is sent again after so many seconds."""

    def unknown(self, names: Sequence[str]) -> None:
        """Note fields that the schema does not have."""

    def declare(self, names: Sequence[str]) -> None:
        """Note fields that were declared when they first came."""

    def misfit(self, field: str) -> None:
        """Note a field with a value that does not fit it."""

    def begin_windows(self, missing: Callable[[], Iterable[Ends]]) -> None:
        """Note a list that is read in windows; `missing` returns the parts that are not read yet."""

    def end_window(self) -> None:
        """Note a window that was read to its end."""


NO_TRACE = Trace()


class FullTrace(Trace):
    """Keeps what happens; a request takes sixteen bytes.

    `requests` are the times at which each request was sent, `failures` those at which one was sent again, in seconds of
    the `clock`; `latencies` are in seconds. `retries` has for each reason the number of retries and the seconds waited.

    Args:
        clock: Returns the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.requests = array("d")
        self.failures = array("d")
        self.latencies = array("d")
        self.retries: dict[str, tuple[int, float]] = {}
        self.unknown_fields: dict[str, None] = {}
        self.new_fields: dict[str, None] = {}
        self.misfits: dict[str, None] = {}
        self.windows_done = 0
        self._missing: list[Callable[[], Iterable[Ends]]] = []

    @override
    def request(self) -> None:
        self.requests.append(self._clock())

    @override
    def response(self, latency: timedelta) -> None:
        self.latencies.append(latency.total_seconds())

    @override
    def retry(self, wait: float, reason: str) -> None:
        self.failures.append(self._clock())
        if reason not in self.retries and len(self.retries) >= MOST_REASONS:
            reason = OTHER_REASONS
        times, waited = self.retries.get(reason, (0, 0.0))
        self.retries[reason] = times + 1, waited + wait

    @override
    def unknown(self, names: Sequence[str]) -> None:
        self.unknown_fields |= dict.fromkeys(names)

    @override
    def declare(self, names: Sequence[str]) -> None:
        self.new_fields |= dict.fromkeys(names)

    @override
    def misfit(self, field: str) -> None:
        self.misfits[field] = None

    @override
    def begin_windows(self, missing: Callable[[], Iterable[Ends]]) -> None:
        self._missing.append(missing)

    @override
    def end_window(self) -> None:
        self.windows_done += 1

    @property
    def windows_open(self) -> Sequence[Ends]:
        """The windows that were not read to their end, with adjacent ones joined."""
        return [ends for missing in self._missing for ends in missing()]

    @property
    def waited(self) -> float:
        """The seconds that were waited for retries, all requests together."""
        return sum(waited for _, waited in self.retries.values())
