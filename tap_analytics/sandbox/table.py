"""The rows of one resource: read by the API, changed by whoever tests against it."""

from __future__ import annotations

from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.sandbox.instants import LAST, SECOND, now, timestamp
from tap_analytics.sandbox.slots import Slots
from tap_analytics.sandbox.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from tap_analytics.sandbox.rows import Rows

VIEWS = 8

SORTS = ("id", "-id", "updated_at", "-updated_at")


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows are asked for, in what order; `since` (inclusive) and `before` (exclusive) bound `updated_at`."""

    sort: str | None = None
    since: int | None = None
    before: int | None = None

    @property
    def filters(self) -> bool:
        """Whether some rows may be left out."""
        return (self.since, self.before) != (None, None)


class Table:
    """The rows of one resource, in the order they are served in: by id, or as they were loaded."""

    def __init__(self, rows: Rows, count: int) -> None:
        self._rows = rows
        self._lock = RLock()
        self._slots = Slots(rows, count)
        self._timeline: Timeline | None = None
        self._views: dict[Query, list[int]] = {}
        self._clock = LAST
        self.changed = False

    def __len__(self) -> int:
        return len(self._slots.order)

    def ids(self) -> list[Any]:
        """Return the id of every row, in the order served."""
        with self._lock:
            return [self._slots.key(slot) for slot in self._slots.order]

    def rows(self) -> list[Any]:
        """Return every row as served."""
        with self._lock:
            return [msgspec.json.decode(self._slots.encode(slot)) for slot in self._slots.order]

    def sample(self, random: Random, count: int) -> list[Any]:
        """Return the ids of so many random rows, or of all where there are fewer."""
        with self._lock:
            return [self._slots.key(slot) for slot in random.sample(self._slots.order, min(count, len(self)))]

    def row(self, key: object) -> dict[str, Any]:
        """Return the row with this id as served.

        Raises:
            KeyError: There is none.
        """
        with self._lock:
            found: dict[str, Any] = msgspec.json.decode(self._slots.encode(self._slots.find(key)))
            return found

    def page(self, query: Query, offset: int, limit: int) -> tuple[list[bytes], int]:
        """Return the encoded rows of a page, and how many rows match in all."""
        with self._lock:
            view = self._view(query)
            return [self._slots.encode(slot) for slot in view[offset : offset + limit]], len(view)

    def insert(self, **fields: object) -> Any:  # noqa: ANN401 - an id may be anything
        """Add a row, like the generated ones but for these fields, and return its id."""
        with self._lock:
            key = fields.get(self._rows.key, self._slots.next_key())
            slot = self._slots.free(key)
            row = self._date(msgspec.json.decode(self._rows.encode(slot)))
            if self._rows.key in row:
                row[self._rows.key] = key
            self._slots.add(slot)
            self._keep(slot, row | fields)
            return key

    def update(self, key: object, **fields: object) -> None:
        """Change fields of a row; its `updated_at` becomes what is given, or else later than any change so far."""
        with self._lock:
            slot = self._slots.find(key)
            row = self._date(msgspec.json.decode(self._slots.encode(slot)))
            self._forget(slot)
            self._slots.rename(key)
            self._keep(slot, row | fields)

    def delete(self, key: object) -> None:
        """Take a row away."""
        with self._lock:
            slot = self._slots.find(key)
            self._forget(slot)
            self._slots.remove(slot, key)

    def load(self, rows: Iterable[object]) -> None:
        """Replace all rows by these, served in this order and just as they are, even those that are no rows."""
        with self._lock:
            self._timeline, self._slots = None, Slots(self._rows, 0)
            self._views.clear()
            for slot, row in enumerate(rows, start=1):
                self._slots.add(slot)
                self._keep(slot, row)
            self.changed = True

    def _keep(self, slot: int, row: object) -> None:
        self._slots.keep(slot, row)
        if self._timeline is not None:
            self._timeline.add(self._slots.instant(slot), slot)
        self._views.clear()
        self.changed = True

    def _forget(self, slot: int) -> None:
        if self._timeline is not None:
            self._timeline.remove(self._slots.instant(slot), slot)
        self._views.clear()
        self.changed = True

    def _date(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return the row as one that is changed now, if it says when it was changed."""
        if not self._rows.is_dated or "updated_at" not in row:
            return row
        self._clock = max(self._clock, self._by_time().latest(before=now())) // SECOND * SECOND + SECOND
        return row | {"updated_at": timestamp(self._clock)}

    def _by_time(self) -> Timeline:
        if self._timeline is None:
            self._timeline = Timeline((self._slots.instant(slot), slot) for slot in self._slots.order)
        return self._timeline

    def _view(self, query: Query) -> list[int]:
        """Return the slots of the rows that match, in the order asked for; kept until the table changes."""
        view = self._views.get(query)
        if view is None:
            view = self._sort(query)
            while len(self._views) >= VIEWS:
                del self._views[next(iter(self._views))]
            self._views[query] = view
        return view

    def _sort(self, query: Query) -> list[int]:
        by_time = query.sort in {"updated_at", "-updated_at"}
        if query.filters:
            view = self._by_time().between(query.since, query.before)
        else:
            view = self._by_time().slots() if by_time else self._slots.order
        if query.sort in {"id", "-id"} and not self._slots.are_keys:
            view = sorted(view, key=lambda slot: _rank(self._slots.key(slot)))
        elif query.filters and not by_time:
            view.sort()
        return view[::-1] if query.sort and query.sort.startswith("-") else view


def _rank(key: object) -> tuple[int, int | str]:
    """Return a key that sorts numbers before texts, and texts before all else."""
    if isinstance(key, int):
        return 0, key
    return (1, key) if isinstance(key, str) else (2, 0)
