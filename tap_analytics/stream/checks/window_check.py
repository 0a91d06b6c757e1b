"""Whether an API reads both ends of a short window as they are meant: one that cuts them to days loses rows.

Rows outside of a window show that something is amiss; whether they come in their own one shows whether they are lost.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.instants import as_instant
from tap_analytics.state.windows import Interval, is_before, text_of
from tap_analytics.stream.checks.bounds_check import BoundsCheck

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.instants import Bound
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.durations import Duration
    from tap_analytics.stream.checks.probe import Probe
    from tap_analytics.stream.read_stream import ReadStream

# How many windows with rows outside of them are looked at.
MOST_LOOKS = 3


class WindowCheck(BoundsCheck):
    """Looks whether rows outside of a window come where their own window is asked for.

    Args:
        stream: The stream.
        probe: Asks for the list under other bounds.
        step: How long a window is.
    """

    @override
    def __init__(self, stream: ReadStream, probe: Probe, step: Duration) -> None:
        super().__init__(stream, probe)
        self._step = step
        self._looks = MOST_LOOKS

    @override
    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return None: no other bounds are better.

        Raises:
            FatalAPIError: A row does not come in its own window, or the first page cannot be read.
        """
        if self._looks and (found := next(self._outside(part, bounds), None)) is not None:
            place, window = found
            self._looks -= 1
            is_given = self._probe.gives(place, bounds.within(window))
            if is_given:
                self._looks = 0
            if is_given is False:
                raise FatalAPIError(misread(part.interval, window))
        return None

    def _outside(self, part: Part, bounds: Bounds) -> Iterator[tuple[Bound, Interval]]:
        """Give the cursors of first rows that are outside of a part, each with its own window."""
        start, end = part.interval
        if start is None or end is None:
            return
        first: Any = as_instant(bounds.within(part.interval).first, bounds.layout)
        for place in self._probe.places_of(part.reading, bounds):
            if is_before(place, first) or is_before(end, place):
                try:
                    yield from ((place, window) for window in self._windows(start, place, bounds))
                except OverflowError:
                    continue

    def _windows(self, start: Bound, place: Bound, bounds: Bounds) -> Iterator[Interval]:
        """Give the window that a place is in, where one of them begins at a start."""
        zone = bounds.zone or UTC
        second: Any = self._step.after(start, zone=zone)
        times = int((place - start) // (second - start))  # type: ignore[operator] # all are of one kind
        for number in (times - 1, times, times + 1):
            begin, end = (self._step.after(start, times=each, zone=zone) for each in (number, number + 1))
            if not is_before(place, begin) and is_before(place, end):
                yield Interval(begin, end)


def misread(asked: Interval, window: Interval) -> str:
    """Return the message for an API that gives a row in another window than its own."""
    texts = [" up to ".join(text_of(bound) or "" for bound in ends) for ends in (asked, window)]
    return (
        f"asked for the rows from {texts[0]}, the API gives one of {texts[1]}, and leaves that out where it is asked "
        "for those: rows would be lost. If it counts in days, declare `datetime_format: '%Y-%m-%d'` and a `step` of "
        "days; else check that `cursor_path` is the date that it compares"
    )
