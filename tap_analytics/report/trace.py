"""What happened while a stream was read, request by request, for the report of a run."""

from __future__ import annotations

import time
from array import array
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import timedelta

# How a retry is told in the log: the seconds to wait, its number, how many there are at most, and the reason.
RETRY = "Trying again in %.1f s (retry %d of %d): %s"

# Different reasons for retries that are kept of one stream; an API may write anything into its failures.
MOST_REASONS = 50
# What is said of the retries beyond them.
OTHER_REASONS = "other reasons"

# From where to where a window is, as text; None is open.
Ends = tuple[str | None, str | None]


class Trace:
    """Takes note of what happens while a stream is read; this one notes nothing, for runs without a report."""

    def request(self) -> None:
        """Take note of a request that is about to be sent."""

    def response(self, latency: timedelta) -> None:
        """Take note of a response, whatever its status, and of the time until its headers were there."""

    def retry(self, wait: float, reason: str) -> None:
        """Take note of a request that failed and is sent again after so many seconds."""

    def unknown(self, names: Sequence[str]) -> None:
        """Take note of fields that the schema does not have."""

    def declare(self, names: Sequence[str]) -> None:
        """Take note of fields that were declared when they first came."""

    def misfit(self, field: str) -> None:
        """Take note of a field with a value that does not fit it."""

    def begin_windows(self, missing: Callable[[], Iterable[Ends]]) -> None:
        """Take note of a list that is read in windows; `missing` gives what of it is not read, whenever it is asked."""

    def end_window(self) -> None:
        """Take note of a window whose rows are all there."""


NO_TRACE = Trace()


class FullTrace(Trace):
    """Keeps what happens; a request takes sixteen bytes.

    `requests` are the seconds at which each was sent, by the `clock`, `failures` those at which one was sent again,
    `latencies` are in seconds. `retries` has for each reason how often, and how long the tap waited for it.

    Args:
        clock: Tells seconds.
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
        """The windows that were not read to their end, those that touch as one."""
        return [ends for missing in self._missing for ends in missing()]

    @property
    def waited(self) -> float:
        """The seconds that were waited for retries, all requests together."""
        return sum(waited for _, waited in self.retries.values())
