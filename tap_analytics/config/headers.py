"""Which text can be the name or the value of an HTTP header."""

from __future__ import annotations

import re


def fits_header(value: str) -> bool:
    """Return whether the text can be the value of an HTTP header."""
    return value == value.strip() and re.fullmatch(r"[\t\x20-\x7e\x80-\xff]*", value) is not None


def is_header_name(name: str) -> bool:
    """Return whether the text can be the name of an HTTP header."""
    return re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) is not None
