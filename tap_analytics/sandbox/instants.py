"""Times as instants: whole microseconds since 1970 in UTC, however they are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND
FIRST = (datetime(2024, 1, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
LAST = (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)


def instant(value: object) -> int:
    """Return the instant of a timestamp as rows have it: text (UTC unless it says otherwise) or epoch seconds.

    Raises:
        ValueError: It is neither.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return round(value * SECOND)
    if not isinstance(value, str):
        message = f"not a timestamp: {value!r}"
        raise ValueError(message)  # noqa: TRY004 - one error for all that is no timestamp
    moment = datetime.fromisoformat(value)
    return (moment.replace(tzinfo=moment.tzinfo or UTC) - EPOCH) // timedelta(microseconds=1)


def bound(text: str) -> int:
    """Return the instant of an RFC 3339 timestamp: with a time, and with an offset from UTC.

    Raises:
        ValueError: It is not one.
    """
    if datetime.fromisoformat(text).tzinfo is None:
        message = f"no offset from UTC: {text!r}"
        raise ValueError(message)
    return instant(text)


def timestamp(moment: int) -> str:
    """Return an instant in RFC 3339, in UTC with `Z`, with a fraction only where there is one."""
    seconds, fraction = divmod(moment, SECOND)
    day, second = divmod(seconds, DAY // SECOND)
    if not fraction:
        return f"{_date(day)}T{_time(second)}Z"
    return f"{_date(day)}T{_time(second)}.{fraction:06}".removesuffix("000") + "Z"


@cache
def _date(day: int) -> str:
    return (EPOCH + timedelta(days=day)).date().isoformat()


@cache
def _time(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"


def now() -> int:
    """Return the present instant, to the second."""
    return (datetime.now(UTC) - EPOCH) // timedelta(seconds=1) * SECOND
