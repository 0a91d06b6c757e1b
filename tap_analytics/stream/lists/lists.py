"""SyncedList: the list of a stream in one sync, read part by part, with the state moved behind each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import StatusError
from tap_analytics.reading.halves import Lengths, check_halves
from tap_analytics.reading.windows import ListInWindows
from tap_analytics.resources.windowing import Windowing
from tap_analytics.state import finished
from tap_analytics.state.replication import INCREMENTAL
from tap_analytics.state.windows import Interval, earlier, is_before, later, missing, text_of
from tap_analytics.stream.checks.border_check import BorderCheck
from tap_analytics.stream.checks.probe import Probe
from tap_analytics.stream.checks.start_check import StartCheck
from tap_analytics.stream.sync_bounds import all_of

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from singer_sdk.helpers.types import Context

    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.windows import Window
    from tap_analytics.stream.checks.bounds_check import BoundsCheck
    from tap_analytics.stream.read_stream import ReadStream


class SyncedList:
    """The list of a stream, or that of one parent, under its bounds.

    Args:
        stream: The stream.
        context: The values of the parent record; None without a parent.
        on_request: Called with each request.
        is_ahead: Whether the list is read before its turn; then the state notes nothing of it.
        is_apart: Whether it is read for somebody else than a sync, who wants all of it.
        window: The part of it that is read; None stands for the part that the tap is given, or for all.
    """

    def __init__(  # noqa: PLR0913 - each says which part of the list is read, or for whom
        self,
        stream: ReadStream,
        context: Context | None,
        *,
        on_request: Callable[[], None] = lambda: None,
        is_ahead: bool = False,
        is_apart: bool = False,
        window: Window | None = None,
    ) -> None:
        self._stream = stream
        self._context = context
        self._on_request = on_request
        state = stream.state_manager
        notes = {} if is_ahead or is_apart or not stream.listing.asked_ends.both else state.get_context_state(context)
        self._finished = finished.windows_of(notes)
        probe = Probe(stream, self._under)
        start = StartCheck(stream, probe)
        bounds = start.as_written(all_of(stream) if is_apart else stream.bounds(context, is_ahead=is_ahead))
        self._start = start
        self._checks: list[BoundsCheck] = [start, BorderCheck(stream, probe)]
        if bounds.granularity is not None:
            from tap_analytics.stream.checks.end_check import EndCheck  # noqa: PLC0415 - few APIs count the end in

            self._checks.append(EndCheck(stream, probe))
        self.windowing = Windowing(listing=stream.listing, key=state.key, bounds=bounds, now=state.cursors.present)
        rules = self.windowing.rules
        if rules.step is not None and rules.is_divisible:
            from tap_analytics.stream.checks.window_check import WindowCheck  # noqa: PLC0415 - few lists have a step

            self._checks.append(WindowCheck(stream, probe, rules.step))
        chosen = window or (stream.host.window if context is None else None)
        self._chosen = chosen.interval if chosen and chosen.stream == stream.name and any(chosen.interval) else None
        self._done: list[Interval] = []
        self._lengths = Lengths()
        self._trace = stream.host.stats(stream.name).trace

    @property
    def may_have_windows(self) -> bool:
        """Whether the API can be asked for a part of the list."""
        return bool(self.windowing.listing.asked_ends.both)

    def in_windows(self, *, interval: Interval | None = None) -> ListInWindows:
        """Return the list of the sync, or an interval of it, in windows."""
        whole = interval or self._chosen
        rules = self.windowing.rules
        return ListInWindows(
            name=self._stream.name,
            interval=whole or self.windowing.interval,
            open_reading=self._reading,
            rules=replace(rules, step=None) if self._chosen else rules,
            goes_on=self._goes_on,
            finished=() if self._chosen else self._finished,
            logger=self._stream.logger,
        )

    def plan(self, until: Bound | None = None, start: Bound | None = None) -> Iterator[tuple[Interval, int | None]]:
        """Give the windows that a scheduler may hand out, the last up to the present less `lag`; one if none is closed.

        Each is with the number of its rows, as far as the API says. `until` is an end that is earlier, `start` a
        beginning that is later.

        Raises:
            FatalAPIError: The list cannot be read.
        """
        first, end = self.windowing.interval
        start = later(first, start)
        if not self.may_have_windows or self.windowing.complete_until is None:
            yield Interval() if until is None and start == first else Interval(start, earlier(end, until)), None
            return
        self.trial().first_page()  # a server whose clock is behind has no changes yet up to what ours says
        self.windowing = replace(self.windowing, now=self._stream.state_manager.cursors.present)
        whole = Interval(start, earlier(earlier(end, self.windowing.complete_until), until))
        yield from self.in_windows(interval=whole).windows()

    def trial(self) -> Reading[Any]:
        """Return the reading of the list, or of a window of it that is likely to have rows, for a first look."""
        return self._reading(next(self.windowing.samples(), self.windowing.interval))

    def whole(self) -> Reading[Any]:
        """Return the reading of the whole list."""
        return self._reading(self._chosen or self.windowing.interval)

    def parts(self) -> Iterator[Part]:
        """Give the parts of the list in order.

        Raises:
            FatalAPIError: The list cannot be read whole.
        """
        has_windows = False
        for part in self._parts():
            if self._is_window(part):
                if not has_windows and not self._context:
                    self._trace.begin_windows(self._missing)
                has_windows = True
                start, end = (text_of(bound) for bound in part.interval)
                part.reading.is_part = True
                part.reading.name += f", window from {start or 'the beginning'} to {end or 'now'}"
            else:
                # A declared end may be in the future.
                part.reading.is_closed = False
            yield part

    def _parts(self) -> Iterator[Part]:
        """Give the parts of the list, asked for from a start that the API understands."""
        parts, is_begun = self.in_windows().parts(), False
        while True:
            try:
                part = next(parts, None)
                better = part and self._better(part)
            except StatusError as error:
                part, better = None, None if is_begun else self._start.without_time(error, self.windowing)
                if better is None:
                    raise
            if better is not None:
                self.windowing = replace(self.windowing, bounds=better)
                yield from self._parts()
                return
            if part is None:
                return
            yield part
            is_begun = True

    def _better(self, part: Part) -> Bounds | None:
        """Return better bounds for the whole list, as a part of it shows them; None where its own are good."""
        bounds = self.windowing.bounds
        return next((found for check in self._checks if (found := check.better(part, bounds))), None)

    def pages(self, part: Part) -> Generator[Sequence[Row]]:
        """Return a generator of the rows of a part, a page or less at a time; another thread may read it ahead."""
        if not self._goes_on(part.reading):
            return part.reading.pages(is_ahead=True)
        end = part.interval.end
        from tap_analytics.reading.limited import LimitedList  # noqa: PLC0415 - few lists are read so

        limited = LimitedList(
            reading=part.reading,
            interval=part.interval,
            open_reading=lambda start: self._reading(Interval(start, end)),
            grid=self._stream.state_manager.key.grid,
        )
        return limited.pages(is_ahead=True)

    def _goes_on(self, reading: Reading[Any]) -> bool:
        """Return whether a list that the maximum of its paginator cuts can be read on from its last cursor."""
        resource, stream = self.windowing.listing.resource, self._stream
        new = resource.incremental
        return (
            new is not None
            and new.row_order == "asc"
            and not new.stamps
            and resource.job is None
            and self.windowing.listing.asked_ends.start
            and stream.replication_method == INCREMENTAL
            and reading.paginator.most_rows(1) is not None
        )

    def end(self, part: Part, *, is_apart: bool = False) -> None:
        """Move the bookmark to the end of a window whose rows are all there, unless it was read apart from a sync.

        Raises:
            FatalAPIError: A maximum of the user's cut the window, or the API did.
        """
        self._check_halves(part)
        if not self._is_window(part):
            return
        reading, stream = part.reading, self._stream
        if reading.is_cut:
            rows, left = reading.figures.rows, reading.figures.left
            message = (
                f"{reading.name}: {rows:,} rows were read up to the maximum of the `paginator`, and "
                f"{'nobody knows how many' if left is None else f'{left:,}'} are behind it; set a shorter `step`, or a "
                "larger maximum"
            )
            raise FatalAPIError(message)
        self._done.append(part.interval)
        self._trace.end_window()
        is_incremental = stream.replication_method == INCREMENTAL and not is_apart
        if part.interval.end is not None and is_incremental and not self._is_recent(part):
            self.reach(part.interval)
            stream.host.write_state()

    def _check_halves(self, part: Part) -> None:
        """Raise FatalAPIError where the API gave fewer rows for a part of the list than for its halves."""
        rules, (start, end) = self.windowing.rules, part.interval
        if start is None or not rules.is_divisible or part.reading.is_cut or not self._lengths.may_be_cut(part.reading):
            return
        halves = rules.grid.pieces(Interval(start, rules.until if end is None else end), 2)
        if len(halves) > 1:
            whole = Interval(halves[0].start, halves[-1].end)
            check_halves(part.reading, map(self._reading, halves), lambda: self._reading(whole))

    def _missing(self) -> Iterator[tuple[str | None, str | None]]:
        """Give the ends of the parts of the list that are in no finished window."""
        whole = self.in_windows().interval
        # They end in their order.
        reached = self._done[-1].end if self._done else whole.start
        if reached is None and self._done:
            return
        for start, end in missing(Interval(reached, whole.end), () if self._chosen else self._finished):
            yield text_of(start), text_of(end)

    def _is_recent(self, part: Part) -> bool:
        """Return whether a window may get further rows, so that the bookmark is its newest row instead of its end.

        APIs may date a row back by minutes, or show a day of a report some days later, in a window that was read
        already. With `lag`, or if records have no date of their own, the end of the window is the bookmark.
        """
        return self._chosen is None and self.windowing.moves_by_rows and self.windowing.is_recent(part.interval.end)

    def reach(self, done: Interval) -> None:
        """Move the bookmark to the end of the finished windows that have no gap, and note those behind a gap."""
        manager = self._stream.state_manager
        if manager.is_held():
            return
        key, cursors, state = manager.key, manager.cursors, manager.get_context_state(self._context)
        until = cursors.present
        done = Interval(done.start, earlier(done.end, until))
        if done.start is not None and done.end is not None and not is_before(done.start, done.end):
            done = Interval()  # where the clock of the server is behind, its rows are still to come
        before = self.windowing.place(state.get("replication_key_value"))
        place = self.windowing.interval.start if before is None else before
        reached, rest = finished.advance(place, done, finished.windows_of(state))
        finished.keep(state, rest)
        if reached is None or reached == place:
            cursors.forget(state)
            return
        like = cursors.furthest(state) or state.get("replication_key_value")
        cursors.note(state, self._stream.replication_key or "", key.bookmark(reached, like=like, until=until))
        manager.move(state)

    def _is_window(self, part: Part) -> bool:
        """Return whether a part is a window; if the list is read as one, the bookmark moves by its rows."""
        return not part.is_all or self.windowing.is_closed or self._chosen is not None

    def _reading(self, interval: Interval) -> Reading[Any]:
        """Return the reading of a part of the list."""
        return self._under(self.windowing.within(interval))

    def _under(self, bounds: Bounds) -> Reading[Any]:
        """Return the reading of the list under some bounds."""
        reading: Reading[Any] = self._stream.reading(self._context, on_request=self._on_request, bounds=bounds)
        return reading
