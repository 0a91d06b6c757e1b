"""Counts in words: `1 row`, `2 rows`, `once`."""

from __future__ import annotations


def noun(count: int, singular: str) -> str:
    """Return a noun as it stands behind a count: `row` behind 1, `rows` behind any other."""
    return singular if count == 1 else f"{singular}s"


def times(count: int) -> str:
    """Return how often something was done: `once`, `3 times`."""
    return "once" if count == 1 else f"{count} times"
