"""Rows that come late: how far behind the bookmark a sync begins, and up to when a list is complete."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.instants import UNITS, unit_of
from tap_analytics.json_types import is_number
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.windows import resolution

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.instants import Bound
    from tap_analytics.state.durations import Duration
    from tap_analytics.state.windows import Grid


# A larger number, beside a date-time, is one of seconds.
_MOST_DAYS = 366


class Lateness(msgspec.Struct, frozen=True, kw_only=True):
    """How late rows come, for the schema of a replication key and the layout in which bounds are written.

    A number of `lag` counts days, seconds or units of the value. `seconds` count if it is 0.
    """

    schema: Mapping[str, Any]
    layout: str | None = None
    lag: Duration | float = 0
    seconds: float = 0

    def behind(self, bounds: Bounds, grid: Grid) -> Bounds:
        """Return the bounds from so far behind the bookmark on; a start that is sent as a day is all of that day."""
        earlier = self._earlier(bounds)
        if earlier.start is None or self.layout is None:
            return earlier
        return replace(earlier, start=grid.floor(earlier.start))

    def complete_until(self, now: datetime, zone: tzinfo | None) -> datetime:
        """Return up to when a list is complete: now, less `lag`."""
        start = self._earlier(Bounds(start=now, zone=zone)).start
        return start if isinstance(start, datetime) else now

    def _earlier(self, bounds: Bounds) -> Bounds:
        start, lag = bounds.start, self.lag
        if isinstance(lag, int | float):
            seconds = 0 if lag else self.seconds
            earlier = replace(bounds, is_date=self._counts_days).earlier(lag=lag, seconds=seconds)
            return replace(earlier, is_date=bounds.is_date)
        return (
            bounds if start is None else replace(bounds, start=_before(start, lag, bounds), bookmark=None, known=None)
        )

    @property
    def _counts_days(self) -> bool:
        """Whether a number counts days: values are days, or bounds are, to which so few seconds would say nothing."""
        kind, layout = self.schema.get("format"), self.layout
        if kind == "date" or is_number(self.schema) or layout is None or layout in UNITS:
            return kind == "date"
        is_few = isinstance(self.lag, int | float) and self.lag <= _MOST_DAYS
        return resolution(layout) >= timedelta(days=1) and (is_few or kind != "date-time")


def _before(start: Bound, lag: Duration, bounds: Bounds) -> Bound:
    """Return a bound less a duration; a number counts the units that it is in, or looks like."""
    if isinstance(start, Decimal):
        unit = bounds.layout if bounds.layout in UNITS else unit_of(start, datetime.now(UTC))
        return start + Decimal(str(lag.after(Decimal(0), times=-1))) * UNITS[unit or "epoch"]
    try:
        return lag.after(start, times=-1, zone=bounds.zone or UTC)
    except OverflowError:
        return start
