"""What an API says beside rows: it says the same beside the empty page behind them, and that is no failure there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The fields that tell one entity from another.
_IDS = ("id", "uuid", "guid", "key", "name")
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_VALUE = msgspec.json.Decoder()
# No code or status is longer, in bytes; the other lists of a body are.
_LONGEST = 4096
# A list that has no row so far behind its bracket has none.
_BEGINNING = 256


class OwnWords:
    """Remembers what stood beside rows: codes of the API's own, and what an entity around the rows said of itself."""

    def __init__(self) -> None:
        self._known: set[int] = set()
        # What stood around the first rows; it is judged when an empty page comes, since most lists have none.
        self.first: Mapping[str, Any] | None = None

    def note(self, place: Sequence[str], value: object, part: Mapping[str, object]) -> None:
        """Remember that an object around rows has a value at a place."""
        self._known.add(_word(place, value, part))

    def covers(self, place: Sequence[str], value: object, part: Mapping[str, object]) -> bool:
        """Return whether the same stood beside rows, and of the same entity."""
        return bool(self._known) and _word(place, value, part) in self._known

    # Two envelopes that declare the same are the same, whatever was read by them.
    @override
    def __eq__(self, other: object) -> bool:
        return type(other) is OwnWords

    @override
    def __hash__(self) -> int:
        return hash(OwnWords)


def _word(place: Sequence[str], value: object, part: Mapping[str, object]) -> int:
    return hash((*place, repr(value), *(repr(part.get(name)) for name in _IDS)))


def around_rows(body: bytes | msgspec.Raw, way: Sequence[str]) -> dict[str, Any] | None:
    """Return a body without its rows and without long values; None if it has no rows.

    Args:
        body: The body, which should be JSON.
        way: The names that lead to the rows.
    """
    try:
        fields = _FIELDS.decode(body)
        around = {name: _VALUE.decode(each) for name, each in fields.items() if len(memoryview(each)) <= _LONGEST}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    around.pop(way[0], None)
    inner = fields.get(way[0])
    if inner is None:
        return None
    if len(way) > 1:
        around[way[0]] = within = around_rows(inner, way[1:])
        return None if within is None else around
    beginning = bytes(memoryview(inner)[:_BEGINNING])
    return around if beginning.startswith(b"[") and not beginning[1:].lstrip().startswith(b"]") else None
