"""Whether an API gives the rows of the very moment that it is asked from: one that does not loses those of borders.

A row at the start shows it. Where there is none, the list is asked for once from the cursor of a row that it gave.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
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
    from tap_analytics.stream.checks.probe import Probe
    from tap_analytics.stream.read_stream import ReadStream


class BorderCheck(BoundsCheck):
    """Looks once in each sync of a stream whether its lists begin behind the start that they are asked for from."""

    @override
    def __init__(self, stream: ReadStream, probe: Probe) -> None:
        super().__init__(stream, probe)
        self._unit = stream.state_manager.key.grid.unit
        self._is_open = bool(stream.listing.asked_ends.start) and tells_of_bounds(stream)

    @override
    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds that are asked for from a moment before the start; None where the API gives its rows.

        Raises:
            FatalAPIError: The first page cannot be read.
        """
        start, end = part.interval
        is_known = not self._is_open or bounds.is_start_left_out or bounds.excluded is not None or start is None
        if is_known:
            return None
        if self._text.is_start_checked or self._is_of_bookmark(part, bounds):
            return (
                None if part.is_all and self._text.is_longest(bounds.as_param(start)) else self._by_digits(part, bounds)
            )
        found = self._probe.places_of(part.reading, bounds)
        places: list[Any] = sorted(place for place in found if end is None or is_before(place, end))
        if not places:
            return None
        self._text.is_start_checked = True
        if (better := self._by_digits(part, bounds)) is not None:
            return better
        # Rows of the start itself came, or earlier ones.
        if not is_before(start, places[0]) or not self._leaves_out(places[::-1], bounds.within(part.interval)):  # type: ignore[arg-type] # it is no None
            return None
        self._text.is_start_left_out = True
        return replace(bounds, is_start_left_out=True)

    def _is_of_bookmark(self, part: Part, bounds: Bounds) -> bool:
        """Return whether the row of the bookmark shows it: a list without that row was asked for from before it.

        A file that has other rows is not: it is large.
        """
        return part.is_all and bounds.is_resumed and part.reading.first_page().runs is None

    def _by_digits(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds from a moment before where texts of times with more digits and with fewer are compared."""
        if self._text.is_digits_checked or not self._text.is_mixed:
            return None
        self._text.is_digits_checked = True
        places: list[Any] = sorted(self._probe.places_of(part.reading, bounds))
        is_shown = self._compares_texts(places, bounds.within(part.interval))
        if not is_shown and not (is_shown is None and bounds.is_resumed):
            return None
        self._text.is_start_left_out = self._text.compares_texts = True
        return replace(bounds, is_start_left_out=True)

    def _compares_texts(self, places: Sequence[Bound], bounds: Bounds) -> bool | None:
        """Return whether the API misses a row between two seconds, asked for from the first of these; None if unclear.

        `10:00:05.5Z` is before `10:00:05Z` for an API that compares texts.
        """
        found = [place for place in places if isinstance(place, datetime) and place.microsecond]
        if not found or bounds.layout is not None:
            return None if bounds.layout is None else False
        start = found[-1].replace(microsecond=0)
        asked = bounds.within(Interval(start, self._behind(start, bounds)))
        given = self._probe.places(asked)
        if given is None or found[-1] in given:
            return False
        if found[-1] not in (self._probe.places(replace(asked, is_start_left_out=True)) or ()):
            return False
        self._logger.info(
            "The API compares times as texts, with more digits and with fewer: the list and its windows are asked for "
            "from a moment before"
        )
        return True

    def _leaves_out(self, places: Sequence[Bound], bounds: Bounds) -> bool:
        """Return whether the API leaves out a row at the start, or may do so: no answer shows one.

        Args:
            places: The cursors of rows that the API gave, the latest first.
            bounds: Those of the part.
        """
        is_unclear = False
        for asked in self._asked_from(places, bounds):
            given = self._gives(asked)
            if given:
                return False
            if given is None:
                continue
            from_before = self._probe.places(replace(asked, is_start_left_out=True)) or ()
            if asked.start in from_before:
                self._logger.info(
                    "The API leaves out the rows of the start itself: the list and its windows are asked for from a "
                    "moment before it"
                )
                return True
            # No row at all: the API does not take the bound in this way, and a moment before would lose all rows.
            is_unclear |= bool(from_before)
        if is_unclear:
            self._logger.info(
                "No answer shows whether the API gives the rows of the start itself: the list and its windows are "
                "asked for from a moment before it"
            )
        return is_unclear

    def _asked_from(self, places: Sequence[Bound], bounds: Bounds) -> Iterator[Bounds]:
        """Give bounds that begin at the first of these places that a request can name.

        Those that end right behind it come first: their first page has the row, in whatever order rows come.
        """
        for place in places:
            asked = replace(bounds.within(Interval(place, bounds.end)), convert=None)
            if bounds.place(asked.as_param(asked.start)) == place:
                ends = dict.fromkeys((self._behind(place, bounds), bounds.end))
                yield from (bounds.within(Interval(place, end)) for end in ends)
                return

    def _behind(self, place: Bound, bounds: Bounds) -> Bound | None:
        """Return the end right behind a place, where the API can be asked for one."""
        if not self._has_end:
            return bounds.end
        try:
            if bounds.granularity is not None:
                return bounds.granularity.after(place, zone=bounds.zone or UTC)
            return place + 1 if isinstance(place, Decimal) else place + self._unit
        except OverflowError:
            return bounds.end

    def _gives(self, bounds: Bounds) -> bool | None:
        """Return whether a row of the start is among the first ones; None where the API refuses to answer."""
        places = self._probe.places(bounds)
        return None if places is None else bounds.start in places
