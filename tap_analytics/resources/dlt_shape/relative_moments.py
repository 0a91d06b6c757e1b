"""Moments that are counted from the present, in a configuration of dlt's shape: `${today-7d|%Y-%m-%d}`."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from tap_analytics.instants import UNITS, is_layout, write
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

FOUND = pattern(r"(?<!\$)\$\{(now|today)\b([^{}|]*)(?:\|([^{}]*))?\}")

_SHIFTS = pattern(r"(?:[+-]\d{1,9}(?:mo|[smhdwy]))*")
_SHIFT = pattern(r"([+-]\d+)(mo|[smhdwy])")
_SPANS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_MONTHS = {"mo": 1, "y": 12}
EXAMPLE = "`${now-7d}`, `${today-1mo}` or `${now-36h|%Y-%m-%d}`; the units are s, m, h, d, w, mo and y"


def fill(text: str, now: datetime, fault: Callable[[str], None]) -> str | int:
    """Return a text with its moments written; one that is an epoch alone is a number.

    Args:
        text: The text.
        now: The present.
        fault: Takes the end of a sentence about a moment that cannot be told.
    """

    def text_of(match: re.Match[str]) -> str:
        try:
            return _text(match[1], match[2], match[3], now)
        except (ValueError, OverflowError):
            fault(f"has `{match[0]}`, which is no moment; write it like {EXAMPLE}")
            return match[0]

    filled = FOUND.sub(text_of, text)
    alone = FOUND.fullmatch(text)
    return int(filled) if alone and alone[3] in UNITS and filled != text else filled


def _text(base: str, shifts: str, layout: str | None, now: datetime) -> str:
    """Return a moment as text.

    Raises:
        ValueError: Its distance from the present or its layout cannot be read.
        OverflowError: It is before the first year, or behind the last one.
    """
    if not _SHIFTS.fullmatch(shifts) or not (layout is None or layout in UNITS or is_layout(layout)):
        raise ValueError
    moment = now if base == "now" else datetime.combine(now.date(), time(), UTC)
    for count, unit in _SHIFT.findall(shifts):
        moment = _later_by(moment, int(count), unit)
    if layout in UNITS:
        return str(int(moment.timestamp() * UNITS[layout]))
    if layout is None:
        return write(moment.replace(microsecond=0))
    return moment.strftime(layout)


def _later_by(moment: datetime, count: int, unit: str) -> datetime:
    if unit in _SPANS:
        return moment + timedelta(**{_SPANS[unit]: count})
    year, month = divmod(moment.year * 12 + moment.month - 1 + count * _MONTHS[unit], 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last))
