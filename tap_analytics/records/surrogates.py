"""Halves of a character in a body: JSON can write them alone, and no reader takes them."""

from __future__ import annotations

import logging
import re
from functools import cache

from tap_analytics.patterns import pattern

logger = logging.getLogger("tap-analytics")

# An escape of JSON: two halves that make a character, a half that stands alone, or any other.
_ESCAPES = pattern(
    rb"\\(?:(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|(?P<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)


def without_halves(body: bytes) -> bytes | None:
    """Return a body whose halves of characters are U+FFFD, None where it has none; a warning tells of them."""
    mended, count = _ESCAPES.subn(lambda found: rb"\ufffd" if found["half"] else found[0], body)
    if not count or mended == body:
        return None
    _warn()
    return mended


@cache
def _warn() -> None:
    """Say it once."""
    logger.warning("A response has halves of characters (lone surrogates); they are U+FFFD in the records.")
