"""Durations: the length of a window, in ISO 8601 or in seconds, and the time that is so much later."""

from __future__ import annotations

import calendar
import re
from datetime import MAXYEAR, MINYEAR, UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec

from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from typing import Self

    from tap_analytics.instants import Bound

_ISO_8601 = pattern(
    r"P(?=.)(?:(?P<years>[0-9]+)Y)?(?:(?P<months>[0-9]+)M)?(?:(?P<weeks>[0-9]+)W)?(?:(?P<days>[0-9]+)D)?"
    r"(?:T(?=.)(?:(?P<hours>[0-9]+)H)?(?:(?P<minutes>[0-9]+)M)?(?:(?P<seconds>[0-9]+(?:\.[0-9]+)?)S)?)?"
)
# Longer than the time that any list covers.
_MOST_DAYS = 366 * 1000


class Duration(msgspec.Struct, frozen=True):
    """A number of months, days and seconds; for numbers that are no times, `seconds` is the distance."""

    months: int = 0
    days: int = 0
    seconds: Decimal = Decimal(0)

    @classmethod
    def of(cls, words: str | float) -> Self | None:
        """Return a duration that is written in ISO 8601, or in seconds; None for any other text, and for length 0."""
        if not isinstance(words, str):
            return cls._unless_empty(seconds=Decimal(str(words)))
        if re.fullmatch(r"[0-9]+(\.[0-9]+)?", words):
            return cls._unless_empty(seconds=Decimal(words))
        match = _ISO_8601.fullmatch(words.strip().upper())
        if match is None:
            return None
        part = {name: Decimal(text or 0) for name, text in match.groupdict().items()}
        return cls._unless_empty(
            months=int(part["years"] * 12 + part["months"]),
            days=int(part["weeks"] * 7 + part["days"]),
            seconds=part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"],
        )

    @classmethod
    def _unless_empty(cls, *, months: int = 0, days: int = 0, seconds: Decimal = Decimal(0)) -> Self | None:
        is_possible = 0 < months * 31 + days + seconds / 86_400 <= _MOST_DAYS
        return cls(months, days, seconds) if is_possible else None

    def after(self, bound: Bound, *, times: int = 1, zone: tzinfo = UTC) -> Bound:
        """Return the bound that is `times` durations after another; days and months are those of the zone.

        Raises:
            OverflowError: It is after the year 9999, or before the year 1.
        """
        if isinstance(bound, Decimal):
            return bound + times * (self.months * 2_592_000 + self.days * 86_400 + self.seconds)
        local = bound.astimezone(zone).replace(tzinfo=None)
        if self.months or self.days:
            local = _months_after(local, self.months * times) + timedelta(days=self.days * times)
            bound = local.replace(tzinfo=zone).astimezone(UTC)
        return bound + timedelta(microseconds=int(self.seconds * times * 1_000_000))


def duration(words: str | float | None) -> Duration | None:
    """Return the declared duration, or None."""
    return None if words is None else Duration.of(words)


def counted_in(words: str | float | None, *, is_cursor: bool) -> Duration | None:
    """Return how much earlier than its end a window is asked for, where the API counts that end in; None for nothing.

    Rows have fractions of a second, which would lie between two windows that are parted by one: where rows say by their
    cursor when they are, the whole window is asked for, and what lies beyond is left out.
    """
    found = duration(words)
    is_short = found is not None and (found.months, found.days) == (0, 0) and found.seconds <= 1
    return None if is_short and is_cursor else found


def _months_after(moment: datetime, months: int) -> datetime:
    """Return the same day some months later, or the last day of that month if it is shorter."""
    years, month = divmod(moment.month - 1 + months, 12)
    year = moment.year + years
    if not MINYEAR <= year <= MAXYEAR:
        message = "the year is out of range"
        raise OverflowError(message)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
