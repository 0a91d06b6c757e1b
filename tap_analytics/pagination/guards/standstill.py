"""Notices an API that ignores its own cursors, and gives the same page for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.repetition import REPEATED_CHANGING_PAGES, REPEATED_EARLIER_PAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Page, Row


# So many pages may be the same if all rows of each are alike, or there is one only.
REPEATED_ROWS = 10_000


class Standstill:
    """Tells a list that goes on from an API that names a new cursor each time and gives the same rows.

    Without a key, the rows of pages may be alike, such as those of days on which nothing happened; so many more pages
    may be the same, if the API heeds its cursors: what it names behind the first page is the same as before.

    Args:
        is_keyed: Whether rows have a key; without one, two rows may be equal.
        look: Returns the first page, asked for now.
    """

    def __init__(self, *, is_keyed: bool, look: Callable[[], Page]) -> None:
        self._is_keyed = is_keyed
        self._look = look
        self._first: Page | None = None
        self._before: Sequence[Row] = ()
        self._repeats = 0
        self._most = REPEATED_CHANGING_PAGES

    def check(self, page: Page, *, number: int) -> None:
        """Compare a page that has rows with the one before it.

        Raises:
            FatalAPIError: Many pages in a row have had the same rows.
        """
        rows = page.rows
        is_telling = self._is_keyed or (len(rows) > 1 and rows[0] != rows[-1])
        self._repeats = self._repeats + 1 if rows == self._before else 0
        self._first, self._before = self._first or page, rows
        if is_telling and self._repeats == self._most == REPEATED_CHANGING_PAGES and self._may_be_alike(self._first):
            self._most = REPEATED_EARLIER_PAGES
        if self._repeats >= (self._most if is_telling else REPEATED_ROWS):
            raise FatalAPIError(same_rows(number, self._repeats))

    def _may_be_alike(self, first: Page) -> bool:
        return not self._is_keyed and (self._before != first.rows or self._look().next == first.next)


def same_rows(page: int, repeats: int) -> str:
    """Return the message for an API that gives the same rows under each of its cursors."""
    return (
        f"the list stands still: page {page} and the {repeats} before it have the very same rows, each under a cursor "
        "or link of its own; check whether the API takes the cursor where it is sent: the options of the `paginator`"
    )
