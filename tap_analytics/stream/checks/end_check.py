"""Whether an API counts in all of the `granularity` at the end of what it is asked for: one that compares loses rows.

A row in the last stretch of a window shows it. Where there is none, the stretch of a row that it gave is asked for.
"""

from __future__ import annotations

from datetime import UTC
from itertools import islice
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.state.windows import Interval, is_before
from tap_analytics.stream.checks.bounds_check import BoundsCheck, tells_of_bounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.state.durations import Duration
    from tap_analytics.stream.checks.probe import Probe
    from tap_analytics.stream.read_stream import ReadStream

# How many stretches are tried, until one of them shows it.
_MOST_TRIES = 2


class EndCheck(BoundsCheck):
    """Looks once in each sync of a stream whether its `granularity` is that of the API."""

    @override
    def __init__(self, stream: ReadStream, probe: Probe) -> None:
        super().__init__(stream, probe)
        self._is_open = bool(stream.listing.asked_ends.end) and tells_of_bounds(stream)

    @override
    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds without a granularity; None where the API counts all of it in.

        Raises:
            FatalAPIError: The first page cannot be read.
        """
        (start, end), length = part.interval, bounds.granularity
        if not self._is_open or self._text.is_end_checked or start is None or end is None or length is None:
            return None
        places = [place for place in self._probe.places_of(part.reading, bounds) if is_before(place, end)]
        last = length.after(end, times=-1, zone=bounds.zone or UTC)
        if any(is_before(last, place) for place in places):
            self._text.is_end_checked = True
            return None
        stretches = list(islice(_stretches(start, places, bounds, length), _MOST_TRIES))
        if not stretches:
            return None
        self._text.is_end_checked = True
        if not self._is_exact(stretches, bounds):
            return None
        self._text.is_end_exact = True
        self._logger.warning(
            "The API does not count in all of the `granularity` at the end of a window: the list is asked for up to "
            "that end itself; remove `granularity`"
        )
        return replace(bounds, granularity=None)

    def _is_exact(self, stretches: Sequence[tuple[Interval, Interval]], bounds: Bounds) -> bool:
        """Return whether the API gives no row within a stretch that its granularity would count in, or may do so."""
        is_unclear = False
        for interval, stretch in stretches:
            asked = bounds.within(interval)
            given = self._gives(asked, stretch)
            if given:
                return False
            if given is None:
                continue
            up_to_end = self._gives(replace(asked, granularity=None), stretch)
            if up_to_end:
                return True
            is_unclear |= up_to_end is False
        return is_unclear

    def _gives(self, bounds: Bounds, stretch: Interval) -> bool | None:
        """Return whether a row within a stretch is among the first ones; None where the API refuses to answer."""
        places = self._probe.places(bounds)
        return None if places is None else any(_is_within(place, stretch) for place in places)


def _stretches(
    start: Bound, places: Sequence[Bound], bounds: Bounds, length: Duration
) -> Iterator[tuple[Interval, Interval]]:
    """Give stretches of the granularity that have a row behind their start, as they follow each other from a start on.

    Before each stands what is asked for: itself, which may be refused since it ends where it begins, as it is sent; and
    then the same with the stretch before it.
    """
    zone = bounds.zone or UTC
    for place in reversed(places):
        if not is_before(start, place):
            continue
        second: Any = length.after(start, zone=zone)
        times = int((place - start) / (second - start))  # type: ignore[operator] # all are of one kind
        for number in (times - 1, times, times + 1):
            begin, end = (length.after(start, times=each, zone=zone) for each in (number, number + 1))
            if _is_within(place, Interval(begin, end)):
                yield Interval(begin, end), Interval(begin, end)
                yield Interval(length.after(begin, times=-1, zone=zone), end), Interval(begin, end)


def _is_within(place: Bound, stretch: Interval) -> bool:
    start, end = stretch
    return start is not None and end is not None and is_before(start, place) and is_before(place, end)
