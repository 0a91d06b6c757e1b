"""Stretches: parts of a list between borders, which are places between two rows that were neighbours when planned."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

# How many rows on each side identify a border; all but one of each side may change or be removed.
ANCHORS = 12
_BYTES = 8


class Mark(NamedTuple):
    """Key and version of a row, each as a few characters."""

    key: str
    version: str


class Border(msgspec.Struct, frozen=True):
    """A place in a list, between the rows `before` and `behind`, with its offset when it was planned.

    Rows that are inserted between the two later belong to neither side.
    """

    offset: int
    before: Sequence[Mark]
    behind: Sequence[Mark]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Self:
        """Return the border in plain data."""
        before, behind = ([Mark(*each) for each in words[side]] for side in ("before", "behind"))
        return cls(words["offset"], before, behind)

    def words(self) -> dict[str, Any]:
        """Return the border as plain data."""
        return {"offset": self.offset, "before": list(map(list, self.before)), "behind": list(map(list, self.behind))}


class Stretch(msgspec.Struct, frozen=True):
    """The rows of a list from one border to another; None stands for the beginning or the end of the list."""

    start: Border | None = None
    end: Border | None = None

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> Self:
        """Return the stretch in plain data."""
        start, end = (words[side] and Border.of(words[side]) for side in ("start", "end"))
        return cls(start, end)

    def words(self) -> dict[str, Any]:
        """Return the stretch as plain data."""
        return {"start": self.start and self.start.words(), "end": self.end and self.end.words()}


def marks_of(key: Callable[[Any], Hashable] | None, version: Callable[[Any], object] | None) -> Callable[[Any], Mark]:
    """Return a function that makes the mark of a row, which is the same in every process."""
    return lambda row: Mark(_short(key(row) if key else row), _short(version(row) if version else None))


def _short(value: object) -> str:
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=_BYTES).hexdigest()
