"""Describes a body that is not JSON: what it is, and at which place it stops being JSON."""

from __future__ import annotations

import codecs
import re

from tap_analytics.http.limits import says_passing
from tap_analytics.http.refusals import is_sign_in, says_refused
from tap_analytics.patterns import pattern

# Texts are cut to their final length when they are shown, after secrets have been removed: a secret that is cut here
# would not be found.
_SAMPLE = 20_000
_LONGEST_TYPE = 100
_NEAR = 20
# Content types of text that is not JSON.
_OTHERS = ("text/plain", "csv", "tab-separated")

_PAGE = pattern(r"<(?:!doctype\s+html|html|head|body|title)\b", re.IGNORECASE)
_TITLE = pattern(r"<title[^>]*>([^<]*)<", re.IGNORECASE)
_POSITION = pattern(r"\(byte ([0-9]+)\)")
_NO_NUMBER = pattern(rb"[-+]?(?:NaN|Infinity|Inf)\b", re.IGNORECASE)
_TABLE = pattern(r"(?P<head>[^,;\t\n]+([,;\t])[^\n]*)\n(?:[^,;\t\n]*\2|$)")
# The first bytes of bodies that are not text.
_BINARY = {
    b"\x1f\x8b": "compressed with gzip, without a header that says so",
    b"\x28\xb5\x2f\xfd": "compressed with zstd, without a header that says so",
    b"PK\x03\x04": "a ZIP file",
    b"%PDF": "a PDF file",
    b"PAR1": "a Parquet file",
    codecs.BOM_UTF16_LE: "in UTF-16, not in UTF-8",
    codecs.BOM_UTF16_BE: "in UTF-16, not in UTF-8",
}


# Many APIs that write XML can write JSON too.
_ANOTHER = "; ask the API for JSON or CSV, which it may write for another path, parameter or `Accept` header"


def describe(body: bytes, reason: Exception, content_type: str = "") -> str:
    """Return what a body is instead of JSON, and the text in it, as the end of a sentence.

    Args:
        body: The body, without a byte order mark.
        reason: Why it cannot be decoded.
        content_type: The content type in its headers.
    """
    kind, said = _kind(body, reason, content_type)
    declared = f" (content type `{content_type[:_LONGEST_TYPE]}`)" if content_type else ""
    return f"{kind}{declared}{said}"


def _kind(body: bytes, reason: Exception, content_type: str) -> tuple[str, str]:
    """Return what a body is, and more about it for the message."""
    text = body[:_SAMPLE].decode(errors="replace").strip()
    if not text:
        return "empty", ""
    if binary := binary_kind(body):
        return binary, ""
    if text.startswith("<"):
        is_html = is_page(text) or "html" in content_type.lower()
        return _page(text) if is_html else ("XML, not JSON", _ANOTHER + _beginning(text))
    if text[0] in '{["':
        return _fault(body, reason), ""
    is_table = "csv" in content_type.lower() or "tab-separated" in content_type.lower() or _TABLE.match(text)
    advice = "; declare `format` as `csv`" if is_table else ""
    return "CSV, not JSON" if is_table else "not JSON", advice + _beginning(text)


def binary_kind(body: bytes) -> str:
    """Return what a body is by its first bytes if it is not text; empty if it may be text."""
    return next((kind for mark, kind in _BINARY.items() if body.startswith(mark)), "")


def is_page(text: str) -> bool:
    """Return whether a text is HTML."""
    return bool(_PAGE.search(text))


def is_lasting(body: bytes, reason: Exception, content_type: str = "") -> bool:
    """Return whether a retry would bring such a body again, since the API does not send JSON here."""
    text = body[:_SAMPLE].decode(errors="replace").strip()
    if not text or text.startswith("<"):
        return False
    if binary_kind(body):
        return True
    if text[0] in '{["':
        return "JSON Lines" in _fault(body, reason)
    return any(kind in content_type.lower() for kind in _OTHERS) and not says_passing(text)


def is_refused(body: bytes, content_type: str = "") -> bool:
    """Return whether such a body is a page to sign in, or a text that refuses the credentials."""
    text = body[:_SAMPLE].decode(errors="replace").strip()
    if text.startswith("<"):
        title = _TITLE.search(text)
        return bool(title and is_page(text) and is_sign_in(title[1]))
    return "json" not in content_type.lower() and text[:1] not in set('{["') and says_refused(text)


def _page(text: str) -> tuple[str, str]:
    title = _TITLE.search(text)
    if title and is_sign_in(title[1]):
        return "HTML", f"; it is a page to sign in. Its title is: {title[1].strip()}"
    said = f". The title of the page is: {title[1].strip()}" if title and title[1].strip() else ""
    return "HTML", f"; check `api_url` and the path of the resource{said}"


def _beginning(text: str) -> str:
    return f". It begins: {text}"


def _fault(body: bytes, reason: Exception) -> str:
    """Return what is wrong with a body that begins like JSON."""
    if isinstance(reason, UnicodeDecodeError):
        return f"not JSON: byte {_first_undecodable(body)} is not UTF-8"
    said = str(reason).removeprefix("JSON is malformed: ")
    position = _POSITION.search(said)
    if position is None:
        is_cut = "truncated" in said
        return (
            f"cut short: it is JSON that ends in its middle, after {len(body)} bytes" if is_cut else f"not JSON: {said}"
        )
    place = int(position[1])
    if number := _number_at(body, place):
        return f"not JSON: {number[0].decode()} at byte {number.start()} is no number in JSON"
    if "trailing" in said and "array" not in said and (line := _next_line(body, place - 1)):
        return (
            f"JSON Lines, not JSON: line {line}, at byte {place - 1}, begins another document; "
            "declare `format` as `jsonl`"
        )
    near = body[max(0, place - _NEAR) : place + _NEAR].decode(errors="replace")
    return f"not JSON: {said}, near {near}"


def _number_at(body: bytes, place: int) -> re.Match[bytes] | None:
    """Return the number at a place that JSON does not have, such as NaN."""
    found = _NO_NUMBER.finditer(body, max(0, place - len("-Infinity")), place + len("-Infinity"))
    return next((match for match in found if match.start() <= place <= match.end() + 1), None)


def _next_line(body: bytes, place: int) -> int | None:
    """Return the number of the line that begins at a place; None if no line begins there."""
    before = body[:place]
    return before.count(b"\n") + 1 if b"\n" in before[len(before.rstrip()) :] else None


def _first_undecodable(body: bytes) -> int:
    try:
        body.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0
