"""Pages that repeat themselves: an API that ignores what it is asked for, or leads in a circle."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.guards.seen import SeenRows
    from tap_analytics.pagination.page import Row, Token

# The keys of so many pages are remembered; after so many pages in a row without a new key, the API repeats itself.
RECENT_PAGES = 20
REPEATED_PAGES = 3

# In a list that may change: after so many pages in a row with equal rows, the API ignores what it is asked for. A list
# that grows at its head by whole pages repeats a few pages too.
REPEATED_CHANGING_PAGES = 10

# So many pages are remembered, by a hash of cursor and rows, to notice a cursor that leads back to one of them.
REMEMBERED_PAGES = 100_000

# A list goes round after the rows of a page have come so many times again, or after so many pages in a row with
# the rows of earlier ones.
ROUNDS = 5
REPEATED_EARLIER_PAGES = 1_000

# If an empty page is not the end, the list fails after so many of them in a row.
EMPTY_PAGES = 100


class Repetition:
    """Notices pages that repeat earlier ones, in a list that does not change.

    Args:
        key: Identifies a row; the whole row does if it is None.
        is_circular: Whether a page with the rows of the first one shows that the list begins again.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, is_circular: bool) -> None:
        self._key = key or whole
        self._is_circular = is_circular
        self._first: list[Hashable] = []
        self._before: list[Hashable] = []
        self._recent: deque[set[Hashable]] = deque(maxlen=RECENT_PAGES)
        self._repeats = 0
        self._is_again = False

    def add(self, rows: Sequence[Row]) -> None:
        """Take note of the rows of a page."""
        keys = [self._key(row) for row in rows]
        distinct = set(keys)
        self._repeats = self._repeats + 1 if any(distinct <= earlier for earlier in self._recent) else 0
        is_first = self._is_circular and keys == self._first and len(keys) > 1
        # If rows are equal within one page, equal pages are no repetition.
        self._is_again = (keys == self._before or is_first) and len(distinct) == len(keys)
        self._first = self._first or keys
        self._before = keys
        self._recent.append(distinct)

    @property
    def is_suspected(self) -> bool:
        """Whether the last page has no new key."""
        return self._repeats > 0

    @property
    def is_certain(self) -> bool:
        """Whether the API repeats itself."""
        return self._repeats >= REPEATED_PAGES or self._is_again


class ChangingRepetition:
    """Counts pages in a row with equal rows, in a list that may change meanwhile.

    Args:
        memory: Compares rows.
    """

    def __init__(self, memory: SeenRows) -> None:
        self._memory = memory
        self._repeats = 0

    def add(self, before: Sequence[Row], rows: Sequence[Row]) -> None:
        """Compare a page with the one before it."""
        self._repeats = self._repeats + 1 if rows and self._memory.are_same(before, rows) else 0

    @property
    def is_suspected(self) -> bool:
        """Whether the last page has the rows of the one before it."""
        return self._repeats > 0

    @property
    def is_lasting(self) -> bool:
        """Whether so many pages had the same rows that changes of the list do not explain it."""
        return self._repeats >= REPEATED_CHANGING_PAGES


class _Mark(msgspec.Struct, kw_only=True):
    """The keys of a page, and how many of its rows have come again since."""

    keys: frozenset[Hashable]
    returned: int = 0


