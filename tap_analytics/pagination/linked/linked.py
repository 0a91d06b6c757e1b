"""Linked pages: each names the cursor, or the link, of the page that follows it."""

from __future__ import annotations

from abc import ABC
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.config.faults import TEXT
from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.guards.lone_object import LoneObject
from tap_analytics.pagination.guards.repetition import Circle, EmptyPages, repeated_link
from tap_analytics.pagination.guards.returned_rows import ReturnedRows
from tap_analytics.pagination.guards.returning_cursors import ReturningCursors
from tap_analytics.pagination.guards.standstill import Standstill
from tap_analytics.pagination.linked.hollow_ending import HollowEnding
from tap_analytics.pagination.linked.lost_answers import LostAnswers
from tap_analytics.pagination.linked.nothing_words import NothingWords
from tap_analytics.pagination.linked.numbered_links import NumberedLinks, holds_number, is_place
from tap_analytics.pagination.linked.repeated_pages import RepeatedPages
from tap_analytics.pagination.linked.self_named import check_self_named
from tap_analytics.pagination.linked.tied_rows import TiedRows
from tap_analytics.pagination.numbered.numbered_verified import VerifiedNumberedPages
from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import NextLink, pages_of, seems_full
from tap_analytics.pagination.paginator import LAST, MORE, PATH, ROWS, TRUTH, Paginator, Paths, option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats

_ROUND = 50  # servers usually cap their pages at a multiple of so many rows


@dataclass(frozen=True, kw_only=True)
class LinkedPaginator(Paginator[NextLink], ABC):
    """Asks for each page with what the page before it names."""

    counts_rows: ClassVar = False
    changing_list: ClassVar = (
        "The API keeps the place. Links and cursors that are the number of a page, or an offset, encoded or not, are "
        "read as with `page_number`."
    )

    total_path: str | None = field(default=None, metadata=option(PATH, ROWS))
    has_more_path: str | None = field(default=None, metadata=option(TEXT, MORE))
    is_last_path: str | None = field(default=None, metadata=option(TEXT, LAST))
    stop_after_empty_page: bool = field(
        default=False, metadata=option(TRUTH, "Whether a page without records is the end even if it names a next one.")
    )

    @property
    @override
    def first(self) -> NextLink:
        return NextLink()

    @property
    def next_path(self) -> str:
        """The path at which the body names the next page; empty if the body does not name it."""
        return ""

    @property
    @override
    def paths(self) -> Paths:
        flags = {"more": self.has_more_path or "", "last": self.is_last_path or ""}
        return Paths(total=self.total_path or "", next=self.next_path, **flags)

    def is_numbered(self, token: NextLink) -> bool:
        """Return whether a page is asked for by a number; rows move between such pages when the list changes."""
        return token.value is not None and (holds_number(token.value) or is_place(token.value))

    @override
    def complete(self, page: Page, headers: Mapping[str, str]) -> Page:
        return page.without_counts() if self.total_path == "" else page

    @override
    def pages(
        self, source: Source[NextLink], *, rows: RowIdentity, stats: ListStats, verify: bool
    ) -> Iterable[Sequence[Row]]:
        hollow = HollowEnding(pages_of(source), is_numbered=self.is_numbered, stats=stats)
        again = RepeatedPages(hollow.take, rows=rows, is_numbered=self.is_numbered, stats=stats)
        pages = LinkedPages(
            again.take,
            rows=rows,
            stop_after_empty_page=self.stop_after_empty_page,
            is_numbered=self.is_numbered if verify else None,
            cursor_path=self.next_path,
            stats=stats,
        )
        return again.through(hollow.through(pages))


