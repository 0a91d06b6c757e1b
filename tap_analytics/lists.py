"""The list of a stream in one sync: asked for in windows where the API takes them, and its rows in their order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.instants import as_instant
from tap_analytics.state.durations import duration
from tap_analytics.state.replication import INCREMENTAL, NOW, Incremental
from tap_analytics.state.windows import Interval, text_of
from tap_analytics.windows import ListInWindows, Part, WindowRules

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading import Reading
    from tap_analytics.state.bounds import Bounds


class SyncedList:
    """The list of a stream, or that of one parent, under its bounds.

    Args:
        stream: The stream.
        context: The record of the parent; None where there is none.
        on_request: Told of each request.
    """

    def __init__(
        self, stream: AnalyticsStream, context: Context | None, *, on_request: Callable[[], None] = lambda: None
    ) -> None:
        self._stream = stream
        self._context = context
        self._on_request = on_request
        self._declared = stream.resource.incremental or Incremental(cursor_path="")
        self._asked = stream.listing.asked_ends
        self._bounds = stream.bounds(context)

    @property
    def is_closed(self) -> bool:
        """Whether the list is always asked for up to an end: the present where there is no other."""
        declared = self._declared
        return self._asked.both and (self._asked.are_one or declared.step is not None or declared.end_value == NOW)

    def in_windows(self) -> ListInWindows:
        """Return what gives the list part by part."""
        stream, declared = self._stream, self._declared
        return ListInWindows(
            name=stream.name,
            interval=self._interval,
            open_reading=self._reading,
            rules=WindowRules(
                grid=stream.state_manager.key.grid,
                until=self._until,
                step=duration(declared.step),
                are_whole=bool(declared.stamps),
                most_rows=stream.config["window_rows"],
                is_divisible=self._asked.both and not declared.stamps,
            ),
            logger=stream.logger,
        )

    @property
    def _until(self) -> Bound | None:
        """The present less `lag`, where requests can name it; None for numbers that say no time."""
        state = self._stream.state_manager
        is_counter = isinstance(as_instant(self._bounds.start, self._bounds.layout), Decimal)
        return None if is_counter else state.key.grid.floor(state.until)

    @property
    def _interval(self) -> Interval:
        layout = self._bounds.layout
        start, end = (as_instant(bound, layout) for bound in (self._bounds.start, self._bounds.end))
        if self.is_closed and self._until is not None and (end is None or self._until < end):
            end = self._until
        return Interval(start, end)

    def _reading(self, interval: Interval) -> Reading[object]:
        """Return what reads a part of the list."""
        bounds = self._bounds if interval == Interval(self._bounds.start, self._bounds.end) else self._within(interval)
        return self._stream.reading(self._context, on_request=self._on_request, bounds=bounds)
