"""Look: examines one list: where its records are, how it goes on, and what proves that."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.signs import signs_in
from tap_analytics.resources.body_ways import body_ways
from tap_analytics.resources.detection import Answer
from tap_analytics.resources.exchange import EMPTY, exchange, with_found
from tap_analytics.resources.listing import Detected
from tap_analytics.resources.paging_words import LEAST_USUAL
from tap_analytics.resources.proof import Proof
from tap_analytics.resources.selection import Selection
from tap_analytics.resources.wide import WideGuess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

    from tap_analytics.pagination.page import Token
    from tap_analytics.resources.exchange import Ask, Exchange
    from tap_analytics.resources.listing import Listing
    from tap_analytics.resources.resource import Resource
    from tap_analytics.resources.way import Way


# A page that is all of its list seldom has a multiple of so many rows.
ROUND = 50


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
        if self._sought.selector:
            selector = _selection(listing.resource).find(first.document)
            if _by_settings(listing.resource) and selector == listing.envelope.data_selector:
                return Detected(listing=listing, answered={listing.paginator.first: first.response})
            listing = with_found(listing, data_selector=selector)
        rows = listing.envelope.data_in(first.document)
        if rows and self._sought.selector and isinstance(rows, list | dict):
            self.sure["data_selector"] = listing.envelope.data_selector
        if not self._sought.paginator:
            return Detected(listing=listing, answered={listing.paginator.first: first.response})
        found = self._with_way(listing, first, rows) if isinstance(rows, list) else None
        if isinstance(rows, dict):
            self.proof = "the response is one object"
        single = with_found(listing, paginator=SinglePagePaginator())
        return found or Detected(listing=single, answered={single.paginator.first: first.response})

    def _with_way(self, listing: Listing, first: Exchange, rows: list[Any]) -> Detected | None:
        """Return the listing with the way that leads on from its first page; None if that is the whole list."""
        answer = Answer(
            document=first.document,
            headers=first.response.headers,
            selector=listing.envelope.data_selector,
            noun=listing.envelope.noun,
            rows=[row for row in rows if isinstance(row, dict)],
            params=first.params,
        )
        says_more = answer.is_more
        left = _rows_behind(listing, first)
        is_to_probe = self._is_to_probe(answer, has_more=bool(left))
        if not is_to_probe if says_more is None else says_more is False and not (is_to_probe and answer.is_flagged):
            self.proof = self._end(answer)
            return None
        proof = Proof(listing=listing, answer=answer, ask=self._ask)
        is_bold = answer.is_full or self._is_usual
        wide = WideGuess(listing=listing, answer=answer, ask=self._ask)
        for way in self._ways(answer, wide, is_bold=is_bold):
            if proved := proof.of(way):
                self.proof = proved.sentence
                self.sure["paginator"] = proved.way.paginator
                listing = with_found(listing, paginator=proved.way.paginator)
                first_token: Token = listing.paginator.first
                second = {proved.way.token: proved.second.response}
                answered: dict[Token, Response | None] = {first_token: first.response, **second}
                return Detected(listing=listing, answered=answered)
        if says_more is False:
            self.proof = self._end(answer)
            return None
        if says_more:
            raise FatalAPIError(_no_way(answer, proof) if rows else _no_row(answer))
        if wide.heeded and not wide.is_live():
            if is_bold:
                raise FatalAPIError(_advice(wide.heeded[0]))
            self.remark = _advice(wide.heeded[0])
        if path := self._still_left(listing, left):
            raise FatalAPIError(_rows_left(path, len(answer.rows), proof))
        if answer.is_full and proof.doubt and not wide.is_live():
            raise FatalAPIError(_doubt(proof.doubt))
        self._take_for_all(answer, proof)
        return None

    def _take_for_all(self, answer: Answer, proof: Proof) -> None:
        """Take a first page for all of its list, since nothing leads on from it."""
        self.is_ignored = True
        if len(answer.rows) % ROUND == 0:
            self.remark = self.remark or _round(len(answer.rows))
        says = (
            ""
            if not answer.leaves and "Content-Range" not in answer.headers
            else "the response names no next page, and "
        )
        self.proof = f"{says}nothing of what usually asks for another page brought one: {_names_of_failures(proof)}"

    @staticmethod
    def _ways(answer: Answer, wide: WideGuess, *, is_bold: bool) -> Iterator[Way]:
        """Give the ways that may lead on, each once, those that the response names first.

        One who is not bold asks for little where an API refuses what it does not know.
        """
        if answer.is_more is False:
            yield from answer.guesses
            return
        if wide.listing.resource.method == "POST" and wide.listing.resource.data is None:
            yield from dict.fromkeys(body_ways(answer, wide.listing.resource.json))
        yield from dict.fromkeys(chain(answer.ways, () if answer.is_more else answer.guesses))
        if answer.rows:
            yield from wide.likely if answer.is_more else ()
            yield from wide.ways(is_bold=is_bold)

    @property
    def _is_usual(self) -> bool:
        return self._listing.resource.follows_settings or self._sought.is_thorough

    def _is_to_probe(self, answer: Answer, *, has_more: bool) -> bool:
        """Return whether to try for a second page although the first one does not name one."""
        least = 1 if self._is_usual or has_more else LEAST_USUAL
        return not self.is_ignored and (answer.is_full or len(answer.rows) >= least)

    def _still_left(self, listing: Listing, left: Mapping[str, int]) -> str:
        """Return where the response counts the rows behind it; empty where that number is another one at each request.

        A number of requests that may still be made goes down with each of them.
        """
        again = _rows_behind(listing, exchange(listing, listing.paginator.first, self._ask)) if left else {}
        return next((path for path, count in left.items() if again.get(path) == count), "")

    def _end(self, answer: Answer) -> str:
        if self.is_ignored:
            return "the API ignores what asks for another page"
        count = f"the first page has {len(answer.rows):,} row{'' if len(answer.rows) == 1 else 's'}"
        return f"{count}, and the response says that there are no more" if answer.is_more is False else count


def _rows_behind(listing: Listing, first: Exchange) -> Mapping[str, int]:
    """Return how many rows a response says are behind it, by the path of each number."""
    envelope = listing.envelope
    left = signs_in(*envelope.holders(first.document), rows=envelope.noun).left
    return {path: count for path, count in left.items() if count}


def _round(rows: int) -> str:
    return (
        f"the first page has {rows:,} rows, as many as pages often have, and nothing of what usually asks for another "
        "one brought one; if there are more, declare the `paginator`, else `single_page`"
    )


def _rows_left(path: str, rows: int, proof: Proof) -> str:
    return (
        f"the first response has {rows:,} row{'' if rows == 1 else 's'} and says that more are left (`{path}`), but "
        f"nothing that was tried leads to another page: {_names_of_failures(proof)}; declare the `paginator`, "
        "`single_page` if that counts something else"
    )


def _by_settings(resource: Resource) -> bool:
    """Return whether the settings say how pages are asked for; they do not count if `auto` is declared."""
    return resource.follows_settings and resource.paginator is None


def _no_way(answer: Answer, proof: Proof) -> str:
    refused = next((f" ({failure})" for failure in proof.failures.values() if failure), "")
    signs = ", ".join(f"`{sign}`" for sign in answer.signs) or "the header `Link`"
    fields = ", ".join(f"`{'.'.join(path)}`" for path in list(answer.leaves)[:20])
    has = f"; beside the records it has {fields}" if fields else ""
    return (
        f"the first response says that there is more ({signs}), but nothing that was tried leads to another page: "
        f"{_names_of_failures(proof)}{refused}{has}; declare the `paginator`"
    )


def _no_row(answer: Answer) -> str:
    signs = ", ".join(f"`{sign}`" for sign in answer.signs) or "the header `Link`"
    return (
        f"the first response has no record, though it says that there are some ({signs}); check the parameters, or "
        "declare the `paginator`"
    )


def _advice(name: str) -> str:
    return (
        f"`{name}` changes the page, but nothing shows how it leads from page to page; declare the `paginator`, "
        "`single_page` if there is one page only"
    )


def _doubt(doubt: str) -> str:
    return (
        f"the first page looks full, and nothing shows whether another one follows ({doubt}); try again, or declare "
        "the `paginator`, `single_page` if there is one page only"
    )


def _names_of_failures(proof: Proof) -> str:
    return ", ".join(f"`{name}`" if name else "its link" for name in proof.failures)


def _selection(resource: Resource) -> Selection:
    parts = [part for part in re.split(r"[/.]", resource.path) if part and not part.startswith("{")]
    names = [resource.name, *parts[-1:], *re.split(r"[-_\s]", parts[-1] if parts else "")[-1:]]
    return Selection(names=names, keys=resource.primary_key, is_of_one=resource.path.endswith("}"))
