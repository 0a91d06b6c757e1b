"""The wide guess: one request with all usual parameters for another page, where no response names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources import paging_words as words
from tap_analytics.resources.exchange import exchange, with_found
from tap_analytics.resources.narrowing import narrowed
from tap_analytics.resources.sameness import Sameness

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_analytics.resources.detection import Answer, Way
    from tap_analytics.resources.exchange import Ask
    from tap_analytics.resources.listing import Listing


@dataclass(frozen=True, kw_only=True)
class WideGuess:
    """Finds the parameter that asks for another page among all usual ones, by as few requests as that takes."""

    listing: Listing
    answer: Answer
    ask: Ask

    def ways(self) -> Iterator[Way]:
        """Give the ways that may lead on: none where the API ignores all of them, the one that it heeds, or each.

        An API that refuses what it does not know is asked for each alone.
        """
        names = [name for name in words.ALL_PARAMS if name not in self.listing.resource.params]
        for name in narrowed(names, self._is_heeded):
            yield from self._ways(name)

    def _is_heeded(self, names: Sequence[str]) -> bool | None:
        """Return whether parameters change the page; None where the API refuses them."""
        beyond = str(len(self.answer.rows))
        sent = {name: beyond if name in words.STARTS else "2" for name in names}
        try:
            rows = self._rows(sent)
        except UnreachableError:
            raise
        except (FatalAPIError, IgnoredResponse):
            return None
        same = Sameness(self.answer.rows, self.listing.resource.primary_key)
        return not same.is_same(rows)

    def _rows(self, sent: Mapping[str, str]) -> list[dict[str, Any]] | None:
        params = {**self.listing.resource.params, **sent}
        listing = with_found(self.listing, params=params, paginator=SinglePagePaginator())
        return exchange(listing, listing.paginator.first, self.ask).rows(listing)

    def _ways(self, name: str) -> Iterator[Way]:
        """Give the ways by one parameter, with each of those that may say how many rows a page has."""
        if name not in words.STARTS:
            yield self.answer.by_number(name)
            return
        for size in words.size_params(name):
            yield self.answer.by_offset(name, size=size)
