"""SentWords: what a request says about the rows that it wants: an API that repeats it says nothing of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.patterns import pattern
from tap_analytics.records.failures.wording import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

# What parts the names in the name of a parameter: `filter[status]`, `filter.status`, `status__in`.
_PARTING = pattern(r"[\[\].:]+|__")
# A field with such a name reports an error, whatever was sent.
_OF_ERROR = pattern(r"err|fault|exception")


class SentWords(msgspec.Struct, frozen=True):
    """The words of a request by the names that they are sent under, as `plain` writes these."""

    pairs: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, *sent: object) -> Self:
        """Return the words in the parameters and in the body of a request, as they are declared."""
        return cls(frozenset(pair for each in sent if isinstance(each, dict) for pair in _pairs(each)))

    def covers(self, name: str, value: object) -> bool:
        """Return whether a field of a response has a value that the request was sent with under its name."""
        known = plain(name)
        if not self.pairs or _OF_ERROR.search(known):
            return False
        words = set(_words(value))
        return bool(words) and all((known, word) in self.pairs for word in words)


def _pairs(sent: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in sent.items():
        if isinstance(value, dict):
            yield from _pairs(value)
        for part in _PARTING.split(name):
            yield from ((plain(part), word) for word in _words(value) if part)


def _words(value: object) -> Iterator[str]:
    for each in value if isinstance(value, list | tuple) else [value]:
        if isinstance(each, str | int):
            # A list may be sent, or repeated, as one text.
            yield from (word.strip().casefold() for word in str(each).split(",") if word.strip())


NOTHING_SENT = SentWords()
