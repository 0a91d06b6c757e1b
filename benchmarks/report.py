"""The results as Markdown."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from benchmarks.race import Entry, Race
    from benchmarks.startup import Startup

HOW = """\
Every contestant reads the same rows of `contacts` from the same sandbox (one process, on this machine), in turn, round
after round, each in a process and an environment of its own; its output goes to a file. A run counts only if every row
arrived. Figures are medians of the runs.

- **Sync**: from the first request for contacts that reaches the sandbox to the last byte of output; neither the start
  nor the end of the process is in it. The file system dates that byte, to about 4 ms.
- **Rows/s**: rows by the time of the sync.
- **Against plain**, **against SDK**: its rows/s by those of the plain loop, and of the tap on the stock SDK.
- **Process**: from the start of the process to its end.
- **Peak**: most resident memory, as the kernel counts it.
- **Requests**: that reached the sandbox.

What they do differs. The plain loop checks nothing, keeps no state and retries nothing. dlt is told where the total is,
and is measured up to the end of its extract step, which writes the records to uncompressed files as they came. Airbyte
checks no types either. `tap-rest-api-msdk` infers a schema from one request more and flattens the records. The tap on
the stock SDK has the schema and the replication key of `tap-analytics`.
"""
TITLES = ("", "Rows/s", "Against plain", "Against SDK", "Sync", "Process", "Peak", "Requests", "Runs")


@dataclass(kw_only=True)
class Results:
    """All that one run of the benchmarks found."""

    date: str
    machine: str
    versions: Mapping[str, str]
    races: list[Race] = field(default_factory=list)
    memory: list[Race] = field(default_factory=list)
    shapes: list[Race] = field(default_factory=list)
    costs: list[Race] = field(default_factory=list)
    startup: Startup | None = None


def render(results: Results) -> str:
    """Return the page."""
    versions = [f"- {environment}: {packages}" for environment, packages in results.versions.items()]
    parts = [
        "# Benchmarks",
        f"Made by `make bench`, {results.date}, on: {results.machine}.",
        HOW.strip(),
        "Versions, by environment:",
        "\n".join(versions),
        *(_race(each) for each in results.races),
        *_memory(results.memory),
        *_shapes(results.shapes),
        *_costs(results.costs),
        *_startup(results.startup),
    ]
    return "\n\n".join(parts) + "\n"


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown: the first column to the left, figures to the right."""
    lines = [titles, ["---", *("---:" for _ in titles[1:])], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _race(race: Race) -> str:
    case = race.case
    return (
        f"## {case.title}\n\n{case.rows:,} rows.\n\n"
        f"{table(TITLES, [_row(race, entry) for entry in race.finished])}{_ahead(race)}{_problems(race)}"
    )


def _row(race: Race, entry: Entry) -> list[str]:
    return [
        entry.contestant.title,
        f"{entry.rate:,.0f}",
        _times(race.ratio(entry, "plain")),
        _times(race.ratio(entry, "sdk")),
        f"{entry.median('sync'):.2f} s",
        f"{entry.median('process'):.2f} s",
        f"{entry.median('peak'):.0f} MB",
        f"{entry.median('requests'):,.0f}",
        str(len(entry.runs)),
    ]


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}"


def _ahead(race: Race) -> str:
    ahead = race.finisher("ours-8")
    ratio = race.ratio(ahead, "ours-1") if ahead else None
    return "" if ratio is None else f"\n\n`concurrency` 8 against 1: {ratio:.2f}."


def _problems(race: Race) -> str:
    return "".join(f"\n\n{entry.contestant.title} did not run: {entry.problem}" for entry in race.failed)


def _memory(races: Sequence[Race]) -> list[str]:
    if not races:
        return []
    rows = [
        [
            f"{race.case.rows:,}",
            f"{entry.median('peak'):.1f} MB",
            f"{entry.median('requests'):,.0f}",
            f"{-(-race.case.rows // race.case.page_size):,}",
            f"{entry.median('process'):.2f} s",
        ]
        for race in races
        for entry in race.finished
    ]
    titles = ("Rows", "Peak", "Requests", "Full pages", "Process")
    peaks = [entry.median("peak") for race in races for entry in race.finished]
    growth = [f"From the least to the most rows: {peaks[-1] - peaks[0]:+.1f} MB."] if len(peaks) > 1 else []
    who = f"{races[0].entries[0].contestant.title}, {races[0].case.page_size} rows a page."
    return [
        "## Memory and requests against rows",
        who,
        table(titles, rows),
        *growth,
        *filter(None, map(_problems, races)),
    ]


def _shapes(races: Sequence[Race]) -> list[str]:
    if not races:
        return []
    titles = ["Rows", "Number", "Rows a page", *(entry.contestant.title for entry in races[0].entries)]
    rows = [
        [
            race.case.shape.title,
            f"{race.case.rows:,}",
            f"{race.case.page_size:,}",
            *(_against_plain(race, entry) for entry in race.entries),
        ]
        for race in races
        if race.case.shape
    ]
    told = "Rows a second, and how many times those of the plain loop they are."
    return ["## Rows of other shapes", told, table(titles, rows), *filter(None, map(_problems, races))]


def _against_plain(race: Race, entry: Entry) -> str:
    return "failed" if entry.problem else f"{entry.rate:,.0f} ({_times(race.ratio(entry, 'plain'))})"


def _costs(races: Sequence[Race]) -> list[str]:
    if not races:
        return []
    titles = ["Rows a page", *(entry.contestant.title for entry in races[0].entries)]
    rows = [[f"{race.case.page_size:,}", *(_cost(entry) for entry in race.entries)] for race in races]
    return ["## Cost of a row against the size of a page", f"{races[0].case.rows:,} rows.", table(titles, rows)]


def _cost(entry: Entry) -> str:
    return "failed" if entry.problem else f"{1e6 / entry.rate:.1f} µs"


def _startup(startup: Startup | None) -> list[str]:
    if startup is None:
        return []
    rows = [
        ["`python -m tap_analytics --version`", f"{startup.version * 1000:.0f} ms", f"{startup.ratio:.2f}"],
        ['`python -c "import singer_sdk"`', f"{startup.sdk * 1000:.0f} ms", "1.00"],
    ]
    return ["## Startup", table(("", "Wall time", "Against the import"), rows)]
