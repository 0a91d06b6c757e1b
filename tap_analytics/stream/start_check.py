"""Whether the API understood from where a list was asked for: what it gives shows how it writes its cursor.

An API that compares text finds too little, or nothing, by a start that it would write otherwise, such as a bookmark of
another program. A list that is not asked for by such a start costs no request more.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.retry import UnreachableError
from tap_analytics.state.start_text import better_text, in_seconds, is_in_milliseconds, kind_fault
from tap_analytics.state.windows import Interval

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.bounds import Bounds

# How much earlier a list is asked for that is empty: further than any two ways to write a date are apart.
_EARLIER = 2 * 24 * 3600
_MILLISECONDS = 1000
_ADVICE = "remove it from the state, or run Meltano once with `--full-refresh`"


class StartCheck:
    """Looks at the first rows of a list, or asks once more where there are none.

    Args:
        stream: The stream.
        open_reading: Returns what reads the list under some bounds.
    """

    def __init__(self, stream: Any, open_reading: Callable[[Bounds], Reading[Any]]) -> None:  # noqa: ANN401 - of the SDK
        self._name = stream.replication_key or ""
        self._text = stream.state_manager.text
        self._logger = stream.logger
        self._open_reading = open_reading
        is_asked = stream.listing.asked_ends.start and stream.listing.resource.job is None
        self._is_open = bool(is_asked) and self._text is not None
        if self._is_open:
            self._text.recall(stream.state_manager.stream_state)

    def known(self, bounds: Bounds) -> Bounds:
        """Return bounds as the API writes its cursor, as far as that is known before it is asked."""
        form = better_text(bounds, self._text.examples) if self._is_open else None
        return bounds if form is None else replace(bounds, text=form, bookmark=None)

    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds by which the whole list is to be asked for again, None where the answer holds.

        Raises:
            FatalAPIError: The first page cannot be read, or the bookmark cannot be one of this API.
        """
        if not self._is_open or bounds.start is None:
            return None
        page = part.reading.first_page()
        if page.rows or page.runs or self._text.examples:
            self._is_open = not (page.rows or page.runs)
            return self._by_examples(bounds)
        if not bounds.is_resumed:
            return None
        self._is_open = False
        return self._asked_earlier(part, bounds)

    def _by_examples(self, bounds: Bounds) -> Bounds | None:
        """Return bounds that are written as the API writes its cursor; None where they may stay as they are."""
        examples = self._text.examples
        if bounds.is_resumed and (fault := kind_fault(bounds, examples, name=self._name)):
            message = f"{fault}; {_ADVICE}"
            raise FatalAPIError(message)
        if (form := better_text(bounds, examples)) is None:
            return None
        self._text.remember()
        self._logger.info("The list is asked for once more, with bounds as the API writes `%s`", self._name)
        return replace(bounds, text=form, bookmark=None)

    def _asked_earlier(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds that are better than those of an empty answer, by what the API gives for an earlier start."""
        days = _EARLIER * _MILLISECONDS if is_in_milliseconds(bounds) else 0
        if isinstance(bounds.start, Decimal) and not days:
            return None
        earlier = bounds.earlier(seconds=0 if days else _EARLIER, lag=days)
        rows = self._rows(part, earlier)
        if not rows and days:
            self._rows(part, replace(bounds, start=in_seconds(bounds), bookmark=None))
        if not self._text.examples:
            return None
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
        """Return the first rows under other bounds; none where the API refuses them."""
        try:
            reading = self._open_reading(bounds.within(Interval(bounds.start, part.interval.end)))
            return reading.first_page().rows
        except UnreachableError:
            raise
        except FatalAPIError as error:
            self._logger.debug("An earlier start says nothing: %s", error)
            return ()

    def _is_missing(self, cursor: object, bounds: Bounds) -> bool:
        """Return whether a row had to be in the list from the start on."""
        return cursor is not None and bounds.covers(cursor) and bounds.place(cursor) != bounds.start
