"""Notices an API that gives the same single row at each offset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.repetition import repeated_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row

# After so many pages the first one is asked for again, and then whenever their number has doubled; so many looks in a
# row must agree.
PAGES_BEFORE_LOOK = 128
LOOKS = 2


class LoneRows:
    """Tells a list with one row on each page from an API that gives the same row at each offset.

    Pages of one row share none, so no seam can be checked; and without a key two rows may be equal.

    Args:
        look: Returns the rows of the first page, asked for now.
    """

    def __init__(self, look: Callable[[], Sequence[Row]]) -> None:
        self._look = look
        self._first: Sequence[Row] = ()
        self._pages = self._odd = 0

    def check(self, rows: Sequence[Row], *, offset: int) -> None:
        """Count a page, and ask for the first page again if that is due.

        Raises:
            FatalAPIError: The first page has the row of this one, or another row at each request.
        """
        self._first = self._first or rows
        self._pages = self._pages + 1 if len(rows) == 1 else 0
        if self._pages < PAGES_BEFORE_LOOK or self._pages & (self._pages - 1):
            return
        one = self._look()
        is_odd = one == rows or (one != self._first and one != self._look())
        self._odd = self._odd + 1 if is_odd else 0
        if self._odd >= LOOKS:
            raise FatalAPIError(repeated_offset(offset))
