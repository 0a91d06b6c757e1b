"""The wide guess: one request with all usual parameters for another page, where no response names one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.page import NextLink
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.detection import paging_words as words
from tap_analytics.resources.detection.exchange import exchange, with_found
from tap_analytics.resources.detection.narrowing import narrow
from tap_analytics.resources.detection.sameness import Sameness
from tap_analytics.resources.detection.selection import KEYS
from tap_analytics.resources.detection.way import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.resources.detection.detection import Answer
    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.listing import Listing


class WideGuess(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Finds the parameter that asks for another page among all usual ones, by as few requests as that takes."""

    listing: Listing
    answer: Answer
    ask: Ask
    # The parameter that changes the page, where there is one.
    heeded: list[str] = msgspec.field(default_factory=list)

    def ways(self, *, is_bold: bool = True) -> Iterator[Way]:
        """Give the ways that may lead on: none where the API ignores all of them, the one that it heeds, or each.

        An API that refuses what it does not know is asked for each alone, by one who is bold.
        """
        usual = dict.fromkeys((*words.ALL_PARAMS, *words.PAGE_SIZES))
        names = [name for name in usual if name not in self.listing.resource.params]
        found = narrow(names, self._is_heeded)
        self.heeded.extend(found if len(found) == 1 else ())
        for name in found if is_bold or len(found) == 1 else ():
            yield from self._ways(name)

    @property
    def likely(self) -> Iterator[Way]:
        """The way by the key of the last row, by its most usual parameter."""
        return self._by_key(words.KEYS_BEFORE[0])

    def _is_heeded(self, names: Sequence[str]) -> bool | None:
        """Return whether parameters change the page; None where the API refuses them."""
        sent = {name: self._value(name) for name in names}
        try:
            rows = self._rows(sent)
        except UnreachableError:
            raise
        except (FatalAPIError, IgnoredResponse):
            return None
        same = Sameness(self.answer.rows, self.listing.resource.primary_key)
        return not same.is_same(rows) or len(rows or ()) != len(self.answer.rows)

    def is_live(self) -> bool:
        """Return whether the rows differ from request to request, so that no parameter changes them."""
        if self._is_heeded([]) is False:
            return False
        # A list that has changed since the first look may hold still again.
        try:
            one, other = self._rows({}), self._rows({})
        except (FatalAPIError, IgnoredResponse):
            return True
        return not one or not other or not Sameness(one, self.listing.resource.primary_key).is_same(other)

    def _value(self, name: str) -> str:
        if name in words.KEYS_BEFORE:
            return self._last_key[1]
        if name in words.PAGE_SIZES:  # a larger page has rows that the first one has not
            return str(2 * len(self.answer.rows))
        return str(len(self.answer.rows)) if name in words.STARTS else "2"

    @cached_property
    def _last_key(self) -> tuple[str, str]:
        """The field that is the key of the rows, and its value in the last one."""
        last = self.answer.rows[-1]
        name = next((name for name in (*self.listing.resource.primary_key, *KEYS) if name in last), "")
        return name, str(last[name]) if name else str(len(self.answer.rows))

    def _rows(self, sent: Mapping[str, str]) -> list[dict[str, Any]] | None:
        params = {**self.listing.resource.params, **sent}
        listing = with_found(self.listing, params=params, paginator=SinglePagePaginator())
        return exchange(listing, listing.paginator.first, self.ask).rows(listing)

    def _ways(self, name: str) -> Iterator[Way]:
        """Give the ways by one parameter, with each of those that may say how many rows a page has."""
        if name in words.PAGE_SIZES:
            return
        if name in words.KEYS_BEFORE:
            yield from self._by_key(name)
            return
        if name not in words.STARTS:
            yield self.answer.by_number(name)
            return
        for size in words.size_params(name):
            yield self.answer.by_offset(name, size=size)

    def _by_key(self, name: str) -> Iterator[Way]:
        """Give the way by the key of the last row of a page."""
        key, value = self._last_key
        if key:
            path = f"{self.answer.selector}[-1].{key}"
            yield Way(paginator=CursorPaginator(cursor_path=path, cursor_param=name), token=NextLink(value))
