"""Takes what is wrong out of an entry, so that the rest is read, and all its faults are told at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

Words = dict[str, Any]

_PLACE = re.compile(r"`([^`]+)`")
_KEYS = re.compile(r"[^.\[\]]+")
# Words on which the others depend: if one of these is wrong, faults of the others would be false.
_NEEDED = {"name", "incremental", "job", "values"}
_DEPENDENT = {"primary_key": ("write_disposition",), "schema": ("columns",), "columns": ("primary_key",)}
# Stands for a parameter, which a path may name.
_ANY = "any"


def without_faulty(words: object, faults: Iterable[str], place: str) -> Words | None:
    """Return an entry without the parts that faults name; None if the rest cannot be read alone.

    Args:
        words: The entry in its long form.
        faults: The sentences, each of which begins with the place of what is wrong.
        place: Where the entry stands in the configuration.
    """
    if not isinstance(words, dict):
        return None
    left = {**words}
    if isinstance(endpoint := words.get("endpoint"), dict):
        left["endpoint"] = {**endpoint}
        if isinstance(params := endpoint.get("params"), dict):
            left["endpoint"]["params"] = {**params}
    for fault in faults:
        match = _PLACE.match(fault)
        if match is None or not match[1].startswith(place) or not _take_out(left, match[1][len(place) :]):
            return None
    return left


def _take_out(left: Words, way: str) -> bool:
    """Take what a path leads to out of an entry, and return whether the rest can be read."""
    key, *more = _KEYS.findall(way) or [""]
    if key == "endpoint" and more and isinstance(left.get("endpoint"), dict):
        endpoint = left["endpoint"]
        key, *inner = more
        if key == "params" and inner and isinstance(endpoint.get("params"), dict):
            # The name of a parameter may have a dot or brackets in it.
            name = way.partition(".params.")[2]
            faulty = [each for each in endpoint["params"] if name == each or name.startswith((f"{each}.", f"{each}["))]
            endpoint["params"] |= dict.fromkeys(faulty, _ANY)
            return bool(faulty)
        endpoint.pop(key, None)
        return key not in _NEEDED
    for each in (key, *_DEPENDENT.get(key, ())):
        left.pop(each, None)
    return key not in _NEEDED and key != ""
