"""Cursors that come again, each time with other rows: an API that goes on by itself, or one that has no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endless import never_settles
from tap_analytics.pagination.page import whole
from tap_analytics.pagination.repetition import REMEMBERED_PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import NextLink, Row

# Times that the cursors lead back to an earlier one, other than the last, before they are said to lead in a circle.
MOST_RETURNS = 100

# Pages with a cursor that was there before, after which the first page is looked at again, and each time that there are
# twice as many.
PAGES_BEFORE_LOOK = 256

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
        self._key = key or whole
        self._has_no_key = key is None
        self._look = look
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
            is_look_due = self._repeats >= PAGES_BEFORE_LOOK and self._repeats & (self._repeats - 1) == 0
            is_far = total is not None and rows > MOST_TIMES * max(total, LEAST_ROWS)
            if is_far or self._returns >= MOST_RETURNS or (is_look_due and self._differs_at_each_look()):
                raise FatalAPIError(repeated_cursor(page))
        elif self._has_no_key and page >= PAGES_BEFORE_LOOK and page & (page - 1) == 0 and self._differs_at_each_look():
            raise FatalAPIError(never_settles("without a key its rows differ at each look"))
        self._past[place] = None
        self._last = token
        if len(self._past) > REMEMBERED_PAGES:
            del self._past[next(iter(self._past))]

    def _differs_at_each_look(self) -> bool:
        """Return whether two looks at the first page, one right after the other, show not one row that is the same."""
        one, other = self._look(), self._look()
        return bool(one and other) and set(map(self._key, one)).isdisjoint(map(self._key, other))


def repeated_cursor(page: int) -> str:
    """Return the message for an API that goes on and on under cursors that it has named before."""
    return (
        f"the list has no end: page {page} was asked for with a cursor or link that had been used before, and gave "
        "other rows, as many pages before it did; check the options of the `paginator`, and whether the API takes the "
        "cursor where it is sent"
    )
