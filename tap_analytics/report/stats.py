"""The figures of each list and each stream of a sync, and their text in the log."""

from __future__ import annotations

import threading
import time
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec
from typing_extensions import override

from tap_analytics.report.counts import noun
from tap_analytics.report.trace import NO_TRACE, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# The result of a stream without faults, in the last column of the table.
SUCCESS = "ok"


class Ending(Enum):
    """How a list ended."""

    PROVED = "nothing follows: the API has said so, or gave nothing right behind the last row"
    CUT = "it was read up to a maximum that the user set"
    UNPROVED = "nobody knows whether there is more"


class ListStats(msgspec.Struct, kw_only=True):
    """The figures of one list so far; as text they are the last line in the log of its stream.

    `out` is how many rows were left out of the sync: they are not new, or were filtered. `drift` is by how many rows
    the list was seen to change while it was read. `ending` says how it ended, `left` how many rows a maximum cut off,
    as far as the API says; `remarks` are for whoever reads the log, and `doubt` too: it says why more rows may follow.
    `is_told` says whether a count or a flag of the API has shown where the list ends, `fills_pages` that none has, and
    that its pages are all full.
    """

    rows: int = 0
    pages: int = 0
    mended: int = 0
    duplicates: int = 0
    out: int = 0
    settled: bool = True
    drift: int = 0
    totals: set[int | None] = msgspec.field(default_factory=set)
    ending: Ending = Ending.UNPROVED
    left: int | None = None
    remarks: list[str] = msgspec.field(default_factory=list)
    doubt: str = ""
    is_told: bool = False
    fills_pages: bool = False

    @property
    def total(self) -> int | None:
        """The length of the list, if the API gave one and always the same."""
        return next(iter(self.totals)) if len(self.totals) == 1 else None

    @property
    def warnings(self) -> list[str]:
        """The sentences for the log at the end of the list: its remarks, and what a maximum cut off."""
        remarks = [*self.remarks, self.doubt] if self.doubt else self.remarks
        if self.ending is not Ending.CUT:
            return remarks
        left = "an unknown number of rows" if self.left is None else f"{self.left:,} {noun(self.left, 'row')}"
        verb = "is" if self.left in {None, 1} else "are"
        cut = f"The maximum of the `paginator` ended the list: {left} {verb} left behind it"
        return [*remarks, f"{cut}; no bookmark moves unless `row_order` is `asc`"]

    @override
    def __str__(self) -> str:
        total = "" if self.total is None else f" of {self.total}"
        counted = {
            f"{noun(self.mended, 'seam')} mended": self.mended,
            f"{noun(self.duplicates, 'duplicate')} skipped": self.duplicates,
            f"{noun(self.out, 'row')} left out": self.out,
        }
        odd = "".join(f", {count} {words}" for words, count in counted.items() if count > 0)
        return f"{self.rows} {noun(self.rows, 'row')}{total} in {self.pages} {noun(self.pages, 'page')}{odd}"


