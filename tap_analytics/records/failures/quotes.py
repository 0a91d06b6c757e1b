"""Quotes the texts and codes in the body of a failure, for a message."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.patterns import pattern
from tap_analytics.records.failures.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# The names of fields with messages of the API, as `plain` writes them, the most telling first.
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
# Other names of messages.
_OWN_TEXT = pattern(
    r"(?:message|msg|mesg|text|descr?|desp|description|reason|detail|hint|note|string|title|information)$"
)
_CODES = ("code", "errorcode", "status", "statuscode", "faultcode", "error")
# The objects of an error object that say more of it: of JSON-RPC, and of GraphQL.
_MORE = ("data", "extensions")

# Texts are cut to their final length when they are shown, after secrets have been removed: a secret that is cut here
# would not be found.
LONGEST = 20_000
_DEPTH = 5
_MOST = 5
# The most characters of an object that is quoted whole.
_SHORT = 300


def quote(value: object, *around: Mapping[str, Any]) -> str:
    """Return what an API says about a failure, as one text.

    Args:
        value: The value of the field that names the failure.
        around: The objects around it, whose texts are added.
    """
    said = [text for each in around for text in remarks(each)]
    told = [
        *_texts(value, _DEPTH),
        *(said or [whole(each) for each in around if len(each) > 1 and not isinstance(value, dict | list)]),
    ]
    if not any(told) or (not isinstance(value, dict | list | str) and value is not None):
        told.insert(0, as_json(value))
    return ", ".join(islice(dict.fromkeys(text for text in told if text), _MOST))[:LONGEST]


def remarks(document: object) -> Iterator[str]:
    """Give the texts of an object that are messages."""
    if isinstance(document, dict):
        fields = {plain(name): value for name, value in document.items()}
        for name in (*TEXTS, *(each for each in fields.keys() - set(TEXTS) if _OWN_TEXT.search(each))):
            yield from _texts(fields.get(name), _DEPTH)


def whole(document: object) -> str:
    """Return a short object as JSON; empty for one that is long, has objects in lists, or says nothing."""
    text = as_json(document) if isinstance(document, dict) and any(document.values()) else ""
    return "" if len(text) > _SHORT or "[{" in text else text


def as_json(value: object) -> str:
    """Return a value as JSON, and text as it is; a long one is cut."""
    if isinstance(value, str):
        return value.strip()[:LONGEST]
    return _ENCODER.encode(value).decode()[:LONGEST]


def _texts(value: object, depth: int) -> Iterator[str]:
    """Give the texts in a value; an object without texts is given as JSON."""
    if isinstance(value, str):
        yield as_json(value)
    elif isinstance(value, list) and depth:
        for each in value[:_MOST]:
            yield from _texts(each, depth - 1)
    elif isinstance(value, dict) and value:
        fields = {plain(name): each for name, each in value.items()}
        codes = [as_json(fields[name]) for name in _CODES if isinstance(fields.get(name), str | int)]
        texts = [text for name in TEXTS if name in fields for text in _texts(fields[name], depth - 1)] if depth else []
        texts += [text for name in _MORE for text in remarks(fields.get(name))] if texts else []
        yield from [*codes, *texts] if texts else [as_json(value)]


_ENCODER = msgspec.json.Encoder(decimal_format="number")
