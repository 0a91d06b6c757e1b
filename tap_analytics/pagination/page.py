"""Pages of a list: what is asked for, what comes back, and the plain way from one to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

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


def whole(row: Row) -> Hashable:
    """Return what identifies a row without a key: all of it."""
    return msgspec.json.encode(row, order="sorted", enc_hook=str)
