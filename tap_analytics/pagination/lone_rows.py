"""Pages of one row each: whether the API heeds the place that it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.repetition import repeated_offset

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row

# Pages after which the first one is looked at again, and each time that there are twice as many; and looks that must
# all say the same.
PAGES_BEFORE_LOOK = 128
LOOKS = 2


class LoneRows:
    """Tells a list that is given row by row from one row that an API gives wherever it is asked.

    Such a page shares no row with the next one, and without a key its row may just be like another.

    Args:
        look: Asks for the first page, as it is now.
    """

    def __init__(self, look: Callable[[], Sequence[Row]]) -> None:
        self._look = look
        self._first: Sequence[Row] = ()
        self._pages = self._odd = 0

    def check(self, rows: Sequence[Row], *, offset: int) -> None:
        """Take note of a page.

        Raises:
            FatalAPIError: The first page has the row of this one, or another row at each look.
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
