"""The end of a list at a maximum of the user's, where a count that goes no further seems to say that it is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.report.stats import ListStats


def up_to(most: int, pages: Iterable[Sequence[Row]], *, stats: ListStats) -> Iterator[Sequence[Row]]:
    """Give the pages of a list, and write to its figures that it is cut where it has as many rows as can be read.

    An API that reads a list only so far often counts its rows only so far, too.

    Args:
        most: How many rows can be read.
        pages: The pages.
        stats: The figures of the list.
    """
    yield from pages
    if stats.ending is Ending.PROVED and 0 < most <= stats.rows:
        stats.ending, stats.left = Ending.CUT, None
