"""Finds a field that a body names twice: JSON readers keep only the last one, and lose the values of the other."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def doubled_in(body: bytes, way: Sequence[str]) -> str | None:
    """Return the dotted path of the first field on the way to the records that a body names twice, or None.

    Args:
        body: The body, which is JSON.
        way: The names of the fields that lead to the records.
    """
    if all(body.count(f'"{name}"'.encode()) < 2 for name in way):  # noqa: PLR2004 - twice is two times
        return None
    try:
        document = json.loads(body, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError):
        return None
    for depth, name in zip(count(1), way, strict=False):
        found = [value for each, value in document if each == name] if isinstance(document, _Pairs) else []
        if len(found) > 1:
            return ".".join(way[:depth])
        document = found[0] if found else None
    return None


class _Pairs(list[tuple[str, Any]]):
    """An object of JSON as its names and values, in their order."""

    def __init__(self, pairs: Iterable[tuple[str, Any]]) -> None:
        super().__init__(pairs)
