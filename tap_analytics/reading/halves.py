"""Windows that nothing counts: whether the halves of one have more rows than the API gave for the whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading

# APIs give at most a multiple of so many rows for one query.
ROUND = 100
# Rows that a window has at least that may be cut at another number.
_LEAST = 2


class Lengths:
    """How many rows the windows of a list have: the most, and how often."""

    def __init__(self) -> None:
        self._most = self._times = 0

    def may_be_cut(self, reading: Reading[Any]) -> bool:
        """Take note of a window, and return whether it may have more rows than the API gave.

        So it is with a round number of rows, and where as many as in this window came twice, four times, eight times
        and never more; unless something said that these are all.
        """
        rows = reading.figures.rows
        self._times = self._times + 1 if rows == self._most else 1 if rows > self._most else self._times
        self._most = max(self._most, rows)
        is_again = rows == self._most >= _LEAST and self._times > 1 and self._times & (self._times - 1) == 0
        is_odd = is_again or (rows > 0 and rows % ROUND == 0)
        return is_odd and not reading.figures.is_told and reading.rows.key() is not None


def check_halves(reading: Reading[Any], halves: Iterable[Reading[Any]], again: Callable[[], Reading[Any]]) -> None:
    """Check a window by its halves.

    Args:
        reading: What the window was read by.
        halves: What reads each half of it.
        again: Returns what reads the window once more.

    Raises:
        FatalAPIError: The halves have rows that the window does not have, now as before.
    """
    key = reading.rows.key()
    if key is None:
        return
    rows, in_halves = reading.figures.rows, len(set().union(*(_keys(half, key) for half in halves)))
    # Rows may have come into the window since it was read.
    if in_halves > rows and in_halves > len(_keys(again(), key)):
        raise FatalAPIError(cut(reading.name, rows, in_halves))


def _keys(reading: Reading[Any], key: Callable[[Row], Hashable]) -> set[Hashable]:
    return {key(row) for run in reading.pages() for row in run}


def cut(name: str, rows: int, in_halves: int) -> str:
    """Return the message for a window that has fewer rows than its halves."""
    return (
        f"{name}: the API gave {rows:,} rows, but its halves have {in_halves:,} together; it gives at most so many "
        "rows for one query: set a shorter `step`, or a `paginator` that reads all pages"
    )
