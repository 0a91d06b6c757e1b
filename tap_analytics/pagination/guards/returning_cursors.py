"""Checks cursors that come again, each time with other rows: the list may go on, or have no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.ever_new import EverNewRows, is_look_due
from tap_analytics.pagination.guards.repetition import REMEMBERED_PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import NextLink, Row

# After cursors have led back to an earlier one, other than the last, so many times, they lead in a circle.
MOST_RETURNS = 100

# While cursors come again, a list may give so many times its own total, which counts as so many rows at least.
MOST_TIMES = 10
LEAST_ROWS = 1_000


class ReturningCursors:
    """Tells a list that goes on under one cursor, since the API keeps the place, from one that has no end.

    Args:
        key: Identifies a row; the whole row does if it is None.
        look: Returns the rows of the first page, asked for now.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, look: Callable[[], Sequence[Row]]) -> None:
        self._ever_new = EverNewRows(key, look=look)
        self._past: dict[int, None] = {}
        self._last: NextLink | None = None
        self._returns = self._repeats = 0

    def check(self, token: NextLink, *, page: int, rows: int, total: int | None) -> None:
        """Remember the token of a page, and check whether it came before.

        Args:
            token: The cursor or link that the page was asked for with.
            page: The number of the page, counted from 1.
            rows: How many rows the list has given so far.
            total: How many rows the API says that it has.

        Raises:
            FatalAPIError: The list has no end.
        """
        place = hash(token)
        if place in self._past:
            self._repeats += 1
            self._returns += token != self._last
            is_far = total is not None and rows > MOST_TIMES * max(total, LEAST_ROWS)
            is_new = is_look_due(self._repeats) and self._ever_new.differs_at_each_look()
            if is_far or self._returns >= MOST_RETURNS or is_new:
                raise FatalAPIError(repeated_cursor(page))
        else:
            self._ever_new.check(page)
        self._past[place] = None
        self._last = token
        if len(self._past) > REMEMBERED_PAGES:
            del self._past[next(iter(self._past))]


def repeated_cursor(page: int) -> str:
    """Return the message for an API that never ends, under cursors that it has named before."""
    return (
        f"the list has no end: page {page} was asked for with a cursor or link that had been used before, and gave "
        "other rows, as many pages before it did; check the options of the `paginator`, and whether the API takes the "
        "cursor where it is sent"
    )
