"""Numbered pages of a list that changes while it is read: each border between two pages is checked twice.

Numbered pages share no row. So after each page the one before it is asked for again: if it still ends with the same
row, the page continues it without a gap. If not, rows have moved, and the reader steps back until it finds a row that
it has passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.alike import tells_apart
from tap_analytics.pagination.guards.endless import (
    CLOSING_PAGES,
    GROWING_PAGES,
    IDLE_PAGES,
    Order,
    never_settles,
)
from tap_analytics.pagination.guards.repetition import ChangingRepetition, EmptyPages, repeated_number
from tap_analytics.pagination.guards.seen import REMEMBERED_PAGES, SeenRows, telling
from tap_analytics.pagination.numbered.numbered_ending import NumberedEvidence
from tap_analytics.pagination.numbered.numbering import Numbered, Numbering
from tap_analytics.pagination.page import Page, PageNumber

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

    from tap_analytics.pagination.page import Row
    from tap_analytics.report.stats import ListStats

# After the tail has grown so many times, its last page full, the rest is left to the next sync.
GROWN_PAGES = 10

# So many pages may have the rows of the first one, or of the one before, where no field tells their rows from others.
ALIKE_PAGES = 100

# The least number of rows that are remembered, even if the first page is short: some APIs filter the rows of pages.
REMEMBERED_ROWS = 1_000


class Continuation(msgspec.Struct, frozen=True):
    """A page that continues the list behind its row `anchor`, or with its first where that is -1.

    If the anchor is None, the page was only read again, and the reader does not move. `fresh`: the page was asked for
    after all pages before it.
    """

    at: Numbered
    anchor: int | None
    fresh: bool = True


class VerifiedNumberedPages:
    """A numbered list as runs of rows to emit, each page but the last read twice.

    A row that is in the list from the first request to the last is given, changed or not, if rows move in one direction
    only between the two looks at a border, which are three or four requests apart. A move that is undone in between is
    not noticed: a row is removed before the reader, the next page is read one row too far on, and by the second look
    another row is inserted. `VerifiedOffsetPages` notices that too.

    No row with a key is given twice unchanged within the rows that are remembered.

    Reading a few pages again after the end would not do: a row that is removed from a page right after that was read
    shows in no other page, since all pages behind it were read later.

    Args:
        fetch: Asks for a page.
        numbering: Which numbers there are.
        key: Identifies a row by its primary key; None without one.
        version: What differs when a row has changed, such as the time of the change; the whole row if it is None.
        stats: The figures of the list.

    Raises:
        FatalAPIError: While reading: the API ignores the number of the page, or the order of the list never settles.
    """

    def __init__(
        self,
        fetch: Callable[[PageNumber], Page],
        *,
        numbering: Numbering | None = None,
        key: Callable[[Row], Hashable] | None,
        version: Callable[[Row], object] | None = None,
        stats: ListStats,
    ) -> None:
        self._fetch = fetch
        self._numbering = numbering or Numbering()
        self._evidence = NumberedEvidence(stats, self._numbering)
        self._keyed = key is not None
        self._memory = SeenRows(key, version, size=REMEMBERED_ROWS)
        self._order = Order(self._memory)
        self._version = version
        self._key = key
        self._stats = stats
        self._first: Sequence[Row] = ()
        self._looking = self._is_left = False
        self._furthest = Numbered(-1, Page(offset=0, rows=()))
        self._longest = 1
        self._tails = self._idle = self._alike = 0

    def __iter__(self) -> Iterator[Sequence[Row]]:
        first = self._ask(self._numbering.first)
        self._first, self._key = first.rows, telling(self._key, first.rows)
        self._keyed = self._key is not None
        self._memory = SeenRows(self._key, self._version, size=max(REMEMBERED_ROWS, REMEMBERED_PAGES * len(first.rows)))
        self._order, self._repetition = Order(self._memory), ChangingRepetition(self._memory)
        beyond = False
        for link in self._links(first):
            beyond = beyond or (link.at.number > first.number and bool(link.at.rows))
            yield self._follow(link)
        if beyond or self._stats.mended:
            yield from self._closing_looks()
        self._evidence.conclude()

    def _links(self, at: Numbered) -> Iterator[Continuation]:
        """Give the pages that continue the list, from a page on up to its end."""
        yield Continuation(at, -1)
        fresh, self._is_left = True, False
        while not (is_last := self._evidence.is_last(at.number, at.page)) or not fresh:
            rows, is_further = self._stats.rows, False
            # The last page is read again: rows may have moved behind it since.
            for link in [self._link(self._ask(at.number))] if is_last else self._onward(at):
                yield link
                if link.anchor is not None:
                    at, fresh = link.at, link.fresh
                    is_further = is_further or link.anchor < len(at.rows) - 1
            # Rows that are inserted before the reader are new, but do not bring it nearer to the end.
            self._idle = 0 if is_further and self._stats.rows > rows else self._idle + 1
            if self._is_left or self._is_stuck():
                return
        self._evidence.end_numbered(at.number, at.page)

    def _onward(self, at: Numbered) -> Iterator[Continuation]:
        """Give what continues a page: the page behind it, or what mends the border between them."""
        ahead = self._ahead(at)
        self._check_repetition(at, ahead)
        # The page begins with rows that the reader has passed: rows were inserted before it, and none is skipped.
        if self._keyed and (anchor := self._order.anchor(ahead.rows)) is not None:
            self._stats.mended += anchor < len(ahead.rows) - 1
            self._stats.duplicates += anchor + 1
            self._stats.drift += anchor + 1
            yield Continuation(ahead, anchor)
            return
        again = self._ask(at.number)
        if self._ends_alike(at, again):
            self._order.confirm()
            yield Continuation(ahead, -1)
            yield Continuation(again, None)
        else:
            self._stats.mended += 1
            yield from self._mend(at, ahead, again)

    def _mend(self, at: Numbered, ahead: Numbered, again: Numbered) -> Iterator[Continuation]:
        """Give what continues the list after rows have moved across the border between two pages."""
        link = self._link(again)
        pages = at.number - link.at.number
        self._stats.drift += len(link.at.rows) - 1 - (link.anchor or 0) + pages * self._longest
        yield link
        if link.at is again:
            self._note_tail(at, ahead, again)
        if link.at is not again or not ahead.rows:
            return
        # `ahead` was read before `again`: its rows may be older than those that were emitted.
        anchor = None if self._memory.has_other_versions(ahead.rows) else self._order.anchor(ahead.rows)
        if anchor is not None:
            self._stats.duplicates += anchor + 1
            yield Continuation(ahead, anchor, fresh=False)

    def _note_tail(self, at: Numbered, ahead: Numbered, again: Numbered) -> None:
        """Leave the rest of the list to the next sync if its tail keeps growing."""
        has_grown = len(again.rows) > len(at.rows) and self._memory.are_same(at.rows, again.rows[: len(at.rows)])
        is_short = not ahead.rows and len(again.rows) < self._longest
        is_tail = has_grown or not ahead.rows
        self._tails += is_tail
        self._is_left = is_tail and self._tails >= (GROWING_PAGES if is_short else GROWN_PAGES)

    def _link(self, at: Numbered) -> Continuation:
        """Return the page itself, or one further back, if it holds no row that the reader has passed.

        The reader steps back one page, then two, then four.
        """
        anchor = self._order.anchor(at.rows)
        if anchor is not None:
            return Continuation(at, anchor)
        step = 1
        while at.number > self._numbering.first:
            at = self._ask(max(self._numbering.first, at.number - step))
            step *= 2
            anchor = self._order.anchor(at.rows)
            if anchor is not None:
                return Continuation(at, anchor)
        self._order.restart()
        return Continuation(at, -1)

    def _ahead(self, at: Numbered) -> Numbered:
        """Return the next page that has rows, or the last page."""
        empty, ahead = EmptyPages(), self._ask(at.number + 1)
        if self._evidence.is_doubtful_numbered(ahead.number, ahead.page, at.page):
            ahead = self._ask(ahead.number)
        while not (ahead.rows or self._evidence.is_last(ahead.number, ahead.page)):
            empty.add(ahead.rows)
            ahead = self._ask(ahead.number + 1)
        return ahead

    def _ends_alike(self, at: Numbered, again: Numbered) -> bool:
        """Return whether a page ends with the row that it ended with before."""
        if at.rows and again.rows:
            return self._memory.is_same(at.rows[-1], again.rows[-1])
        return not (at.rows or again.rows)

    def _is_stuck(self) -> bool:
        """Return whether to leave the rest to the next sync: the end was seen, and only changes keep coming.

        Raises:
            FatalAPIError: No new row has come for long, and the end was not seen.
        """
        if self._idle <= IDLE_PAGES + 2 * self._memory.size / self._longest:
            return False
        if not (self._looking or self._tails):
            raise FatalAPIError(never_settles(f"{self._idle} times in a row there was no new row"))
        self._stats.settled = False
        return True

    def _check_repetition(self, at: Numbered, ahead: Numbered) -> None:
        """Raise FatalAPIError if a page has the rows of the page before it or of the first page, also when asked again.

        A list that grows at its head by whole pages repeats its pages too, but not when asked again at once. Equal rows
        without a key count as a repetition only if they go on for many pages.
        """
        self._repetition.add(at.rows, ahead.rows)
        is_same = self._repetition.is_suspected
        if not is_same and not (self._first and self._memory.are_same(self._first, ahead.rows)):
            return
        distinct = len({key for key, _ in self._memory.identify(ahead.rows)}) == len(ahead.rows)
        suspected = at.number if is_same else self._numbering.first
        if distinct and (self._keyed or len(ahead.rows) > 1) and not self._may_be_alike(at, ahead):
            if self._memory.are_same(self._ask(suspected).rows, ahead.rows):
                raise FatalAPIError(repeated_number(ahead.number))
        elif self._repetition.is_lasting:
            raise FatalAPIError(repeated_number(ahead.number))

    def _may_be_alike(self, at: Numbered, ahead: Numbered) -> bool:
        """Return whether a page without a key has the rows of another one since rows are alike: others show it."""
        others = next((each for each in (self._first, at.rows) if not self._memory.are_same(each, ahead.rows)), ())
        self._alike += 1
        return not self._keyed and self._alike < ALIKE_PAGES and bool(others) and not tells_apart(ahead.rows, others)

    def _follow(self, link: Continuation) -> Sequence[Row]:
        """Return the rows of a page that are to be emitted, and remember them."""
        rows = link.at.rows
        known = self._memory.recognize(rows, self._memory.versions())
        if not (self._keyed or self._looking or link.anchor is None):
            # Without a key, equal rows are not duplicates.
            known[link.anchor + 1 :] = [False] * (len(rows) - link.anchor - 1)
        new = [row for row, is_known in zip(rows, known, strict=True) if not is_known]
        if link.anchor is not None:
            self._memory.advance(rows)
        self._memory.emit(new)
        self._stats.rows += len(new)
        return new

    def _closing_looks(self) -> Iterator[Sequence[Row]]:
        """Give the rows that moved to the head of the list; after a look of more than one page comes another."""
        self._looking, self._order.is_limited = True, False
        most = 2 * self._stats.pages + CLOSING_PAGES
        while self._stats.pages < most:
            emitted, pages = self._memory.versions(), 0
            self._memory.restart()
            for link in self._links(self._ask(self._numbering.first)):
                pages += bool(link.at.rows)
                known = True in self._memory.recognize(link.at.rows, emitted)
                yield self._follow(link)
                if known or self._stats.pages >= most:
                    break
            if pages <= 1:
                return
        self._stats.settled = False

    def _ask(self, number: int) -> Numbered:
        page = self._fetch(PageNumber(number))
        is_behind = number == self._furthest.number + 1 and self._evidence.is_counted_end(number, page)
        if is_behind and any(self._memory.are_same(each, page.rows) for each in (self._furthest.rows, self._first)):
            page = replace(page, rows=())
        elif page.rows and number >= self._furthest.number:
            self._furthest = Numbered(number, page)
        self._evidence.note_numbered(number, page)
        self._longest = max(self._longest, len(page.rows))
        return Numbered(number, page)
