"""How long it takes to read 100 million rows, what is asked for, and how far offsets go: a simulation.

The API is a model: each answer takes a while, more for each row that it passes over, and so many requests a second are
answered. What plans the windows is the code of the tap.
"""

from __future__ import annotations

import heapq
import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from math import ceil
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar

from tap_analytics.reading.windows import ListInWindows, WindowRules
from tap_analytics.state.durations import Duration
from tap_analytics.state.windows import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BEGAN, ENDED = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
READERS = (1, 2, 4, 8, 16, 32, 64)
HOUR = 3600


@dataclass(frozen=True, kw_only=True)
class Api:
    """The model of an API and of its list, whose rows lean towards the end of the time.

    Args:
        rows: Rows of the list.
        page: Rows on a page.
        latency: Seconds that an answer takes.
        per_skipped_row: Seconds more for each row that an offset passes over.
        limit: Requests that are answered in a second.
        skew: The power of the share of time that is the share of rows up to then.
    """

    rows: int = 100_000_000
    page: int = 100
    latency: float = 0.05
    per_skipped_row: float = 1e-6
    limit: float = 100
    skew: int = 5

    def count(self, interval: Interval) -> int:
        """Return how many rows are from one time to another."""
        start, end = (
            self._rows_before(bound or open_end) for bound, open_end in zip(interval, (BEGAN, ENDED), strict=True)
        )
        return end - start

    def _rows_before(self, moment: Any) -> int:  # noqa: ANN401 - a bound
        share = min(max((moment - BEGAN) / (ENDED - BEGAN), 0.0), 1.0)
        return int(self.rows * float(share**self.skew))

    def pages(self, rows: int, *, is_chained: bool) -> int:
        """Return how many requests read so many rows; pages that share a row bring one less each."""
        return max(1, ceil((rows - 1) / (self.page - 1)) if is_chained else ceil(rows / self.page))

    def work(self, rows: int, *, is_chained: bool) -> float:
        """Return for how many seconds the API works to give so many rows by offset, one page after another."""
        pages = self.pages(rows, is_chained=is_chained)
        return pages * self.latency + self.passed_over(rows) * self.per_skipped_row

    def passed_over(self, rows: int) -> int:
        """Return how many rows the API passes over to give so many by offset, all pages together."""
        pages = self.pages(rows, is_chained=True)
        return (self.page - 1) * pages * (pages - 1) // 2


@dataclass
class ModelReading:
    """The part of a reading that the planner needs: the first page, which says how many rows there are."""

    api: Api
    interval: Interval
    asked: list[Interval]
    full_page: int = 0
    is_closed: bool = False
    paginator: ClassVar[Any] = SimpleNamespace(most_rows=lambda _: None)
    connection: ClassVar[Any] = SimpleNamespace(width=1)
    rows: ClassVar[Any] = SimpleNamespace(
        cursor="changed",
        codec=SimpleNamespace(get=lambda _: lambda row: row),
        bounds=SimpleNamespace(place=lambda value: value, first=None, layout=None),
    )

    @cached_property
    def _first(self) -> Any:  # noqa: ANN401 - a page as the planner sees it
        self.asked.append(self.interval)
        count = self.api.count(self.interval)
        # The planner looks at how many rows there are, and whether those of the page are in their window: one tells.
        return SimpleNamespace(rows=[self.interval.start] * min(count, 1), count=count)

    def first_page(self) -> Any:  # noqa: ANN401 - likewise
        """Return the first page."""
        return self._first


