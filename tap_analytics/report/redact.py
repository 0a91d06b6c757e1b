"""Secrets out of every log line and message, by value and in any spelling."""

from __future__ import annotations

import logging
import re
from itertools import groupby
from typing import TYPE_CHECKING

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "***"

# Not printable, but part of what is written with them.
_JOINERS = "\u200c\u200d"

# A shorter value would mask half of every log line and protect nothing.
SHORTEST_SECRET = 4


class Redactor:
    """Replaces known secrets in text, however they are written there.

    A secret is found raw, percent-encoded (in part, or more than once), escaped as in JSON or a Python `repr`, as HTML
    entities, and in the usual mixtures of these.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._patterns: dict[str, re.Pattern[str]] = {}
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Redact these values as well, from now on."""
        new = {secret for secret in secrets if len(secret) >= SHORTEST_SECRET} - self._patterns.keys()
        if new:
            patterns = self._patterns | {secret: re.compile(_spellings(secret)) for secret in new}
            # A secret that is part of another must leave no rest of it: the longest comes first.
            self._patterns = dict(sorted(patterns.items(), key=lambda item: len(item[0]), reverse=True))

    def redact(self, text: str) -> str:
        """Return the text with every secret in it masked."""
        for pattern in self._patterns.values():
            text = pattern.sub(MASK, text)
        return text

    def line(self, text: str) -> str:
        """Return the text as one line, without secrets and without what a terminal would obey."""
        # Once more when line breaks and control characters, which may part a secret, are gone.
        readable = (each for each in self.redact(text) if each.isprintable() or each.isspace() or each in _JOINERS)
        return self.redact(" ".join("".join(readable).split()))


class RedactingFormatter(logging.Formatter):
    """A formatter whose finished lines, tracebacks included, hold no secret."""

    def __init__(self, formatter: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._formatter = formatter
        self._redactors = [redactor]

    def add(self, redactor: Redactor) -> None:
        """Mask the secrets of another redactor too."""
        if redactor not in self._redactors:
            self._redactors.append(redactor)

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = self._formatter.format(record)
        for redactor in self._redactors:
            line = redactor.redact(line)
        return line


def handlers() -> set[logging.Handler]:
    """Return every log handler there is."""
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.Logger.manager.loggerDict)]
    found = {handler for logger in loggers for handler in logger.handlers}
    return {*found, logging.lastResort} if logging.lastResort else found


def install(redactor: Redactor) -> None:
    """Make every log handler there is redact its lines.

    The last formatter before the output is the one place that sees a line as it will be read: message, arguments,
    traceback, causes and contexts, as text or as JSON.
    """
    for handler in handlers():
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.add(redactor)
        else:
            handler.setFormatter(RedactingFormatter(handler.formatter or logging.Formatter(), redactor))


_AMPERSAND = "&(?:amp;)*"
_ENTITIES = {"<": "lt", ">": "gt", '"': "quot", "'": "apos"}
_NAMED_ESCAPES = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}

# No two alternatives below match the same text: a text that begins like a secret would otherwise be tried in a number
# of ways that doubles with every character.
_BACKSLASH = r"(?:\\|%(?:25)*5[cC]|&(?:amp;)*#0*92;|&(?:amp;)*#[xX]0*5[cC];)"

# Each time that text is escaped its backslashes double. More than four times over is not looked for, so that a long run
# of them takes no long time.
_DOUBLED = 16
_ESCAPING = f"{_BACKSLASH}{{1,{_DOUBLED - 1}}}+"


def _spellings(secret: str) -> str:
    """Return a pattern for all the ways in which a secret is written in logs and bodies."""
    runs = ((character, len(list(run))) for character, run in groupby(secret))
    # Escaping doubles backslashes: a run of them is found as one, of at least its length.
    return "".join(
        f"{_BACKSLASH}{{{length},{length * _DOUBLED}}}" if character == "\\" else _character(character) * length
        for character, length in runs
    )


def _character(character: str) -> str:
    """Return a pattern for all the ways in which one character is written, any backslashes before it included."""
    plain = {_raw(character), f"{_AMPERSAND}#0*{ord(character)};", f"{_AMPERSAND}#[xX]0*(?i:{ord(character):x});"}
    if character != "%":
        plain |= {"".join(f"%(?:25)*{_hex(byte)}" for byte in encoded) for encoded in _encodings(character)}
    if character in _ENTITIES:
        plain.add(f"{_AMPERSAND}{_ENTITIES[character]};")
    if character == " ":
        plain |= {r"\+", r"%(?:25)*2[bB]"}
    return f"(?:(?:{_ESCAPING})?+(?:{'|'.join(sorted(plain))})|{_ESCAPING}(?:{'|'.join(sorted(_escapes(character)))}))"


def _raw(character: str) -> str:
    """Return a pattern for the character itself; the two that announce an encoding may have been encoded again."""
    again = {"%": "%(?:25)*", "&": _AMPERSAND}
    return again.get(character, re.escape(character))


def _escapes(character: str) -> set[str]:
    """Return patterns for what follows the backslash in JSON, in a `repr`, and in that of bytes."""
    utf_16 = character.encode("utf-16-be", "surrogatepass")
    units = zip(utf_16[::2], utf_16[1::2], strict=True)
    sequences = [[f"x{_hex(byte)}" for byte in encoded] for encoded in _encodings(character)]
    sequences += [[f"u{_hex(high)}{_hex(low)}" for high, low in units], [f"U(?i:{ord(character):08x})"]]
    named = {_NAMED_ESCAPES[character]} if character in _NAMED_ESCAPES else set()
    return {_ESCAPING.join(sequence) for sequence in sequences} | named


def _encodings(character: str) -> set[bytes]:
    """Return the character in UTF-8, and in the Latin-1 of HTTP headers where that has it."""
    return {character.encode("utf-8", "surrogatepass"), character.encode("latin-1", "ignore")} - {b""}


def _hex(byte: int) -> str:
    return f"(?i:{byte:02x})"
