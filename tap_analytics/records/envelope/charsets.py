"""Text that is not in UTF-8, read as its response says that it is written."""

from __future__ import annotations

import codecs
import re

from tap_analytics.patterns import pattern

_CHARSET = pattern(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_WIDE = ("utf-16", "utf-32")


def in_utf8(body: bytes, content_type: str) -> bytes | None:
    """Return a body in UTF-8; None where it is that already, or nothing says what else it is.

    Servers name ISO-8859-1 for what is UTF-8, so that UTF-8 comes first.
    """
    found = _CHARSET.search(content_type)
    charset = found[1].lower() if found else ""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not charset.startswith(_WIDE):
        charset = "utf-16"
    # JSON in UTF-8 has no NUL, and in UTF-16 it has one in most characters.
    is_utf8 = b"\0" not in body if charset.startswith(_WIDE) else _is_utf8(body)
    if is_utf8 or not charset:
        return None
    try:
        return body.decode(charset).encode()
    except (LookupError, UnicodeError):
        return None


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
