"""Look: examines one list: where its records are, how it goes on, and what proves that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.detection.beside_empty import remark_on
from tap_analytics.resources.detection.exchange import EMPTY, exchange, with_found
from tap_analytics.resources.detection.paging_words import LEAST_USUAL
from tap_analytics.resources.detection.repeated import all_of, behind, may_be_all
from tap_analytics.resources.detection.selection import Selection
from tap_analytics.resources.detection.way_search import WaySearch
from tap_analytics.resources.listing import Detected

if TYPE_CHECKING:
    from requests import Response

    from tap_analytics.pagination.page import Token
    from tap_analytics.resources.detection.detection import Answer
    from tap_analytics.resources.detection.exchange import Ask, Exchange
    from tap_analytics.resources.listing import Listing
    from tap_analytics.resources.resource import Resource


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a look has to find out.

    `is_thorough` says that a list is asked for a second page even if its first does not look full; `ignores_pages`,
    that the API is known to ignore parameters for another page.
    """

    selector: bool
    paginator: bool
    is_thorough: bool = False
    ignores_pages: bool = False


class Look:
    """One look at a list: its first page, and as many others as it takes to be sure.

    `sure` has what holds for all lists of the resource, by the words of an endpoint; `is_ignored` says whether the API
    ignores what asks for another page. `proof` says what was seen of how the list goes on, `remark` what may be wrong.
    """

    def __init__(self, listing: Listing, ask: Ask, sought: Sought) -> None:
        self.sure: dict[str, Any] = {}
        self.proof = self.remark = ""
        self.is_ignored = sought.ignores_pages
        self._sought = sought
        # Nothing is sent that is not declared, where the settings do not say how pages are asked for.
        is_bare = sought.paginator and not _by_settings(listing.resource)
        self._listing = with_found(listing, paginator=SinglePagePaginator()) if is_bare else listing
        self._ask = ask

    def detect(self) -> Detected:
        """Return the listing with all that was found.

        Raises:
            FatalAPIError: Nothing proves what was found, or there is no response.
        """
        listing = self._listing
        single = with_found(listing, paginator=SinglePagePaginator())
        try:
            first = exchange(listing, listing.paginator.first, self._ask)
        except IgnoredResponse:
            return Detected(listing=single, answered={single.paginator.first: None})
        if first.document is EMPTY:
            return Detected(listing=single, answered={single.paginator.first: first.response})
        selection = _selection(listing.resource)
        found = selection.find(first.document) if self._sought.selector else None
        self.remark = remark_on(first.document, found, selection) if found is not None else ""
        if _by_settings(listing.resource) and found in {None, listing.envelope.data_selector}:
            return self._by_offset(listing, first)
        if found is not None:
            listing = with_found(listing, data_selector=found)
        rows = listing.envelope.data_in(first.document)
        if rows and self._sought.selector and isinstance(rows, list | dict):
            self.sure["data_selector"] = listing.envelope.data_selector
        if not self._sought.paginator:
            return Detected(listing=listing, answered={listing.paginator.first: first.response})
        leading = self._with_way(listing, first, rows) if isinstance(rows, list) else None
        if isinstance(rows, dict):
            self.proof = "the response is one object"
        single = with_found(listing, paginator=SinglePagePaginator())
        return leading or Detected(listing=single, answered={single.paginator.first: first.response})

    def _by_offset(self, listing: Listing, first: Exchange) -> Detected:
        """Return a listing that the settings say is read by offset, unless the API ignores what asks for a page."""
        rows = listing.envelope.data_in(first.document)
        answered: dict[Token, Response | None] = {listing.paginator.first: first.response}
        search = WaySearch(listing, first, rows if isinstance(rows, list) else [], ask=self._ask, is_usual=True)
        if not self._sought.paginator or not may_be_all(search.answer):
            return Detected(listing=listing, answered=answered)
        if not self.is_ignored and not (next_ := behind(listing, search.answer, self._ask)).is_repeated:
            return Detected(listing=listing, answered={**answered, **next_.answered})
        was_ignored, leading = self.is_ignored, self._with_way(listing, first, rows)
        if leading is None and not was_ignored:
            self.remark = self.remark or all_of(len(search.answer.rows))
        single = with_found(listing, paginator=SinglePagePaginator())
        return leading or Detected(listing=single, answered={single.paginator.first: first.response})

    def _with_way(self, listing: Listing, first: Exchange, rows: list[Any]) -> Detected | None:
        """Return the listing with the way that leads on from its first page; None if that is the whole list."""
        search = WaySearch(listing, first, rows, ask=self._ask, is_usual=self._is_usual)
        answer = search.answer
        if self._is_whole(search):
            self.proof = self._end(answer)
            return None
        if proved := search.find():
            self.proof = proved.sentence
            self.sure["paginator"] = proved.way.paginator
            listing = with_found(listing, paginator=proved.way.paginator)
            first_token: Token = listing.paginator.first
            second = {proved.way.token: proved.second.response}
            answered: dict[Token, Response | None] = {first_token: first.response, **second}
            return Detected(listing=listing, answered=answered)
        if answer.is_more is False:
            self.proof = self._end(answer)
            return None
        self.remark = search.check()
        self.proof = search.in_vain
        self.is_ignored = True
        return None

    def _is_whole(self, search: WaySearch) -> bool:
        """Return whether the first page is taken for the whole list, without a try for a second one."""
        answer = search.answer
        least = 1 if self._is_usual or search.left else LEAST_USUAL
        is_to_probe = not self.is_ignored and (answer.is_full or len(answer.rows) >= least)
        if answer.is_more is None:
            return not is_to_probe
        return not answer.is_more and not (is_to_probe and answer.is_flagged)

    @property
    def _is_usual(self) -> bool:
        return self._listing.resource.follows_settings or self._sought.is_thorough

    def _end(self, answer: Answer) -> str:
        if self.is_ignored:
            return "the API ignores what asks for another page"
        count = f"the first page has {len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
        return f"{count}, and the response says that there are no more" if answer.is_more is False else count


def _by_settings(resource: Resource) -> bool:
    """Return whether the settings say how pages are asked for; they do not count if `auto` is declared."""
    return resource.follows_settings and resource.paginator is None


def _selection(resource: Resource) -> Selection:
    parts = [part for part in re.split(r"[/.]", resource.path) if part and not part.startswith("{")]
    names = [resource.name, *parts[-1:], *re.split(r"[-_\s]", parts[-1] if parts else "")[-1:]]
    return Selection(names=names, around=parts[:-1], keys=resource.primary_key, is_of_one=resource.path.endswith("}"))
