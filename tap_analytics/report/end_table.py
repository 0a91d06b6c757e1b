"""The table at the end of a sync: what became of each stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.report.tables import Table, columns, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.report.stats import StreamStats

_TITLES = ("stream", "rows", "pages", "requests", "retries", "seconds", "bookmark", "result")
_FIGURES = _TITLES[1:6]
# What a narrow terminal does without, first to last.
_LESS = ("pages", "requests", "seconds")


def table(streams: Sequence[StreamStats]) -> Table:
    """Return a table of what became of the streams that were begun, a row for each."""
    return Table(titles=_TITLES, rows=[_row(stats) for stats in streams if stats.is_begun], figures=_FIGURES)


def fit(whole: Table, width: int) -> Table:
    """Return a table as a terminal shows it: without a column of zeros, and with what has room in a line."""
    rows = [["<0.01" if cell == "0.00" else cell for cell in row] for row in whole.rows]
    whole = Table(titles=whole.titles, rows=rows, figures=whole.figures)
    if all(row[_TITLES.index("retries")] == "0" for row in whole.rows):
        whole = _without(whole, "retries")
    if not _fits(whole, width):
        # A bookmark that has moved: where it is now.
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
