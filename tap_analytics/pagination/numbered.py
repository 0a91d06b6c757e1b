"""Numbered pages: a list whose pages are asked for by their number."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import REMEMBERED_PAGES, REPEATED_PAGES, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row
    from tap_analytics.report.stats import ListStats

# Empty pages in a row, where one of them is not the end, before the API is said to have none.
EMPTY_PAGES = 100


class PageNumber(NamedTuple):
    """What a request asks for: the page of this number."""

    number: int


class NumberSource(Protocol):
    """Where numbered pages come from: in turn, or some of them ahead of the reader."""

    def plan(self, numbers: Iterable[PageNumber], /) -> None:
        """Expect these pages to be taken, in this order."""
        ...

    def take(self, number: PageNumber, /) -> tuple[Page, bool]:
        """Return a page, and whether it was asked for only now, after all pages before it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How the pages of a list are numbered, and which of them is the last.

    `base` is the number that the API gives to the first page of the list, `start` that of the first page to read, if
    that is another one. Pages from `maximum` on are not read. An empty page is the end unless the API may leave pages
    empty in between.
    """

    base: int = 0
    start: int | None = None
    maximum: int | None = None
    stop_after_empty_page: bool = True

    @property
    def first(self) -> int:
        """The number of the first page to read."""
        return self.base if self.start is None else self.start

    def is_last(self, number: int, page: Page) -> bool:
        """Return whether a page is known to be the last to read.

        It is where its total, a count of pages, names this very page; where it says that nothing is `next` to it
        (False); where it is empty; and below the maximum. Short pages are no end: some APIs filter what they have
        cut into pages. A total that this page lies beyond counts something else.
        """
        through = number - self.base + 1
        return (
            page.single
            or page.next is False
            or (self.maximum is not None and number + 1 >= self.maximum)
            or (page.total is not None and (through == page.total or (through > page.total and not page.rows)))
            or (self.stop_after_empty_page and not page.rows)
        )

    def after(self, number: int, page: Page) -> Iterable[PageNumber]:
        """Return the pages that a page says follow it; none where it does not say how many there are."""
        end = self.base + (page.total or 0)
        return map(PageNumber, range(number + 1, end if self.maximum is None else min(end, self.maximum)))


class NumberedPages:
    """A list as runs of rows, read page by page, by number.

    Rows that come or go between two requests move those behind them across the border of their pages; `Reread` is
    there for lists that change.

    Args:
        source: Where the pages come from.
        numbering: Which numbers there are.
        key: Identifies a row; the whole row does if it is None.
        progress: Told of what happens. The total of the list is not: it counts pages.

    Raises:
        FatalAPIError: While reading: the API ignores the number of the page, or gives nothing but empty pages.
    """

    def __init__(
        self,
        source: NumberSource,
        *,
        numbering: Numbering | None = None,
        key: Callable[[Row], Hashable] | None = None,
        progress: ListStats,
    ) -> None:
        self._source = source
        self._numbering = numbering or Numbering()
        self._key = key or whole
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        repetition = Repetition(self._key)
        number, empty = self._numbering.first, 0
        while True:
            page = self._take(number)
            if page.rows:
                repetition.check(number, page.rows)
                self._progress.rows += len(page.rows)
                yield page.rows
            if self._numbering.is_last(number, page):
                return
            empty = 0 if page.rows else empty + 1
            if empty >= EMPTY_PAGES:
                raise FatalAPIError(nothing_but_empty())
            number += 1

    def _take(self, number: int) -> Page:
        page, _ = self._source.take(PageNumber(number))
        self._progress.pages += 1
        if number == self._numbering.first:
            self._source.plan(self._numbering.after(number, page))
        return page


class Repetition:
    """Tells pages that go on from pages that begin again.

    Args:
        key: Identifies a row.
    """

    def __init__(self, key: Callable[[Row], Hashable]) -> None:
        self._key = key
        self._first: list[Hashable] = []
        self._before: list[Hashable] = []
        self._recent: deque[set[Hashable]] = deque(maxlen=REMEMBERED_PAGES)
        self._repeats = 0

    def check(self, number: int, rows: Sequence[Row]) -> None:
        """Take note of the rows of a page.

        Raises:
            FatalAPIError: They are those of a page before it. Rows alike are no repetition where they are alike
                within their page.
        """
        keys = [self._key(row) for row in rows]
        distinct = set(keys)
        self._repeats = self._repeats + 1 if any(distinct <= earlier for earlier in self._recent) else 0
        is_again = keys == self._before or (keys == self._first and len(keys) > 1)
        if self._repeats >= REPEATED_PAGES or (is_again and len(distinct) == len(keys)):
            raise FatalAPIError(repeats_itself(number))
        self._first = self._first or keys
        self._before = keys
        self._recent.append(distinct)


def repeats_itself(number: int) -> str:
    """Return what to say of an API that answers rows again that were on a page before."""
    return (
        f"the API answers the same rows as page {number} as on a page before it: it ignores the number, or gives a "
        "page again where there are no more; check `page_param`, and say where the list ends with `total_path`, "
        "`has_more_path` or `maximum_page`"
    )


def nothing_but_empty() -> str:
    """Return what to say of an API that goes on and on with pages that hold no row."""
    return (
        f"{EMPTY_PAGES} pages in a row were empty; set `stop_after_empty_page` to true if an empty page is the end of "
        "the list"
    )
