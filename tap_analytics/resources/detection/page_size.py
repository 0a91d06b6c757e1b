"""The size of a page: how many rows an API gives at once, and the parameter that asks for as many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.resources.detection import paging_words as words
from tap_analytics.resources.detection.detection import Answer
from tap_analytics.resources.detection.exchange import exchange, with_found
from tap_analytics.resources.detection.narrowing import narrow
from tap_analytics.resources.detection.sameness import Sameness

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tap_analytics.resources.detection.exchange import Ask
    from tap_analytics.resources.listing import Listing

# Rows that are asked for, until the API takes one of these numbers.
TRIED = (1000, 500, 200, 100)
# Parameters that are tried alone for each of them, where the API refuses them together.
MOST_ALONE = 3


class Sized(NamedTuple):
    """The words of an endpoint that ask for larger pages, and a sentence that says what came."""

    words: dict[str, Any]
    sentence: str


@dataclass(frozen=True, kw_only=True)
class PageSize:
    """Asks a list for larger pages than it gives by itself; `rows` are those of its first page."""

    listing: Listing
    rows: Sequence[Mapping[str, Any]]
    ask: Ask

    def largest(self) -> Sized | None:
        """Return the words that ask for the largest page that comes; None if no page is larger."""
        for size in TRIED if self._names else ():
            names = narrow(self._names, lambda some, size=size: self._is_larger(some, size))  # type: ignore[misc]
            for name in names[:MOST_ALONE]:
                if sized := self._try_size(name, size):
                    return sized
            if not names:
                break
        return None

    @cached_property
    def _names(self) -> Sequence[str]:
        """The parameters that may say how many rows a page has."""
        paginator = self.listing.paginator.words()
        if not self.rows or paginator["type"] == "single_page":
            return ()
        if param := paginator.get("limit_param"):
            return (str(param),)
        partners = words.partners(str(paginator.get("page_param", "")))
        names = dict.fromkeys((*partners, *words.PAGE_SIZES))
        return [name for name in names if name not in self.listing.resource.params]

    def _try_size(self, name: str, size: int) -> Sized | None:
        """Return the words that ask for pages of a size by a parameter, if that brings larger ones."""
        answer = self._answer((name,), size)
        if answer is None or not self._is_more(answer):
            return None
        count = len(answer.rows)
        paginator = self.listing.paginator.words()
        is_counted = not paginator.keys().isdisjoint(("limit_param", "page_param"))
        if not is_counted and not answer.is_more:
            return None  # a number of rows that ends the list may be that of all rows there may be
        is_followed = answer.is_more or (answer.is_more is None and self._is_followed(name, size, count))
        limit = min(size, count) if is_followed else size
        came = f"`{name}={size}` brought {count:,} rows"
        sentence = f"{came}: the API gives no more on a page" if is_followed and count < size else came
        if "limit_param" in paginator:
            return Sized({"paginator": {**paginator, "limit": limit}}, sentence)
        return Sized({"params": {name: str(limit)}}, sentence)

    def _is_followed(self, name: str, size: int, count: int) -> bool:
        """Return whether there is a page behind a first one of so many rows, where the API does not say so."""
        first: Any = self.listing.paginator.first
        following = {"offset": count} if hasattr(first, "offset") else {"number": getattr(first, "number", 0) + 1}
        answer = self._answer((name,), size, **following)
        return answer is not None and bool(answer.rows)

    def _is_larger(self, names: Sequence[str], size: int) -> bool | None:
        answer = self._answer(names, size)
        return None if answer is None else self._is_more(answer)

    def _is_more(self, answer: Answer) -> bool:
        """Return whether a page is the first one, with rows behind it."""
        same = Sameness(self.rows, self.listing.resource.primary_key)
        return len(answer.rows) > len(self.rows) and same.is_same(answer.rows)

    def _answer(self, names: Sequence[str], size: int, **place: int) -> Answer | None:
        """Return the first page of a size, or the one at another place; None where the API refuses that."""
        token: Any = self.listing.paginator.first
        if names[0] in self.listing.paginator.params(token):
            token, sent = token._replace(limit=size), {}
        else:
            sent = dict.fromkeys(names, str(size))
        token = token._replace(**place)
        listing = with_found(self.listing, params={**self.listing.resource.params, **sent})
        try:
            found = exchange(listing, token, self.ask)
        except UnreachableError:
            raise
        except (FatalAPIError, IgnoredResponse):
            return None
        return Answer(
            document=found.document,
            headers=found.response.headers,
            selector=listing.envelope.data_selector,
            noun=listing.envelope.noun,
            rows=found.rows(listing) or (),
            params=found.params,
        )


def with_size(listing: Listing, sized: Sized) -> Listing:
    """Return a listing that asks for pages of that size."""
    found: dict[str, Any] = {}
    if "paginator" in sized.words:
        found["paginator"] = paginator_of(sized.words["paginator"])
    if "params" in sized.words:
        found["params"] = {**listing.resource.params, **sized.words["params"]}
    return with_found(listing, **found) if found else listing
