"""Singer tap for analytics REST APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.source import Source

__all__ = ["Source"]


def __getattr__(name: str) -> object:
    """Import `Source` when it is first used: the command line does not need it."""
    if name == "Source":
        from tap_analytics.source import Source  # noqa: PLC0415 - it imports all that reads

        return Source
    message = f"module `{__name__}` has no attribute `{name}`"
    raise AttributeError(message)
