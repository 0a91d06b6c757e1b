"""Windows: parts of a list, each from one moment or number up to another; which are planned, and which missing."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from itertools import count, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_analytics.instants import Bound, parse, rfc3339, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Self

    from tap_analytics.state.durations import Duration

# The most pieces into which a window with too many rows is divided.
MOST_PIECES = 16
# The begin of the windows of a list without a known start; the first window has all that is older too.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


class Interval(NamedTuple):
    """A range from the start, which is included, up to the end, which is not; None is open."""

    start: Bound | None = None
    end: Bound | None = None


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """A part of the list of a stream, as plain data: `start` is part of it, `end` is not, None is open.

    Both are a time in RFC 3339, in UTC, or a number. `context` names the parent record of a child list, `account` the
    account if a configuration has several. `stretch` has the rows at its ends, if the list cannot be asked for by time.
    `rows` is the number of rows when it was planned, if the API said it; the line of the window does not have it.
    """

    stream: str
    start: str | None = None
    end: str | None = None
    context: Mapping[str, Any] | None = None
    account: str | None = None
    stretch: Mapping[str, Any] | None = None
    rows: int | None = None

    @classmethod
    def of(
        cls,
        stream: str,
        interval: Interval,
        context: Mapping[str, Any] | None = None,
        *,
        account: str | None = None,
    ) -> Self:
        """Return the window of a stream for an interval."""
        start, end = map(text_of, interval)
        return cls(stream=stream, start=start, end=end, context=context or None, account=account)

    @classmethod
    def from_line(cls, line: str) -> Self:
        """Return the window that a line of JSON holds.

        Raises:
            ValueError: The line holds no window.
        """
        try:
            words = json.loads(line)
        except (ValueError, RecursionError):
            words = None
        if not isinstance(words, dict) or not _is_window(words):
            message = (
                'a window is an object such as {"stream": "calls", "start": "2024-01-01T00:00:00Z", "end": '
                '"2024-02-01T00:00:00Z"}, as `tap-analytics plan` prints it'
            )
            raise ValueError(message)
        return cls(**words)

    def line(self) -> str:
        """Return the window as a line of JSON."""
        account = {"account": self.account} if self.account is not None else {}
        context = {"context": dict(self.context)} if self.context else {}
        stretch = {"stretch": self.stretch} if self.stretch else {}
        words = {"stream": self.stream, **account, **context, "start": self.start, "end": self.end, **stretch}
        return json.dumps(words, ensure_ascii=False, default=str)

    @property
    def interval(self) -> Interval:
        """The ends of the window as comparable bounds."""
        return Interval(parse(self.start), parse(self.end))


def _is_window(words: Mapping[str, Any]) -> bool:
    ends = [words.get(name) for name in ("start", "end")]
    return (
        words.keys() <= {"stream", "account", "start", "end", "context", "stretch"}
        and isinstance(words.get("stream"), str)
        and isinstance(words.get("account"), str | None)
        and all(isinstance(words.get(name), dict | None) for name in ("context", "stretch"))
        and all(end is None or (isinstance(end, str) and parse(end) is not None) for end in ends)
    )


def text_of(bound: Bound | None) -> str | None:
    """Return the text of a bound in a window."""
    if isinstance(bound, Decimal):
        return write(bound)
    return None if bound is None else rfc3339(bound)


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """The places where windows may begin and end: `unit` is the shortest time that a request can name, in a zone.

    Windows of numbers that are no times begin and end at whole numbers.
    """

    unit: timedelta = timedelta(seconds=1)
    zone: tzinfo = UTC

    def floor(self, bound: Bound) -> Bound:
        """Return the last border that is not after a bound."""
        if isinstance(bound, Decimal):
            return bound // 1
        if self.unit >= timedelta(days=1):
            midnight = bound.astimezone(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
            return midnight.astimezone(UTC)
        return bound - (bound - datetime.min.replace(tzinfo=UTC)) % self.unit

    def pieces(self, interval: Interval, count: int) -> Sequence[Interval]:
        """Return an interval in `count` equal pieces, or fewer if it is short; an open one is returned whole."""
        start, end = interval
        if start is None or end is None or isinstance(start, Decimal) != isinstance(end, Decimal):
            return [interval]
        borders = {self.floor(_between(start, end, number, count)) for number in range(1, count)}
        return between([start, *sorted(each for each in borders if start < each < end), end])  # type: ignore[operator]


def _between(start: Bound, end: Bound, number: int, count: int) -> Bound:
    return start + (end - start) * number / count  # type: ignore[operator] # both are of one kind


def between(borders: Sequence[Bound | None]) -> Sequence[Interval]:
    """Return the intervals from border to border."""
    return [Interval(*each) for each in pairwise(borders)]


def steps(interval: Interval, step: Duration, zone: tzinfo = UTC, *, are_whole: bool = False) -> Iterator[Interval]:
    """Give an interval in pieces of one length; a shorter rest is given last, or left out if all `are_whole`."""
    start, end = interval
    if start is None or end is None:
        yield interval
        return
    border = start
    for times in count(1):
        if not border < end:  # type: ignore[operator] # both are of one kind
            return
        following = step.after(start, times=times, zone=zone)
        if following > end and are_whole:  # type: ignore[operator]
            return
        yield Interval(border, min(following, end))
        border = following


def earlier(one: Bound | None, other: Bound | None) -> Bound | None:
    """Return the earlier of two ends; None is open. If they do not compare, return the first."""
    if one is None or other is None:
        return other if one is None else one
    return other if is_before(other, one) else one


def later(one: Bound | None, other: Bound | None) -> Bound | None:
    """Return the later of two starts; None is open. If they do not compare, return the first."""
    if one is None or other is None:
        return other if one is None else one
    return other if is_before(one, other) else one


def is_before(one: Bound, other: Bound) -> bool:
    """Return whether one bound is before another; those that do not compare are not."""
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return isinstance(one, Decimal) and isinstance(other, Decimal) and one < other
    return one < other


def missing(interval: Interval, finished: Iterable[Interval]) -> Iterator[Interval]:
    """Give the parts of an interval that are in no finished one, in order."""
    start, end = interval
    for done in sorted(finished, key=_start):
        if done.start is None or done.end is None or not _is_alike(done, interval):
            continue
        if end is not None and done.start >= end:  # type: ignore[operator]
            break
        if start is None or done.start > start:  # type: ignore[operator]
            yield Interval(start, done.start)
        if start is None or done.end > start:  # type: ignore[operator]
            start = done.end
    if start is None or end is None or start < end:  # type: ignore[operator]
        yield Interval(start, end)


def union(finished: Iterable[Interval]) -> Sequence[Interval]:
    """Return intervals with both ends, in order, with those joined that touch or overlap."""
    joined: list[Interval] = []
    for each in sorted(finished, key=_start):
        last = joined[-1] if joined else None
        if last and _is_alike(last, each) and each.start <= last.end:  # type: ignore[operator]
            joined[-1] = Interval(last.start, max(last.end, each.end))  # type: ignore[type-var]
        else:
            joined.append(each)
    return joined


def _start(interval: Interval) -> tuple[bool, Any]:
    return isinstance(interval.start, Decimal), interval.start


def _is_alike(one: Interval, other: Interval) -> bool:
    """Return whether the bounds of two intervals compare."""
    kinds = {isinstance(bound, Decimal) for bound in (*one, *other) if bound is not None}
    return len(kinds) <= 1


def join(counted: Iterable[tuple[Interval, int | None]], most: int) -> Iterator[tuple[Interval, int | None]]:
    """Give intervals with their numbers of rows; neighbours are joined as long as they have at most `most` rows."""
    last: tuple[Interval, int | None] | None = None
    for interval, rows in counted:
        if last is None:
            last = interval, rows
        elif last[0].end == interval.start and _fits(last[1], rows, most):
            last = Interval(last[0].start, interval.end), (last[1] or 0) + (rows or 0)
        else:
            yield last
            last = interval, rows
    if last is not None:
        yield last


def _fits(one: int | None, other: int | None, most: int) -> bool:
    return one is not None and other is not None and one + other <= most


def resolution(layout: str | None = None, *, is_date: bool = False) -> timedelta:
    """Return the shortest time by which two bounds differ in a request."""
    if layout is None:
        return timedelta(days=1) if is_date else timedelta(seconds=1)
    moment = datetime(2001, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC)
    written = write(moment, layout)
    return next((unit for unit in _UNITS if write(moment + unit, layout) != written), timedelta(days=1))


_UNITS = (
    timedelta(microseconds=1),
    timedelta(milliseconds=1),
    timedelta(seconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
)
