"""What an API says in words, for a message: the texts in a body, and the codes beside them."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.records.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The names of fields that hold what the API says, the most telling first, as `plain` writes them.
TEXTS = (
    "message",
    "msg",
    "errormessage",
    "errormsg",
    "errmsg",
    "reason",
    "error",
    "errordescription",
    "detail",
    "details",
    "title",
    "description",
    "faultstring",
    "faultmessage",
    "exceptionmessage",
    "usermessage",
    "statusmessage",
    "statustext",
    "statusdescription",
    "responsemessage",
    "respmsg",
    "resultmessage",
    "retmsg",
    "messages",
    "text",
    "info",
    "cause",
    "hint",
    "errors",
    "fault",
    "exception",
)
_CODES = ("code", "errorcode", "status", "statuscode", "faultcode", "error")

# Texts are cut where they are shown, when secrets are out of them: one that is cut here would not be found there.
LONGEST = 20_000
_DEPTH = 5
_MOST = 5


def quote(value: object, *around: Mapping[str, Any]) -> str:
    """Return what an API says of a failure, as one text.

    Args:
        value: What names the failure.
        around: The objects that it stands in: their texts say more.
    """
    told = [*_texts(value, _DEPTH), *(text for each in around for text in remarks(each))]
    if not told or (not isinstance(value, dict | list | str) and value is not None):
        told.insert(0, as_json(value))
    return ", ".join(islice(dict.fromkeys(text for text in told if text), _MOST))[:LONGEST]


def remarks(document: object) -> Iterator[str]:
    """Give the texts of an object that are messages."""
    if isinstance(document, dict):
        fields = {plain(name): value for name, value in document.items()}
        for name in TEXTS:
            yield from _texts(fields.get(name), _DEPTH)


def as_json(value: object) -> str:
    """Return a value as JSON writes it, text as it is; the beginning of a long one."""
    if isinstance(value, str):
        return value.strip()[:LONGEST]
    return _ENCODER.encode(value).decode()[:LONGEST]


def _texts(value: object, depth: int) -> Iterator[str]:
    """Give the texts in a value; of an object without any, all of it."""
    if isinstance(value, str):
        yield as_json(value)
    elif isinstance(value, list) and depth:
        for each in value[:_MOST]:
            yield from _texts(each, depth - 1)
    elif isinstance(value, dict) and value:
        fields = {plain(name): each for name, each in value.items()}
        codes = [as_json(fields[name]) for name in _CODES if isinstance(fields.get(name), str | int)]
        texts = [text for name in TEXTS if name in fields for text in _texts(fields[name], depth - 1)] if depth else []
        yield from [*codes, *texts] if texts else [as_json(value)]


_ENCODER = msgspec.json.Encoder(decimal_format="number")
