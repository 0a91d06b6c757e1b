"""All contestants read the same rows, in turn, round after round."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.measure import RunFailed, measure, set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.contestants import Contestant
    from benchmarks.measure import Run
    from benchmarks.plan import Case
    from tap_analytics.sandbox import Sandbox


@dataclass
class Entry:
    """A contestant in one race: its runs, or what went wrong."""

    contestant: Contestant
    runs: list[Run] = field(default_factory=list)
    problem: str | None = None

    @property
    def rate(self) -> float:
        """Records per second of sync time, the median of its runs."""
        return self.median("rate")

    def median(self, figure: str) -> float:
        """Return the median of a figure of its runs."""
        figures: list[float] = [getattr(run, figure) for run in self.runs]
        return median(figures)


@dataclass
class Race:
    """One case, with the entry of each contestant."""

    case: Case
    entries: list[Entry]

    @property
    def finished(self) -> list[Entry]:
        """The entries with all rows in each run, the fastest first."""
        return sorted((entry for entry in self.entries if not entry.problem), key=lambda entry: -entry.rate)

    @property
    def failed(self) -> list[Entry]:
        """The entries without all rows in some run."""
        return [entry for entry in self.entries if entry.problem]

    def finisher(self, name: str) -> Entry | None:
        """Return the entry of this contestant; None if it did not take part or did not finish."""
        return next((entry for entry in self.finished if entry.contestant.name == name), None)

    def ratio(self, entry: Entry, to: str) -> float | None:
        """Return how many times as fast it is as another; None if that one did not finish."""
        other = self.finisher(to)
        return entry.rate / other.rate if other else None


def race(case: Case, contestants: Sequence[Contestant], api: Sandbox, tell: Callable[[str], None]) -> Race:
    """Return the race; a contestant that fails once takes no further part."""
    set_up(api, case)
    entries = [Entry(each) for each in contestants if case.peer_rounds or not each.is_peer]
    for number in range(max(case.rounds, case.peer_rounds)):
        for entry in entries:
            rounds = case.peer_rounds if entry.contestant.is_peer else case.rounds
            if number < rounds and not entry.problem:
                _run(entry, case, api)
                tell(f"  round {number + 1}  {entry.contestant.title:32}  {_outcome(entry)}")
    return Race(case, entries)


def _run(entry: Entry, case: Case, api: Sandbox) -> None:
    try:
        entry.runs.append(measure(entry.contestant, case, api))
    except RunFailed as reason:
        entry.problem = str(reason)


def _outcome(entry: Entry) -> str:
    return entry.problem or f"{entry.runs[-1].rate:>10,.0f} rows/s  {entry.runs[-1].process:6.2f} s in all"
