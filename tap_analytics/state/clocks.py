"""The times that clocks show twice when they are put back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)


def shown_twice(moment: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Return the first and the last instant of the span that the clocks of a zone show twice around an instant.

    It is None for an instant that they show once, and for the first instant of such a span, since all times before that
    one are earlier.
    """
    local = moment.astimezone(zone)
    again, once = (local.replace(fold=fold).utcoffset() or timedelta() for fold in (1, 0))
    if once <= again:
        return None  # clocks that are put forward skip some times
    put_back = _put_back(moment.astimezone(UTC), zone, by=once - again)
    first, last = put_back - (once - again), put_back + (once - again)
    return None if moment == first else (first, last)


def _put_back(moment: datetime, zone: tzinfo, *, by: timedelta) -> datetime:
    """Return the instant near another in which clocks are put back."""
    early, late = (moment, moment + by) if not moment.astimezone(zone).fold else (moment - by, moment)
    offset = early.astimezone(zone).utcoffset()
    while late - early > _SECOND:
        middle = early + (late - early) / 2
        middle = middle.replace(microsecond=0)
        if middle <= early:
            break
        early, late = (middle, late) if middle.astimezone(zone).utcoffset() == offset else (early, middle)
    return late.replace(microsecond=0)
