"""One list of a stream: it is opened, read ahead of its turn or in it, and its rows are given in its turn."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from singer_sdk.helpers.types import Context

    from tap_analytics.pagination.lane import ListAhead, Place
    from tap_analytics.pagination.lists_ahead import ListsAhead
    from tap_analytics.pagination.page import Row
    from tap_analytics.reading import Reading


class Run(NamedTuple):
    """Rows of a list as the API gives them, and the lists of children planned for each of them that is wanted."""

    rows: Sequence[Row]
    below: Below | None = None


class StreamList:
    """One list of a stream: of a root, or for one record of its parent.

    Args:
        stream: The stream.
        context: What its requests and records take from the record of the parent.
        place: Where it stands among all lists of the family.
    """

    def __init__(self, stream: Any, context: Context | None, place: Place = ()) -> None:  # noqa: ANN401 - of the SDK
        self.stream = stream
        self.context = context
        self.place = place
        self.key = (self.stream.name, b"")
        self.requests = 0
        self.runs_read = 0
        self.ahead: ListAhead[Run] | None = None
        self.below: Below | None = None
        self.reading: Reading[Any] | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the list was read up to a maximum of the user's, and goes on behind it."""
        return self.reading is not None and self.reading.is_cut

    def open(self, plan: Callable[[StreamList, Sequence[Row]], Below | None]) -> Generator[Run]:
        """Open the list before its turn, without a note of that in the state, and return what gives its rows.

        `plan` plans the lists of the children of rows.
        """
        bounds = self.stream.bounds(self.context, is_ahead=True)
        self.reading = self.stream.reading(self.context, bounds=bounds, on_request=self._count)
        return self._read(self.reading.pages(is_ahead=True), plan)

    def runs(self, lists: ListsAhead[Run] | None) -> Generator[Sequence[Row]]:
        """Give the rows of the list that belong to the sync, a page or less at a time, now that it is its turn."""
        began = self.stream.host.stats(self.stream.name).clock()
        if lists is None or self.ahead is None:
            self.reading = self.stream.reading(self.context, on_request=self._count)
            yield from self.reading.runs()
            return
        rest = lists.take(self.stream.name, self.ahead)
        if self.reading is None:  # it could not be opened: that is raised here
            yield from (run.rows for run in rest)
            return
        self.reading.begin_turn()
        yield from self.reading.runs(self._rows(rest), began=began)

    def _read(
        self, pages: Generator[Sequence[Row]], plan: Callable[[StreamList, Sequence[Row]], Below | None]
    ) -> Generator[Run]:
        with closing(pages):
            for rows in pages:
                yield Run(rows, plan(self, rows))

    def _rows(self, runs: Generator[Run]) -> Generator[Sequence[Row]]:
        with closing(runs):
            for run in runs:
                self.below = run.below
                yield run.rows

    def _count(self) -> None:
        self.requests += 1


# For each row of a run, the lists of its children.
Below = Sequence[Sequence[StreamList]]