class LinkedPages:
    """A list as runs of rows, each page asked for by what the page before it names as `next`.

    The last page names nothing, or is empty and names itself. An API that goes on under one cursor is read as long as
    it gives other rows. A circle is not noticed if it is longer than what is remembered, or if rows have no key and
    differ at each request. Pages that are named by a number are read like any numbered pages.

    Args:
        fetch: Asks for a page.
        rows: What identifies a row.
        stop_after_empty_page: Whether an empty page is the end, whatever it names.
        is_numbered: Says whether a page is asked for by a number; None if that makes no difference.
        cursor_path: Where the body has what it names as next.
        stats: The figures of the list.

    Raises:
        FatalAPIError: While reading: the pages lead in a circle, or all of them are empty; a page names something
            that is neither a cursor nor a link; or nothing proves the end of the list.
    """

    def __init__(  # noqa: PLR0913 - each says how the API means its pages
        self,
        fetch: Callable[[NextLink], Page],
        *,
        rows: RowIdentity,
        stop_after_empty_page: bool = False,
        is_numbered: Callable[[NextLink], bool] | None = None,
        cursor_path: str = "",
        stats: ListStats,
    ) -> None:
        self._fetch = fetch
        self._rows = rows
        self._stop_after_empty_page = stop_after_empty_page
        self._path = cursor_path
        self._is_numbered = is_numbered
        self._ties = TiedRows(rows, path=cursor_path, stats=stats)
        self._stats = stats
        self._evidence = Evidence(stats)
        self._returned = ReturnedRows(rows.key, look=self._look)
        self._named_itself: NextLink | None = None

    def __iter__(self) -> Iterator[Sequence[Row]]:
        following = self._after(token := NextLink(), page := self._fetch(NextLink()))
        if following is not None and self._is_numbered is not None and self._is_numbered(following):
            yield from self._by_number(page)
            self._check_named()
            return
        circle, empty = Circle(self._rows.key), EmptyPages()
        standstill = Standstill(is_keyed=self._rows.key is not None, look=lambda: self._fetch(NextLink()))
        lost, words = LostAnswers(self._fetch, self._rows.key), NothingWords(self._fetch, self._rows.key, page.rows)
        returning, lone = ReturningCursors(self._rows.key, look=self._look), LoneObject()
        while True:
            new = self._ties.new_rows(page)
            self._evidence.note(page, through=self._stats.rows + len(new))
            lone.check(self._stats.pages, page)
            if page.rows:
                if circle.closes(token, page.rows):
                    raise FatalAPIError(repeated_link(self._stats.pages))
                standstill.check(page, number=self._stats.pages)
                self._stats.rows += len(new)
                self._returned.note(new)
                yield new
            total = self._evidence.total_of(page)
            returning.check(token, page=self._stats.pages, rows=self._stats.rows, total=total)
            empty.add(page.rows)
            following = self._after(token, page)
            if following is None:
                break
            last, before = token, page
            token, found = self._ties.follow(following, page, words.follow, is_counted=total is not None)
            if found is None:
                page = replace(page, next=None, signs=page.signs._replace(next="", cursor=""))
                break
            page = found
            lost.check(page, token, (last, before))
            if not self._ties.is_over and self._evidence.is_doubtful(page, before):
                self._evidence.note(page, through=self._stats.rows)
                page = self._fetch(token)
        yield from self._left_out()
        self._end(page)

    def _look(self) -> Sequence[Row]:
        """Return the rows of the first page, asked for now."""
        return self._fetch(NextLink()).rows

    def _left_out(self) -> Iterator[Sequence[Row]]:
        """Give the rows that moved to the first page while the list was read, where others came twice."""
        drift = self._evidence.drift
        if found := self._returned.left_out(rows=self._stats.rows, total=self._evidence.total, drift=drift):
            self._stats.rows += len(found)
            yield found

    def _by_number(self, first: Page) -> Iterator[Sequence[Row]]:
        """Give the runs of a list whose pages are named by numbers."""
        key, version = self._rows.key, self._rows.version
        words = NothingWords(self._fetch, key, first.rows)
        take = NumberedLinks(words.follow, following=self._after, first=first).take
        numbering = Numbering(stop_after_empty_page=self._stop_after_empty_page, counts_rows=True)
        yield from VerifiedNumberedPages(take, numbering=numbering, key=key, version=version, stats=self._stats)

    def _end(self, page: Page) -> None:
        """Check what the last page says."""
        if page.missing:
            raise FatalAPIError(page.missing)
        if page.more is None and _next_of(page) is None and page.rows:
            self._check_other(page)
        try:
            if _next_of(page) is None or page.rows or not self._stop_after_empty_page:
                self._evidence.end(page)
            self._evidence.conclude()
        except FatalAPIError as error:
            if self._stats.pages == 1 and page.rows and _next_of(page) is None:
                raise FatalAPIError(without_next(self._path, error)) from None
            raise
        self._check_named()

    def _check_named(self) -> None:
        """Raise FatalAPIError where the empty page that ended the list should not have named itself as next."""
        if self._named_itself is not None and self._stats.rows not in self._stats.totals:
            check_self_named(self._named_itself, self._fetch, stats=self._stats, is_full=self._evidence.is_last_full)

    def _check_other(self, page: Page) -> None:
        """Check a page that names no next one where the paginator looks for it.

        Raises:
            FatalAPIError: Another field or header of it looks like the next cursor or link.
        """
        total, size = self._evidence.total_of(page), len(page.rows)
        if self._stats.pages > 1:
            if page.signs.next and total != self._stats.rows:
                raise FatalAPIError(other_next(page.signs.next))
        elif sign := page.signs.next or (page.signs.cursor if total != size and _may_go_on(page) else ""):
            raise FatalAPIError(without_next(self._path, f"`{sign}` may name one"))
        is_full = page.is_full or (size % _ROUND == 0 if self._stats.pages == 1 else self._evidence.is_last_full)
        if is_full and total is None and page.signs.pages is None:
            self._stats.remarks.append(
                f"The last page is full ({size} rows), it names no next one, and nothing else says that it is the "
                "last; if there are more, check the options of the `paginator`"
            )

    def _after(self, token: NextLink, page: Page) -> NextLink | None:
        """Return the link or cursor to the page after this one; None if this is the last."""
        following = None if page.more is False or page.missing else _next_of(page)
        if page.rows:
            self._named_itself = None if self._named_itself == token else self._named_itself
        elif following is not None and self._stop_after_empty_page:
            return None
        elif following is not None and following.value == token.value:
            self._named_itself = token
            return None
        return following


