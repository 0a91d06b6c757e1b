"""Reads a stretch of a list that changes, from one border to another; no row is in two stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, NoReturn

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.pagination.endings.ending import short_of
from tap_analytics.pagination.offset.offset_verified import Continuation, VerifiedOffsetPages
from tap_analytics.pagination.offset.stretch import marks_of
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from tap_analytics.pagination.offset.stretch import Border, Mark, Stretch
    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source, Span
    from tap_analytics.report.stats import ListStats

# The most pages that are asked for to find a border, and the most that may lie between the rows on its two sides.
MOST_LOOKS = 200
MOST_PAGES_BEHIND = 5


class Found(NamedTuple):
    """A page that has a border in it, and its rows behind the border."""

    page: Page
    rows: Sequence[Row]


class StretchPages(VerifiedOffsetPages):
    """A stretch of a list as runs of rows, each row once.

    Every row is given that was in the stretch when it was planned and stays there, changed or not. A changed row must
    keep its place: a list in the order of changes has no stretches.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        rows: What identifies a row; it must have a key.
        stretch: The stretch to read.
        stats: The figures of the list.

    Raises:
        FatalAPIError: While reading: a border cannot be found any more, or the list cannot be read to its end.
    """

    def __init__(
        self, source: Source[Span], *, limit: int, rows: RowIdentity, stretch: Stretch, stats: ListStats
    ) -> None:
        super().__init__(source, limit=limit, key=rows.key, version=rows.version, stats=stats)
        self._key = rows.key or repr
        self._mark = marks_of(rows.key, rows.version)
        self._stretch = stretch
        self._given: set[Hashable] = set()
        self._ending = BorderAhead(stretch.end) if stretch.end else None
        self._asking.reach = stretch.end.offset + limit if stretch.end else None

    @override
    def __iter__(self) -> Iterator[Sequence[Row]]:
        page, rows = self._beginning()
        yield self._emit(self._own(rows))
        self._memory.advance(rows)
        links = iter(()) if self._has_ended() else self._links(page)
        for link in links:
            yield self._emit(self._new_rows(link))
            self._memory.advance(link.page.rows)
            if self._has_ended():
                break
        if self._ending and not self._ending.is_found:
            self._fail("the rows before its end are not there any more")
        self._stats.ending = Ending.PROVED

    def _has_ended(self) -> bool:
        return self._ending is not None and self._ending.is_over

    def _beginning(self) -> Found:
        """Return the first page, and its rows that are in the stretch."""
        border = self._stretch.start
        if border is None:
            page, _ = self._asking.take(0)
            return Found(page, page.rows)
        first, step = max(0, border.offset - self._limit // 2), 0
        offset = first
        for look in range(MOST_LOOKS):
            page = self._asking.ask(offset)
            marks = list(map(self._mark, page.rows))
            before, behind = _last(marks, border.before), _first(marks, border.behind)
            length = self._asking.longest or self._limit
            if before is not None and behind is not None and before < behind:
                return Found(page, _behind(page.rows, marks, before, border))
            if behind is not None or before is not None:
                place = behind if behind is not None else before
                offset = max(0, page.offset + (place or 0) - length // 2)
            else:
                # The border has moved: search on both sides of its old place, further each time.
                step += length if look % 2 == 0 else 0
                offset = max(0, first + (step if look % 2 else -step))
        return self._fail("its beginning is not found")

    @override
    def _new_rows(self, link: Continuation) -> Sequence[Row]:
        return self._own(link.page.rows[link.anchor + 1 :])

    def _own(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows of a page that are in the stretch and were not given yet."""
        if self._ending:
            rows = self._ending.before(rows, list(map(self._mark, rows)))
            if self._ending.is_missed:
                self._fail("the rows behind its end are not there any more")
        fresh = [row for row in rows if self._key(row) not in self._given]
        self._stats.duplicates += len(rows) - len(fresh)
        self._given.update(map(self._key, fresh))
        return fresh

    @override
    def _end(self, page: Page) -> None:
        super()._end(page)
        total, end = self._evidence.total_of(page), page.offset + len(page.rows)
        if total is not None and end < total:
            raise FatalAPIError(short_of(total, end))

    @override
    def _begin_anew(self, page: Page) -> NoReturn:
        self._fail("all rows around the place that was reached are gone")

    @staticmethod
    def _fail(reason: str) -> NoReturn:
        message = f"a stretch of the list cannot be read for sure: {reason}; the list changes too much, plan it again"
        raise FatalAPIError(message)


class BorderAhead:
    """Finds the border at the end of a stretch in rows that come in order.

    `is_found` says that known rows before the border have come, `is_over` that known rows behind it have.
    """

    def __init__(self, border: Border) -> None:
        self._before, self._behind = set(border.before), set(border.behind)
        self._keys_before, self._keys_behind = ({mark.key for mark in side} for side in (border.before, border.behind))
        self.is_found = self.is_over = False
        self._pages_behind = 0

    @property
    def is_missed(self) -> bool:
        """Whether the rows before the border have come long ago, and those behind it have not."""
        return self._pages_behind > MOST_PAGES_BEHIND

    def before(self, rows: Sequence[Row], marks: Sequence[Mark]) -> Sequence[Row]:
        """Return those of the rows that are before the border."""
        own: list[Row] = []
        for row, mark in zip(rows, marks, strict=True):
            if mark in self._behind:
                self.is_over = True
                return own
            self.is_found = self.is_found or mark in self._before
            # Rows that were inserted after the planning may stand between the two sides.
            is_before = not self.is_found or mark.key in self._keys_before
            if is_before and mark.key not in self._keys_behind:
                own.append(row)
        self._pages_behind += self.is_found
        return own


def _first(marks: Sequence[Mark], known: Sequence[Mark]) -> int | None:
    return next((place for place, mark in enumerate(marks) if mark in known), None)


def _last(marks: Sequence[Mark], known: Sequence[Mark]) -> int | None:
    return max((place for place, mark in enumerate(marks) if mark in known), default=None)


def _behind(rows: Sequence[Row], marks: Sequence[Mark], before: int, border: Border) -> Sequence[Row]:
    """Return the rows behind a border: its known rows, changed or not, and all rows behind the first unchanged one."""
    first, keys = _first(marks, border.behind), {mark.key for mark in border.behind}
    between = zip(rows[before + 1 : first], marks[before + 1 : first], strict=True)
    changed = [row for row, mark in between if mark.key in keys]
    return [*changed, *rows[first:]]
