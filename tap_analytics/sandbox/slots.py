"""Where the rows of a table are: generated when they are asked for, or kept as bytes."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.sandbox.instants import instant
from tap_analytics.sandbox.rows import encode
from tap_analytics.sandbox.timeline import MAX_SLOT, NEVER

if TYPE_CHECKING:
    from tap_analytics.sandbox.rows import Rows


class Slots:
    """The rows of a table, each in a numbered slot.

    A generated row has its number for a slot. `order` has the slots that hold a row, from the lowest on.
    """

    def __init__(self, rows: Rows, count: int) -> None:
        self._rows = rows
        self._generated = self._last = self._last_number = count
        self._kept: dict[int, bytes] = {}
        self._instants: dict[int, int] = {}
        self._by_key: dict[Any, int] = {}
        self.order = list(range(1, count + 1))
        self.are_keys = True

    def encode(self, slot: int) -> bytes:
        """Return the row in a slot as JSON."""
        return self._kept.get(slot) or self._rows.encode(slot)

    def key(self, slot: int) -> Any:  # noqa: ANN401 - a key may be anything
        """Return the key of the row in a slot, None where it has none."""
        if slot not in self._kept:
            return self._rows.key_at(slot)
        row = msgspec.json.decode(self._kept[slot])
        return row.get(self._rows.key) if isinstance(row, dict) else None

    def instant(self, slot: int) -> int:
        """Return when the row in a slot was last changed."""
        return self._instants[slot] if slot in self._kept else self._rows.instant(slot)

    def find(self, key: Any) -> int:  # noqa: ANN401 - a key may be anything
        """Return the slot of the row with this key; a row without a key is found by its place.

        Raises:
            KeyError: There is none.
        """
        slot, number = self._by_key.get(key), self._rows.number(key)
        if slot is None and number is not None and number <= self._generated and number not in self._kept:
            slot = number
        if slot is None or self._is_free(slot):
            raise KeyError(key)
        return slot

    def next_key(self) -> int | str:
        """Return a key that no row has or has had."""
        return self._rows.key_at(self._last_number + 1)

    def free(self, key: object) -> int:
        """Return the slot for a new row: the one of its key, or else the one at the end."""
        number = self._rows.number(key)
        if self.are_keys and number is not None and number <= MAX_SLOT and self._is_free(number):
            return number
        return self._last + 1

    def add(self, slot: int) -> None:
        """Make room for a row in a slot."""
        insort(self.order, slot)

    def keep(self, slot: int, row: object) -> None:
        """Put a row into a slot."""
        fields = row if isinstance(row, Mapping) else {}
        self._kept[slot] = encode(row)
        self._instants[slot] = _changed_at(fields)
        key = fields.get(self._rows.key, self._rows.key_at(slot))
        if isinstance(key, int | str):
            self._by_key[key] = slot
        number = self._rows.number(key)
        self.are_keys &= number == slot
        self._last = max(self._last, slot)
        self._last_number = max(self._last_number, number or 0)

    def rename(self, key: object) -> None:
        """Remove a key from the index, since its row gets another one, or is removed."""
        self._by_key.pop(key, None)

    def remove(self, slot: int, key: object) -> None:
        """Take a row away."""
        del self.order[bisect_left(self.order, slot)]
        self._kept.pop(slot, None)
        self._by_key.pop(key, None)

    def _is_free(self, slot: int) -> bool:
        place = bisect_left(self.order, slot)
        return slot > 0 and (place == len(self.order) or self.order[place] != slot)


def _changed_at(fields: Mapping[Any, Any]) -> int:
    """Return the instant of `updated_at`."""
    try:
        return instant(fields.get("updated_at"))
    except ValueError:
        return NEVER
