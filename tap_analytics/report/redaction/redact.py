"""Redactor: removes secrets from every log line and message, by value and in any spelling."""

from __future__ import annotations

import copy
import logging
import weakref
from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.report.redaction import named
from tap_analytics.report.redaction.secret import SHORTEST_SECRET, Secret, Sought, with_parts
from tap_analytics.report.redaction.setting_names import as_written
from tap_analytics.report.redaction.spellings import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MASK = "***"

# Characters that are not printable, but belong to the script that uses them.
_JOINERS = "\u200c\u200d"

# How many tokens are remembered: one that was replaced so many times ago has expired.
_TOKENS = 20

# How many redactors a log handler keeps, the last ones, though nothing else uses them.
_REDACTORS = 20

# The most characters in which an escape can write one character of a secret, in a text that is cut.
_LONGEST_ESCAPE = 12

# The most characters of one message, since a quotation of the API may be of any length.
LONGEST_MESSAGE = 2_000

# A text is kept so many times longer than it is shown, since white space and masks make it shorter.
_ROOM = 20


class Redactor:
    """Replaces known secrets in text, however they are written there, and values behind the names of credentials.

    A secret is found raw, percent-encoded (in part, or more than once), escaped as in JSON or a Python `repr`, as HTML
    entities, in any mixture of these, and in base64. A long one is found in any case of letters, in hexadecimal digits,
    and with white space or what is not seen between its characters too.
    """

    def __init__(self, secrets: Iterable[str] = (), names: Mapping[str, str] | None = None) -> None:
        """Take secrets, and the names of settings in the configuration if these differ from those of the tap."""
        self.names = names or {}
        self._secrets: dict[str, Secret] = {}
        self._tokens: deque[Sequence[Secret]] = deque(maxlen=_TOKENS)
        self.add(*secrets)

    def add(self, *secrets: str) -> None:
        """Redact these values as well, from now on."""
        new = {part: Secret(part) for secret in secrets for part in with_parts(secret) if len(part) >= SHORTEST_SECRET}
        self._secrets = self._secrets | new

    def add_token(self, token: str) -> None:
        """Redact this value as well, until twenty other tokens have come after it."""
        if len(token) >= SHORTEST_SECRET:
            self._tokens.append([Secret(part) for part in with_parts(token)])

    def redact(self, text: str) -> str:
        """Return the text with every secret in it masked."""
        return self._mask(text, len(text))

    def line(self, text: str, *, limit: int | None = None) -> str:
        """Return the text as one line, without secrets and without control characters.

        Args:
            text: What to show.
            limit: The most characters to show of it; a longer one ends with an ellipsis behind them.
        """
        whole = end = len(text)
        if limit is not None and whole > limit * _ROOM:
            end = limit * _ROOM
            # The cut lies far behind the shown end, so that a secret that begins before that end is found whole.
            text = text[: end + self._longest() * _LONGEST_ESCAPE]
        # Redacted again: line breaks and control characters may have split a secret.
        readable = (each for each in self._mask(text, end) if each.isprintable() or each.isspace() or each in _JOINERS)
        line = as_written(self.redact(" ".join("".join(readable).split())), self.names)
        is_cut = limit is not None and (len(line) > limit or end < whole)
        return f"{line[:limit]}…" if is_cut else line

    def _mask(self, text: str, end: int) -> str:
        """Return the text up to an end, with all secrets masked that begin before it."""
        parts = []
        place = 0
        for start, stop in _join(sorted(self._spans(text))):
            if start >= end:
                break
            parts += [text[place:start], MASK]
            place = stop
        parts.append(text[place:end])
        return "".join(parts)

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        """Give the places of secrets in a text."""
        decoded = decode(text)
        yield from named.values(text)
        if decoded.text != text:
            yield from ((decoded.starts[start], decoded.starts[end]) for start, end in named.values(decoded.text))
        sought = Sought(text, decoded)
        for secret in self._all():
            yield from secret.spans(sought)

    def _all(self) -> Iterable[Secret]:
        return chain(self._secrets.values(), *list(self._tokens))

    def _longest(self) -> int:
        return max((len(secret.text) for secret in self._all()), default=0)


def _join(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give the spans in order, with those that overlap joined."""
    start = stop = 0
    for first, last in spans:
        if first >= stop:
            if start < stop:
                yield start, stop
            start, stop = first, last
        else:
            stop = max(stop, last)
    if start < stop:
        yield start, stop


class RedactingFormatter(logging.Formatter):
    """A formatter that removes secrets from finished lines and tracebacks; each message is one printable line."""

    def __init__(self, formatter: logging.Formatter, redactor: Redactor) -> None:
        super().__init__()
        self._formatter = formatter
        self._last: deque[Redactor] = deque(maxlen=_REDACTORS)
        # A process that reads many configurations, one after another, masks the secrets of those that it still uses.
        self._in_use: tuple[weakref.ref[Redactor], ...] = ()
        self.add(redactor)

    def add(self, redactor: Redactor) -> None:
        """Mask the secrets of another redactor too; settings get the names that the last redactor has."""
        others = [each for each in self._redactors() if each is not redactor]
        self._in_use = tuple(map(weakref.ref, [*others, redactor]))
        self._last.append(redactor)

    @override
    def format(self, record: logging.LogRecord) -> str:
        line = self._formatter.format(self._in_one_line(record))
        for redactor in self._redactors():
            line = redactor.redact(line)
        return as_written(line, self._last[-1].names)

    def _redactors(self) -> list[Redactor]:
        """Return the redactors that something uses, and the last ones anyway."""
        return [redactor for each in self._in_use if (redactor := each()) is not None]

    def _in_one_line(self, record: logging.LogRecord) -> logging.LogRecord:
        """Return a record whose message is one printable line of limited length; usually the record itself."""
        message = record.getMessage()
        if message.isprintable() and len(message) <= LONGEST_MESSAGE:
            return record
        for redactor in self._redactors():
            message = redactor.line(message, limit=LONGEST_MESSAGE)
        short = copy.copy(record)
        short.msg, short.args = message, None
        return short


def handlers() -> set[logging.Handler]:
    """Return every log handler there is."""
    # A copy, since other threads may add handlers.
    loggers = [logging.getLogger(), *map(logging.getLogger, list(logging.Logger.manager.loggerDict))]
    found = {handler for logger in loggers for handler in logger.handlers}
    return {*found, logging.lastResort} if logging.lastResort else found


def install(redactor: Redactor) -> None:
    """Make every log handler there is redact its lines.

    Only the last formatter before the output has the finished line: message, arguments, traceback, causes and contexts,
    as text or as JSON.
    """
    for handler in handlers():
        if isinstance(handler.formatter, RedactingFormatter):
            handler.formatter.add(redactor)
        else:
            handler.setFormatter(RedactingFormatter(handler.formatter or logging.Formatter(), redactor))
