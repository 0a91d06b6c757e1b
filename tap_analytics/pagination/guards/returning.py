"""Rows that come a second time while a list is read: checks whether the list keeps its order."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.endless import never_settles
from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Row

# The keys of so many pages are remembered.
RECENT_PAGES = 20


class ReturningRows:
    """Tells a list whose rows change places at each request from one that grows or shrinks meanwhile.

    A list that has grown gives the last rows of a page again at the beginning of the next one. A row that comes again
    elsewhere may have moved, or stand in the list twice; two requests for the first page show whether its order holds.

    Args:
        key: Identifies a row; the whole row does if it is None.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None) -> None:
        self._key = key or whole
        self._first: Sequence[Row] = ()
        self._recent: deque[set[Hashable]] = deque()
        self._near: set[Hashable] = set()
        self._has_returned = False

    def add(self, rows: Sequence[Row]) -> None:
        """Remember the rows of a page."""
        keys = list(map(self._key, rows))
        distinct = set(keys)
        if not self._near.isdisjoint(distinct):
            places = [place for place, key in enumerate(keys) if key in self._near]
            self._has_returned = self._has_returned or places != list(range(len(places)))
        self._first = self._first or rows
        if len(self._recent) == RECENT_PAGES:
            self._near -= self._recent.popleft()
        self._recent.append(distinct)
        self._near |= distinct

    def check(self, look: Callable[[], Sequence[Row]]) -> None:
        """If rows came again, ask for the first page twice with `look`.

        Raises:
            FatalAPIError: Its rows stand in another order than before, or differ at each request.
        """
        if not self._has_returned:
            return
        one, other = look(), look()
        is_ordered = self._keep_order(self._first, one) and self._keep_order(one, other)
        # A list that grows quickly may have moved that far once, but hardly twice in a row.
        if not is_ordered or (self._are_others(one, other) and self._are_others(other, look())):
            raise FatalAPIError(never_settles("rows have changed places from one request to the next"))

    def _keep_order(self, some: Sequence[Row], others: Sequence[Row]) -> bool:
        """Return whether the unchanged rows that two pages share stand in the same order."""
        before = {self._key(row): (place, row) for place, row in enumerate(some)}
        found = [before[key] for row in others if (key := self._key(row)) in before and before[key][1] == row]
        places = [place for place, _ in found]
        return places == sorted(places)

    def _are_others(self, some: Sequence[Row], others: Sequence[Row]) -> bool:
        """Return whether two pages share less than half of their rows."""
        before, after = set(map(self._key, some)), set(map(self._key, others))
        return 2 * len(before & after) < min(len(before), len(after))
