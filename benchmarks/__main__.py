"""`python -m benchmarks`: read the same rows in every way, write a table and a picture."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import children, machine, numbered, picture, report, scale, spark, windows
from benchmarks.contestants import CONTESTANTS, OURS_AHEAD, PLAIN, Contestant
from benchmarks.environments import Environment, EnvironmentUnavailable
from benchmarks.plan import FULL, SMALL, Plan
from benchmarks.race import Entry, Race, race
from benchmarks.startup import time_startup
from tap_analytics.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.plan import Case

HERE = Path(__file__).parent
# Runs in the environment of the tap, which has another library for JSON.
PLAIN_AT_HAND = replace(
    PLAIN, title="plain loop (requests, msgspec)", packages=("requests", "msgspec"), requirements=None
)


@dataclass(frozen=True)
class Benchmarks:
    """Measures what the plan says.

    Args:
        plan: What is measured.
        contestants: Who takes part.
        unavailable: Those of them whose environment cannot be made, by name, and why.
    """

    plan: Plan
    contestants: Sequence[Contestant]
    unavailable: dict[str, str]

    def run(self) -> report.Results:
        """Return everything that was found."""
        results = report.Results(
            date=datetime.now(UTC).date().isoformat(), machine=machine.describe(), versions=self._versions()
        )
        with Sandbox() as api:
            results.races = [self._race(case, self.contestants, api) for case in self.plan.cases]
            if OURS_AHEAD in self.contestants:
                results.memory = [self._race(case, [OURS_AHEAD], api) for case in self.plan.memory_cases]
                results.shapes = [self._race(case, self._cheap, api) for case in self.plan.shape_cases]
                results.costs = [self._race(case, self._cheap, api) for case in self.plan.cost_cases]
                say("Startup")
                results.startup = time_startup(self.plan.startups)
        return results

    @property
    def _cheap(self) -> list[Contestant]:
        return [each for each in self.contestants if not each.is_peer]

    def _race(self, case: Case, contestants: Sequence[Contestant], api: Sandbox) -> Race:
        say(f"{case.title}, {case.rows:,} rows")
        found = race(case, [each for each in contestants if each.name not in self.unavailable], api, say)
        missing = [
            Entry(each, problem=self.unavailable[each.name]) for each in contestants if each.name in self.unavailable
        ]
        return Race(case, found.entries + missing)

    def _versions(self) -> dict[str, str]:
        """Return the version of every distribution that is named, as text, by the environment it is in."""
        packages: dict[str | None, tuple[str, ...]] = {}
        for each in self.contestants:
            if each.name not in self.unavailable:
                packages[each.requirements] = (*packages.get(each.requirements, ()), *each.packages)
        return {name or "tap-analytics": Environment(name).versions(*found) for name, found in packages.items()}


def prepare(contestants: Sequence[Contestant]) -> dict[str, str]:
    """Make every environment that is needed; return by name why some of them cannot be made."""
    unavailable = {}
    for contestant in contestants:
        if contestant.requirements:
            say(f"Environment of {contestant.title}")
        try:
            Environment(contestant.requirements).make()
        except EnvironmentUnavailable as reason:
            unavailable[contestant.name] = f"its environment cannot be made: {reason}"
            say(f"  {reason}")
    return unavailable


def say(text: str) -> None:
    """Print at once: a pipe would keep it until the end."""
    print(text, flush=True)  # noqa: T201 - whoever waits wants to know for what


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks and return the exit code: 1 if the tap itself or the plain loop fails."""
    options = _options(arguments)
    if options.part:
        return PARTS[options.part](options.small) or 0
    contestants = _contestants(options)
    plan = SMALL if options.small else FULL
    plan = plan.scale(options.rows) if options.rows else plan
    results = Benchmarks(plan, contestants, prepare(contestants)).run()
    options.out.mkdir(parents=True, exist_ok=True)
    for name, text in {
        "results.md": report.render(results),
        "results.svg": picture.draw(results.races, f"{results.machine}, {results.date}"),
    }.items():
        (options.out / name).write_text(text, encoding="utf-8")
        say(f"Written: {options.out / name}")
    races = results.races + results.memory + results.shapes + results.costs
    return int(any(not entry.contestant.is_peer for race in races for entry in race.failed))


def _pipeline(is_small: bool) -> int:  # noqa: FBT001 - as in all parts
    from benchmarks import pipeline  # noqa: PLC0415 - the environment of Spark has no PostgreSQL

    return pipeline.main(say, is_small=is_small)


# Each of these parts takes whether it is small, and returns the exit code, if it has one.
PARTS: dict[str, Callable[[bool], int | None]] = {
    "children": lambda is_small: children.run(children.SMALL if is_small else children.FULL, say),
    "numbered": lambda is_small: numbered.run(numbered.SMALL if is_small else numbered.LISTS, say),
    "pipeline": _pipeline,
    "scale": lambda _: scale.run(say),
    "spark": lambda is_small: spark.main(spark.SMALL if is_small else spark.FULL, say),
    "windows": lambda is_small: windows.run(windows.SMALL if is_small else windows.FULL, say),
}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The tap beside its peers.")
    names = [contestant.name for contestant in CONTESTANTS]
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part alone, which is written nowhere")
    parser.add_argument("--small", action="store_true", help="few rows, neither peers nor network: does it work?")
    parser.add_argument("--only", nargs="+", choices=names, metavar="NAME", help=f"of: {', '.join(names)}")
    parser.add_argument("--rows", type=_natural, help="rows to read without latency; all other numbers follow")
    parser.add_argument("--out", type=Path, default=HERE, help="folder for results.md and results.svg (%(default)s)")
    return parser.parse_args(arguments)


def _natural(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        message = f"{text!r} is not a whole number of 1 or more"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def _contestants(options: argparse.Namespace) -> list[Contestant]:
    names = options.only or [each.name for each in CONTESTANTS if not options.small or not each.is_peer]
    chosen = [each for each in CONTESTANTS if each.name in names]
    return [PLAIN_AT_HAND if each is PLAIN and options.small else each for each in chosen]


if __name__ == "__main__":
    raise SystemExit(main())
