"""Reads from the headers of a failure whether there were too many requests, and how long to wait."""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import msgspec

from tap_analytics.instants import parse_date, parse_http_date
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Wait(NamedTuple):
    """The seconds that a header asks to wait, and its name."""

    header: str
    seconds: float


class WaitHeaders(msgspec.Struct, frozen=True):
    """Reads the usual headers, and the API's `own`, which is read before those of rate limits."""

    own: str | None = None

    def is_limit(self, status: int, headers: Mapping[str, str]) -> bool:
        """Return whether a response refuses a request only because there were too many of them."""
        if status // 100 != HTTPStatus.BAD_REQUEST // 100:
            return False
        return _first(headers, _DEMANDS) is not None or (status == HTTPStatus.FORBIDDEN and _is_spent(headers))

    def wait(self, headers: Mapping[str, str], *, is_limit: bool) -> Wait | None:
        """Return what the first usable header asks for; None where there is none.

        Headers of rate limits come with any response; they are read only if `is_limit` says that a limit is reached.
        """
        own: Mapping[str, _Reader] = {self.own: _seconds} if self.own else {}
        return _first(headers, {**_DEMANDS, **own, **_LIMITS} if is_limit else _DEMANDS)


def _first(headers: Mapping[str, str], readers: Mapping[str, _Reader]) -> Wait | None:
    now = _now(headers.get("Date", ""))
    for name, read in readers.items():
        if (text := headers.get(name)) and (seconds := read(text, now)) is not None:
            return Wait(name, max(seconds, 0.0))
    return None


def _now(date: str) -> float:
    """Return the present by the clock of the server, which names the ends of its limits; by the own one without it."""
    own, moment = time.time(), parse_http_date(date)
    said = moment.timestamp() if moment else own
    return said if abs(said - own) < _CLOCKS else own


def _is_spent(headers: Mapping[str, str]) -> bool:
    """Return whether headers say that no request is left."""
    left = [headers.get(name, "") for name in _REMAINING] + _LEFT.findall(headers.get("RateLimit", ""))
    return any(re.match(r"\s*0+(?![0-9.])", text) for text in left)


def _seconds(text: str, now: float) -> float | None:
    """Return the seconds until a time, given as seconds from now, as an epoch (s or ms), or as a date."""
    if _NUMBER.fullmatch(text.strip()):
        number = float(text)
        if number < _SHORT:
            return number
        digits = len(text.strip().partition(".")[0])
        return number / _UNITS[digits] - now if digits in _UNITS else None
    moment = parse_date(text) or parse_http_date(text)
    return None if moment is None else moment.timestamp() - now


def _retry_after(text: str, now: float) -> float | None:
    """Return the seconds of a `Retry-After`; a large number that is no epoch counts as seconds too."""
    seconds = _seconds(text, now)
    return float(text) if seconds is None and _NUMBER.fullmatch(text.strip()) else seconds


def _milliseconds(text: str, _now: float) -> float | None:
    return float(text) / 1000 if _NUMBER.fullmatch(text.strip()) else None


def _rate_limit(text: str, _now: float) -> float | None:
    """Return the seconds in a `RateLimit` header: the longest wait of all limits that are reached."""
    limits = text.split(",") if ";" in text else [text]
    lasting = [(float(found[1]), _LEFT.search(limit)) for limit in limits if (found := _UNTIL.search(limit))]
    reached = [seconds for seconds, left in lasting if left is None or not float(left[1])]
    return max(reached, default=min((seconds for seconds, _ in lasting), default=None))


# What reads the seconds to wait from the value of a header, at a time.
_Reader: TypeAlias = "Callable[[str, float], float | None]"

_NUMBER = pattern(r"[0-9]+(\.[0-9]+)?")
# A number below `_SHORT` is in seconds from now. `_UNITS`: digits of an epoch -> its units in a second.
_SHORT = 1_000_000
_UNITS = {10: 1, 13: 1000}
# Clocks that are further apart, in seconds, than this are not just set wrong: such a `Date` says nothing.
_CLOCKS = 86_400.0

_LEFT = pattern(r"\b(?:r|remaining)=([0-9]+)")
_UNTIL = pattern(r"\b(?:t|reset)=([0-9]+)")

# Headers that ask for a wait on any failure.
_DEMANDS: Mapping[str, _Reader] = {
    "Retry-After-Ms": _milliseconds,
    "Retry-After": _retry_after,
    "X-Retry-After": _retry_after,
}
# Headers that say when a limit ends; successes have them too.
_LIMITS: Mapping[str, _Reader] = {
    "RateLimit": _rate_limit,
    "RateLimit-Reset": _seconds,
    "X-RateLimit-Reset-After": _seconds,
    "X-RateLimit-Reset": _seconds,
    "X-Rate-Limit-Reset": _seconds,
}
_REMAINING = ("X-RateLimit-Remaining", "X-Rate-Limit-Remaining", "RateLimit-Remaining")
