"""Notices an API that ignores its own cursors, and gives the same page for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.repetition import REPEATED_CHANGING_PAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row


class Standstill:
    """Tells a list that goes on from an API that names a new cursor each time and gives the same rows.

    Args:
        is_keyed: Whether rows have a key; without one, two rows may be equal.
    """

    def __init__(self, *, is_keyed: bool) -> None:
        self._is_keyed = is_keyed
        self._before: Sequence[Row] = ()
        self._repeats = 0

    def check(self, rows: Sequence[Row], *, page: int) -> None:
        """Compare a page that has rows with the one before it.

        Raises:
            FatalAPIError: Many pages in a row have had the same rows.
        """
        is_telling = self._is_keyed or (len(rows) > 1 and rows[0] != rows[-1])
        self._repeats = self._repeats + 1 if is_telling and rows == self._before else 0
        self._before = rows
        if self._repeats >= REPEATED_CHANGING_PAGES:
            raise FatalAPIError(same_rows(page))


def same_rows(page: int) -> str:
    """Return the message for an API that gives the same rows under each of its cursors."""
    return (
        f"the list stands still: page {page} and the {REPEATED_CHANGING_PAGES} before it, have the very "
        "same rows, each under a cursor or link of its own; check whether the API takes the cursor where it is sent: "
        "the options of the `paginator`"
    )
