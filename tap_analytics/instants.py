"""Dates, times and epochs: how they are read, compared and written."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

Order = tuple[int, Any]

# How many of a format that is a number make a second.
UNITS = {"epoch": 1, "epoch_ms": 1000}

Bound = datetime | Decimal


def parse_date(text: str) -> datetime | None:
    """Return the instant that an ISO 8601 date or time names (UTC unless it says otherwise), or None."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def rfc3339(moment: datetime) -> str:
    """Return the instant in UTC with a `Z`, its fraction of a second as short as it is."""
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def order(value: object, layout: str | None = None) -> Order | None:
    """Return what compares a cursor with others: an instant for a date, a number for a number, None for neither.

    `layout` is a strftime format in which dates may be written.
    """
    if layout and "%" in layout and isinstance(value, str):
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(value, layout)  # noqa: DTZ007 - what names no offset is UTC
            return (1, moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC))
    if value is None or isinstance(value, bool):
        return None
    text = str(value)
    if text[4:5] != "-":  # the usual date is none that costs the attempt to read a number
        with contextlib.suppress(InvalidOperation):
            number = Decimal(text)
            return (0, number) if number.is_finite() else None
    date = parse_date(text)
    return (1, date) if date else None


def parse(value: object, layout: str | None = None) -> Bound | None:
    """Return a cursor as it compares: an instant for a date, else a number; None for neither."""
    place = order(value, layout)
    return place[1] if place else None
