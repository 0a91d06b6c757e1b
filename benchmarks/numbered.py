"""What is lost of a list of numbered pages that changes while it is read, and what it costs to lose less: a simulation.

Between two requests a row is removed, and another one inserted, each with some chance and anywhere in the list. Rows
that are there from the first request to the last have to be given.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from tap_analytics.pagination.numbered.numbered_verified import VerifiedNumberedPages
from tap_analytics.pagination.page import Page
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import PageNumber

PAGES, SIZE = 40, 10
RATES = (0.0, 0.002, 0.02, 0.1)
LISTS, SMALL = 5_000, 20

# How often a list is read on after its looks found changes.
_MOST_ROUNDS = 10


@dataclass
class Api:
    """A list of rows, each a number, that changes at some rate; `seed` says how."""

    rate: float
    seed: int
    requests: int = 0
    rows: list[int] = field(default_factory=lambda: list(range(PAGES * SIZE)))

    def __post_init__(self) -> None:
        self.stayed = set(self.rows)
        self._next = len(self.rows)
        self._chance = random.Random(self.seed)  # noqa: S311 - each run is the same

    def page(self, number: int) -> Sequence[int]:
        """Return a page; before each but the first the list may change."""
        self.requests += 1
        if self.requests > 1:
            self._change()
        return self.rows[number * SIZE : (number + 1) * SIZE]

    def _change(self) -> None:
        if self._chance.random() < self.rate:
            self.stayed.discard(self.rows.pop(self._chance.randrange(len(self.rows))))
        if self._chance.random() < self.rate:
            self.rows.insert(self._chance.randrange(len(self.rows) + 1), self._next)
            self._next += 1


def once(api: Api) -> set[int]:
    """Read each page once."""
    return LooksAgain(api, looks=0).read()


def with_looks(looks: int) -> Callable[[Api], set[int]]:
    """Return a reader that reads each page once, and looks at so many of them again at the end."""
    return lambda api: LooksAgain(api, looks=looks).read()


def twice(api: Api) -> set[int]:
    """Read as the tap does: each page before and after the next one."""

    def fetch(page: PageNumber) -> Page:
        return Page(offset=page.number, rows=[{"id": row} for row in api.page(page.number)])

    pages = VerifiedNumberedPages(fetch, key=itemgetter("id"), stats=ListStats())
    return {row["id"] for rows in pages for row in rows}


class LooksAgain:
    """Reads each page once and remembers its first and its last row; at the end it looks at some pages again.

    If one of them has changed, it finds the first changed one by halves, and reads on from the page before that.
    """

    def __init__(self, api: Api, *, looks: int) -> None:
        self._api, self._looks = api, looks
        self._given: set[int] = set()
        self._borders: list[tuple[int, int]] = []

    def read(self) -> set[int]:
        """Return the rows that were given."""
        self._read_from(0)
        for _ in range(_MOST_ROUNDS):
            if (changed := self._first_change()) is None:
                break
            self._read_from(changed)
        return self._given

    def _read_from(self, number: int) -> None:
        del self._borders[number:]
        while rows := self._ask(number):
            self._borders.append((rows[0], rows[-1]))
            number += 1

    def _first_change(self) -> int | None:
        """Return the page from which on to read again; None if no look shows a change."""
        last = len(self._borders) - 1
        places = [round(last * look / max(1, self._looks - 1)) for look in range(self._looks)]
        changed = next((place for place in places if not self._is_same(place)), None)
        if changed is None:
            return None
        same = max((place for place in places if place < changed), default=-1)
        while changed - same > 1:
            middle = (same + changed) // 2
            same, changed = (middle, changed) if self._is_same(middle) else (same, middle)
        return max(0, changed - 1)

    def _is_same(self, number: int) -> bool:
        rows = self._ask(number)
        return bool(rows) and (rows[0], rows[-1]) == self._borders[number]

    def _ask(self, number: int) -> Sequence[int]:
        rows = self._api.page(number)
        self._given.update(rows)
        return rows


WAYS: dict[str, Callable[[Api], set[int]]] = {
    "each page once": once,
    "once, then 3 looks": with_looks(3),
    "once, then 9 looks": with_looks(9),
    "each page twice, as the tap does": twice,
}


def run(lists: int, say: Callable[[str], None]) -> None:
    """Say for each way and rate which share of the rows that stayed was lost, and how many requests a page took."""
    say(
        f"{lists:,} lists of {PAGES} pages with {SIZE} rows; lost of a million rows that stayed, requests for each page"
    )
    say(" | ".join(["way", *(f"{rate:.1%} a request" for rate in RATES)]))
    for title, way in WAYS.items():
        say(" | ".join([title, *(_figures(way, rate, lists) for rate in RATES)]))


def _figures(way: Callable[[Api], set[int]], rate: float, lists: int) -> str:
    lost = stayed = requests = 0
    for seed in range(lists):
        api = Api(rate, seed)
        given = way(api)
        lost += len(api.stayed - given)
        stayed += len(api.stayed)
        requests += api.requests
    return f"{lost / stayed * 1e6:,.0f}, {requests / lists / PAGES:.2f}"
