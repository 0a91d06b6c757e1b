"""Section: one stream in the report of a run, with its figures and the figures of its requests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_analytics.report.stats import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.report.run.chart import Chart
    from tap_analytics.report.stats import StreamStats
    from tap_analytics.report.trace import FullTrace

# The result of a stream whose reading was stopped from outside.
INTERRUPTED = "interrupted"

# The longest time that is shown is that of this part of all responses; one in a hundred took longer.
_NEARLY_ALL = 0.99


@dataclass(frozen=True, kw_only=True)
class Section:
    """One stream in the report; `remarks` are its warnings in the log that no figure says."""

    stats: StreamStats
    trace: FullTrace
    chart: Chart
    remarks: Sequence[str] = ()

    @property
    def result(self) -> str:
        """The result of the stream, in a word."""
        return self.stats.result or INTERRUPTED

    @property
    def failure(self) -> str:
        """Why the stream failed, and what to do, without its name."""
        return self.stats.failure.removeprefix(self.stats.stream).lstrip(":, ")

    @property
    def is_sound(self) -> bool:
        """Whether the stream was read to its end."""
        return self.stats.result == SUCCESS

    @property
    def median(self) -> float | None:
        """The seconds until half of the responses were there."""
        return percentile(self.trace.latencies, 0.5)

    @property
    def longest(self) -> float | None:
        """The seconds until 99 of 100 responses were there."""
        return percentile(self.trace.latencies, _NEARLY_ALL)

    @property
    def has_moved(self) -> bool:
        """Whether the bookmark has changed."""
        return self.stats.after is not None and self.stats.after != self.stats.before


def percentile(values: Sequence[float], part: float) -> float | None:
    """Return the value that this part of all values does not exceed; None without values."""
    return sorted(values)[max(math.ceil(part * len(values)) - 1, 0)] if values else None
