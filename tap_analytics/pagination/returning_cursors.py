"""Cursors that come again, each time with other rows: an API that goes on by itself, or one that has no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.ever_new import EverNewRows, is_look_due
from tap_analytics.pagination.repetition import REMEMBERED_PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import NextLink, Row

# Times that the cursors lead back to an earlier one, other than the last, before they are said to lead in a circle.
MOST_RETURNS = 100

# How many times its own total a list may give, counted as so many rows at least, while its cursors come again.
MOST_TIMES = 10
LEAST_ROWS = 1_000


class ReturningCursors:
    """Tells a list that its API goes on with by itself, under one cursor, from one that has no end.

    Args:
        key: Identifies a row; the whole row does if it is None.
        look: Asks for the first page, as it is now.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, look: Callable[[], Sequence[Row]]) -> None:
        self._ever_new = EverNewRows(key, look=look)
        self._past: dict[int, None] = {}
        self._last: NextLink | None = None
        self._returns = self._repeats = 0

    def check(self, token: NextLink, *, page: int, rows: int, total: int | None) -> None:
        """Take note of what a page was asked for with.

        Args:
            token: What it was asked for with.
            page: Which page of the list it is, counted from 1.
            rows: How many rows the list has given so far.
            total: How many rows it has, as it says itself.

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
    """Return the message for an API that goes on and on under cursors that it has named before."""
    return (
        f"the list has no end: page {page} was asked for with a cursor or link that had been used before, and gave "
        "other rows, as many pages before it did; check the options of the `paginator`, and whether the API takes the "
        "cursor where it is sent"
    )
