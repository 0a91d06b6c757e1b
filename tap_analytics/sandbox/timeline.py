"""When the rows of a table were last changed, in order."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SLOT_BITS = 32
MAX_SLOT = 2**SLOT_BITS - 1
NEVER = 0
"""The instant of rows that do not say when they were changed; no bounds include it."""


class Timeline:
    """Slots of rows in the order of their instants; one whole number keeps both, which saves memory.

    Args:
        moments: Instant and slot of each row.
    """

    def __init__(self, moments: Iterable[tuple[int, int]]) -> None:
        self._moments = sorted(moment << SLOT_BITS | slot for moment, slot in moments)

    def add(self, moment: int, slot: int) -> None:
        """Add a row."""
        insort(self._moments, moment << SLOT_BITS | slot)

    def remove(self, moment: int, slot: int) -> None:
        """Remove a row, which must be there."""
        del self._moments[bisect_left(self._moments, moment << SLOT_BITS | slot)]

    def slots(self) -> list[int]:
        """Return the slots of all rows."""
        return [moment & MAX_SLOT for moment in self._moments]

    def between(self, since: int | None, before: int | None) -> list[int]:
        """Return the slots of the rows from `since` on and before `before`."""
        start = bisect_left(self._moments, (NEVER + 1 if since is None else since) << SLOT_BITS)
        end = None if before is None else bisect_left(self._moments, before << SLOT_BITS)
        return [moment & MAX_SLOT for moment in self._moments[start:end]]

    def latest(self, before: int) -> int:
        """Return the latest instant before this one."""
        end = bisect_left(self._moments, before << SLOT_BITS)
        return self._moments[end - 1] >> SLOT_BITS if end else NEVER
