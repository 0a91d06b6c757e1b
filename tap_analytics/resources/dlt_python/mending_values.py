"""Values as generated pages write them -> as dlt writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_analytics.resources.dlt_python.values import Imported, Words, variable
from tap_analytics.resources.dlt_shape import generated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.resources.dlt_python.notes import Notes

_STORED = frozenset({"dlt.secrets.value", "dlt.config.value"})


def name_by_key(words: Words, place: str, notes: Notes) -> None:
    """Name each value from dlt's settings by the key where it stands; dlt itself does so for parameters only."""
    for at, holder, key in _places(words, place):
        value = holder[key]
        if isinstance(value, Imported) and value.path in _STORED:
            made = variable(key)
            holder.put(key, made, holder.line_of(key))
            notes.say(holder.line_of(key), f"`{at}` is the variable `${key.upper()}`")


def _places(words: Words, place: str) -> Iterator[tuple[str, Words, str]]:
    for key, value in list(words.items()):
        at = f"{place}.{key}".removeprefix(".")
        yield at, words, key
        parts = [(at, value)] if isinstance(value, Words) else []
        if isinstance(value, list):
            parts = [(f"{at}[{number}]", each) for number, each in enumerate(value) if isinstance(each, Words)]
        for inner, part in parts:
            yield from _places(part, inner)


def mend_location(auth: Words, place: str, notes: Notes) -> None:
    """Write as dlt does where a key goes."""
    _replace(auth, "location", generated.LOCATIONS, place, notes)


def mend_disposition(entry: Words, place: str, notes: Notes) -> None:
    """Write as dlt does how rows are stored."""
    _replace(entry, "write_disposition", generated.DISPOSITIONS, place, notes)


def mend_params(params: Words, place: str, notes: Notes) -> None:
    """Write as dlt does a parameter whose value a parent gives."""
    for name, value in params.items():
        if not isinstance(value, Words):
            continue
        at = f"{place}.{name}"
        notes.rename(value, generated.PARENT, at)
        if {"resource", "field"} <= value.keys() and value.get("type") != "resolve":
            value.put("type", "resolve", value.line)
            notes.say(value.line, f"`{at}.type` is `resolve` in dlt's words")


def mend_actions(actions: list[Any], place: str, notes: Notes) -> None:
    """Write as dlt does what is done with single responses."""
    for number, action in enumerate(actions):
        if isinstance(action, Words):
            notes.rename(action, generated.ACTION, f"{place}[{number}]")
            _replace(action, "action", generated.ACTIONS, f"{place}[{number}]", notes)


def _replace(words: Words, key: str, known: Any, place: str, notes: Notes) -> None:  # noqa: ANN401 - values by their names
    old = words.get(key)
    new = known.get(old.lower()) if isinstance(old, str) else None
    if new is not None and new != old:
        line = words.line_of(key)
        words.put(key, new if isinstance(new, str) else Words(new, line=line), line)
        told = f"`{new}`" if isinstance(new, str) else " with ".join(f"`{each}`" for each in new.values())
        notes.say(line, f"`{place}.{key}` `{old}` is {told} in dlt's words")
