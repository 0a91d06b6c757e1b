"""Rows of a list that were seen: as many as are needed to find the way back."""

from __future__ import annotations

from collections import deque
from itertools import chain, compress
from operator import itemgetter
from typing import TYPE_CHECKING

from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from tap_analytics.pagination.page import Row

# Pages of rows that are remembered, to find the way back and to emit nothing twice.
REMEMBERED_PAGES = 4

# Rows that are remembered from all over the list, so that a closing look soon meets one that is still as it was.
MARKS = 100

# Rows without a key that tell by their order which piece of a list they are.
_TELLING_RUN = 5

_MISSING = object()


class SeenRows:
    """Rows that were emitted, and rows that the reader has passed: as many as are needed to find the way back.

    Args:
        key: Identifies a row; None where only the whole row does.
        version: What differs when a row has changed; the whole row if it is None.
        size: Rows to remember.
    """

    def __init__(
        self, key: Callable[[Row], Hashable] | None, version: Callable[[Row], object] | None, size: int
    ) -> None:
        self.size = size
        self._key = key or whole
        self._version = version or (lambda row: row)
        self.is_keyed = key is not None
        self._first: list[Row] = []
        self._marks: list[Row] = []
        self._between_marks = 1
        self._runs = 0
        self._emitted: deque[Row] = deque(maxlen=size)
        self._passed: deque[Sequence[Row]] = deque()
        self._length = 0

    def emit(self, rows: Sequence[Row]) -> None:
        """Remember these rows as emitted, the first ones for good, and some of the others."""
        self._first = self._first or list(rows)
        self._emitted.extend(rows)
        self._runs += 1
        if rows and self._runs % self._between_marks == 0:
            self._marks.append(rows[-1])
        if len(self._marks) > MARKS:
            self._marks = self._marks[1::2]
            self._between_marks *= 2

    def advance(self, rows: Sequence[Row]) -> None:
        """Remember that the reader has passed these rows without a gap."""
        self._passed.append(rows)
        self._length += len(rows)
        while self._length > self.size and len(self._passed) > 1:
            self._length -= len(self._passed.popleft())

    def restart(self) -> None:
        """Forget what the reader has passed: it begins anew, and rows passed before may lie behind a gap."""
        self._passed.clear()
        self._length = 0

    def is_last(self, row: Row) -> bool:
        """Return whether this very row was emitted last."""
        return bool(self._emitted) and self._emitted[-1] is row

    def is_first(self, rows: Sequence[Row]) -> bool:
        """Return whether a page begins with the row that was emitted first, unchanged."""
        return bool(self._first and rows) and self.is_same(self._first[0], rows[0])

    def begins_again(self, rows: Sequence[Row], *, is_thorough: bool) -> bool:
        """Return whether these rows hold the beginning of the list, as it was emitted.

        Where there is no key, one row may be just like another, but not so the rows that follow it. Whoever is not
        thorough takes a row for another one if any value of it differs.
        """
        if not self._first or not rows:
            return False
        first = self._first[0]
        place = _place(rows, first)
        if self.is_keyed:
            return (is_thorough or place is not None) and any(self.is_same(first, row) for row in rows)
        if place is None:
            return False
        run = rows[place:][: len(self._first)]
        distinct = len(self.by_key(*run))
        return len(run) == distinct >= _TELLING_RUN and self.are_same(run, self._first[: len(run)])

    def versions(self) -> dict[Hashable, object]:
        """Return the versions of the emitted rows by key, as they were emitted last."""
        return self.by_key(*self._first, *self._marks, *self._emitted)

    def recognize(self, rows: Sequence[Row], emitted: Mapping[Hashable, object]) -> list[bool]:
        """Return for each row whether it was emitted as it is; a changed row is another row."""
        return [emitted.get(self._key(row), _MISSING) == self._version(row) for row in rows]

    def identify(self, rows: Sequence[Row]) -> list[tuple[Hashable, object]]:
        """Return the key and the version of each row."""
        return [(self._key(row), self._version(row)) for row in rows]

    def is_same(self, one: Row, other: Row) -> bool:
        """Return whether two rows are one and the same, unchanged."""
        return self._key(one) == self._key(other) and self._version(one) == self._version(other)

    def are_same(self, some: Sequence[Row], others: Sequence[Row]) -> bool:
        """Return whether two pages hold the same rows, unchanged."""
        return len(some) == len(others) and all(map(self.is_same, some, others))

    def has_other_versions(self, rows: Sequence[Row]) -> bool:
        """Return whether one of these rows was emitted with other values."""
        emitted = self.versions()
        return any(emitted.get(key, version) != version for key, version in self.identify(rows))

    def anchor(self, rows: Sequence[Row]) -> int | None:
        """Return the last of these rows that the reader has passed as it is: all that follows it is still to come.

        Where the order of a list comes from the fields of its rows, a row that moves has changed. So an unchanged row
        is still in its place.
        """
        known = self.recognize(rows, self.by_key(*chain.from_iterable(self._passed)))
        return max((index for index, is_known in enumerate(known) if is_known), default=None)

    def holds(self, rows: Sequence[Row], place: int, row: Row) -> bool:
        """Return whether a row is at this place of some rows, and they keep their order: one alone may be by chance."""
        return len(rows) > place and self.is_same(rows[place], row) and self.keeps_order(rows)

    def keeps_order(self, rows: Sequence[Row]) -> bool:
        """Return whether the rows that the reader has passed, as they are, stand as they stood in the pages it passed.

        Those of one page stand in its order, and none is between them that was elsewhere when that page was read.
        Without a key rows may be alike, and so have no order.
        """
        if not self.is_keyed:
            return True
        pages = list(enumerate(self._passed))
        places = {self._key(row): (number, place) for number, page in pages for place, row in enumerate(page)}
        known = self.recognize(rows, self.by_key(*chain.from_iterable(self._passed)))
        found = [places[self._key(row)] for row in compress(rows, known)]
        return sorted(found) == sorted(found, key=itemgetter(0)) and not _has_strangers(found)

    def by_key(self, *rows: Row) -> dict[Hashable, object]:
        """Return the versions of rows by key, the last one where several have the same."""
        return dict(self.identify(rows))


def telling(key: Callable[[Row], Hashable] | None, rows: Sequence[Row]) -> Callable[[Row], Hashable] | None:
    """Return the key of a list; None where rows of one response have the same, so that it tells no rows apart."""
    return key if key and len(set(map(key, rows))) == len(rows) else None


def _place(rows: Sequence[Row], row: Row) -> int | None:
    """Return the place of a row, every value of it alike, None where it is none of these.

    Rows that were read with another number of fields in mind are of another type, and never equal.
    """
    if type(rows[0]) is not type(row):
        rows, row = [*map(whole, rows)], whole(row)
    return rows.index(row) if row in rows else None


def _has_strangers(found: Sequence[tuple[int, int]]) -> bool:
    """Return whether a row stands between two of one page that was passed before that page.

    Args:
        found: For each row the number of the page that it was passed in last, and its place there.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, (number, _) in enumerate(found):
        first.setdefault(number, index)
        last[number] = index
    return any(number < page for page in first for number, _ in found[first[page] : last[page]])
