"""Lists that end with just as many rows as an API may be limited to, where nothing counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.report.stats import ListStats

# Limits of APIs begin with these digits and end with zeros; lists of fewer rows often have a round number.
_DIGITS = {"1", "2", "25", "5"}
_LEAST = 500


def is_cap(rows: int) -> bool:
    """Return whether a number of rows is one that APIs are limited to: 500, 1,000, 2,500, 10,000."""
    return rows >= _LEAST and str(rows).rstrip("0") in _DIGITS


def remark_cap(stats: ListStats) -> None:
    """Remark that a list, which nothing counts, has just as many rows as an API may be limited to."""
    if is_cap(stats.rows) and not stats.is_told and not stats.warnings:
        stats.remarks.append(
            f"The list has exactly {stats.rows:,} rows, and nothing counts them: the API may give no more of any list. "
            "Declare what counts it, such as `total_path`, or read it in parts, such as windows"
        )
