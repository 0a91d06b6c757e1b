"""The table at the end of a sync: the result of each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.report.tables import Table, columns, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.report.stats import StreamStats

_TITLES = ("stream", "rows", "pages", "requests", "retries", "seconds", "bookmark", "result")
_FIGURES = _TITLES[1:6]
# The columns that are left out on a narrow terminal, in this order.
_LESS = ("pages", "requests", "seconds")


def table(streams: Sequence[StreamStats]) -> Table:
    """Return the table of results, with a row for each stream that was begun."""
    return Table(titles=_TITLES, rows=[_row(stats) for stats in streams if stats.is_begun], figures=_FIGURES)


def fit(whole: Table, width: int) -> Table:
    """Return a table that fits a terminal: without columns of zeros, and without columns for which there is no room."""
    rows = [["<0.01" if cell == "0.00" else cell for cell in row] for row in whole.rows]
    whole = Table(titles=whole.titles, rows=rows, figures=whole.figures)
    if all(row[_TITLES.index("retries")] == "0" for row in whole.rows):
        whole = _without(whole, "retries")
    if not _fits(whole, width):
        # If a bookmark has moved, only its new value is shown.
        rows = [[*row[:-2], row[-2].rpartition(" -> ")[2], row[-1]] for row in whole.rows]
        whole = Table(titles=whole.titles, rows=rows, figures=whole.figures)
    for title in _LESS:
        whole = whole if _fits(whole, width) else _without(whole, title)
    return whole


def _fits(whole: Table, width: int) -> bool:
    return all(columns(line) <= width for line in lines(whole))


def _without(whole: Table, title: str) -> Table:
    """Return a table without one of its columns."""
    column = whole.titles.index(title)
    rows = [[*row[:column], *row[column + 1 :]] for row in whole.rows]
    return Table(titles=(*whole.titles[:column], *whole.titles[column + 1 :]), rows=rows, figures=whole.figures)


def _row(stats: StreamStats) -> tuple[str, ...]:
    has_moved = stats.after is not None and stats.after != stats.before
    way = f"{stats.before or 'none'} -> {stats.after}" if has_moved else stats.before or "none"
    figures = (stats.rows, stats.pages, stats.requests, stats.retries)
    return (
        stats.stream,
        *(f"{figure:,}" for figure in figures),
        f"{stats.seconds:,.2f}",
        way,
        stats.result or "interrupted",
    )
