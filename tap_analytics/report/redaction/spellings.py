"""Removes escapes from text, and keeps the place of each character in the escaped text."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence

_BACKSLASH = "\\"
_CONTROLS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

# The beginnings of escapes, and what may follow them. The first half of a character in UTF-16 counts as an escape too.
# Of several backslashes in a row only the last one can begin an escape.
_BEGINNINGS = pattern(r"\\+|%(?=[0-9a-fA-F%&\\])|&(?=[#a-zA-Z%&\\])|[\ud800-\udfff]")

# Bytes beyond ASCII stand in the text as in Python's `surrogateescape`, until they make a character of UTF-8.
_BYTES = 0xDC00
_BEGIN = frozenset([*r"%&\\", *map(chr, range(_BYTES + 0xC2, _BYTES + 0xF5)), *map(chr, range(0xD800, 0xDC00))])
_LATIN_1 = {_BYTES + byte: byte for byte in range(0x80, 0x100)}
_LEFT_OVER = pattern(r"[\udc80-\udcff]")

# No escape is longer than this.
_LONGEST = 12

_ESCAPE = pattern(
    r"(?:%|\\x)(?P<byte>[0-9a-fA-F]{2})"
    r"|\\(?:u(?P<unit>[0-9a-fA-F]{4})|u\{(?P<braced>[0-9a-fA-F]{1,8})\}|U(?P<point>[0-9a-fA-F]{8})"
    r"|(?P<octal>[0-3][0-7]{2})|(?P<control>[bfnrt]))"
    r"|&(?:#(?P<decimal>[0-9]{1,8});|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,8});|(?P<entity>[A-Za-z][A-Za-z0-9]{1,8});)"
    r"|(?P<utf_8>[\udcc2-\udcdf][\udc80-\udcbf]|[\udce0-\udcef][\udc80-\udcbf]{2}|[\udcf0-\udcf4][\udc80-\udcbf]{3})"
    r"|(?P<utf_16>[\ud800-\udbff][\udc00-\udfff])"
)

# Full-width letters, digits and signs, and the plain ones that they stand for.
_FULL_WIDTH = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}

# Characters that count as the same: a line break may be written as `\n`, and `\n` may be a backslash before a name.
_ALIKE = {"+": " ", **{control: letter for letter, control in _CONTROLS.items()}}


class Decoded(msgspec.Struct, frozen=True):
    """A text without any escapes.

    Args:
        text: The text without any escape; backslashes that escape nothing are left out.
        starts: Where each character begins in the escaped text; the last item is where the last character ends.
        backslashes: The ends of runs of backslashes that were left out, by their beginnings.
    """

    text: str
    starts: Sequence[int]
    backslashes: Mapping[int, int] = msgspec.field(default_factory=dict)

    @property
    def comparable(self) -> str:
        """Return the text for comparison: characters that escapes may exchange for each other become one character."""
        text = self.text if self.text.isascii() else self.text.translate(_FULL_WIDTH)
        for character, other in _ALIKE.items():
            text = text.replace(character, other)
        return text


def decode(text: str) -> Decoded:
    """Return the text without percent, JSON, `repr` and HTML escapes, however they are nested.

    The text is read once, from its end: where an escape begins, all to its right is decoded already, and its result may
    be the beginning of another escape. So the time depends on the length and not on the nesting.
    """
    beginnings = [found.span() for found in _BEGINNINGS.finditer(text)]
    if not beginnings:
        return Decoded(text, range(len(text) + 1))
    stack = _Stack(text)
    for start, end in reversed(beginnings):
        stack.push(start, end)
    return stack.text()


class _Stack:
    """The characters to the right of a place, decoded, the next one last."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = len(text)
        self._characters: list[str] = []
        self._starts = [len(text)]
        self._backslashes: dict[int, int] = {}

    def push(self, start: int, end: int) -> None:
        """Add a character that may begin an escape of the characters to its right."""
        self._push_plain(end)
        self._end = start
        characters, starts = self._characters, self._starts
        character = self._text[end - 1]
        while character in _BEGIN:
            found = _ESCAPE.match(character + "".join(characters[:-_LONGEST:-1]))
            decoded = _character(found) if found else None
            if not found or decoded is None:
                break
            del characters[1 - found.end() :], starts[1 - found.end() :]
            character = decoded
        if character == _BACKSLASH:
            # The backslash escapes the next character or another backslash, or it belongs to the secret.
            right = starts[-1]
            self._backslashes[start] = self._backslashes.get(right, right)
            starts[-1] = start
        else:
            characters.append(character)
            starts.append(start)

    def text(self) -> Decoded:
        """Return the whole text."""
        self._push_plain(0)
        text = "".join(reversed(self._characters))
        # Bytes that are not UTF-8 are taken as Latin-1, as in the headers of HTTP.
        text = text.translate(_LATIN_1) if _LEFT_OVER.search(text) else text
        return Decoded(text, self._starts[::-1], self._backslashes)

    def _push_plain(self, start: int) -> None:
        self._characters.extend(self._text[start : self._end][::-1])
        self._starts.extend(range(self._end - 1, start - 1, -1))


def as_bytes(text: str) -> str:
    """Return the text with its Latin-1 characters as escaped bytes, as `decode` returns them."""
    return text.translate({byte: escaped for escaped, byte in _LATIN_1.items()})


def _character(escape: re.Match[str]) -> str | None:
    """Return the character that an escape stands for; None if there is no such character."""
    kind = str(escape.lastgroup)
    try:
        return _DECODERS[kind](escape[kind])
    except (ValueError, OverflowError):
        return None


def _hexadecimal(digits: str) -> str:
    return chr(int(digits, 16))


@cache
def _entities() -> Mapping[str, str]:
    """Return the characters that HTML has names for, by name; read when the first name is needed."""
    from html.entities import html5  # noqa: PLC0415 - few texts have one

    return {name.removesuffix(";"): text for name, text in html5.items() if len(text) == 1}


def _entity(name: str) -> str | None:
    return _entities().get(name)


_DECODERS: dict[str, Callable[[str], str | None]] = {
    "byte": lambda digits: bytes.fromhex(digits).decode("ascii", "surrogateescape"),
    "unit": _hexadecimal,
    "braced": _hexadecimal,
    "point": _hexadecimal,
    "octal": lambda digits: chr(int(digits, 8)),
    "hexadecimal": _hexadecimal,
    "decimal": lambda digits: chr(int(digits)),
    "control": _CONTROLS.__getitem__,
    "entity": _entity,
    "utf_8": lambda text: text.encode("ascii", "surrogateescape").decode("utf-8", "surrogatepass"),
    "utf_16": lambda text: text.encode("utf-16", "surrogatepass").decode("utf-16"),
}
