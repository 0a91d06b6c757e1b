"""Dates, times and epochs: how they are read, compared and written."""

from __future__ import annotations

import contextlib
import math
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

Order = tuple[int, Any]

# How many units of each numeric format make a second.
UNITS = {"epoch": 1, "epoch_ms": 1000, "epoch_us": 1_000_000, "epoch_ns": 1_000_000_000}
_BY_LENGTH = dict(zip((10, 13, 16, 19), UNITS, strict=True))

Bound = datetime | Decimal

_EPOCH = datetime.fromtimestamp(0, UTC)
# The seconds from 1970 to the year 10000, and the digits of a number that is too small to be a time by itself.
_MOST_SECONDS, _FEWEST_DIGITS = 253_402_300_800, 9
# A number that would be a time further in the future than this is taken as a counter.
_FAR = timedelta(days=5 * 366)
# A double has no more digits than these: what it says behind them is no part of it.
_DIGITS_OF_DOUBLE = 17
# A text with more digits than any cursor that counts is no number.
_MOST_DIGITS = 100
_DATE = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = pattern(r"[0-9]{8}")
_DATE_TIME = pattern(
    _DATE.pattern + r"[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)
_WITH_OFFSET = pattern(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?P<fraction>[.,][0-9]+)? ?"
    r"(?P<offset>[+-][0-9]{2}(?::?[0-9]{2})?)"
)

