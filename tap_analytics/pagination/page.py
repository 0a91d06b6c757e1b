"""Pages of a list: what is asked for, what comes back, and where pages come from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from tap_analytics.report.stats import ListStats

# Pages usually have a multiple of so many rows, or a power of two.
_USUAL_STEP = 5

_ENCODER = msgspec.json.Encoder(decimal_format="number", enc_hook=lambda number: msgspec.Raw(str(number).encode()))

# Texts that mean that there is no next page: a header cannot hold a null.
NO_PLACE = {"", "null"}

# A record as the codec decodes it, of any type; only a `RowIdentity` reads its fields.
Row = Any


class Span(NamedTuple):
    """What a request asks for: up to `limit` rows from `offset` on."""

    offset: int
    limit: int


class PageNumber(NamedTuple):
    """What a request asks for: the page of this number."""

    number: int


class NextLink(NamedTuple):
    """What a request asks for: the page that this cursor or link leads to; None stands for the first page.

    `is_json` says that the API gave it as something else than text: the value is its JSON then.
    """

    value: str | None = None
    is_json: bool = False


Token = Span | PageNumber | NextLink
TokenT = TypeVar("TokenT", bound=Token)
TokenT_contra = TypeVar("TokenT_contra", bound=Token, contravariant=True)


class Signs(NamedTuple):
    """What a response says about its list under usual names, whatever is declared.

    `counts` are numbers of rows by the path that each was found at, `pages` is the number of pages. `more` is the path
    of a flag that says that there is more, `next` that of a cursor or link to a next page, `cursor` that of a cursor
    that the last page may have too, `withheld` that of a flag that says that rows are missing from this response; each
    is empty if there is none. `left` are numbers of rows behind those of the response, by their path. `is_of_page` says
    that there is a cursor of the first row too: the two mark the ends of this page. `before` is the path of what says
    that pages lie before this one.
    """

    counts: Mapping[str, int] = MappingProxyType({})
    pages: int | None = None
    more: str = ""
    next: str = ""
    cursor: str = ""
    withheld: str = ""
    left: Mapping[str, int] = MappingProxyType({})
    is_of_page: bool = False
    before: str = ""


NO_SIGNS = Signs()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A contiguous piece of a list: the rows from `offset` on, as many as the API gave.

    Read from declared paths: `total` counts rows, or pages with some paginators; `pages` counts pages, `more` says
    whether there is more, `next` is a cursor or a link. Each is None if the API says nothing. `signs` has what the
    response says under usual names.

    `single` says that the API answered one object instead of a list, `is_lone` that this is one of its records.
    `missing` is the failure that it answered in place
    of the page, `status` the status of that. `is_beyond` says that no request was sent, since the page lies behind a
    maximum of the user. `is_full` says that the page has as many rows as its request asked for, `is_part` that its
    status announces more (206). `runs` gives the rows of a file, some at a time; `rows` is empty then. `before` counts
    the rows of the same response that lie before these. `lists` is the number of lists in the body that have the rows.
    `is_again` says that an earlier answer to the same request was lost on its way. `places` has the value of each row
    at the path of `next`, where that is a value of the last row.
    """

    offset: int
    rows: Sequence[Row]
    total: int | None = None
    pages: int | None = None
    more: bool | None = None
    next: object = None
    signs: Signs = NO_SIGNS
    single: bool = False
    is_lone: bool = False
    missing: str = ""
    status: int = 0
    is_beyond: bool = False
    is_full: bool = False
    is_part: bool = False
    runs: Callable[[], Iterable[Sequence[Row]]] | None = None
    before: int = 0
    lists: int = 1
    is_again: bool = False
    places: Sequence[object] = ()

    @property
    def first_rows(self) -> Sequence[Row]:
        """The rows; of a file the first of them, which `runs` gives again."""
        return self.rows if self.runs is None else next(iter(self.runs()), ())

    @property
    def count(self) -> int | None:
        """The number of rows of the list, by the declared path, or else by a usual name."""
        if self.total is not None:
            return self.total
        return next((count for count in self.signs.counts.values() if count > len(self.rows)), None)

    def without_counts(self) -> Page:
        """Return the page without counts and offset, for a body that counts another list than the one that is read."""
        return replace(self, total=None, signs=self.signs._replace(counts={}, pages=None, left={}, next=""))


class RowIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What identifies a row, and what differs when it has changed.

    Without a `key`, the whole row identifies it. Without a `version`, the whole row is compared; values that differ
    from response to response, such as signed links, must not be part of it.

    `is_closed` says that no row comes into the list any more: a row that changes leaves it. `full_page` is the number
    of rows in a full page, if other parts of the list have shown it; they have then shown too that totals count rows.
    `is_part` says that the list is a part of one: the rows from a start on, or those of one parent.
    """

    key: Callable[[Row], Hashable] | None = None
    version: Callable[[Row], object] | None = None
    is_closed: bool = False
    full_page: int = 0
    is_part: bool = False


class Source(Protocol[TokenT_contra]):
    """Where pages come from: in turn, or some of them ahead of the reader."""

    def plan(self, tokens: Iterable[TokenT_contra], /) -> None:
        """Expect these pages to be taken, in this order."""
        ...

    def take(self, token: TokenT_contra, /) -> tuple[Page, bool]:
        """Return a page, and whether it was asked for only now, after all pages before it."""
        ...

    def look(self, token: TokenT_contra, /) -> Page:
        """Return a page out of turn, asked for now; the plan is kept."""
        ...

    def drop(self) -> None:
        """Forget the plan, and the pages that were fetched ahead."""
        ...


class InTurn(Generic[TokenT]):
    """A source that asks for each page when it is wanted."""

    def __init__(self, fetch: Callable[[TokenT], Page]) -> None:
        self._fetch = fetch

    def plan(self, tokens: Iterable[TokenT]) -> None:
        """Do nothing: no page is fetched ahead."""

    def take(self, token: TokenT) -> tuple[Page, bool]:
        """Return a page, asked for now."""
        return self._fetch(token), True

    def look(self, token: TokenT) -> Page:
        """Return a page, asked for now."""
        return self._fetch(token)

    def drop(self) -> None:
        """Do nothing: there is no plan."""

    def close(self) -> None:
        """Do nothing: there are no threads."""


class WatchedSource(ABC, Generic[TokenT]):
    """A source around another one, which hands on all that is asked of it, and notes each page that is taken.

    Args:
        source: Where the pages come from.
        stats: The figures of the list.
    """

    def __init__(self, source: Source[TokenT], *, stats: ListStats) -> None:
        self._source: Source[TokenT] = source
        self._stats = stats

    @abstractmethod
    def note(self, token: TokenT, page: Page) -> None:
        """Note a page that is taken."""

    def plan(self, tokens: Iterable[TokenT]) -> None:
        """Expect these pages to be taken, in this order."""
        self._source.plan(tokens)

    def take(self, token: TokenT) -> tuple[Page, bool]:
        """Return a page, and whether it was asked for only now; it is noted before."""
        taken = self._source.take(token)
        self.note(token, taken[0])
        return taken

    def look(self, token: TokenT) -> Page:
        """Return a page out of turn, asked for now; it is not noted."""
        return self._source.look(token)

    def drop(self) -> None:
        """Forget what was planned and fetched ahead."""
        self._source.drop()


def pages_of(source: Source[TokenT]) -> Callable[[TokenT], Page]:
    """Return a function that takes a page from a source, for a reader that plans nothing."""
    return lambda token: source.take(token)[0]


def seems_full(page: Page) -> bool:
    """Return whether a page has as many rows as were asked for, or as pages usually have: 50, 64, 100."""
    size = len(page.rows)
    return page.is_full or (size > 1 and (size % _USUAL_STEP == 0 or size & (size - 1) == 0))


def in_json(value: object) -> str:
    """Return a cursor that is no text as JSON, with its numbers as the API writes them."""
    return _ENCODER.encode(value).decode()


def whole(row: Row) -> Hashable:
    """Return the whole row as a value that identifies it, for rows without a key."""
    return msgspec.json.encode(row, order="sorted", enc_hook=str)