def _may_go_on(page: Page) -> bool:
    """Return whether a first page is so long that others may follow; cursors of its own ends are no sign of that."""
    is_round = len(page.rows) % _ROUND == 0
    return seems_full(page) and (page.is_full or is_round or not page.signs.is_of_page)


def _next_of(page: Page) -> NextLink | None:
    """Return what a page names as next; None if it names nothing."""
    if isinstance(page.next, NextLink):
        return page.next
    value = as_text(page.next)
    return None if value is None else NextLink(value)


def other_next(sign: str) -> str:
    """Return the message for a list that ends by the declared field, while another field names a next page."""
    return (
        f"the last page names no next one where the `paginator` looks for it, but `{sign}` does; check the options of "
        'the `paginator`, or set `total_path` to `""` if each page has it, the last one too'
    )


def without_next(path: str, reason: object) -> str:
    """Return the message for a list that ends with its first page, with the reason why that cannot be."""
    place = f"`{path}`" if path else "the headers"
    return (
        f"the first page names no next one in {place}; check the options of the `paginator`, or take another: {reason}"
    )


def as_text(following: object) -> str | None:
    """Return a cursor or link from JSON as text; None if it says that nothing follows: null, false, 0 or empty.

    Raises:
        FatalAPIError: It is true, a list or an object.
    """
    if isinstance(following, str):
        # It is not stripped: a cursor may begin or end with a space.
        return following if following.strip() else None
    if following is None or following is False or following in (0, [], {}):
        return None
    if following is not True and isinstance(following, int | float | Decimal):
        return str(following)
    message = (
        "what the API names as next is neither text nor a number; check `cursor_path`, `next_url_path` or the options "
        "of the `paginator`"
    )
    raise FatalAPIError(message)
