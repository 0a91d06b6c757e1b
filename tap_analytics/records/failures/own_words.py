"""What an API says beside rows: it says the same beside the empty page behind them, and that is no failure there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The fields that tell one entity from another.
_IDS = ("id", "uuid", "guid", "key", "name")


class OwnWords:
    """Remembers what stood beside rows: codes of the API's own, and what an entity around the rows said of itself."""

    def __init__(self) -> None:
        self._known: set[int] = set()

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
