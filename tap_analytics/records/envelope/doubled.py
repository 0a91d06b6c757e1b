"""Finds a field that a body names twice: JSON readers keep only the last one, and lose the values of the other."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def refuse_doubled(body: bytes, way: Sequence[str]) -> None:
    """Raise FatalAPIError for a body that names a field on the way to the records twice."""
    if name := doubled_in(body, way):
        message = (
            f"the response has the field `{name}` twice, so that the records in one of them are lost; ask for them "
            "in another way, or tell the makers of the API"
        )
        raise FatalAPIError(message)


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
