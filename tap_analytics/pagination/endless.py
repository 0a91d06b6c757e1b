"""Lists that never end, and lists whose order never settles: when to leave the rest of a changing list alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.lone_rows import LoneRows
from tap_analytics.pagination.repetition import ChangingRepetition, begins_again, repeated_offset

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.pagination.page import Page
    from tap_analytics.pagination.seen import SeenRows

# A list that grows at its tail is left to the next sync after so many short pages in a row.
GROWING_PAGES = 3

# Pages that the order of the list contradicts, and times that the reader has begun anew, without a seam that holds in
# between, before the tap says that the order of the list never settles.
DISORDERED_PAGES = 3
RESTARTS = 100

# Pages in a row that bring no new row, beyond those that are read again to mend a seam, before the order of the list is
# said never to settle.
IDLE_PAGES = 50

# Times that a list begins again, before it is said to go round.
ROUNDS = 2

# Of so many pages one is looked at row by row for the beginning of the list, where rows may have other values by then.
THOROUGH = 5

# Pages of closing looks, beyond as many as the list took, before the rest of the changes is left to the next sync.
CLOSING_PAGES = 500


class EndlessGuard:
    """Tells a list that never ends from one that is long.

    Args:
        limit: Rows that are asked for at once.
        memory: Tells whether rows are the same, and how many may be read again to mend a seam.
        look: Asks for the page at an offset, as it is now.
    """

    def __init__(self, *, limit: int, memory: SeenRows, look: Callable[[int], Page]) -> None:
        self._limit = limit
        self._memory = memory
        self._look = look
        self._repetition = ChangingRepetition(memory)
        self._lone = LoneRows(lambda: look(0).rows)
        self._idle = self._growing = self._rounds = self._pages = 0

    def is_over(self, before: Page, page: Page, *, new: int, longest: int) -> bool:
        """Return whether the rest of the list is to be left alone, after a page that brought so many new rows.

        Raises:
            FatalAPIError: The pages repeat themselves.
        """
        size = len(page.rows)
        self._lone.check(page.rows, offset=page.offset)
        self._idle = 0 if new else self._idle + 1
        # One row without a key may just be like another.
        is_telling = size > 1 or self._memory.is_keyed
        self._repetition.add(before.rows, page.rows if is_telling else ())
        if self._repetition.is_suspected and size > self._limit:
            return True  # all rows at once, whatever is asked for
        # A list that grows at its head by a page per request repeats its pages too, but not its head.
        if self._repetition.is_lasting and self._memory.are_same(page.rows, self._look(0).rows):
            raise FatalAPIError(repeated_offset(page.offset))
        if self._is_new_round(page):
            raise FatalAPIError(begins_again(page.offset))
        if self._idle > IDLE_PAGES + 2 * self._memory.size / max(1, longest - 1):
            raise FatalAPIError(never_settles(f"{self._idle} pages in a row held no new row"))
        rest = 0 if page.total is None else page.total - page.offset - size
        is_short = size < longest and (size - 1) * 4 <= (longest - 1) * 3 and rest < longest
        self._growing = self._growing + 1 if is_short and new else 0
        return self._growing >= GROWING_PAGES and self._has_grown(before)

    def _is_new_round(self, page: Page) -> bool:
        """Return whether the list begins again behind its end, though its beginning is where it was.

        Once may be chance.
        """
        self._pages += 1
        # A look at each row takes its time.
        is_thorough = self._pages % THOROUGH == 0
        if page.offset and self._memory.begins_again(page.rows, is_thorough=is_thorough):
            self._rounds += self._memory.is_first(self._look(0).rows)
        return self._rounds >= ROUNDS

    def _has_grown(self, page: Page) -> bool:
        """Return whether a short page is longer now: its list grows, or else the server caps its pages by bytes."""
        self._growing = 0
        return len(self._look(page.offset).rows) > len(page.rows)


def never_settles(reason: str) -> str:
    """Return the message for a list that moves on and on while it is read."""
    return (
        f"the order of the list never settles: {reason}; ask the API for a fixed order by a parameter of it, such as "
        "`sort`, under `params`; check `offset_param` or `page_param`, and declare the `primary_key` that tells rows "
        "apart"
    )
