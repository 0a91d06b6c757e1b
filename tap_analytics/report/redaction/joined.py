"""A text without what may part a secret in it: white space, control characters, colors and what is not seen."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Colors of a terminal have more characters than the one that begins them. A plus may stand for a space.
PARTING = pattern(
    r"(?:\x1b\[[0-?]{0,99}[ -/]{0,9}[@-~]"
    r"|[\s+\x00-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff])+"
)

# Less than this may stand in a text by chance, once its words are joined.
SHORTEST = 12


def join(text: str) -> str:
    """Return a text without what may part a secret in it."""
    return PARTING.sub("", text)


def in_lower_case(text: str) -> str:
    """Return a text in lower case, each character in its place."""
    # The one letter that is two in lower case would move all that is behind it.
    return text.replace("\u0130", "i").lower()


class Joined:
    """A text that is searched without what parts it, with the place of each character in the text that parts have."""

    def __init__(self, text: str) -> None:
        self._parted = text
        self.text = join(text)

    def spans(self, sought: str) -> Iterator[tuple[int, int]]:
        """Give where a text begins and ends, as places in the parted one."""
        place = self.text.find(sought)
        while place >= 0:
            end = place + len(sought)
            yield self._places[place], self._places[end - 1] + 1
            place = self.text.find(sought, end)

    @cached_property
    def _places(self) -> Sequence[int]:
        places: list[int] = []
        start = 0
        for parting in PARTING.finditer(self._parted):
            places.extend(range(start, parting.start()))
            start = parting.end()
        places.extend(range(start, len(self._parted)))
        return places