class Circle:
    """Notices cursors that lead back to an earlier page; the oldest pages are forgotten.

    Args:
        key: Identifies a row; the whole row does if it is None.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None) -> None:
        self._key = key or whole
        self._is_keyed = key is not None
        self._past: dict[int, None] = {}
        self._marks: list[_Mark] = []
        self._rows: set[int] = set()
        self._repeats = self._pages = 0

    def closes(self, token: Token, rows: Sequence[Row]) -> bool:
        """Remember a page, and return whether the same token gave the same rows before, or the list goes round."""
        keys = tuple(map(self._key, rows))
        place = hash((token, keys))
        if place in self._past or self._goes_round(keys):
            return True
        self._past[place] = None
        if len(self._past) > REMEMBERED_PAGES:
            del self._past[next(iter(self._past))]
        return False

    def _goes_round(self, keys: tuple[Hashable, ...]) -> bool:
        """Return whether the rows of earlier pages come again and again, under cursors that are new each time."""
        if self._is_keyed:
            for mark in self._marks:
                mark.returned += len(mark.keys.intersection(keys))
            self._pages += 1
            # The round may begin behind the first page: later pages are marked too, ever more seldom.
            if self._pages & (self._pages - 1) == 0:
                self._marks[1:] = [_Mark(keys=frozenset(keys))]
            return any(mark.returned > ROUNDS * len(mark.keys) for mark in self._marks)
        rows = hash(keys)
        is_telling = len(keys) > 1 and keys[0] != keys[-1]
        self._repeats = self._repeats + 1 if is_telling and rows in self._rows else 0
        if len(self._rows) < REMEMBERED_PAGES:
            self._rows.add(rows)
        return self._repeats >= REPEATED_EARLIER_PAGES


class ChangingRows:
    """Notices pages that repeat the first one except for values that differ at each request, in rows without a key.

    Only some pages are compared, ever fewer as the list gets longer.

    Args:
        key: Identifies a row; with a key nothing is compared.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None) -> None:
        self._is_keyed = key is not None
        self._first: Sequence[Row] = ()
        self._pages = 0

    def repeats(self, rows: Sequence[Row], again: Callable[[], Sequence[Row]]) -> bool:
        """Return whether a page repeats the first one.

        Args:
            rows: The rows of the page.
            again: Asks for the page once more, which shows what differs at each request.
        """
        self._pages += 1
        if self._pages == 1:
            self._first = rows
        is_looked_at = self._pages > 1 and self._pages & (self._pages - 1) == 0
        if self._is_keyed or not is_looked_at or not 1 < len(rows) == len(self._first):
            return False
        before, now = _records(self._first), _records(rows)
        same = {
            name for name in now[0] if all(old.get(name) == row.get(name) for old, row in zip(before, now, strict=True))
        }
        if len({whole({name: row.get(name) for name in same}) for row in now}) < len(now):
            return False  # fields with equal values do not tell rows apart
        later = _records(again())
        return len(later) == len(now) and all(
            any(old.get(name) != row.get(name) for old, row in zip(now, later, strict=True))
            for name in now[0].keys() - same
        )


def _records(rows: Sequence[Row]) -> list[dict[str, object]]:
    given = [row if isinstance(row, dict) else msgspec.structs.asdict(row) for row in rows]
    return [{name: value for name, value in row.items() if value is not msgspec.UNSET} for row in given]


class EmptyPages:
    """Counts empty pages in a row, in a list where an empty page is not the end."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, rows: Sequence[Row]) -> None:
        """Take note of a page.

        Raises:
            FatalAPIError: Too many pages in a row were empty.
        """
        self._count = 0 if rows else self._count + 1
        if self._count >= EMPTY_PAGES:
            message = (
                f"{EMPTY_PAGES} pages in a row were empty; set `stop_after_empty_page` to true if an empty page is the "
                "end of the list"
            )
            raise FatalAPIError(message)


def repeated_offset(offset: int) -> str:
    """Return the message for an API that answers the same rows at another offset."""
    return (
        f"the API answers the same rows at offset {offset} as before it; check `offset_param`, or declare the "
        "resource with the paginator `single_page` if it has no pages"
    )


def begins_again(offset: int) -> str:
    """Return the message for an API that answers the beginning of its list behind the end of it."""
    return (
        f"the API answers the beginning of the list again at offset {offset}: it gives no end; check `offset_param`, "
        "or declare the resource with the paginator `single_page` if it has no pages; set `verify_pages` to false if "
        "the API takes multiples of the page size only; else say where the list ends: `total_path`, `has_more_path` "
        "or `maximum_offset`"
    )


def repeated_number(number: int) -> str:
    """Return the message for an API that answers the rows of an earlier page again."""
    first = ", set `base_page` to 1 if it counts its pages from 1" if number == 1 else ""
    return (
        f"the API answers the same rows as page {number} as on a page before it: it ignores the number, or gives a "
        f"page again where there are no more; check `page_param`{first}, take another `paginator` if it has no "
        "numbered pages, and say where the list ends with `total_path`, `has_more_path` or `maximum_page`"
    )


def repeated_link(page: int) -> str:
    """Return the message for an API whose cursors or links lead in a circle."""
    return (
        f"the list leads in a circle: page {page} was asked for with a cursor or link that had been used before, and "
        "gave the same rows, or rows come again and again; check the options of the `paginator`"
    )
