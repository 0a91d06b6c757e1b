"""StreamList: one list of a stream, which is read in its turn or ahead of it, and gives its rows in its turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from tap_analytics.pagination.ahead.lists_ahead import side_by_side
from tap_analytics.stream.lists.lists import SyncedList

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from singer_sdk.helpers.types import Context

    from tap_analytics.pagination.ahead.lane import ListAhead, Place
    from tap_analytics.pagination.ahead.lists_ahead import ListsAhead
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading.reading import Reading
    from tap_analytics.reading.windows import Part
    from tap_analytics.state.windows import Window
    from tap_analytics.stream.read_stream import ReadStream


class Run(NamedTuple):
    """Rows of a part of a list as the API gives them, and the lists of children planned for each that is wanted.

    The first run of each part has no rows.
    """

    part: Part
    rows: Sequence[Row] = ()
    below: Below | None = None


class StreamList:
    """One list of a stream: of a root, or for one record of its parent.

    Args:
        stream: The stream.
        context: The values of the parent record for its requests and records.
        place: Its place among all lists of the family.
        window: The part of it that is read, instead of all.
        is_apart: Whether it is read for somebody else than a sync.
    """

    def __init__(
        self,
        stream: ReadStream,
        context: Context | None,
        place: Place = (),
        *,
        window: Window | None = None,
        is_apart: bool = False,
    ) -> None:
        self.stream = stream
        self.context = context
        self.place = place
        self.key = (self.stream.name, b"")
        self.requests = 0
        self.runs_read = 0
        self.ahead: ListAhead[Run] | None = None
        self.below: Below | None = None
        self.reading: Reading[Any] | None = None
        self._synced: SyncedList | None = None
        self._window = window
        self._is_apart = is_apart

    @property
    def is_cut(self) -> bool:
        """Whether the list was read up to a maximum that the user set, and goes on behind it."""
        return self.reading is not None and self.reading.is_cut

    @property
    def is_from_beginning(self) -> bool:
        """Whether the list is read from its beginning on."""
        return self._window is None or self._window.start is None

    def open(self, plan: Plan) -> Generator[Run]:
        """Open the list before its turn, without a note of that in the state, and return what gives its rows.

        `plan` plans the lists of the children of rows.
        """
        self._synced = SyncedList(self.stream, self.context, on_request=self._count, is_ahead=True)
        return self._read(self._synced, plan)

    def runs(self, lists: ListsAhead[Run] | None, plan: Plan | None = None) -> Generator[Sequence[Row]]:
        """Give the rows of the list that belong to the sync, a page or less at a time, now that it is its turn.

        Where `plan` plans the lists of the children of rows, the next rows are read while those lists are. A list that
        went on where an earlier sync ended is read once more where its order turns out to be none.
        """
        yield from self._once(lists, plan)
        if not self._is_apart and self.stream.replication_key and self.stream.state_manager.starts_again(self.context):
            yield from self._in_turn(plan)

    def _once(self, lists: ListsAhead[Run] | None, plan: Plan | None) -> Generator[Sequence[Row]]:
        began: float | None = self.stream.host.stats(self.stream.name).clock()
        if lists is None or self.ahead is None:
            yield from self._in_turn(plan)
            return
        with closing(lists.take(self.stream.name, self.ahead)) as rest:
            for part, runs in groupby(rest, key=attrgetter("part")):
                self.reading = part.reading
                part.reading.begin_turn()
                yield from part.reading.runs(self._rows(runs), began=began)
                if self._synced:
                    self._synced.end(part)
                began = None

    def _in_turn(self, plan: Plan | None) -> Generator[Sequence[Row]]:
        """Give the rows of a list that was not read ahead; its windows are read side by side."""
        synced = SyncedList(
            self.stream, self.context, on_request=self._count, is_apart=self._is_apart, window=self._window
        )
        width = self.stream.host.connection.width if synced.may_have_windows else 1
        for part, pages in side_by_side(synced.parts(), synced.pages, width=width):
            self.reading = part.reading
            part.reading.begin_turn()
            # Windows are read ahead already.
            yield from part.reading.runs(self._plan_ahead(part, pages, plan) if plan and width == 1 else pages)
            synced.end(part, is_apart=self._is_apart)

    def _plan_ahead(self, part: Part, pages: Generator[Sequence[Row]], plan: Plan) -> Generator[Sequence[Row]]:
        """Give pages; the next one is read and planned meanwhile."""
        from tap_analytics.pagination.ahead.next_run import one_ahead  # noqa: PLC0415 - few lists have windows

        with closing(one_ahead(self._plan_runs(part, pages, plan))) as runs:
            yield from self._rows(runs)

    def _read(self, synced: SyncedList, plan: Plan) -> Generator[Run]:
        for part in synced.parts():
            with closing(synced.pages(part)) as pages:
                # The wait for the first run is the wait for a page, and shows whether reading ahead is worth it.
                try:
                    first = list(islice(pages, 1))
                except BaseException:
                    yield Run(part)
                    raise
                yield Run(part)
                yield from self._plan_runs(part, pages, plan, first)

    def _plan_runs(
        self, part: Part, pages: Generator[Sequence[Row]], plan: Plan, first: Sequence[Sequence[Row]] = ()
    ) -> Generator[Run]:
        """Give pages, those first that are read already, each with what is planned of it."""
        with closing(pages):
            for rows in chain(first, pages):
                self.reading = part.reading
                yield Run(part, rows, plan(self, rows))

    def _rows(self, runs: Iterator[Run]) -> Generator[Sequence[Row]]:
        for run in runs:
            if run.rows:
                self.below = run.below
                yield run.rows

    def _count(self) -> None:
        self.requests += 1


# For each row of a run, the lists of its children.
Below = Sequence[Sequence[StreamList]]
Plan = Callable[[StreamList, Sequence[Any]], Below | None]
