"""Reads a state in any known shape: that of a tap, a whole STATE message, or the one that Meltano keeps."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_analytics.instants import order
from tap_analytics.state.cursor_text import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Mapping

Words = dict[str, Any]

# A shorter secret may stand in any text by chance.
_SHORTEST_SECRET = 8
# The ends of the names in an entry of this tap, or of the SDK.
# The key of a child stream's state while it is read for all parents: a sync that is interrupted begins that anew.
INCOMPLETE = "is_incomplete"
_ENDINGS = (
    *("replication_key", "replication_key_value", "replication_key_signpost", "partitions", "progress_markers"),
    "starting_replication_value",
    INCOMPLETE,
    KEY,
)

_KNOWN = (
    "a state is an object with `bookmarks`, a STATE message, lines of a tap or a target, or what Meltano keeps under "
    "`singer_state` or `completed`"
)


def state_in(document: object) -> Words:
    """Return the state of a tap in a document of any known shape.

    Raises:
        ValueError: The document holds no state.
    """
    if document == {}:
        return {}
    if isinstance(document, dict):
        for name, unwrap in _SHAPES.items():
            if name in document:
                return unwrap(document)
    message = f"this is no state of a tap: {_KNOWN}"
    raise ValueError(message)


def document_in(text: str) -> object:
    """Return the document that a text holds; of several lines of messages or states, the last state.

    Raises:
        ValueError: The text is neither JSON nor lines of JSON, or no line is a state.
    """
    try:
        return _loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2:  # noqa: PLR2004 - several
            raise
    documents = [_loads(line) for line in lines]
    states = [each for each in documents if isinstance(each, dict) and _is_state(each)]
    if not states:
        message = f"no line is a state of a tap: {_KNOWN}"
        raise ValueError(message)
    return states[-1]


def _loads(text: str) -> Any:  # noqa: ANN401 - JSON
    return json.loads(text, parse_float=Decimal)


def _is_state(document: Words) -> bool:
    kind = document.get("type", "STATE")
    return kind == "STATE" and (not document or not _SHAPES.keys().isdisjoint(document))


def _within(name: str) -> Callable[[Words], Words]:
    return lambda document: state_in(document[name])


def _of_meltano(document: Words) -> Words:
    """Return the state that Meltano keeps: the last complete one, with later, incomplete ones merged into it."""
    whole, part = (state_in(document.get(name) or {}) for name in ("completed", "partial"))
    return _laid_over(part, whole)


def _laid_over(upper: Words, lower: Words) -> Words:
    laid = lower | upper
    for name in upper.keys() & lower.keys():
        if isinstance(upper[name], dict) and isinstance(lower[name], dict):
            laid[name] = _laid_over(upper[name], lower[name])
    return laid


# The key that shows each shape, and the function that takes the state out of it.
_SHAPES: Mapping[str, Callable[[Words], Words]] = {
    "bookmarks": lambda document: document,
    "accounts": lambda document: document,
    "value": _within("value"),
    "singer_state": _within("singer_state"),
    "completed": _of_meltano,
    "partial": _of_meltano,
}


def content_of(document: object, *, secrets: Iterable[str] = ()) -> tuple[Words, Words]:
    """Return the bookmarks of a state by the names of their streams, and the states of accounts by their names.

    Raises:
        ValueError: It holds neither, or it holds one of the secrets, which each STATE would show.
    """
    state = state_in(document)
    text = json.dumps(state, ensure_ascii=False, default=str)
    spelled = [json.dumps(secret, ensure_ascii=False)[1:-1] for secret in secrets if len(secret) >= _SHORTEST_SECRET]
    if any(each in text for each in spelled):
        message = "the state holds a secret of the settings, which each STATE would show; remove it from the state"
        raise ValueError(message)
    return bookmarks_in(state), accounts_in(state)


def bookmarks_in(state: Words) -> Words:
    """Return the bookmarks in a state, by the names of their streams.

    Raises:
        ValueError: They are malformed.
    """
    bookmarks = state.get("bookmarks", {})
    if not isinstance(bookmarks, dict) or not all(isinstance(bookmark, dict) for bookmark in bookmarks.values()):
        message = "the state is not one of this tap: `bookmarks` must be an object that holds an object per stream"
        raise ValueError(message)
    return bookmarks


def accounts_in(state: Words) -> Words:
    """Return the states of accounts in a state, by the names of the accounts.

    Raises:
        ValueError: One of them is malformed.
    """
    accounts = state.get("accounts", {})
    if not isinstance(accounts, dict):
        message = "the state is not one of this tap: `accounts` must be an object that holds a state per account"
        raise ValueError(message)  # noqa: TRY004 - a document that is none of ours is a wrong value
    for name, each in accounts.items():
        try:
            bookmarks_in(state_in(each))
        except ValueError as error:
            message = f"account `{name}`: {error}"
            raise ValueError(message) from None
    return accounts


def partition_faults(bookmark: Mapping[str, Any]) -> str:
    """Return what is wrong with the bookmarks for single parents; empty if they can be used."""
    partitions = bookmark.get("partitions", [])
    if isinstance(partitions, list) and all(
        isinstance(each, dict) and isinstance(each.get("context"), dict) for each in partitions
    ):
        return ""
    return (
        "`partitions` in the state must be a list of objects, each with the `context` of one parent; correct it, or "
        "remove it to read the children of all parents from the beginning"
    )


def bookmark_fault(bookmark: Mapping[str, Any]) -> str:
    """Return what is wrong with the bookmark of a stream; empty if it can be used."""
    is_own = any(name.endswith(_ENDINGS) or isinstance(value, dict | list) for name, value in bookmark.items())
    if is_own or not bookmark:
        return partition_faults(bookmark)
    return (
        "its entry in the state holds no `replication_key_value`; if another tap wrote it, put its value under that "
        "name, or remove the entry to read all rows"
    )


def context_key(context: Mapping[str, Any]) -> str:
    """Return a text that identifies a parent."""
    return json.dumps(context, sort_keys=True, default=str)


def of_parent(bookmark: Words, context: Mapping[str, Any] | None, *, known: Mapping[str, Words] | None = None) -> Words:
    """Return the bookmark for one parent, without making one; without a parent, that of the stream.

    `known`, if it is given, has the bookmarks for single parents by their `context_key`.
    """
    if not context:
        return bookmark
    if known is None:
        known = {context_key(each["context"]): each for each in bookmark.get("partitions", ())}
    return known.get(context_key(context), {})


def join_partitions(bookmark: Words) -> Words:
    """Return the bookmarks of a stream with each parent once; of several bookmarks for a parent, the earliest."""
    if "partitions" not in bookmark:
        return dict(bookmark)
    partitions: dict[str, Words] = {}
    for each in bookmark["partitions"]:
        key = context_key(each["context"])
        other = partitions.get(key)
        if other is None or _is_before(each, other):
            partitions[key] = each
    return bookmark | {"partitions": list(partitions.values())}


def fall_behind(bookmarks: Words, names: Iterable[str]) -> None:
    """Note that these streams are not read while their parents may be: next time, they are read for all of these."""
    for name in names:
        if name in bookmarks:
            bookmarks[name][INCOMPLETE] = True


def gone_children(bookmarks: Words, known: Container[str]) -> list[str]:
    """Return the names of those that look like children of others, and are not known any more."""
    return [name for name, each in bookmarks.items() if name not in known and (not each or "partitions" in each)]


def _is_before(one: Words, other: Words) -> bool:
    place, other_place = (order(each.get("replication_key_value")) for each in (one, other))
    return place is not None and (other_place is None or (place[0] == other_place[0] and place < other_place))
