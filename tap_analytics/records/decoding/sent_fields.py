"""SentFields: the declared fields that have come so far; rows have room for these only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# After so many new fields one by one, rows get room for all declared fields: to make types of rows anew takes time.
MOST_TIMES = 10


class SentFields:
    """The fields of a schema that have come so far.

    Args:
        declared: All fields of the schema.
    """

    def __init__(self, declared: Iterable[str]) -> None:
        self._declared = frozenset(declared)
        self._sent: frozenset[str] = frozenset()
        self._times = 0

    def __contains__(self, name: str) -> bool:
        return name in self._sent

    def add(self, names: Iterable[str]) -> bool:
        """Add names that came, or will come; return whether one of them is a new field."""
        if self._sent.issuperset(names := self._declared.intersection(names)):
            return False
        self._times += 1
        self._sent = self._declared if self._times > MOST_TIMES else self._sent | names
        return True


def absent(attributes: Iterable[str]) -> type:
    """Return a base class for rows without room for these attributes: each is read as UNSET."""
    members: Mapping[str, Any] = {"__slots__": (), **dict.fromkeys(attributes, UNSET)}
    return type("Absent", (), {**members})
