"""Rows of a list by cursors that come twice: its cursors may be places in an order that has changed meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.report.counts import noun

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Row

# The rows of a longer list are compared with so many of its first ones.
REMEMBERED_ROWS = 50_000


class ReturnedRows:
    """Counts the rows that come twice, and looks at the first page again where rows may have been left out for them.

    Rows that share their key within a page say nothing.

    Args:
        key: Identifies a row; without one nothing tells.
        look: Returns the rows of the first page, asked for now.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, look: Callable[[], Sequence[Row]]) -> None:
        self._key = key
        self._look = look
        self._first: list[Hashable] = []
        self._seen: set[int] = set()
        self._returned = 0

    def note(self, rows: Sequence[Row]) -> None:
        """Remember the rows of a page."""
        if self._key is None or len(self._seen) > REMEMBERED_ROWS:
            return
        keys = list(map(self._key, rows))
        self._first = self._first or keys
        hashes = set(map(hash, keys))
        before = len(self._seen)
        self._seen |= hashes
        self._returned += before + len(hashes) - len(self._seen)

    def left_out(self, *, rows: int, total: int | None, drift: int) -> Sequence[Row]:
        """Return the rows of the first page that did not come, at the end of a list of which others came twice.

        Args:
            rows: How many rows came.
            total: How many rows the list has; None if nothing says so.
            drift: By how many rows the list was seen to change.

        Raises:
            FatalAPIError: The order of the list has changed, and other rows did not come either.
        """
        short = 0 if total is None else total - drift - (rows - self._returned)
        if self._key is None or not self._returned or (total is not None and short <= 0):
            return ()
        try:
            first = self._look()
        except FatalAPIError:
            if short > 0:
                raise
            return ()  # some APIs give a first page once in a while only
        if list(map(self._key, first)) == self._first:
            return ()  # the API has some rows in several places
        left_out = [row for row in first if hash(self._key(row)) not in self._seen]
        if short > len(left_out):
            raise FatalAPIError(order_change(self._returned, short))
        return left_out


def order_change(returned: int, short: int) -> str:
    """Return the message for a list whose cursors are places in an order that has changed."""
    came, lacking = noun(returned, "row"), noun(short, "row")
    return (
        f"{returned} {came} came twice and {short} {lacking} that the API counts did not come, and the first page is "
        "another one now: its cursors are places in a list whose order has changed; ask for an order that does not "
        "change, such as that of the key, or run the sync once more"
    )
