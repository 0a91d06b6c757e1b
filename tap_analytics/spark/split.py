"""Split: divides a stream into parts that are read side by side; one registry has the ways to do that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from msgspec.structs import replace
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.instants import parse
from tap_analytics.state.windows import Interval, Window, earlier, steps, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tap_analytics.source import Source
    from tap_analytics.spark.options import Options
    from tap_analytics.state.durations import Duration

# Partitions for each task that reads at once, so that none waits long for another; and the number of such tasks if it
# is not given.
PARTITIONS_OF_READER = 4
USUAL_READERS = 4
# Rows of a stretch, if not given.
USUAL_ROWS = 10_000


class Part(NamedTuple):
    """The windows that one task reads.

    Rows that have left a window since the planning, because they changed, are among those that changed since `until`;
    it is None if these are left to a later read.
    """

    windows: Sequence[Window]
    until: str | None = None

    @property
    def accounts(self) -> set[str | None]:
        """The accounts that are read."""
        return {window.account for window in self.windows}


@dataclass(frozen=True)
class Split:
    """The partitions of one read of a stream.

    Args:
        source: Plans the windows.
        options: The stream, and how it is divided.
    """

    source: Source
    options: Options

    def parts(self) -> Sequence[Part]:
        """Return the part for each task.

        Raises:
            ConfigValidationError: The stream cannot be read in the parts that are asked for.
            FatalAPIError: The list cannot be read.
        """
        return list(_SPLITS[self.options.split](self))

    def none(self) -> Iterator[Part]:
        """Give all that is to be read as one part; of several accounts one for each."""
        if self.source.is_child(self.options.stream):
            self._refuse_bounds()
            yield Part(self.source.plan(self.options.stream))
        else:
            yield from self._dealt([*self._of_each_account(self.options.start, self._end())])

    def windows(self) -> Iterator[Part]:
        """Give a part for each window, and one for what has changed since, unless an end is asked for."""
        if not self.source.has_windows(self.options.stream):
            self._refuse("`windows`: it cannot be asked for from one moment to another (`start_param`, `end_param`)")
        end = self._end()
        until = end or self.source.until(self.options.stream)
        planned = self.source.plan(self.options.stream, until=until, start=self.options.start)
        since = until if end is None else None
        short = [part for window in planned for part in _no_longer(window, self.options.max_window)]
        yield from (Part(windows, since) for windows in pack(short, self.options.rows or USUAL_ROWS))
        if since:
            yield from self._dealt([*self._of_each_account(since)])

    def offsets(self) -> Iterator[Part]:
        """Give a part for each stretch of the list, from one of its rows to another."""
        return self._stretches(may_move=True)

    def parents(self) -> Iterator[Part]:
        """Give parts of which each has the lists of some records of the parent."""
        if not self.source.is_child(self.options.stream):
            self._refuse("`parents`: it has none")
        self._refuse_bounds()
        yield from self._dealt(self.source.plan(self.options.stream))

    def auto(self) -> Iterator[Part]:
        """Give parts in the best way that the stream allows."""
        if self.source.is_child(self.options.stream):
            return self.parents()
        if self.source.has_windows(self.options.stream):
            return self.windows()
        try:
            return iter([*self._stretches(may_move=False)])
        except ConfigValidationError:
            return self.none()

    def _stretches(self, *, may_move: bool) -> Iterator[Part]:
        if self.options.start or self.options.end or self.options.lag:
            self._refuse("`offsets` with `start`, `end` or `lag`: these are what its rows say, not their places")
        rows = self.options.rows or USUAL_ROWS
        stretches = self.source.stretches(self.options.stream, rows, may_move=may_move)
        yield from map(Part, pack(stretches, rows))

    def _dealt(self, windows: Sequence[Window]) -> Iterator[Part]:
        """Give windows of unknown length in a few parts for each reader."""
        count = PARTITIONS_OF_READER * (self.options.readers or USUAL_READERS)
        # Neighbours go into different parts: long lists often stand side by side.
        yield from (Part(windows[first::count]) for first in range(min(count, len(windows))))

    def _of_each_account(self, start: str | None, end: str | None = None) -> Iterator[Window]:
        """Give one window of each account; without accounts, a single window."""
        for account in self.source.accounts:
            yield Window(stream=self.options.stream, account=account, start=start, end=end)

    def _end(self) -> str | None:
        """Return the end of the read: the one that is asked for, or the present less `lag`."""
        if self.options.lag is None:
            return self.options.end
        until = parse(self.source.until(self.options.stream))
        if until is None:
            self._refuse("rows that come late (`lag`): nothing says when its rows changed")
        return text_of(earlier(self.options.lag.after(until, times=-1), parse(self.options.end)))

    def _refuse_bounds(self) -> None:
        if self.options.start or self.options.end or self.options.lag:
            self._refuse("`start`, `end` or `lag`: it is read for each record of its parent, from beginning to end")

    def _refuse(self, what: str) -> NoReturn:
        fault = f"`{self.options.stream}` cannot be read by {what}"
        raise ConfigValidationError(fault, errors=[fault])


def pack(windows: Sequence[Window], rows: int) -> Iterator[Sequence[Window]]:
    """Give windows in groups with up to a number of rows, so that small windows of several accounts are one part."""
    part: list[Window] = []
    count = 0
    for window in windows:
        own = rows if window.rows is None else window.rows
        is_other = bool(part) and window.account != part[-1].account
        if part and not (is_other and count + own <= rows):
            yield part
            part, count = [], 0
        part.append(window)
        count += own
    if part:
        yield part


def _no_longer(window: Window, longest: Duration | None) -> Iterator[Window]:
    """Give a window in parts that are no longer than `longest`; an open one is given as it is."""
    if longest is None or None in window.interval:
        yield window
        return
    for each in steps(Interval(*window.interval), longest):
        start, end = map(text_of, each)
        yield replace(window, start=start, end=end, rows=None)


_SPLITS: Mapping[str, Callable[[Split], Iterator[Part]]] = {
    "auto": Split.auto,
    "windows": Split.windows,
    "offsets": Split.offsets,
    "parents": Split.parents,
    "none": Split.none,
}
