"""How the list of a resource is asked for by time: from where to where, and in what windows."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from tap_analytics.instants import as_instant
from tap_analytics.reading.windows import WindowRules
from tap_analytics.state.durations import duration
from tap_analytics.state.replication import NOW, Incremental
from tap_analytics.state.windows import EARLIEST, Interval, earlier, is_before, steps

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.instants import Bound
    from tap_analytics.resources.listing import Listing
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.replication import ReplicationKey

# Steps at the end of a list that a sample is taken from, before those at its beginning and in its middle.
LAST_STEPS = 3
# Reports often show a day one or two days later.
_RECENT = timedelta(days=3)


class Windowing(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """How a list is asked for by time.

    `listing` says how it is asked for, `key` what its replication key is; `bounds` are what is to be read. `now` is the
    present, or the clock of the server where that is behind.
    """

    listing: Listing
    key: ReplicationKey
    bounds: Bounds
    now: datetime

    @property
    def is_closed(self) -> bool:
        """Whether the list is always asked for up to an end: the present where there is no other."""
        asked, declared = self.listing.asked_ends, self._declared
        return asked.both and (asked.are_one or declared.step is not None or declared.end_value == NOW)

    @cached_property
    def until(self) -> Bound | None:
        """The present, where requests can name it; None for numbers that say no time."""
        return None if self._is_counted else self.key.grid.floor(self.now)

    @cached_property
    def complete_until(self) -> Bound | None:
        """The present less `lag`: up to there a list is read once and for all by those who do not begin behind."""
        from tap_analytics.state.lateness import Lateness  # noqa: PLC0415 - a sync does not ask for it

        declared = self.key.declared
        late = Lateness(schema=self.key.schema, layout=declared.datetime_format, lag=declared.lag)
        return None if self._is_counted else self.key.grid.floor(late.complete_until(self.now, declared.zone))

    @property
    def _is_counted(self) -> bool:
        return isinstance(as_instant(self.bounds.start, self.bounds.layout), Decimal)

    @cached_property
    def interval(self) -> Interval:
        """From where to where the list is read."""
        layout = self.bounds.layout
        start, end = (as_instant(bound, layout) for bound in (self.bounds.start, self.bounds.end))
        if isinstance(start, datetime) and self._declared.step is not None and (layout or self.bounds.is_date):
            # Steps from between two moments that requests can name would have borders between them.
            start = self.key.grid.floor(start)
        return Interval(start, earlier(end, self.until if self.is_closed else None))

    @property
    def first(self) -> Interval:
        """The first window, or all of a list that is not read in steps."""
        step = self.rules.step
        whole = self.interval
        return whole if step is None else next(steps(whole, step, self.key.grid.zone), whole)

    @property
    def rules(self) -> WindowRules:
        """How the list is parted."""
        declared = self._declared
        return WindowRules(
            grid=self.key.grid,
            until=self.until,
            step=duration(declared.step),
            are_whole=bool(declared.stamps),
            most_rows=self.listing.config["window_rows"],
            # A report has other rows for each window, and the API makes it first.
            is_divisible=self.listing.asked_ends.both and not declared.stamps and self.listing.resource.job is None,
        )

    @property
    def moves_by_rows(self) -> bool:
        """Whether nothing but the rows says how far the list has come: neither `lag` nor stamps of windows do."""
        return not self._declared.lag and not self._declared.stamps

    def is_recent(self, end: Bound | None) -> bool:
        """Return whether a window with this end is so new that rows of it may be missing yet."""
        until = self.until
        if isinstance(end, Decimal) or not isinstance(until, datetime):
            return end == until
        return end is not None and end > until - _RECENT

    def place(self, cursor: object) -> Bound | None:
        """Return a cursor, or a bookmark, as it compares with windows."""
        return None if cursor is None else self.bounds.place(cursor)

    def within(self, interval: Interval) -> Bounds:
        """Return the bounds of a part of the list."""
        is_all = interval == Interval(self.bounds.start, self.bounds.end)
        return self.bounds if is_all else self.bounds.within(interval)

    def samples(self) -> Iterator[Interval]:
        """Give intervals that are likely to have rows: all of the list, or some steps, the last ones first."""
        step, (start, end) = self.rules.step, self.interval
        if step is None or start is None or end is None or isinstance(end, Decimal):
            yield self.interval
            return
        zone = self.key.grid.zone
        ends = [step.after(end, times=-number, zone=zone) for number in range(LAST_STEPS + 1)]
        middle = self.key.grid.floor(start + (end - start) / 2)  # type: ignore[operator] # both are times
        intervals = [Interval(*pair) for pair in zip(ends[1:], ends, strict=False)]
        intervals += [Interval(each, step.after(each, zone=zone)) for each in (start, middle)]
        for each in intervals:
            first, last = max(each.start or EARLIEST, start), earlier(each.end, end)
            if last is not None and is_before(first, last):
                yield Interval(first, last)

    @property
    def _declared(self) -> Incremental:
        return self.listing.resource.incremental or Incremental(cursor_path="")
