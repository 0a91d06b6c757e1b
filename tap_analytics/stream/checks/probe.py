"""Probe: asks for a list under other bounds than its own, and says which cursors its first rows have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.page import seems_full

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.instants import Bound
    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.read_stream import ReadStream


class Look(NamedTuple):
    """The first rows of a list, and whether there may be more behind them."""

    rows: Sequence[Row]
    is_part: bool


class Probe:
    """Asks for the first rows of a list under other bounds; of a file the beginning is enough.

    Args:
        stream: The stream.
        open_reading: Returns what reads the list under some bounds.
    """

    def __init__(self, stream: ReadStream, open_reading: Callable[[Bounds], Reading[Any]]) -> None:
        self._name = stream.replication_key or ""
        self._logger = stream.logger
        self._open_reading = open_reading

    def rows(self, bounds: Bounds) -> Sequence[Row] | None:
        """Return the first rows under some bounds; None where the API refuses these.

        Raises:
            UnreachableError: The API does not answer.
        """
        found = self.look(bounds)
        return None if found is None else found.rows

    def look(self, bounds: Bounds) -> Look | None:
        """Return the first rows under some bounds, and whether they are a part; None where the API refuses these.

        Raises:
            UnreachableError: The API does not answer.
        """
        reading = self._reading(bounds)
        if reading is None:
            return None
        page = reading.first_page()
        return Look(page.first_rows, _is_part(page))

    def places(self, bounds: Bounds) -> Sequence[Bound] | None:
        """Return the cursors of the first rows under some bounds; None where the API refuses these.

        Raises:
            UnreachableError: The API does not answer.
        """
        reading = self._reading(bounds)
        return None if reading is None else self.places_of(reading, bounds)

    def gives(self, place: Bound, bounds: Bounds) -> bool | None:
        """Return whether a row with this cursor comes under some bounds; None where the first page does not tell.

        Raises:
            UnreachableError: The API does not answer.
        """
        reading = self._reading(bounds)
        if reading is None:
            return None
        if place in self.places_of(reading, bounds):
            return True
        return None if _is_part(reading.first_page()) else False

    def places_of(self, reading: Reading[Any], bounds: Bounds) -> Sequence[Bound]:
        """Return the cursors of the first rows of a reading, those that compare with windows, without repetition.

        Raises:
            FatalAPIError: The first page cannot be read.
        """
        cursor = reading.rows.codec.get(self._name)
        places = (bounds.place(cursor(row)) for row in reading.first_page().first_rows)
        return list(dict.fromkeys(place for place in places if place is not None))

    def _reading(self, bounds: Bounds) -> Reading[Any] | None:
        """Return the reading of the list under some bounds, its first page asked for; None where that is refused."""
        try:
            reading = self._open_reading(bounds)  # which may ask, to find out how the list is read
            reading.rows = replace(reading.rows, bodies=replace(reading.rows.bodies, takes_beginning=True))
            _ = reading.first_page().first_rows
        except UnreachableError:
            raise
        except FatalAPIError as error:
            self._logger.debug("Other bounds say nothing: %s", error)
            return None
        return reading


def _is_part(page: Page) -> bool:
    """Return whether more rows may follow a first page."""
    says_more = page.more or page.next or page.signs.more or page.signs.next or (page.count or 0) > len(page.rows)
    return bool(says_more) or page.runs is not None or (bool(page.rows) and seems_full(page))
