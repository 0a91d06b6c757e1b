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


def may_be_cut(reading: Reading[Any]) -> bool:
    """Return whether a list that was read has a round number of rows, and nothing that said that these are all."""
    figures = reading.figures
    return figures.rows > 0 and figures.rows % ROUND == 0 and not figures.is_told and reading.rows.key() is not None


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
