"""Finds values that must not be shown: those behind the names of credentials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern
from tap_analytics.report.redaction.joined import in_lower_case

if TYPE_CHECKING:
    from collections.abc import Iterator

    Span = tuple[int, int]

# A text without one of these has no name of a credential in it.
_HINTS = ("key", "token", "secret", "passw", "passphrase", "pwd", "jwt", "authorization", "cookie", "bearer", "basic")

_OWNERS = (
    "access|account|admin|api|app|application|auth|bearer|client|consumer|csrf|encryption|id|oauth|private|refresh"
    "|secret|security|session|shared|signing|subscription|xsrf"
)
_NAME = (
    rf"(?P<compound>(?:{_OWNERS})[-_]?(?:key|token|secret)|pass(?:word|wd|phrase)|pwd)"
    r"|(?P<header>(?:proxy-)?authorization)"
    r"|(?P<cookie>(?:set-)?cookie)"
    # Names of cursors to the next page, which are no credentials.
    r"|(?P<page>(?:continuation|cursor|next|page|skip|sync)[-_]token)"
    r"|secret|token|jwt"
)
# What may stand behind a name: `=` of a query string, `:` of a header or of JSON, `=>` of some languages, `>` of XML.
_NAMED = pattern(rf"(?<![a-z0-9])(?:{_NAME})[\"']?\s{{0,99}}(?P<sign>=>|=(?!=)|[:>])\s{{0,99}}")

# Credentials without a name, but of a known form. Both are searched in lower case, which is faster than ignoring case.
_UNNAMED = pattern(r"(?<![a-z0-9])(?:bearer|basic)[\s+]+(?P<value>(?=[\w.~+/=-]*[0-9])[\w.~+/=-]{16,})")

_SCHEME = pattern(r"(?:(?:apikey|basic|bearer|digest|token)[\s+]+)?", re.IGNORECASE)
# A text that was cut has no closing quote.
_DOUBLE = pattern(r"(?:[^\"\\]|\\.)*", re.DOTALL)
_SINGLE = pattern(r"(?:[^'\\]|\\.)*", re.DOTALL)
_PARAMETER = pattern(r"[^\s&\"'<>`\\({\[][^\s&\"'<>`\\]*")
_WORD = pattern(r"[^\s&\"'<>`\\(){}\[\],;:=]+")
_LINE = pattern(r"[^\"'<>\\\r\n]*")
_ELEMENT = pattern("[^<]*")
_ENDS_LINE = pattern(r"[ \t]*(?:[\r\n,;})\]]|\Z)")

# A word of this length is no word of a sentence.
_LONG = 16


def values(text: str) -> Iterator[Span]:
    """Give the places in a text of the values behind the names of credentials."""
    lowered = in_lower_case(text)
    if not any(hint in lowered for hint in _HINTS):
        return
    place = 0
    while name := _NAMED.search(lowered, place):
        start, end = _value(text, name)
        if start < end:
            yield start, end
        place = end
    for unnamed in _UNNAMED.finditer(lowered):
        yield unnamed.span("value")


def _value(text: str, name: re.Match[str]) -> Span:
    """Return the place of the value behind a name; it is empty if the value is no credential."""
    start = name.end()
    nothing = (start, start)
    if name["page"]:
        return nothing
    if name["sign"] == ">":
        return _span(_ELEMENT, text, start) if text[max(name.start() - 1, 0)] in "<:" else nothing
    quoted = start + text.startswith(("b'", 'b"'), start)
    for quote, content in (('"', _DOUBLE), ("'", _SINGLE)):
        if text.startswith(quote, quoted):
            end = _span(content, text, quoted + 1)[1]
            return min(_span(_SCHEME, text, quoted + 1)[1], end), end
    if name["cookie"]:
        return _span(_LINE, text, start)
    start = _span(_SCHEME, text, start)[1]
    if name["sign"] != ":" or name["header"]:
        return _span(_PARAMETER, text, start)
    span = _span(_WORD, text, start)
    return span if _is_credential(text, span, name) else nothing


def _is_credential(text: str, span: Span, name: re.Match[str]) -> bool:
    """Return whether a word behind a name and a colon is a value; it may be the beginning of a sentence."""
    word = text[slice(*span)]
    is_last = bool(name["compound"] and _ENDS_LINE.match(text, span[1]))
    return len(word) >= _LONG or is_last or any(map(str.isdigit, word))


def _span(pattern: re.Pattern[str], text: str, start: int) -> Span:
    found = pattern.match(text, start)
    return found.span() if found else (start, start)
