"""Replaces the names of settings in messages by those that the user's configuration has for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Mapping

_IN_BACKTICKS = pattern(r"`([a-z_]+)`")


def as_written(text: str, names: Mapping[str, str]) -> str:
    """Return a text in which each setting in backticks has the name that it has in the configuration."""
    if not names:
        return text
    return _IN_BACKTICKS.sub(lambda match: f"`{names.get(match[1], match[1])}`", text)
