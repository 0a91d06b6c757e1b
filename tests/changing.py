"""A list of an API that changes while it is read, and the rows that a reader got of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import strategies as st

from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable

    from singer_sdk.exceptions import FatalAPIError

    from tap_analytics.pagination.page import Row

ORDERS = ["id up", "id down", "updated_at up", "updated_at down"]


class ChangingList:
    """Rows, numbered from 1 on, in an order: by `id` or by `updated_at`, up or down.

    Any request but the first may find them changed. `asked` is what was asked for so far.
    """

    def __init__(self, size: int, *, order: str) -> None:
        self._sort, direction = order.split()
        self._is_down = direction == "down"
        self._clock = self._newest = 0
        self._rows: dict[int, Row] = {}
        self._changes: defaultdict[int, list[Callable[[], None]]] = defaultdict(list)
        self.asked: list[int] = []
        self.insert(size)

    @property
    def ids(self) -> list[int]:
        """The rows as they stand now, in the order of the list."""
        return [row["id"] for row in self._in_order()]

    def __len__(self) -> int:
        return len(self._rows)

    def insert(self, count: int) -> None:
        for _ in range(count):
            self._newest += 1
            self.update(self._newest)

    def update(self, *ids: int) -> None:
        for id_ in ids:
            self._clock += 1
            self._rows[id_] = {"id": id_, "updated_at": self._clock}

    def delete(self, *ids: int) -> None:
        for id_ in ids:
            del self._rows[id_]

    def before(self, request: int, change: Callable[..., None], *arguments: int) -> None:
        """Change the list when so many requests have come, this one included."""
        self._changes[request].append(partial(change, *arguments))

    def answer(self, place: int, offset: int, limit: int) -> list[Row]:
        """Return the rows of a page, asked for by its offset or number, after the changes that come before it."""
        self.asked.append(place)
        assert len(self.asked) < 5_000, "the list is asked for without end"
        for change in self._changes[len(self.asked)]:
            change()
        return [dict(row) for row in self._in_order()[offset : offset + limit]]

    def _in_order(self) -> list[Row]:
        return sorted(self._rows.values(), key=itemgetter(self._sort), reverse=self._is_down)


class Change(NamedTuple):
    """What becomes of a list, again and again, each time so many requests after the change before it."""

    wait: int
    kind: str
    place: int
    times: int

    def make(self, api: ChangingList) -> None:
        ids = api.ids
        if self.kind == "insert":
            api.insert(1)
        elif ids:
            change = {"update": api.update, "delete": api.delete}[self.kind]
            change(ids[self.place % len(ids)])


changes = st.builds(
    Change,
    wait=st.integers(0, 3),
    kind=st.sampled_from(["insert", "delete", "update"]),
    place=st.integers(0, 200),
    times=st.integers(1, 8),
)


@dataclass
class Reading:
    """What came of reading a list."""

    rows: list[Row] = field(default_factory=list)
    progress: ListStats = field(default_factory=ListStats)
    error: FatalAPIError | None = None

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.rows]

    def repetitions(self, within: int) -> list[Row]:
        """Return the rows that came again as they were, within so many rows."""
        last: dict[int, tuple[int, Row]] = {}
        repeated = []
        for place, row in enumerate(self.rows):
            before, same = last.get(row["id"], (-within - 1, None))
            if row == same and place - before <= within:
                repeated.append(row)
            last[row["id"]] = place, row
        return repeated

    def stale(self) -> list[Row]:
        """Return the rows that came when a newer version of theirs had come already."""
        newest: dict[int, int] = {}
        outdated = []
        for row in self.rows:
            if row["updated_at"] < newest.get(row["id"], 0):
                outdated.append(row)
            newest[row["id"]] = row["updated_at"]
        return outdated
