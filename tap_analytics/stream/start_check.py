"""StartCheck: checks by the rows of a list whether the API understood the start that was sent.

An API that compares texts finds too few rows, or none, by a start in another notation, such as the bookmark of another
program. If the notation is right, the check costs no further request.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.json_types import is_number
from tap_analytics.state.start_text import better_bounds, kind_fault, other_starts
from tap_analytics.state.windows import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds

# So many empty lists of a stream without a bookmark are asked for once more.
MOST_DOUBTS = 10
_ADVICE = "remove it from the state, or run Meltano once with `--full-refresh`"


class StartCheck:
    """Examines the first rows of a list, or asks once more if there are none.

    Args:
        stream: The stream.
        open_reading: Returns the reading of the list under some bounds.
    """

    def __init__(self, stream: Any, open_reading: Callable[[Bounds], Reading[Any]]) -> None:  # noqa: ANN401 - of the SDK
        self._name = stream.replication_key or ""
        self._text = stream.state_manager.text
        key = stream.state_manager.key
        self._is_typed = key.is_timestamp or is_number(key.schema)
        self._has_end = stream.listing.asked_ends.end
        self._logger = stream.logger
        self._open_reading = open_reading
        is_asked = stream.listing.asked_ends.start and stream.listing.resource.job is None
        self._is_open = bool(is_asked) and self._text is not None
        if self._is_open:
            self._text.recall(stream.state_manager.stream_state)

    def as_written(self, bounds: Bounds) -> Bounds:
        """Return bounds in the notation of the API, if that is known before the first request.

        Raises:
            FatalAPIError: The bookmark cannot be one of this API.
        """
        if not self._is_open:
            return bounds
        self._check_kind(bounds)
        return better_bounds(bounds, self._text.examples, has_end=self._has_end) or bounds

    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds with which to ask for the whole list again; None if the response is good.

        Raises:
            FatalAPIError: The first page cannot be read, or the bookmark cannot be one of this API.
        """
        if not self._is_open or bounds.start is None:
            return None
        page = part.reading.first_page()
        if page.rows or page.runs or self._text.examples:
            self._is_open = not (page.rows or page.runs)
            return self._by_examples(bounds)
        self._is_open = False
        is_worth_asking = bounds.is_resumed or (self._text.doubts < MOST_DOUBTS and not bounds.is_verbatim)
        return self._asked_earlier(part, bounds) if is_worth_asking else None

    def _by_examples(self, bounds: Bounds) -> Bounds | None:
        """Return bounds in the notation of the API; None if they can stay as they are."""
        self._check_kind(bounds)
        if better := better_bounds(bounds, self._text.examples, has_end=self._has_end):
            self._text.remember()
            self._logger.info("The list is asked for once more, with bounds as the API writes `%s`", self._name)
        return better

    def _check_kind(self, bounds: Bounds) -> None:
        if bounds.is_resumed and (fault := kind_fault(bounds, self._text.examples, name=self._name)):
            message = f"{fault}; {_ADVICE}"
            raise FatalAPIError(message)

    def _asked_earlier(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return better bounds after an empty response, by the rows that the API gives for an earlier start."""
        rows: Sequence[Row] = ()
        for earlier in other_starts(bounds, is_typed=self._is_typed):
            if rows := self._rows(part, earlier):
                break
        if not self._text.examples:
            self._text.doubts += 1
            return None
        if bounds.is_resumed:
            self._text.remember()
        if better := self._by_examples(bounds):
            return better
        cursor = part.reading.rows.codec.get(self._name)
        if not any(self._is_missing(cursor(row), bounds) for row in rows):
            return None
        self._logger.warning(
            "The API gives rows for an earlier start that it does not give for the bookmark: the list is read from the "
            "earlier one"
        )
        return earlier

    def _rows(self, part: Part, bounds: Bounds) -> Sequence[Row]:
        """Return the first rows under other bounds; none if the API refuses them."""
        try:
            reading = self._open_reading(bounds.within(Interval(bounds.start, part.interval.end)))
            return reading.first_page().rows
        except UnreachableError:
            raise
        except FatalAPIError as error:
            self._logger.debug("An earlier start says nothing: %s", error)
            return ()

    def _is_missing(self, cursor: object, bounds: Bounds) -> bool:
        """Return whether a row should have been in the list from the start on."""
        return cursor is not None and bounds.covers(cursor) and bounds.place(cursor) != bounds.start
