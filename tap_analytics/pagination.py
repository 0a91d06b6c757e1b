"""Pages of a list: what is asked for, what comes back, and the plain way from one to the next."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

Row = Any

# What a request asks for: a span, the number of a page, or what another page has named as next.
Token = Any

# Pages whose keys are remembered, and pages in a row that may hold no new key before the API is said to repeat itself.
REMEMBERED_PAGES = 20
REPEATED_PAGES = 3


class Span(NamedTuple):
    """What a request asks for: up to `limit` rows from `offset` on."""

    offset: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A contiguous piece of a list: the rows from `offset` on, as many as the API gave.

    `total` is what the API says of the length of the list, if it does; `single` is set where the API answered one
    object instead of a list: one row, and the end. `next` is what the API says follows: a cursor or a link.
    """

    offset: int
    rows: Sequence[Row]
    total: int | None = None
    single: bool = False
    next: object = None


class Source(Protocol):
    """Where pages come from: in turn, or some of them ahead of the reader."""

    def plan(self, spans: Iterable[Span]) -> None:
        """Expect these spans to be taken, in this order."""
        ...

    def take(self, span: Span) -> tuple[Page, bool]:
        """Return the page at a span, and whether it was asked for only now, after all pages before it."""
        ...

    def drop(self) -> None:
        """Forget what was planned and fetched ahead."""
        ...


class InTurn:
    """A source that asks for each page when it is wanted."""

    def __init__(self, fetch: Callable[[Token], Page]) -> None:
        self._fetch = fetch

    def plan(self, tokens: Iterable[Token]) -> None:
        """Fetch nothing ahead."""

    def take(self, token: Token) -> tuple[Page, bool]:
        """Return a page, asked for now."""
        return self._fetch(token), True

    def drop(self) -> None:
        """Have nothing to forget."""

    def close(self) -> None:
        """Have nothing to end."""


@dataclass(kw_only=True)
class Progress:
    """What became of a list so far: for the closing line of its stream."""

    rows: int = 0
    pages: int = 0
    mended: int = 0
    duplicates: int = 0
    settled: bool = True
    totals: set[int | None] = field(default_factory=set)

    @property
    def total(self) -> int | None:
        """The length of the list, where the API gave one and it held still."""
        return next(iter(self.totals)) if len(self.totals) == 1 else None

    def check_total(self) -> None:
        """Raise FatalAPIError where a list that held still ended before its total."""
        if self.total is not None and not self.mended and self.rows + self.duplicates < self.total:
            message = (
                f"the API says that there are {self.total} rows, but gave {self.rows}; it may limit how far a list "
                "can be read. If the total counts rows that the list does not have, set `total_path` to another field"
            )
            raise FatalAPIError(message)

    @override
    def __str__(self) -> str:
        total = "" if self.total is None else f" of {self.total}"
        return (
            f"{self.rows} rows{total} in {self.pages} pages, "
            f"{self.mended} seams mended, {self.duplicates} duplicates skipped"
        )


class Offsets:
    """A list as runs of rows, each page asked for where the rows received so far end.

    Going on by the rows received, not by the limit, loses nothing where a server caps its pages. Rows that come or go
    between two pages move those behind them: the chain is there for lists that change.

    Args:
        source: Where the pages come from.
        limit: Rows to ask for at once.
        key: Identifies a row; the whole row does if it is None.
        progress: Told of what happens.

    Raises:
        FatalAPIError: While reading: the API ignores the offset, or the list ended before its total.
    """

    def __init__(
        self, source: Source, *, limit: int, key: Callable[[Row], Hashable] | None = None, progress: Progress
    ) -> None:
        self._source = source
        self._key = key or whole
        self._limit = limit
        self._progress = progress

    def __iter__(self) -> Iterator[Sequence[Row]]:
        offset = repeats = 0
        before: list[Hashable] = []
        recent: deque[set[Hashable]] = deque(maxlen=REMEMBERED_PAGES)
        while (page := self._take(offset)).rows:
            keys = [self._key(row) for row in page.rows]
            distinct = set(keys)
            repeats = repeats + 1 if any(distinct <= earlier for earlier in recent) else 0
            if repeats and len(keys) > self._limit:
                break  # all rows at once, whatever is asked for
            if repeats >= REPEATED_PAGES or (keys == before and len(distinct) == len(keys)):
                raise FatalAPIError(repeats_itself(page))
            self._progress.rows += len(page.rows)
            yield page.rows
            offset, before = offset + len(page.rows), keys
            recent.append(distinct)
            if page.single or (len(page.rows) < self._limit and page.total == offset):
                break
        self._progress.check_total()

    def _take(self, offset: int) -> Page:
        page, _ = self._source.take(Span(offset, self._limit))
        self._progress.pages += 1
        self._progress.totals.add(page.total)
        return page


def whole(row: Row) -> Hashable:
    """Return what identifies a row without a key: all of it."""
    return msgspec.json.encode(row, order="sorted", enc_hook=str)


def repeats_itself(page: Page) -> str:
    """Return what to say of an API that answers the same page again."""
    return (
        f"the API answers the same rows at offset {page.offset} as before it; check `offset_param`, or declare the "
        "resource with the paginator `single_page` if it has no pages"
    )
