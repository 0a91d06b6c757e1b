"""A way on from the first page of a list: a guess, until another page proves it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from tap_analytics.pagination.page import NextLink
from tap_analytics.pagination.paginators import paginator_of

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """A guess: a paginator, and the page behind the first one, which proves it.

    `base` is the page that must be the first one again where the API does not say what number that has.
    """

    paginator: Paginator[Any]
    token: Token
    base: Token | None = None

    @property
    def is_counted(self) -> bool:
        """Whether the page is one of so many, or behind so many rows, and no cursor or link leads there."""
        return not isinstance(self.token, NextLink)

    @property
    def from_nought(self) -> Way:
        """The way by page number, where the number of the first page is 0."""
        words = self.paginator.words() | {"base_page": 0}
        return replace(self, paginator=paginator_of(words), token=self.base or self.token, base=None)

    @property
    def from_one(self) -> Way | None:
        """The way by offset, where the number of the first row is 1; None where it is already, or for another way."""
        words = self.paginator.words()
        return replace(self, paginator=paginator_of(words | {"offset": 1})) if words.get("offset") == 0 else None

    @property
    def before(self) -> Token | None:
        """The page that begins one row before, by an offset; None for another way."""
        is_span = hasattr(self.token, "offset")
        return self.token._replace(offset=self.token.offset - 1) if is_span else None  # type: ignore[union-attr, call-arg]

    @property
    def place(self) -> str:
        """Where the response has the link to the page."""
        path = self.paginator.words().get("next_url_path")
        return f"`{path}`" if path else "the header `Link`"

    @property
    def parameter(self) -> str:
        """The parameter that asks for the page; nothing where a link does."""
        return next(reversed(self.paginator.params(self.token) or self.paginator.body(self.token)), "")
