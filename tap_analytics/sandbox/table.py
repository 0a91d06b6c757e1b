"""The rows of one resource: read by the API, changed by whoever tests against it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.sandbox.instants import LAST, SECOND, instant, now, timestamp
from tap_analytics.sandbox.rows import Rows, encode
from tap_analytics.sandbox.timeline import MAX_SLOT, NEVER, Timeline

if TYPE_CHECKING:
    from random import Random

VIEWS = 8

SORTS = ("id", "-id", "updated_at", "-updated_at")


@dataclass(frozen=True, slots=True)
class Query:
    """Which rows, and in what order: `since` is inclusive, `before` is exclusive, both are instants of `updated_at`."""

    sort: str | None = None
    since: int | None = None
    before: int | None = None

    @property
    def filters(self) -> bool:
        """Whether some rows may be left out."""
        return (self.since, self.before) != (None, None)


class Table:
    """The rows of one resource, in the order they are served in: by id, or as they were loaded.

    A row lives in a numbered slot. Generated rows have their id for a slot and are made when they are served; rows that
    were loaded, inserted or updated are kept as bytes.
    """

    def __init__(self, rows: Rows, count: int) -> None:
        self._rows = rows
        self._lock = RLock()
        self.changed = False
        self._generated = count
        self._slots_are_ids = True
        self._last_slot = self._last_id = count
        self._order = list(range(1, count + 1))
        self._kept: dict[int, bytes] = {}
        self._instants: dict[int, int] = {}
        self._slots: dict[Any, int] = {}
        self._timeline: Timeline | None = None
        self._views: dict[Query, list[int]] = {}
        self._clock = LAST

    def __len__(self) -> int:
        return len(self._order)

    def ids(self) -> list[Any]:
        """Return the id of every row, in the order served."""
        with self._lock:
            return [self._id(slot) for slot in self._order]

    def rows(self) -> list[Any]:
        """Return every row as served."""
        with self._lock:
            return [msgspec.json.decode(self._encoded(slot)) for slot in self._order]

    def sample(self, random: Random, count: int) -> list[Any]:
        """Return the ids of so many random rows, or of all where there are fewer."""
        with self._lock:
            return [self._id(slot) for slot in random.sample(self._order, min(count, len(self._order)))]

    def row(self, key: object) -> dict[str, Any]:
        """Return the row with this id as served.

        Raises:
            KeyError: There is none.
        """
        with self._lock:
            found: dict[str, Any] = msgspec.json.decode(self._encoded(self._slot(key)))
            return found

    def page(self, query: Query, offset: int, limit: int) -> tuple[list[bytes], int]:
        """Return the encoded rows of a page, and how many rows match in all."""
        with self._lock:
            view = self._view(query)
            return [self._encoded(slot) for slot in view[offset : offset + limit]], len(view)

    def insert(self, **fields: object) -> Any:  # noqa: ANN401 - an id may be anything
        """Add a row, like the generated ones but for these fields, and return its id."""
        with self._lock:
            key = fields.get(self._rows.key, self._rows.key_at(self._last_id + 1))
            slot = self._slot_for(key)
            row = msgspec.json.decode(self._rows.encoded(slot))
            if self._rows.key in row:
                row[self._rows.key] = key
            if self._rows.is_dated and "updated_at" in row:
                row["updated_at"] = self._fresh()
            insort(self._order, slot)
            self._keep(slot, row | fields)
            return key

    def update(self, key: object, **fields: object) -> None:
        """Change fields of a row, and its `updated_at`: to what is given, or else to later than any change so far."""
        with self._lock:
            slot = self._slot(key)
            row = msgspec.json.decode(self._encoded(slot))
            if self._rows.is_dated and "updated_at" in row:
                row["updated_at"] = self._fresh()
            self._forget(slot)
            self._slots.pop(key, None)
            self._keep(slot, row | fields)

    def delete(self, key: object) -> None:
        """Take a row away."""
        with self._lock:
            slot = self._slot(key)
            self._forget(slot)
            del self._order[bisect_left(self._order, slot)]
            self._kept.pop(slot, None)
            self._slots.pop(key, None)

    def load(self, rows: Iterable[object]) -> None:
        """Replace all rows by these, served in this order and just as they are, even those that are no rows."""
        with self._lock:
            self._timeline, self._order = None, []
            self._slots_are_ids, self._generated, self._last_slot, self._last_id = True, 0, 0, 0
            for stored in (self._kept, self._instants, self._slots, self._views):
                stored.clear()
            for slot, row in enumerate(rows, start=1):
                self._order.append(slot)
                self._keep(slot, row)
            self.changed = True

    def _slot(self, key: Any) -> int:  # noqa: ANN401 - an id may be anything
        """Return the slot of the row with this id; a row that has none is found by its place."""
        slot = self._slots.get(key)
        number = self._rows.number(key)
        if slot is None and number is not None and number <= self._generated and number not in self._kept:
            slot = number
        if slot is None or self._is_free(slot):
            raise KeyError(key)
        return slot

    def _slot_for(self, key: object) -> int:
        """Return where a new row belongs: at its id, or else at the end."""
        number = self._rows.number(key)
        if self._slots_are_ids and number is not None and number <= MAX_SLOT and self._is_free(number):
            return number
        return self._last_slot + 1

    def _is_free(self, slot: int) -> bool:
        place = bisect_left(self._order, slot)
        return slot > 0 and (place == len(self._order) or self._order[place] != slot)

    def _encoded(self, slot: int) -> bytes:
        return self._kept.get(slot) or self._rows.encoded(slot)

    def _id(self, slot: int) -> Any:  # noqa: ANN401 - an id may be anything
        if slot not in self._kept:
            return self._rows.key_at(slot)
        row = msgspec.json.decode(self._kept[slot])
        return row.get(self._rows.key) if isinstance(row, dict) else None

    def _instant(self, slot: int) -> int:
        return self._instants[slot] if slot in self._kept else self._rows.instant(slot)

    def _keep(self, slot: int, row: object) -> None:
        fields = row if isinstance(row, Mapping) else {}
        self._kept[slot] = encode(row)
        self._instants[slot] = _changed_at(fields)
        key = fields.get(self._rows.key, self._rows.key_at(slot))
        if isinstance(key, int | str):
            self._slots[key] = slot
        number = self._rows.number(key)
        self._slots_are_ids &= number == slot
        self._last_slot = max(self._last_slot, slot)
        self._last_id = max(self._last_id, number or 0)
        if self._timeline is not None:
            self._timeline.add(self._instants[slot], slot)
        self._views.clear()
        self.changed = True

    def _forget(self, slot: int) -> None:
        if self._timeline is not None:
            self._timeline.remove(self._instant(slot), slot)
        self._views.clear()
        self.changed = True

    def _fresh(self) -> str:
        self._clock = max(self._clock, self._by_time().latest(before=now())) // SECOND * SECOND + SECOND
        return timestamp(self._clock)

    def _by_time(self) -> Timeline:
        if self._timeline is None:
            self._timeline = Timeline((self._instant(slot), slot) for slot in self._order)
        return self._timeline

    def _view(self, query: Query) -> list[int]:
        """Return the slots of the rows that match, in the order asked for; kept until the table changes."""
        view = self._views.get(query)
        if view is None:
            view = self._sorted(query)
            while len(self._views) >= VIEWS:
                del self._views[next(iter(self._views))]
            self._views[query] = view
        return view

    def _sorted(self, query: Query) -> list[int]:
        by_time = query.sort in {"updated_at", "-updated_at"}
        if query.filters:
            view = self._by_time().between(query.since, query.before)
        else:
            view = self._by_time().slots() if by_time else self._order
        if query.sort in {"id", "-id"} and not self._slots_are_ids:
            view = sorted(view, key=lambda slot: _rank(self._id(slot)))
        elif query.filters and not by_time:
            view.sort()
        return view[::-1] if query.sort and query.sort.startswith("-") else view


def _changed_at(fields: Mapping[Any, Any]) -> int:
    """Return the instant of `updated_at`."""
    try:
        return instant(fields.get("updated_at"))
    except ValueError:
        return NEVER


def _rank(key: object) -> tuple[int, int | str]:
    """Return what sorts numbers before texts before all else."""
    if isinstance(key, int):
        return 0, key
    return (1, key) if isinstance(key, str) else (2, 0)
