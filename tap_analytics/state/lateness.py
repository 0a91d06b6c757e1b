"""Rows that come late: how far behind the bookmark a sync begins, and up to when a list is complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec.structs import replace

from tap_analytics.instants import UNITS, unit_of
from tap_analytics.json_types import is_number
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.windows import resolution

if TYPE_CHECKING:
    from tap_analytics.instants import Bound
    from tap_analytics.state.durations import Duration
    from tap_analytics.state.replication import ReplicationKey


def behind(bounds: Bounds, key: ReplicationKey, seconds: float) -> Bounds:
    """Return the bounds from so far behind the bookmark on; a start that is sent as a day is all of that day.

    Args:
        bounds: Those from the bookmark on.
        key: The replication key, which may declare its `lag`.
        seconds: How far behind if it declares none.
    """
    earlier = _earlier(bounds, key, 0 if key.declared.lag else seconds)
    if earlier.start is None or key.declared.datetime_format is None:
        return earlier
    return replace(earlier, start=key.grid.floor(earlier.start))


def settled(key: ReplicationKey, now: datetime) -> datetime:
    """Return up to when a list is complete: now, less `lag`."""
    start = _earlier(Bounds(start=now, zone=key.declared.zone), key, 0).start
    return start if isinstance(start, datetime) else now


def _earlier(bounds: Bounds, key: ReplicationKey, seconds: float) -> Bounds:
    lag, start = key.declared.lag, bounds.start
    if isinstance(lag, int | float):
        return replace(replace(bounds, is_date=_is_day(key)).earlier(lag=lag, seconds=seconds), is_date=bounds.is_date)
    return bounds if start is None else replace(bounds, start=_before(start, lag, bounds), bookmark=None, known=None)


def _before(start: Bound, lag: Duration, bounds: Bounds) -> Bound:
    """Return a bound less a duration; a number counts the units that it is in, or looks like."""
    if isinstance(start, Decimal):
        unit = bounds.layout if bounds.layout in UNITS else unit_of(start, datetime.now(UTC))
        return start + Decimal(str(lag.after(Decimal(0), times=-1))) * UNITS[unit or "epoch"]
    try:
        return lag.after(start, times=-1, zone=bounds.zone or UTC)
    except OverflowError:
        return start


def _is_day(key: ReplicationKey) -> bool:
    """Return whether a value is a day, so that a number of `lag` counts days."""
    kind, layout = key.schema.get("format"), key.declared.datetime_format
    if kind in {"date", "date-time"} or is_number(key.schema):
        return kind == "date"
    return layout is not None and layout not in UNITS and resolution(layout) >= timedelta(days=1)
