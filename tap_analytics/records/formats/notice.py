"""Refuses a body with an error in text, JSON or HTML in place of a file of records, whatever its status."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope import malformed
from tap_analytics.records.failures.failures import failure_in

if TYPE_CHECKING:
    from collections.abc import Sequence

# Texts are cut to their final length when they are shown, after secrets have been removed.
_LONGEST = 20_000
_WORDS = (
    r"(?i)\b(?:error|errors|exception|fatal|failed|failure|denied|invalid|unauthori[sz]ed|forbidden|wrong|expired|quota|"
    r"exceeded|too many|unavailable|bad request|unknown|no such|not (?:found|allowed|valid|authori[sz]ed)|nothing|"
    r"missing|sorry|please|cannot|must)\b"
)
_HTML = "HTML"
_TABLES = ("csv", "tab-separated", "excel", "spreadsheet", "octet-stream", "zip")


class NoticeError(FatalAPIError):
    """A response has a message in place of the requested file; `said` is that message.

    `is_page` says that it is a page of HTML: most of these come from a proxy before the API, and not for long.
    """

    def __init__(self, message: str, said: str, *, is_page: bool = False) -> None:
        super().__init__(message)
        self.said = said
        self.is_page = is_page


def refuse_document(beginning: bytes, *, wanted: str, content_type: str) -> None:
    """Raise NoticeError for a body that begins as HTML, XML or a document of JSON.

    Args:
        beginning: The first bytes of the body.
        wanted: The format that it should have.
        content_type: The content type in its headers.
    """
    text = beginning[:_LONGEST].decode(errors="replace").lstrip("\ufeff \t\r\n")
    if text[:1] in {"<", "{", "["}:
        raise notice(text, wanted=wanted, content_type=content_type, kind=_kind(text))
    is_text = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_text and (binary := malformed.binary_kind(beginning)):
        raise notice(text[:0], wanted=wanted, content_type=content_type, kind=binary)


def refuse_sentence(header: Sequence[str], *, has_rows: bool, text: str, wanted: str, content_type: str) -> None:
    """Raise NoticeError for the header row of a table that is a sentence instead of names of columns."""
    is_table = any(kind in content_type.lower() for kind in _TABLES)
    first = header[0]
    is_phrase = bool(re.search(r"\S[\s:!.]+\S", first))
    if len(header) == 1:
        speaks = bool(re.search(_WORDS, first)) and (is_phrase or not is_table)
        is_sentence = is_phrase and (speaks or not (has_rows or is_table))
    else:
        is_spaced = any(name[:1] == " " for name in header[1:]) and not (has_rows and is_table)
        is_alone = is_phrase and not has_rows and not is_table
        is_sentence = (is_spaced or is_alone) and bool(re.search(_WORDS, text))
    if is_sentence:
        raise notice(text, wanted=wanted, content_type=content_type, kind="text")


def notice(text: str, *, wanted: str, content_type: str, kind: str) -> NoticeError:
    """Return the error for a text in place of a file; it quotes the beginning of the text."""
    declared = f" (content type `{content_type[:100]}`)" if content_type else ""
    begins = f". It begins: {text[:_LONGEST].strip()}" if text.strip() else ""
    said = _failure(text) or text
    message = f"the body of the response is {kind}, not {wanted}{declared}{begins}"
    return NoticeError(message, said, is_page=kind == _HTML)


def _kind(text: str) -> str:
    if text[0] == "<":
        return _HTML if malformed.is_page(text) else "XML"
    return "JSON"


def _failure(text: str) -> str:
    try:
        failure = failure_in(msgspec.json.decode(text.encode()))
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return ""
    return failure.said if failure else ""