def windows(api: Api, rules: WindowRules) -> tuple[list[int], int]:
    """Return how many rows each planned window has, and how many requests the plan takes."""
    asked: list[Interval] = []
    planner = ListInWindows(
        name="model",
        interval=Interval(BEGAN, ENDED),
        open_reading=lambda interval: ModelReading(api, interval, asked),  # type: ignore[arg-type, return-value]
        rules=rules,
        logger=logging.getLogger("benchmarks"),
    )
    return [api.count(interval) for interval, _ in planner.windows()], len(asked)


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to read the list.

    `chains` are the seconds that the API works for each piece that is read at a stretch; `requests` are all, `planned`
    those of the plan among them.
    """

    title: str
    chains: Sequence[float]
    requests: int
    planned: int = 0
    largest_offset: int | None = None
    passed_over: int = 0

    def hours(self, readers: int, api: Api) -> float:
        """Return how long so many readers take, each of which takes the next chain when it is done with one."""
        free = [0.0] * readers
        for chain in self.chains:
            heapq.heapreplace(free, free[0] + chain)
        planning = self.planned * max(api.latency / PLANNERS, 1 / api.limit)
        return (planning + max(*free, (self.requests - self.planned) / api.limit)) / HOUR


# Requests of a plan that are on their way at once: the `concurrency` of the tap unless it is set.
PLANNERS = 4


def ways(api: Api) -> list[Way]:
    """Return the ways to read the list."""
    pages, cursors = api.pages(api.rows, is_chained=True), api.pages(api.rows, is_chained=False)
    parted, planned = windows(api, WindowRules(until=ENDED, is_divisible=True))
    days, _ = windows(api, WindowRules(until=ENDED, step=Duration(days=1)))
    offsets = [api.pages(rows, is_chained=True) for rows in parted]
    return [
        Way(
            title="one list, by offset; pages are asked for side by side",
            # A page is a chain of its own: a thousandth of them is as even.
            chains=[api.work(api.rows, is_chained=True) / 1024] * 1024,
            requests=pages,
            largest_offset=(pages - 1) * (api.page - 1),
            passed_over=api.passed_over(api.rows),
        ),
        Way(
            title=f"{len(parted):,} windows of at most 10,000 rows, by offset",
            chains=[api.work(rows, is_chained=True) for rows in parted],
            requests=sum(offsets) + planned,
            planned=planned,
            largest_offset=(max(offsets) - 1) * (api.page - 1),
            passed_over=sum(map(api.passed_over, parted)),
        ),
        Way(title="one list, by cursor", chains=[cursors * api.latency], requests=cursors),
        Way(
            title=f"{len(days):,} windows of a day (`step`), by cursor",
            chains=[api.pages(rows, is_chained=False) * api.latency for rows in days],
            requests=sum(api.pages(rows, is_chained=False) for rows in days),
        ),
    ]


def table(api: Api) -> str:
    """Return a table of all ways: hours for each number of readers, requests and offsets."""
    titles = ["way", "requests", "largest offset", "rows passed over", *(f"{each}" for each in READERS)]
    rows = [
        [
            way.title,
            f"{way.requests:,}",
            "none" if way.largest_offset is None else f"{way.largest_offset:,}",
            f"{way.passed_over:,.0f}",
            *(_hours(way.hours(readers, api)) for readers in READERS),
        ]
        for way in ways(api)
    ]
    return _markdown(titles, rows, figures=len(titles) - 1)


# Rows that one process reads and writes in a second, and requests that it has on their way at once, at most.
RATE, WIDTH = 60_000, 32
CLUSTER = 16
CASES = (
    (1_000_000, 100, 10),
    (10_000_000, 100, 100),
    (100_000_000, 100, 100),
    (100_000_000, 1_000, 100),
    (1_000_000_000, 1_000, 100),
    (1_000_000_000, 10_000, 100),
)


def needs() -> str:
    """Return a table of how long one machine takes for some lists, and how long a cluster of 16."""
    titles = [
        "rows",
        "rows on a page",
        "limit, requests/s",
        "requests",
        "hours on one machine",
        f"on {CLUSTER}",
        "bound by",
    ]
    rows = []
    for count, page, limit in CASES:
        api = Api(rows=count, page=page, limit=limit)
        requests = api.pages(count, is_chained=True)
        bounds = {
            "the limit": requests / limit,
            "latency": requests * api.latency / WIDTH,
            "one process": count / RATE,
        }
        several = max(bounds["the limit"], *(bounds[name] / CLUSTER for name in ("latency", "one process")))
        alone = max(bounds.values())
        bound = next(name for name, seconds in bounds.items() if seconds == alone)
        figures = [f"{count:,}", f"{page:,}", f"{limit:,}", f"{requests:,}"]
        rows.append([*figures, _hours(alone / HOUR), _hours(several / HOUR), bound])
    return _markdown(titles, rows, figures=6, first=0)


def _hours(hours: float) -> str:
    return f"{hours:,.0f}" if hours >= 100 else f"{hours:.1f}" if hours >= 1 else f"{hours:.2f}"  # noqa: PLR2004


def _markdown(titles: Sequence[str], rows: Sequence[Sequence[str]], *, figures: int, first: int = 1) -> str:
    rules = ["---:" if first <= number < first + figures else "---" for number in range(len(titles))]
    return "\n".join(f"| {' | '.join(row)} |" for row in [titles, rules, *rows])


def run(say: Callable[[str], None]) -> None:
    """Print both tables."""
    say(f"{needs()}\n")
    say(table(Api()))
