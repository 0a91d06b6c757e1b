"""Replaces lone surrogates in a body: JSON can write half of a character, and no reader accepts it."""

from __future__ import annotations

import logging
import re
from functools import cache

from tap_analytics.patterns import pattern

logger = logging.getLogger("tap-analytics")

# An escape of JSON: two halves that make a character, a half alone, or any other escape.
_ESCAPES = pattern(
    rb"\\(?:(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def without_halves(body: bytes) -> bytes | None:
    """Return a body with U+FFFD in place of half characters, and warn of them; None if it has none."""
    mended = _ESCAPES.sub(lambda found: rb"\ufffd" if found["half"] else found[0], body)
    if mended == body:
        return None
    _warn()
    return mended


@cache
def _warn() -> None:
    """Warn once in a run."""
    logger.warning("A response has half characters (lone surrogates); the records have U+FFFD in their place.")
