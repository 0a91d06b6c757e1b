"""Rows that an API has and does not give from a start on: it does not read the start as it is meant.

One that takes days only may answer a date-time with an empty list, for ever. So an empty list is believed when the API
has no such row without a start either.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.start_text import day_bounds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.windows import Part
    from tap_analytics.stream.probe import Probe

# A date without an offset may be so much earlier or later than it seems.
_ZONES = timedelta(days=2)


class MissedRows:
    """Asks for an empty list without its start.

    Args:
        stream: The stream.
        probe: Asks for the list under other bounds.
    """

    def __init__(self, stream: Any, probe: Probe) -> None:  # noqa: ANN401 - of the SDK
        self._name = stream.replication_key or ""
        self._has_end = stream.listing.asked_ends.end
        self._logger = stream.logger
        self._probe = probe

    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds by which the API gives the rows of an empty list; None where it has none.

        Raises:
            FatalAPIError: It has rows, and gives them without a start only.
        """
        asked = self._clear(bounds.within(part.interval))
        try:
            found = self._probe.look(Bounds())
        except UnreachableError:
            found = None  # it may need a start
        if found is None or not found.rows:
            return None
        is_missing = self._are_missing(part, found.rows, asked)
        if not is_missing and not found.is_part:
            return None
        by_day = None if self._has_end else day_bounds(bounds)
        if by_day is not None and self._are_missing(part, self._probe.rows(by_day) or (), asked):
            self._logger.info("The API takes the day of a start alone: the list is asked for by days")
            return by_day
        if not is_missing:
            return None
        if self._probe.rows(bounds.within(part.interval)):
            return bounds  # they have come meanwhile
        start = bounds.as_param(bounds.start)
        message = (
            f"the API gives no row from {start} on, but without a start it has rows with a later `{self._name}`; "
            "check `start_param`, and how a start is written: `datetime_format`"
        )
        raise FatalAPIError(message)

    def _clear(self, bounds: Bounds) -> Bounds:
        """Return the bounds in which rows are, whatever the zone of their cursors: a bookmark has the same zone."""
        if bounds.is_resumed or not isinstance(bounds.start, datetime):
            return bounds
        return replace(bounds, start=bounds.start + _ZONES)

    def _are_missing(self, part: Part, rows: Sequence[Row], bounds: Bounds) -> bool:
        """Return whether some of these rows had to be in the list."""
        places = map(part.reading.rows.codec.get(self._name), rows)
        return any(
            place is not None and bounds.covers(place) and bounds.place(place) not in {None, bounds.start}
            for place in places
        )
