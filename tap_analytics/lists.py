"""The list of a stream in one sync: asked for in windows where the API takes them, and its rows in their order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import PageContext

from tap_analytics.pagination.page import Token
from tap_analytics.resources.windowing import Windowing
from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.windows import text_of
from tap_analytics.windows import ListInWindows

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Generator, Mapping, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.host import Host
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading import Reading
    from tap_analytics.resources.listing import Listing
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.windows import Interval
    from tap_analytics.stream_state import StreamState
    from tap_analytics.windows import Part


@dataclass(slots=True)
class PageOfPart(PageContext[Token]):
    """A page of a part of a list, and where that part begins and ends."""

    bounds: Bounds


class ListedStream(Protocol):
    """What a list needs of the stream that it is read for."""

    name: str
    host: Host
    replication_key: str | None

    @property
    def logger(self) -> logging.Logger:
        """Takes the messages."""
        ...

    @property
    def config(self) -> Mapping[str, Any]:
        """The settings of the tap."""
        ...

    @property
    def replication_method(self) -> str:
        """INCREMENTAL, or FULL_TABLE."""
        ...

    @property
    def state_manager(self) -> StreamState:
        """The bookmarks of the stream."""
        ...

    @property
    def listing(self) -> Listing:
        """The resource under the settings."""
        ...

    def bounds(self, context: Context | None) -> Bounds:
        """Return what a sync reads."""
        ...

    def reading(
        self, context: Context | None, *, on_request: Callable[[], None], bounds: Bounds | None = None
    ) -> Reading[Any]:
        """Return what reads the list, or a part of it."""
        ...


class SyncedList:
    """The list of a stream, or that of one parent, under its bounds.

    Args:
        stream: The stream.
        context: The record of the parent; None where there is none.
        on_request: Told of each request.
    """

    def __init__(
        self, stream: ListedStream, context: Context | None, *, on_request: Callable[[], None] = lambda: None
    ) -> None:
        self._stream = stream
        self._context = context
        self._on_request = on_request
        self._windowing = Windowing(
            listing=stream.listing,
            key=stream.state_manager.key,
            bounds=stream.bounds(context),
            now=stream.state_manager.cursors.present,
        )

    def in_windows(self) -> ListInWindows:
        """Return what gives the list part by part."""
        return ListInWindows(
            name=self._stream.name,
            interval=self._windowing.interval,
            open_reading=self._reading,
            rules=self._windowing.rules,
            logger=self._stream.logger,
        )

    def _reading(self, interval: Interval) -> Reading[Any]:
        """Return what reads a part of the list."""
        bounds = self._windowing.within(interval)
        return self._stream.reading(self._context, on_request=self._on_request, bounds=bounds)

    def runs(self) -> Generator[Sequence[Row]]:
        """Give the rows that belong to the sync, a page or less at a time, and move the bookmark behind each part.

        Raises:
            FatalAPIError: The list cannot be read whole.
        """
        for part in self.in_windows().parts():
            if part.is_all and not self._windowing.is_closed:
                yield from self._runs_of_all(part)
            else:
                yield from self._runs_of_part(part)

    def _runs_of_all(self, part: Part) -> Generator[Sequence[Row]]:
        """Give the rows of a list that is read as one; its bookmark moves by the rows, at the end."""
        # An end that the settings set may be in the future.
        part.reading.is_closed = False
        yield from self._rows(part)
        if part.reading.is_cut:
            self._stream.state_manager.hold(self._context)

    def _runs_of_part(self, part: Part) -> Generator[Sequence[Row]]:
        """Give the rows of a window; when they are all there, the bookmark moves to its end."""
        reading = part.reading
        start, end = (text_of(bound) for bound in part.interval)
        reading.is_part = True
        reading.name = f"{reading.name}, window from {start or 'the beginning'} to {end or 'now'}"
        yield from self._rows(part)
        if reading.is_cut:
            rows, left = reading.figures.rows, reading.figures.left
            message = (
                f"{reading.name}: {rows:,} rows were read up to the maximum of the `paginator`, and "
                f"{'nobody knows how many' if left is None else f'{left:,}'} are behind it; set a shorter `step`, or a "
                "larger maximum"
            )
            raise FatalAPIError(message)
        if part.interval.end is not None and self._stream.replication_method == INCREMENTAL:
            self._stream.state_manager.reach(part.interval.end, self._context)
            self._stream.host.write_state()

    def _rows(self, part: Part) -> Generator[Sequence[Row]]:
        stream = self._stream
        for rows in part.reading.runs():
            yield rows
            stream.host.progress.tell(stream.host.stats(stream.name))
            if stream.replication_key and stream.state_manager.move_in_order(self._context):
                stream.host.write_state()
