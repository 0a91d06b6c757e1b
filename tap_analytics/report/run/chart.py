"""Requests over time, as bars of an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# The number of bars in a chart: as many as can be told apart on a phone.
BARS = 60


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: the requests of a piece of time, and the retries among them."""

    requests: int
    retries: int


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Requests over time: bars of equal length of time, from the begin of a run to its end, in seconds."""

    bars: Sequence[Bar]
    seconds: float

    @classmethod
    def of(cls, requests: Sequence[float], retries: Sequence[float], *, began: float, ended: float) -> Chart:
        """Return the chart of requests and retries, which happened at these seconds."""
        seconds = max(ended - began, 0.001)
        counts = [_counts(moments, began, seconds) for moments in (requests, retries)]
        bars = [Bar(requests=asked, retries=again) for asked, again in zip(*counts, strict=True)]
        return cls(bars=bars, seconds=seconds)

    @property
    def most(self) -> int:
        """The height of the highest bar, 1 at least."""
        return max(1, *(max(bar.requests, bar.retries) for bar in self.bars))

    @property
    def seconds_of_bar(self) -> float:
        """The time that a bar stands for."""
        return self.seconds / BARS


def _counts(moments: Sequence[float], began: float, seconds: float) -> list[int]:
    counts = [0] * BARS
    for moment in moments:
        counts[min(max(int((moment - began) / seconds * BARS), 0), BARS - 1)] += 1
    return counts