class StreamStats(msgspec.Struct, kw_only=True, eq=False):
    """The figures of one stream, over all its lists: a child stream has one for each record of its parent.

    `rows` counts the rows that belong to the sync, `read` those that the API gave; times are in seconds. `before` and
    `after` are bookmarks. `result` is empty if the stream was not read to its end; `failure` says why it failed. For a
    child stream, `parent` has the figures of its parent, and `parents` counts the records of the parent whose children
    were read. The `trace` has single requests, `sample` the figures of the sample for its fields. Several threads count
    requests, under the `lock`.
    """

    stream: str
    rows: int = 0
    requests: int = 0
    retries: int = 0
    ignored: int = 0
    before: str | None = None
    after: str | None = None
    result: str = ""
    failure: str = ""
    trace: Trace = NO_TRACE
    sample: StreamStats | None = None
    parent: StreamStats | None = None
    parents: int = 0
    clock: Callable[[], float] = time.monotonic
    lock: threading.Lock = msgspec.field(default_factory=threading.Lock)
    _list: ListStats | None = None
    _began: float = 0.0
    _closed: ListStats = msgspec.field(default_factory=ListStats)
    _seconds: float = 0.0

    def open(self, progress: ListStats, began: float | None = None) -> None:
        """Count a list that is about to be read, or whose turn has begun."""
        self._list, self._began = progress, self.clock() if began is None else began

    def take(self, rows: int, *, of: int) -> None:
        """Count rows that belong to the sync, out of `of` rows that the API gave."""
        self.rows += rows
        if self._list is not None:
            self._list.out += of - rows

    def close(self) -> None:
        """Stop counting the list."""
        if self._list is not None:
            closed = ListStats(rows=self.read, pages=self.pages, mended=self.mended, duplicates=self.duplicates)
            self._seconds, self._closed, self._list = self.seconds, closed, None

    def add(self, other: StreamStats) -> None:
        """Add the figures of another list of the stream; the stream has failed if one of them has."""
        self.rows += other.rows
        self.requests += other.requests
        self.retries += other.retries
        rows, pages, mended = self.read + other.read, self.pages + other.pages, self.mended + other.mended
        duplicates = self.duplicates + other.duplicates
        self._closed = ListStats(rows=rows, pages=pages, mended=mended, duplicates=duplicates)
        self._seconds += other.seconds
        self.result = next((each for each in (self.result, other.result) if each not in {"", SUCCESS}), SUCCESS)

    @property
    def ignored_message(self) -> str:
        """The sentence for the log about responses that were ignored."""
        count = "1 response was" if self.ignored == 1 else f"{self.ignored} responses were"
        read = "1 row was" if self.rows == 1 else f"{self.rows} rows were"
        return f"{self.stream}: {count} ignored, as `response_actions` says; {read} read"

    @property
    def is_begun(self) -> bool:
        """Whether the sync has come to the stream."""
        return bool(self.requests or self.result)

    @property
    def read(self) -> int:
        """The rows that the API gave, each counted once."""
        return self._closed.rows + (self._list.rows if self._list else 0)

    @property
    def pages(self) -> int:
        """The pages that were read."""
        return self._closed.pages + (self._list.pages if self._list else 0)

    @property
    def mended(self) -> int:
        """The seams that were mended."""
        return self._closed.mended + (self._list.mended if self._list else 0)

    @property
    def duplicates(self) -> int:
        """The rows that came again and were skipped."""
        return self._closed.duplicates + (self._list.duplicates if self._list else 0)

    @property
    def seconds(self) -> float:
        """The time that the stream was open, that of its children and of the target included."""
        return self._seconds + (self.clock() - self._began if self._list else 0.0)

    @property
    def total(self) -> int | None:
        """The length of the one list of the stream, if the API gives it and no more rows than that were read."""
        if self._list is None or self._closed.pages or self._list.total is None or self._list.total < self.read:
            return None
        return self._list.total

    @property
    def share(self) -> float | None:
        """The part of the total that was read, from 0 to 1; None if the total is not known."""
        return self.read / self.total if self.total else None

    @property
    def rate(self) -> float:
        """Rows a second."""
        return self.read / self.seconds if self.seconds > 0 else 0.0

    @property
    def goal(self) -> int | None:
        """The number of rows, or of records of the parent, that there are to read; None if not known."""
        if self.parent is None:
            return self.total
        return self.parent.total if self.parent.total and self.parent.total >= self.parents else None

    @property
    def done(self) -> int:
        """How many of those that `goal` counts were read."""
        return self.parents if self.parent else self.read

    @property
    def seconds_left(self) -> float | None:
        """The seconds that the rest will take at this rate; None if its length is not known."""
        return (self.goal - self.done) * self.seconds / self.done if self.goal and self.done and self.seconds else None

    def figures(self) -> Iterator[str]:
        """Give the figures so far, each with its unit."""
        if self.parent:
            yield f"{self.done:,}{f' of {self.goal:,}' if self.goal else ''} {noun(self.goal or self.done, 'parent')}"
        if self.share is None or self.parent:
            yield f"{self.read:,} {noun(self.read, 'row')}"
        else:
            yield f"{self.read:,} of {self.total:,} rows ({self.share:.0%})"
        yield f"{self.pages:,} {noun(self.pages, 'page')}"
        yield f"{self.rate:,.0f} rows/s"
        if self.seconds_left is not None:
            yield f"{duration(self.seconds_left)} left"


def bookmark(state: Mapping[str, Any], stream: str) -> str | None:
    """Return the bookmark of a stream in a state; of a stream with parents, how many there are."""
    bookmarked = state.get("bookmarks", {}).get(stream, {})
    if partitions := bookmarked.get("partitions"):
        return f"{len(partitions)} bookmarks"
    value = bookmarked.get("replication_key_value")
    # A state comes from outside, and may hold anything.
    return None if value is None else "".join(each for each in str(value) if each.isprintable())


def duration(seconds: float) -> str:
    """Return a duration in hours, minutes and seconds: `1 h 02 min`, `3 min 20 s`, `7 s`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
