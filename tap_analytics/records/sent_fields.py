"""The fields that an API sends: rows have a place for these, and for no others that are only declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# How often a field may come that no page before it had. From then on rows have a place for every field: to make types
# of rows takes time too.
MOST_TIMES = 10


class SentFields:
    """The fields of a schema that have come so far.

    Args:
        declared: All that there are.
    """

    def __init__(self, declared: Iterable[str]) -> None:
        self._declared = frozenset(declared)
        self._sent: frozenset[str] = frozenset()
        self._times = 0

    def __contains__(self, name: str) -> bool:
        return name in self._sent

    def add(self, names: Iterable[str]) -> bool:
        """Take note of names that came, or are to come; return whether one of them is a field that was not there."""
        if self._sent.issuperset(names := self._declared.intersection(names)):
            return False
        self._times += 1
        self._sent = self._declared if self._times > MOST_TIMES else self._sent | names
        return True


def absent(attributes: Iterable[str]) -> type:
    """Return a base of rows that have no place for these attributes: each is read as UNSET."""
    members: Mapping[str, Any] = {"__slots__": (), **dict.fromkeys(attributes, UNSET)}
    return type("Absent", (), {**members})
