"""Whether the API understood from where a list was asked for: what it gives shows how it writes its cursor.

An API that compares text finds too little, or nothing, by a start that it would write otherwise, such as a bookmark of
another program; and one that begins behind the start (`>`) leaves out what has changed at that very moment. The row
that the bookmark was taken from shows it: it comes again. A list that it comes in costs no request more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.instants import as_instant
from tap_analytics.json_types import is_number
from tap_analytics.state.start_text import better_bounds, day_bounds, kind_fault, other_starts
from tap_analytics.state.windows import Interval
from tap_analytics.stream.checks.bounds_check import BoundsCheck
from tap_analytics.stream.checks.missed_rows import MissedRows
from tap_analytics.stream.checks.probe import Look

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.http.failures import StatusError
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.windows import Part
    from tap_analytics.resources.windowing import Windowing
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.checks.probe import Probe
    from tap_analytics.stream.read_stream import ReadStream

# How many lists of a stream that have no bookmark yet are asked for once more, where none has a row; then ever fewer.
MOST_DOUBTS = 10
_ADVICE = "remove it from the state, or run Meltano once with `--full-refresh`"


class StartCheck(BoundsCheck):
    """Looks at the first rows of a list, or asks once more where there are none."""

    @override
    def __init__(self, stream: ReadStream, probe: Probe) -> None:
        super().__init__(stream, probe)
        key = stream.state_manager.key
        self._is_typed = key.is_timestamp or is_number(key.schema)
        self._missed = MissedRows(stream, probe)
        is_asked = stream.listing.asked_ends.start and stream.listing.resource.job is None
        self._is_open = is_asked and bool(self._name)
        if self._is_open:
            self._text.recall(stream.state_manager.stream_state)

    def as_written(self, bounds: Bounds) -> Bounds:
        """Return bounds as the API writes its cursor, as far as that is known before it is asked.

        Raises:
            FatalAPIError: The bookmark cannot be one of this API.
        """
        if not self._is_open:
            return bounds
        self._check_kind(bounds)
        bounds = (day_bounds(bounds) if self._text.takes_days else None) or bounds
        bounds = better_bounds(bounds, self._text.examples, has_end=self._has_end) or bounds
        granularity = None if self._text.is_end_exact else bounds.granularity
        is_left_out = self._text.is_start_left_out and not self._is_good_text(bounds)
        return replace(bounds, is_start_left_out=is_left_out, granularity=granularity)

    def _is_good_text(self, bounds: Bounds) -> bool:
        """Return whether an API that compares texts gives all rows from a start on: it has the most digits.

        Where ends are sent, the list may be read in windows that begin elsewhere.
        """
        is_known = self._text.compares_texts and not self._has_end
        return is_known and self._text.is_longest(bounds.as_param(bounds.start))

    @override
    def better(self, part: Part, bounds: Bounds) -> Bounds | None:
        """Return bounds by which the whole list is to be asked for again, None where the answer holds.

        Raises:
            FatalAPIError: The first page cannot be read, or the bookmark cannot be one of this API.
        """
        if not self._is_open or bounds.start is None:
            return None
        page = part.reading.first_page()
        rows = page.first_rows
        if self._missed.is_begun:
            self._is_open = not rows
            return self._by_examples(bounds) if rows else self._missed_rows(part, bounds)
        if rows or self._text.examples:
            better = self._by_examples(bounds) or self._with_start(part, rows, bounds)
            # A file that has rows is large: whether it begins behind its start is found out by its beginning.
            better = None if better and better.is_start_left_out and rows and page.runs else better
            is_believed = better or rows or not bounds.is_resumed or page.runs is not None or self._text.is_start_given
            return better if is_believed else self._missed_rows(part, bounds)
        self._is_open = False
        doubts = self._text.doubts
        if not bounds.is_resumed and doubts >= MOST_DOUBTS and doubts & (doubts - 1):
            self._text.doubts += 1
            self._text.is_believed = True
            return None
        if bounds.is_verbatim and not bounds.is_resumed:
            self._text.doubts += 1
            return self._missed_rows(part, bounds)
        return self._asked_earlier(part, bounds)

    def without_time(self, error: StatusError, windowing: Windowing) -> Bounds | None:
        """Return bounds by days where the API refuses the start of a list; None where it takes no days either.

        Raises:
            UnreachableError: The API does not answer.
        """
        by_day = day_bounds(windowing.bounds) if error.is_of_query else None
        if not self._is_open or by_day is None or self._text.takes_days:
            return None
        if self._probe.rows(by_day.within(windowing.first)) is None:
            return None
        self._text.takes_days = True
        self._logger.info("The API takes days alone: the list is asked for by days")
        return by_day

    def _with_start(self, part: Part, rows: Sequence[Row], bounds: Bounds) -> Bounds | None:
        """Return bounds that are asked for from a moment before the start; None where its rows are there.

        The row that the bookmark was taken from has changed since, is not among the first rows, or is left out. Where
        another list of the stream has shown that the API gives such rows, it has changed.
        """
        self._is_open = not rows
        if bounds.known is None or bounds.excluded is not None:
            return None
        cursor, known = part.reading.rows.codec.get(self._name), as_instant(bounds.known, bounds.layout)
        is_there = any(bounds.place(cursor(row)) == known for row in rows)
        if not bounds.is_start_left_out:
            self._text.is_start_checked |= is_there
            self._text.is_start_given |= is_there
            self._is_open = not self._text.is_start_given
            return replace(bounds, is_start_left_out=True) if self._is_open else None
        if is_there and not self._text.is_start_left_out:
            self._text.is_start_left_out = True
            self._logger.info(
                "The API leaves out the rows of the start itself: the list is asked for from a moment before it"
            )
        return None

    def _by_examples(self, bounds: Bounds) -> Bounds | None:
        """Return bounds that are written as the API writes its cursor; None where they may stay as they are."""
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
        """Return bounds that are better than those of an empty answer, by what the API gives for an earlier start."""
        look = Look((), is_part=False)
        for earlier in other_starts(bounds, is_typed=self._is_typed):
            look = self._probe.look(earlier.within(Interval(earlier.start, part.interval.end))) or look
            if look.rows:
                break
        if not self._text.examples:
            self._text.doubts += 1
            return self._missed_rows(part, bounds)
        if bounds.is_resumed:
            self._text.remember()
        if better := self._by_examples(bounds):
            return better
        cursor = part.reading.rows.codec.get(self._name)
        if not any(self._is_missing(cursor(row), bounds) for row in look.rows):
            # Of a long list the first rows may be older ones, which show nothing.
            asked_again = self._with_start(part, (), bounds)
            return self._missed_rows(part, bounds) if look.is_part and asked_again is None else asked_again
        self._logger.warning(
            "The API gives rows for an earlier start that it does not give for the bookmark: the list is read from the "
            "earlier one"
        )
        return earlier

    def _missed_rows(self, part: Part, bounds: Bounds) -> Bounds | None:
        better = self._missed.better(part, bounds)
        # An empty window says little: the next ones do, if they are asked for as the API writes its cursor.
        if better is None and not part.is_all:
            better, self._is_open = self._by_examples(bounds), True
        return better

    def _is_missing(self, cursor: object, bounds: Bounds) -> bool:
        """Return whether a row had to be in the list from the start on."""
        return cursor is not None and bounds.covers(cursor) and bounds.place(cursor) != bounds.start
