"""Stops the reading of a list that never ends (EndlessGuard), or whose order never settles (Order)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.lone_rows import LoneRows
from tap_analytics.pagination.guards.repetition import ChangingRepetition, begins_again, repeated_offset
from tap_analytics.pagination.page import seems_full

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.guards.seen import SeenRows
    from tap_analytics.pagination.page import Page, Row

# After so many short pages in a row of a list that grows at its tail, its rest is left to the next sync.
GROWING_PAGES = 3

# The order of the list never settles after so many pages in another order, or so many new beginnings, without a seam
# that holds in between.
DISORDERED_PAGES = 3
RESTARTS = 100

# The order of the list never settles after so many pages in a row without a new row, besides those that are read again
# to mend a seam.
IDLE_PAGES = 50

# After beginning again so many times, a list goes round.
ROUNDS = 2

# One of so many pages is searched row by row for the beginning of the list, also if its rows have changed.
THOROUGH = 5

# Closing looks take at most twice the pages of the list, and so many more; further changes are left to the next sync.
CLOSING_PAGES = 500


class EndlessGuard:
    """Tells a list that never ends from one that is long.

    Args:
        limit: Rows that are asked for at once.
        memory: The rows that were seen; its size says how many may be read again to mend a seam.
        look: Returns the page at an offset, asked for now.
    """

    def __init__(self, *, limit: int, memory: SeenRows, look: Callable[[int], Page]) -> None:
        self._limit = limit
        self._memory = memory
        self._look = look
        self._repetition = ChangingRepetition(memory)
        self._lone = LoneRows(lambda: look(0).rows)
        self._idle = self._growing = self._rounds = self._pages = 0

    def is_over(self, before: Page, page: Page, *, new: int, longest: int) -> bool:
        """Return whether to stop reading the list after `page`, which brought `new` rows.

        Raises:
            FatalAPIError: The pages repeat themselves, or bring no new rows.
        """
        size = len(page.rows)
        self._lone.check(page.rows, offset=page.offset)
        self._idle = 0 if new else self._idle + 1
        # A single row without a key may be equal to another one.
        is_telling = size > 1 or self._memory.is_keyed
        self._repetition.add(before.rows, page.rows if is_telling else ())
        if self._repetition.is_suspected and size > self._limit:
            return True  # the API gives all rows at once, whatever is asked for
        is_again = self._is_new_round(page)
        if is_again and self._counts_all(page):
            return True  # likewise, and it says how many they are
        # A list that grows at its head by a page per request repeats pages too; but then its head has changed.
        if self._repetition.is_lasting and self._memory.are_same(page.rows, self._look(0).rows):
            raise FatalAPIError(repeated_offset(page.offset))
        if is_again:
            raise FatalAPIError(begins_again(page.offset))
        if self._idle > IDLE_PAGES + 2 * self._memory.size / max(1, longest - 1):
            raise FatalAPIError(never_settles(f"{self._idle} pages in a row held no new row"))
        rest = 0 if page.total is None else page.total - page.offset - size
        is_short = size < longest and (size - 1) * 4 <= (longest - 1) * 3 and rest < longest
        self._growing = self._growing + 1 if is_short and new else 0
        return self._growing >= GROWING_PAGES and self._has_grown(before)

    def _is_new_round(self, page: Page) -> bool:
        """Return whether the list begins again behind its end, while its beginning is still where it was.

        It has to happen several times: once may be chance.
        """
        self._pages += 1
        # A thorough search compares each row, which is slow.
        is_thorough = self._pages % THOROUGH == 0
        if page.offset and self._memory.begins_again(page.rows, is_thorough=is_thorough):
            self._rounds += self._memory.is_first(self._look(0).rows)
        return self._rounds >= ROUNDS

    def _counts_all(self, page: Page) -> bool:
        """Return whether a page counts as many rows as it has, and is no page of a usual size: it is the whole list."""
        size = len(page.rows)
        return page.total == size < self._limit and not seems_full(page)

    def _has_grown(self, page: Page) -> bool:
        """Return whether a short page has the same rows now, and more behind them: then the list grows at its tail.

        A server that caps pages by bytes gives longer pages too where rows have moved.
        """
        self._growing = 0
        size, rows = len(page.rows), self._look(page.offset).rows
        return len(rows) > size and self._memory.are_same(page.rows, rows[:size])


class Order:
    """Finds the reader's place in pages that are out of place, as long as the list keeps its order.

    Args:
        memory: The rows that were seen.
    """

    def __init__(self, memory: SeenRows) -> None:
        self._memory = memory
        self._disordered = self._restarts = 0
        # A closing look has its own limits.
        self.is_limited = True

    @property
    def is_doubtful(self) -> bool:
        """Whether no seam has held since rows were out of their order, or the reader began anew."""
        return bool(self._disordered or self._restarts)

    def confirm(self) -> None:
        """Note that a seam has held."""
        self._disordered = self._restarts = 0

    def anchor(self, rows: Sequence[Row]) -> int | None:
        """Return the last of these rows that the reader has passed; None if there is none, or if the order changed.

        Raises:
            FatalAPIError: The order has changed too often.
        """
        if self._memory.keeps_order(rows):
            return self._memory.anchor(rows)
        self._disordered += 1
        self._check()
        return None

    def restart(self) -> None:
        """Let the reader begin anew, since no row that it passed is left in the list.

        Raises:
            FatalAPIError: It has begun anew too often.
        """
        self._restarts += 1
        self._check()
        self._memory.restart()

    def _check(self) -> None:
        if self.is_limited and (self._disordered >= DISORDERED_PAGES or self._restarts >= RESTARTS):
            raise FatalAPIError(never_settles("rows have changed places from one request to the next"))


def never_settles(reason: str) -> str:
    """Return the message for a list whose rows keep moving while it is read."""
    return (
        f"the order of the list never settles: {reason}; ask the API for a fixed order by a parameter such as "
        "`sort`, under `params`; check `offset_param` or `page_param`, and declare the `primary_key` that tells rows "
        "apart"
    )
