"""Verified pages by offset: a list read to its end without losing a row, also while it changes.

Consecutive pages share one row, the seam. A page that has the seam in its place continues the list without a gap,
whenever it was fetched. Any other page is put aside, and the reader steps back until it finds a row that it has passed.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.guards.endless import CLOSING_PAGES, EndlessGuard, Order
from tap_analytics.pagination.guards.repetition import repeated_offset
from tap_analytics.pagination.guards.seen import REMEMBERED_PAGES, SeenRows
from tap_analytics.pagination.offset.offset_requests import OffsetRequests

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row, Source, Span
    from tap_analytics.report.stats import ListStats

# The least number of rows that are remembered, however short the pages are.
REMEMBERED_ROWS = 100

# How often the last row of a list is looked for while it keeps moving.
UNSETTLED_LOOKS = 3


class Continuation(msgspec.Struct, frozen=True):
    """A page that continues the list behind its row `anchor`, or with its first where that is -1.

    `straight`: the anchor is the row emitted last. `fresh`: the page was asked for after all pages before it.
    """

    page: Page
    anchor: int
    fresh: bool = True
    straight: bool = False


class VerifiedOffsetPages:
    """A list of the API as runs of rows to emit.

    Every row that is in the list from the first request to the last is given, changed or not; none is given twice
    unchanged within the rows that are remembered, whose number does not grow with the list.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        key: Identifies a row by its primary key; None where it has none.
        version: What differs when a row has changed, such as the time of the change; the whole row if it is None.
            Values that differ from response to response, such as signed links, must not be part of it.
        stats: The figures of the list; they are told of what happens.

    Raises:
        FatalAPIError: While reading: the list has no end, its order never settles, or it ended before its total.
    """

    def __init__(
        self,
        source: Source[Span],
        *,
        limit: int,
        key: Callable[[Row], Hashable] | None,
        version: Callable[[Row], object] | None = None,
        stats: ListStats,
    ) -> None:
        self._limit = limit
        self._keyed = key is not None
        self._memory = SeenRows(key, version, size=max(REMEMBERED_ROWS, REMEMBERED_PAGES * limit))
        self._stats = stats
        self._evidence = Evidence(stats, limit=limit)
        self._asking = OffsetRequests(source, limit=limit, evidence=self._evidence, stats=stats)
        self._order = Order(self._memory)
        self._retraced = 0
        self._refused: set[int] = set()

    def __iter__(self) -> Iterator[Sequence[Row]]:
        page, _ = self._asking.take(0)
        yield self._emit(page.rows)
        self._memory.advance(page.rows)
        linked = False
        for link in self._links(page):
            linked = True
            yield self._emit(self._new_rows(link))
            self._memory.advance(link.page.rows)
        if self._asking.is_chained and (linked or self._stats.mended):
            yield from self._closing_looks()
        self._evidence.conclude()

    def _links(self, page: Page) -> Iterator[Continuation]:
        """Give the pages that continue a page, up to the end of the list."""
        guard = EndlessGuard(limit=self._limit, memory=self._memory, look=self._asking.ask)
        fresh = True
        while not (fresh and self._asking.ends_with(page)):
            # A last page that was fetched ahead is asked for again: rows may have moved behind it since.
            link = self._join(page, now=self._asking.ends_with(page))
            if link is None:
                return
            rows = self._stats.rows
            yield link
            if guard.is_over(page, link.page, new=self._stats.rows - rows, longest=self._asking.longest):
                return
            page, fresh = link.page, link.fresh
        self._end(page)

    def _end(self, page: Page) -> None:
        """Take a page as the end of the list: the last one, or an empty one behind it."""
        if page.rows:
            self._evidence.end(page)
        else:
            self._evidence.nothing(page, at=page.offset)

    def _join(self, page: Page, *, now: bool) -> Continuation | None:
        """Return the link that continues a page, or None at the end of the list."""
        if self._asking.may_be_last(page) and not now:
            beyond = self._asking.behind(page)
            if not beyond.rows:
                return self._behind(page, beyond)
            self._asking.is_ragged = True
        overlap = min(self._asking.overlap, len(page.rows)) if self._asking.is_chained else 0
        offset = page.offset + len(page.rows) - overlap
        following, fresh = (self._asking.ask(offset), True) if now else self._asking.take(offset)
        if following.missing and offset in self._refused:
            # The seam was looked for and is in its place: the list has not changed, the API goes no further.
            return self._or_end(Continuation(following, -1, fresh))
        self._refused |= {offset} if following.missing else set()
        if not overlap:
            self._retraced = self._memory.size  # without a seam, rows that were emitted may come again
            return self._or_end(Continuation(following, -1, fresh))
        if len(following.rows) < overlap or not self._memory.is_same(following.rows[overlap - 1], page.rows[-1]):
            return self._out_of_place(page, following, fresh=fresh)
        return self._in_place(page, following, overlap, fresh=fresh)

    def _in_place(self, page: Page, following: Page, overlap: int, *, fresh: bool) -> Continuation | None:
        """Return the continuation if the seam is in its place."""
        if len(following.rows) > overlap:
            self._asking.overlap = max(1, self._asking.overlap - 1)
            self._order.confirm()
            straight = self._retraced <= 0 and self._memory.is_last(page.rows[-1])
            if straight or fresh or not self._memory.has_other_versions(following.rows):
                return Continuation(following, overlap - 1, fresh, straight=straight)
        # A page that was fetched ahead may be older than the emitted rows, and proves no end.
        return self._behind_or_end(following) if fresh else self._join(page, now=True)

    def _behind_or_end(self, page: Page) -> Continuation | None:
        """Return what continues a page that brought no new row."""
        if not self._asking.ends_with(page):
            return self._behind(page, self._asking.behind(page))
        self._end(page)
        return None

    def _or_end(self, link: Continuation) -> Continuation | None:
        """Return a continuation if its page has rows; otherwise take the page as the end."""
        if link.page.rows:
            return link
        self._end(link.page)
        return None

    def _behind(self, last: Page, beyond: Page, *, looks: int = 1) -> Continuation | None:
        """Return what comes behind a row that seems to be the last; None if it is the last.

        A short page is no proof of the end: pages may be capped by bytes. The page right `beyond` the last row of the
        page `last` is one, if that row is still in its place. `looks` counts how often it was not.
        """
        asking = self._asking
        asking.is_ragged = asking.is_ragged or bool(beyond.rows)
        overlap = 1 if asking.is_ragged else min(asking.longest - 1, beyond.offset)
        again = asking.ask(beyond.offset - overlap)
        has_held = self._memory.holds(again.rows, overlap - 1, last.rows[-1])
        anchor = overlap - 1 if has_held else self._order.anchor(again.rows)
        if anchor is None or (not has_held and self._order.is_doubtful):
            self._stats.mended += 1
            return self._mend(again.offset)
        if anchor < len(again.rows) - 1 or (asking.is_ragged and not has_held):
            self._retraced = self._memory.size  # rows that were emitted may come again
            return Continuation(again, anchor)
        is_known = self._keyed and self._memory.anchor(beyond.rows) is not None
        if (is_known or not has_held) and looks < UNSETTLED_LOOKS:
            return self._behind(again, asking.behind(again), looks=looks + 1)
        if is_known:
            raise FatalAPIError(repeated_offset(beyond.offset))
        self._retraced = self._memory.size
        return self._or_end(Continuation(beyond, -1))

    def _out_of_place(self, page: Page, following: Page, *, fresh: bool) -> Continuation | None:
        """Return the continuation if the seam is not in its place: the list has changed before it."""
        self._stats.mended += 1
        self._retraced = self._memory.size  # rows that were emitted may come again
        anchor = self._order.anchor(following.rows)
        if anchor is None:
            return self._mend(following.offset)
        if not fresh and self._memory.has_other_versions(following.rows):
            return self._join(page, now=True)
        self._stats.drift += abs(anchor + 1 - min(self._asking.overlap, len(page.rows)))
        if anchor == len(following.rows) - 1 and len(following.rows) < self._asking.longest:
            # This seems to be the end. It counts only if it was asked for now, and if the order of the list holds.
            if self._order.is_doubtful:
                return self._mend(following.offset)
            return self._behind_or_end(following) if fresh else self._join(page, now=True)
        return Continuation(following, anchor, fresh)

    def _mend(self, offset: int) -> Continuation | None:
        """Step back from a page without a seam, further each time, to a page with a row that was emitted."""
        missed, step = offset, self._asking.longest - 1
        self._retraced = self._memory.size  # rows that were emitted may come again
        while True:
            offset = max(0, offset - step)
            step *= 2
            page = self._asking.ask(offset)
            anchor = self._order.anchor(page.rows)
            if anchor is not None:
                # As many rows may be removed by the next request: pages share more rows, so that one seam is left.
                self._stats.drift += max(0, missed - offset - anchor)
                self._asking.overlap = max(1, min(2 * (missed - offset - anchor) + 1, self._asking.longest // 2))
                return Continuation(page, anchor)
            if offset == 0:
                self._stats.drift += missed
                return self._begin_anew(page)

    def _begin_anew(self, page: Page) -> Continuation | None:
        """Return the first page as the continuation, since no row that was passed is left in the list."""
        self._order.restart()
        return self._or_end(Continuation(page, -1))

    def _new_rows(self, link: Continuation) -> Sequence[Row]:
        """Return the rows of a continuation that are to be emitted."""
        rows, behind = link.page.rows, link.anchor + 1
        if link.straight:
            return rows[behind:]
        known = self._memory.recognize(rows, self._memory.versions())
        if not self._keyed:
            # Without a key, equal rows are not duplicates.
            known[behind:] = [False] * (len(rows) - behind)
        new = [row for row, is_known in zip(rows, known, strict=True) if not is_known]
        self._stats.duplicates += len(rows) - len(new) - min(behind, 1)
        return new

    def _closing_looks(self) -> Iterator[Sequence[Row]]:
        """Give the rows that moved to the head of the list; after a look of more than one page comes another."""
        emitted, self._asking.is_bounded = self._memory.versions(), False
        most = 2 * self._stats.pages + CLOSING_PAGES
        while self._stats.pages < most:
            pages = yield from self._closing_look(emitted, most)
            if pages == 1:
                return
            if pages:
                emitted = self._memory.versions()
        self._stats.settled = False

    def _closing_look(self, emitted: Mapping[Hashable, object], most: int) -> Generator[Sequence[Row], None, int]:
        """Give the rows at the head that were not emitted, down to the first that was, or to the end of the list.

        Args:
            emitted: The versions of the rows emitted before this look, by key.
            most: The look is given up when the whole list has taken so many pages.

        Returns:
            The number of pages read in one piece; 0 if two of them have no row in common.
        """
        page = self._asking.ask(0)
        passed: dict[Hashable, object] = {}
        for pages in count(1):
            known = self._memory.recognize(page.rows, emitted)
            # The whole page is checked: rows that changed in the same second may stand in any order.
            seen = self._memory.recognize(page.rows, self._memory.versions())
            yield self._emit([row for row, is_seen in zip(page.rows, seen, strict=True) if not is_seen])
            if True in known or self._asking.ends_with(page):
                return pages
            passed |= self._memory.by_key(*page.rows)
            page = self._asking.ask(page.offset + len(page.rows) - 1)
            shared = self._memory.recognize(page.rows, passed)
            if True not in shared or self._stats.pages > most:
                return 0
            if shared[-1] and len(page.rows) < self._asking.longest:
                page = self._asking.behind(page)
                if not page.rows:
                    return pages
        raise AssertionError

    def _emit(self, rows: Sequence[Row]) -> Sequence[Row]:
        self._memory.emit(rows)
        self._retraced -= len(rows)
        self._stats.rows += len(rows)
        return rows
