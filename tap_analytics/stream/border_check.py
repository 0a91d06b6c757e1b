"""Whether an API gives the rows of the very moment that it is asked from: one that does not loses those of borders.

A row at the start shows it. Where there is none, the list is asked for once from the cursor of a row that it gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.state.windows import Interval, is_before

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.instants import Bound
    from tap_analytics.reading.reading import Reading
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds


class BorderCheck:
    """Looks once in each sync of a stream whether its lists begin behind the start that they are asked for from.

    Args:
        stream: The stream.
        open_reading: Returns what reads the list under some bounds.
    """

    def __init__(self, stream: Any, open_reading: Callable[[Bounds], Reading[Any]]) -> None:  # noqa: ANN401 - of the SDK
        self._name = stream.replication_key or ""
        self._text = stream.state_manager.text
        self._logger = stream.logger
        self._open_reading = open_reading
        new = stream.listing.resource.incremental
        is_asked = bool(stream.listing.asked_ends.start) and stream.listing.resource.job is None
        self._is_open = is_asked and self._text is not None and new is not None and not new.stamps

    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds that are asked for from a moment before the start; None where the API gives its rows.

        Raises:
            FatalAPIError: The first page cannot be read.
        """
        start, page = part.interval.start, part.reading.first_page
        is_known = bounds.is_start_left_out or bounds.excluded is not None or self._text is None
        # The rows of a bookmark were read before; a file is large, and is not asked for once more.
        is_known = is_known or (part.is_all and bounds.is_resumed)
        if not self._is_open or is_known or self._text.is_start_checked or start is None or page().runs is not None:
            return None
        end, found = part.interval.end, self._places(part.reading, bounds)
        places: list[Any] = sorted({place for place in found if end is None or is_before(place, end)})
        if not places:
            return None
        self._text.is_start_checked = True
        if not is_before(start, places[0]):  # rows of the start itself came, or earlier ones
            return None
        asked = next(self._asked_from(reversed(places), bounds.within(part.interval)), None)
        if asked is None or self._gives(asked) or not self._gives(replace(asked, is_start_left_out=True)):
            return None
        self._text.is_start_left_out = True
        self._logger.info(
            "The API leaves out the rows of the start itself: the list and its windows are asked for from a moment "
            "before it"
        )
        return replace(bounds, is_start_left_out=True)

    def _asked_from(self, places: Iterator[Bound], bounds: Bounds) -> Iterator[Bounds]:
        """Give the bounds that begin at one of these places, and that a request can name."""
        for place in places:
            asked = bounds.within(Interval(place, bounds.end))
            if bounds.place(replace(asked, convert=None).as_param(asked.start)) == place:
                yield asked

    def _gives(self, bounds: Bounds) -> bool:
        """Return whether a row of the start is among the first ones; a refusal says nothing."""
        try:
            return bounds.start in self._places(self._open_reading(bounds), bounds)
        except UnreachableError:
            raise
        except FatalAPIError as error:
            self._logger.debug("A start at a row of the list says nothing: %s", error)
            return not bounds.is_start_left_out

    def _places(self, reading: Reading[Any], bounds: Bounds) -> list[Bound]:
        """Return the cursors of the first rows."""
        cursor = reading.rows.codec.get(self._name)
        places = [bounds.place(cursor(row)) for row in reading.first_page().rows]
        return [place for place in places if place is not None]