# A date as in mails, and as .NET writes it: milliseconds, and an offset that does not change the instant.
_MAIL = pattern(r"(?:[A-Z][a-z]{2}, ?)?[0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} ")
# The zones that mails may name, with their hours from UTC, behind a date and a time.
_ZONES = {"UTC": 0, "GMT": 0, "UT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6} | {
    "PST": -8,
    "PDT": -7,
}
_NAMED_ZONE = pattern(
    r"(?P<moment>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?) ?"
    r"(?:\+00:?00 )?(?P<zone>" + "|".join(_ZONES) + ")"
)
# The letters of a strftime format, with what may stand before one, as in `%-d` or `%:z`.
_DIRECTIVE = pattern(r"%[-_0^#:EO]?(.?)", re.DOTALL)
_LETTERS = frozenset("aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYzZf%")
_DOT_NET = pattern(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")


def is_layout(text: str) -> bool:
    """Return whether a text is a strftime format: what it does not know, it writes as it stands."""
    letters = set(_DIRECTIVE.findall(text))
    return bool(letters - {"%"}) and letters <= _LETTERS


# Reading


def parse_date(text: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the instant of an ISO 8601 date or time, or None; without an offset it is in the zone."""
    text = text.strip().upper()
    if text[-6:-5] == " " or text[-7:-6] == " ":  # a space before the offset, which Python does not accept
        text = text.replace(" +", "+").replace(" -", "-")
    try:
        return _in_utc(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def parse_usual(texts: Iterable[str]) -> list[datetime]:
    """Return what many dates or times in ISO 8601 name, as they are written: quicker than `parse_date` for each.

    Raises:
        ValueError: One of them is no such date.
    """
    return list(map(datetime.fromisoformat, texts))


def parse_day(text: str) -> date:
    """Return the day that a date in ISO 8601 without a time names.

    Raises:
        ValueError: It is no such date.
    """
    return date.fromisoformat(text.strip())


def parse_http_date(text: str) -> datetime | None:
    """Return the instant that a date of HTTP names, such as `Sun, 06 Nov 1994 08:49:37 GMT`, or None."""
    try:
        return _in_utc(parsedate_to_datetime(text), UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def read(text: str, layout: str, zone: tzinfo = UTC) -> datetime | None:
    """Return the instant that a text names in a strftime format, or None; without an offset it is in the zone."""
    try:
        return _in_utc(datetime.strptime(text, layout), zone)  # noqa: DTZ007 - what names no offset is in the zone
    except (ValueError, OverflowError, re.error):
        return None


def order(value: object, layout: str | None = None, zone: tzinfo = UTC) -> Order | None:
    """Return a cursor as a comparable value: an instant for a date, a number for a number, None for neither.

    `layout` is a strftime format in which dates may be written; a date without an offset is in the zone.
    """
    if layout and "%" in layout and isinstance(value, str):
        # Reports often have days as `20250131`, whatever the format of the request.
        moment = read(value, layout, zone) or (parse_date(value, zone) if _DAY.fullmatch(value) else None)
        if moment:
            return (1, moment)
    if value is None or isinstance(value, bool):
        return None
    text = str(value)
    if text[4:5] != "-":  # a usual date is no number: this saves the attempt to read one
        with contextlib.suppress(InvalidOperation):
            number = Decimal(text)
            # Hexadecimal ids may look like one, such as `661541e725909`.
            return (0, number) if number.is_finite() and abs(number.adjusted()) < _MOST_DIGITS else None
    moment = parse_date(text, zone) or _parse_other(text)
    return (1, moment) if moment else None


def _parse_other(text: str) -> datetime | None:
    """Return the instant that a text names as mails do (`Tue, 31 Aug 2010 20:36:28 +0000`), or as `/Date(ms)/`.

    A time may have the name of a zone behind it (`2025-01-31 10:00:00 UTC`), as far as mails know such names.
    """
    if found := _DOT_NET.fullmatch(text.strip()):
        with contextlib.suppress(OverflowError):
            return to_instant(Decimal(found[1]), "epoch_ms")
        return None
    if found := _NAMED_ZONE.fullmatch(text.strip()):
        hours = _ZONES[found["zone"]]
        return parse_date(f"{found['moment']}{hours:+03d}:00")
    return parse_http_date(text) if _MAIL.match(text.strip()) else None


def parse(value: object, layout: str | None = None, zone: tzinfo = UTC) -> Bound | None:
    """Return a cursor as a comparable bound: an instant for a date, else a number; None for neither."""
    place = order(value, layout, zone)
    return place[1] if place else None


def unit_of(number: Decimal, now: datetime) -> str | None:
    """Return the format in which a bare number is probably a time; None for any other number, such as a counter.

    Ten digits are seconds, thirteen milliseconds and sixteen microseconds, if the year is not far in the future.
    Nineteen are nanoseconds where these are whole microseconds, as most clocks have them: ids have as many digits.
    """
    unit = _BY_LENGTH.get(number.adjusted() + 1) if number > 0 else None
    is_id = unit == "epoch_ns" and number % 1000 != 0
    return unit if unit and not is_id and number <= to_number(now + _FAR, unit) else None


def _in_utc(moment: datetime, zone: tzinfo) -> datetime:
    return (moment.replace(tzinfo=zone) if moment.tzinfo is None else moment).astimezone(UTC)


# Writing


def rfc3339(moment: datetime) -> str:
    """Return the instant in UTC with a `Z`, without zeros at the end of its fraction."""
    precision = "microseconds" if moment.microsecond % 1000 else "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def write(bound: Bound, layout: str | None = None, *, is_date: bool = False) -> str:
    """Return the text of a bound in a request.

    Args:
        bound: An instant, or a number.
        layout: A strftime format, or one of `UNITS`; None is RFC 3339 in UTC.
        is_date: Whether a bound without a layout is a date alone.
    """
    if layout in UNITS:
        return str(int(to_number(bound, layout)))
    if isinstance(bound, Decimal):
        return str(int(bound)) if bound == bound.to_integral_value() else f"{bound:f}"
    if layout:
        return bound.strftime(layout)
    return bound.date().isoformat() if is_date else rfc3339(bound)


def to_number(bound: Bound, unit: str = "epoch") -> Decimal:
    """Return the units between 1970 and an instant; a number stays as it is."""
    if isinstance(bound, Decimal):
        return bound
    since = bound - _EPOCH
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return Decimal(microseconds) * UNITS[unit] / 1_000_000


def to_instant(number: Decimal, unit: str = "epoch") -> datetime:
    """Return the instant that is so many units after 1970.

    Raises:
        OverflowError: The instant is before the year 1 or after the year 9999.
    """
    return _EPOCH + timedelta(microseconds=math.floor(number * UNITS["epoch_us"] / UNITS[unit]))


def moment_of(number: Decimal) -> datetime | None:
    """Return the instant that a number of at least nine digits counts seconds to, or parts of them; else None.

    There is one unit only in which its year has four digits. A number with parts of a microsecond is none, unless it
    may be a double, such as `time.time()` of Python. Nanoseconds have as many digits as what counts from the year 1.
    """
    digits = number.adjusted() + 1 if number.is_finite() else 0
    scales = [scale for scale in UNITS.values() if scale <= UNITS["epoch_us"]]
    scale = next((scale for scale in scales if abs(number) < _MOST_SECONDS * scale), None)
    if digits < _FEWEST_DIGITS or scale is None:
        return None
    microseconds = number * (UNITS["epoch_us"] // scale)
    is_exact = microseconds % 1 == 0 or len(number.as_tuple().digits) <= _DIGITS_OF_DOUBLE
    return _EPOCH + timedelta(microseconds=round(microseconds)) if is_exact else None


def as_instant(bound: Bound | None, layout: str | None) -> Bound | None:
    """Return a number in an epoch as its instant; any other bound is returned as it is.

    If the layout is a format of dates, a number that is probably a time is converted too: some APIs send seconds, and
    are asked with days.
    """
    if not isinstance(bound, Decimal) or layout is None:
        return bound
    unit = layout if layout in UNITS else unit_of(bound, datetime.now(UTC))
    try:
        return to_instant(bound, unit) if unit else bound
    except OverflowError:
        return bound


def in_utc(text: str) -> str:
    """Return a date-time with another offset as the same instant in UTC with `Z`; any other text as it is."""
    match = None if text.endswith("Z") else _WITH_OFFSET.fullmatch(text)
    if match is None:
        return text
    try:
        moment = datetime.fromisoformat(match["moment"].upper() + match["offset"]).astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    fraction = (match["fraction"] or "").replace(",", ".")
    return f"{moment.replace(tzinfo=None).isoformat()}{fraction}Z"


def in_layout(value: str | float, layout: str | None, zone: tzinfo = UTC) -> str | float | None:
    """Return a bound that a user has written as a comparable value; None if it does not fit the layout.

    Without a layout a bound stays as it is, since the cursor of the API may be of any type. A number is in seconds or
    parts of them if the layout says so, and an ISO 8601 date is accepted with any layout.
    """
    if not isinstance(value, str):
        return value if math.isfinite(value) and (layout is None or layout in UNITS) else None
    if layout is None:
        return value
    if layout in UNITS and re.fullmatch(r"-?[0-9]{1,20}", value):
        return int(value)
    moment = read(value, layout, zone) or parse_date(value, zone)
    return rfc3339(moment) if moment else None


# Recognizing


def _is_date(text: str) -> bool:
    return bool(_DATE.fullmatch(text)) and _is_readable(date.fromisoformat, text)


def _is_date_time(text: str) -> bool:
    return bool(_DATE_TIME.fullmatch(text)) and _is_readable(datetime.fromisoformat, text.upper())


def _is_readable(read_text: Callable[[str], object], text: str) -> bool:
    try:
        read_text(text)
    except ValueError:
        return False
    return True


# The formats of JSON Schema that are dates, each with a function that tells whether a text has it.
FORMATS: Mapping[str, Callable[[str], bool]] = {"date-time": _is_date_time, "date": _is_date}
