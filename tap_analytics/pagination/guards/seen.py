"""SeenRows: remembers rows of a list that were read, as many as are needed to find the reader's place again."""

from __future__ import annotations

from collections import deque
from itertools import chain, compress
from operator import itemgetter
from typing import TYPE_CHECKING

from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from tap_analytics.pagination.page import Row

# How many pages of rows are remembered, to find the reader's place again and to emit no row twice.
REMEMBERED_PAGES = 4

# How many rows from all over the list are remembered, so that a closing look soon meets an unchanged one.
MARKS = 100

# So many rows in a row without a key identify a piece of a list.
_TELLING_RUN = 5

_MISSING = object()


class SeenRows:
    """Rows that were emitted, and rows that the reader has passed, as many as are needed to find its place again.

    Args:
        key: Identifies a row; None if only the whole row does.
        version: What differs when a row has changed; the whole row if it is None.
        size: How many rows to remember.
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
        """Remember these rows as emitted; the first run, and a sample of the others, are never forgotten."""
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
        """Forget which rows the reader has passed: it begins anew, and those may lie behind a gap."""
        self._passed.clear()
        self._length = 0

    def is_last(self, row: Row) -> bool:
        """Return whether this object is the row that was emitted last."""
        return bool(self._emitted) and self._emitted[-1] is row

    def is_first(self, rows: Sequence[Row]) -> bool:
        """Return whether a page begins with the row that was emitted first, unchanged."""
        return bool(self._first and rows) and self.is_same(self._first[0], rows[0])

    def begins_again(self, rows: Sequence[Row], *, is_thorough: bool) -> bool:
        """Return whether these rows hold the beginning of the list, as it was emitted.

        Without a key two rows may be equal, so that several in a row are compared. A search that is not thorough finds
        only rows without any change.
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
        """Return for each row whether it was emitted with the same version."""
        return [emitted.get(self._key(row), _MISSING) == self._version(row) for row in rows]

    def identify(self, rows: Sequence[Row]) -> list[tuple[Hashable, object]]:
        """Return the key and the version of each row."""
        return [(self._key(row), self._version(row)) for row in rows]

    def is_same(self, one: Row, other: Row) -> bool:
        """Return whether two rows are the same row, unchanged."""
        return self._key(one) == self._key(other) and self._version(one) == self._version(other)

    def are_same(self, some: Sequence[Row], others: Sequence[Row]) -> bool:
        """Return whether two pages have the same rows in the same order, unchanged."""
        return len(some) == len(others) and all(map(self.is_same, some, others))

    def has_other_versions(self, rows: Sequence[Row]) -> bool:
        """Return whether one of these rows was emitted with other values."""
        emitted = self.versions()
        return any(emitted.get(key, version) != version for key, version in self.identify(rows))

    def anchor(self, rows: Sequence[Row]) -> int | None:
        """Return the index of the last of these rows that the reader has passed unchanged; all rows behind it are new.

        If the order of a list depends on the fields of its rows, a row that moves has changed. So an unchanged row is
        still in its place.
        """
        known = self.recognize(rows, self.by_key(*chain.from_iterable(self._passed)))
        return max((index for index, is_known in enumerate(known) if is_known), default=None)

    def holds(self, rows: Sequence[Row], place: int, row: Row) -> bool:
        """Return whether a row stands at this place of some rows in their old order: one row may match by chance."""
        return len(rows) > place and self.is_same(rows[place], row) and self.keeps_order(rows)

    def keeps_order(self, rows: Sequence[Row]) -> bool:
        """Return whether the unchanged rows among these that the reader has passed still have the order of its pages.

        Rows of one page must stand in its order, without a row of an earlier page between them. Rows without a key may
        be equal, so that their order says nothing.
        """
        if not self.is_keyed:
            return True
        pages = list(enumerate(self._passed))
        places = {self._key(row): (number, place) for number, page in pages for place, row in enumerate(page)}
        known = self.recognize(rows, self.by_key(*chain.from_iterable(self._passed)))
        found = [places[self._key(row)] for row in compress(rows, known)]
        return sorted(found) == sorted(found, key=itemgetter(0)) and not _has_strangers(found)

    def by_key(self, *rows: Row) -> dict[Hashable, object]:
        """Return the versions of rows by key; of several rows with one key, that of the last."""
        return dict(self.identify(rows))


def telling(key: Callable[[Row], Hashable] | None, rows: Sequence[Row]) -> Callable[[Row], Hashable] | None:
    """Return the key of a list; None if two rows of one response have the same, so that it does not identify rows."""
    return key if key and len(set(map(key, rows))) == len(rows) else None


def _place(rows: Sequence[Row], row: Row) -> int | None:
    """Return the place of a row that has all values of this one; None if there is none.

    Rows that were decoded with other fields are of another type, and never equal; so their values are compared.
    """
    if type(rows[0]) is not type(row):
        rows, row = [*map(whole, rows)], whole(row)
    return rows.index(row) if row in rows else None


def _has_strangers(found: Sequence[tuple[int, int]]) -> bool:
    """Return whether a row of an earlier page stands between two rows of one page.

    Args:
        found: For each row the number of the page in which it was passed last, and its place there.
    """
    first: dict[int, int] = {}
    last: dict[int, int] = {}
    for index, (number, _) in enumerate(found):
        first.setdefault(number, index)
        last[number] = index
    return any(number < page for page in first for number, _ in found[first[page] : last[page]])
