"""Detector: asks how a resource is read, and proves the answer by a second page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.page import Page
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.formats.json_body import document_of
from tap_analytics.records.rows import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.resources.detection import Answer
from tap_analytics.resources.sameness import Sameness
from tap_analytics.resources.selection import Selection
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from requests import Response

    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.reading import Reading
    from tap_analytics.resources.detection import Way
    from tap_analytics.resources.listing import Listing
    from tap_analytics.resources.resource import Resource

    Ask = Callable[[Listing, RowRules], Reading[Any]]

# The document of a response that is an empty page whatever its body holds.
EMPTY = object()

# Settings that say how pages are asked for: one that is not its default counts as a declaration.
_OF_PAGING = ("limit_param", "offset_param", "total_path")


@dataclass(frozen=True, kw_only=True)
class Detected:
    """A listing that says how it is read, and the responses that it took to find out, by what they answer."""

    listing: Listing
    answered: dict[Token, Response | None] = field(default_factory=dict)


class Detector:
    """Finds out how resources are read that do not declare it: where the records are, and how the list goes on.

    What a second page has proved is kept, and told once in the words of a declaration. Of a list that fits into its
    first page nothing is kept but where its records are: each such list is looked at, without a request more.
    """

    def __init__(self, logger: logging.Logger) -> None:
        self._logger = logger
        self._known: dict[str, dict[str, Any]] = {}
        self._ignoring: set[str] = set()
        self._told: set[str] = set()

    def find(self, listing: Listing, ask: Ask) -> Detected:
        """Return a listing with all that its resource leaves open.

        Args:
            listing: The resource as it is declared.
            ask: Returns what asks for the pages of a listing, and takes them as the rules say.

        Raises:
            FatalAPIError: The first response can be read in several ways, or says that there is more without a way
                to it; or there is none.
        """
        resource = replace(listing.resource, **self._known.get(listing.resource.name, {}))
        listing = replace(listing, resource=resource)
        if not (finds_selector(listing) or finds_paginator(listing)):
            return Detected(listing=listing)
        is_known = resource.name in self._ignoring
        try:
            look = Look(listing, ask, is_known_to_ignore=is_known)
            detected = look.detected()
        except UnreachableError:
            raise
        except FatalAPIError as error:
            message = f"{resource.name}: {error}"
        else:
            self._keep(resource.name, look)
            return detected
        raise FatalAPIError(message)

    def known(self, name: str) -> dict[str, Any]:
        """Return what was found of a resource for sure, in the words of an endpoint."""
        found = self._known.get(name, {})
        return {word: value if isinstance(value, str) else _words(value) for word, value in found.items()}

    def _keep(self, name: str, look: Look) -> None:
        """Keep what was found for sure, and tell it, if it was not told before."""
        if look.is_ignored:
            self._ignoring.add(name)
        if not look.sure:
            return
        self._known[name] = self._known.get(name, {}) | look.sure
        text = json.dumps({word: said for word, said in self.known(name).items() if word in look.sure})[1:-1]
        if f"{name}: {text}" not in self._told:
            self._told.add(f"{name}: {text}")
            self._logger.info("%s: its first response shows how it is read; to pin it, declare %s", name, text)


def finds_selector(listing: Listing) -> bool:
    """Return whether the place of the records is to be found out: neither resource nor settings say it."""
    resource, usual = listing.resource, SETTINGS["properties"]["data_selector"]["default"]
    if resource.format.is_file or not listing.envelope.is_plain:
        return False  # what is no list of objects is not recognized
    said = resource.data_selector or listing.data_selector or listing.config["data_selector"] != usual
    return resource.is_detected and not said


def finds_paginator(listing: Listing) -> bool:
    """Return whether the way from page to page is to be found out.

    By the settings it is the offset, where they name its parameters, or where the records are.
    """
    resource, config = listing.resource, listing.config
    is_auto = resource.paginator is not None and resource.paginator.is_detected
    if not resource.is_detected or not (is_auto or resource.paginator is None):
        return False
    said = any(config[name] != SETTINGS["properties"][name]["default"] for name in _OF_PAGING)
    return not said and (is_auto or finds_selector(listing) or not resource.follows_settings)


class Look:
    """One look at a list: its first page, and as many others as it takes to be sure.

    `sure` has what holds for all lists of the resource, by the words of an endpoint; `is_ignored` says whether the API
    ignores what asks for another page.
    """

    def __init__(self, listing: Listing, ask: Ask, *, is_known_to_ignore: bool = False) -> None:
        self.sure: dict[str, Any] = {}
        self.is_ignored = is_known_to_ignore
        self._finds_selector, self._finds_paginator = finds_selector(listing), finds_paginator(listing)
        # Nothing is sent that is not declared, where the settings do not apply.
        is_bare = self._finds_paginator and not listing.resource.follows_settings
        self._listing = _with(listing, paginator=SinglePagePaginator()) if is_bare else listing
        self._ask = ask
        self._failures: dict[str, str] = {}

    def detected(self) -> Detected:
        """Return the listing with all that was found.

        Raises:
            FatalAPIError: What was found is not sure, or there is no answer.
        """
        listing = self._listing
        try:
            first = self._exchange(listing, listing.paginator.first)
        except IgnoredResponse:
            single = _with(listing, paginator=SinglePagePaginator())
            return Detected(listing=single, answered={single.paginator.first: None})
        if first.document is EMPTY:
            single = _with(listing, paginator=SinglePagePaginator())
            return Detected(listing=single, answered={single.paginator.first: first.response})
        if self._finds_selector:
            selector = _selection(listing.resource).find(first.document)
            if listing.resource.follows_settings and selector == listing.envelope.data_selector:
                return Detected(listing=listing, answered={listing.paginator.first: first.response})
            listing = _with(listing, data_selector=selector)
        rows = listing.envelope.found(first.document)
        if rows and self._finds_selector and isinstance(rows, list | dict):
            self.sure["data_selector"] = listing.envelope.data_selector
        if not self._finds_paginator:
            return Detected(listing=listing, answered={listing.paginator.first: first.response})
        found = self._found(listing, first, rows) if isinstance(rows, list) else None
        single = _with(listing, paginator=SinglePagePaginator())
        return found or Detected(listing=single, answered={single.paginator.first: first.response})

    def _found(self, listing: Listing, first: Exchange, rows: list[Any]) -> Detected | None:
        """Return the listing with the way that leads on from its first page; None where that is all."""
        answer = Answer(
            document=first.document,
            headers=first.response.headers,
            selector=listing.envelope.data_selector,
            rows=[row for row in rows if isinstance(row, dict)],
            params=first.params,
        )
        says_more = answer.is_more
        if says_more is False or (says_more is None and not self._is_to_probe(answer)):
            return None
        ways = answer.ways if says_more else chain(answer.ways, answer.guesses)
        for guess in dict.fromkeys(ways):  # each once
            if proof := self._proof(listing, answer, guess):
                way, second = proof
                self.sure["paginator"] = way.paginator
                listing = _with(listing, paginator=way.paginator)
                first_token: Token = listing.paginator.first
                answered: dict[Token, Response | None] = {first_token: first.response, way.token: second.response}
                return Detected(listing=listing, answered=answered)
        if says_more and rows:
            raise FatalAPIError(self._no_way(answer))
        self.is_ignored = True
        return None

    def _is_to_probe(self, answer: Answer) -> bool:
        """Return whether a page that says nothing may have another behind it, as far as is known."""
        is_usual = self._listing.resource.follows_settings and bool(answer.rows)
        return not self.is_ignored and (answer.is_full or is_usual)

    def _proof(self, listing: Listing, answer: Answer, way: Way) -> tuple[Way, Exchange] | None:
        """Return a way, with the page that it leads to, if that is another page; None if it is none."""
        listing = _with(listing, paginator=way.paginator)
        same = Sameness(answer.rows, listing.resource.primary_key)
        try:
            second = self._exchange(listing, way.token)
            rows = _rows(second, listing)
            if way.base is not None and rows is not None and not same.is_same(rows):
                # Nobody says what number the first page has: the page of number 1 is that page, or the second.
                base = self._exchange(listing, way.base)
                if (others := _rows(base, listing)) and same.is_other(others):
                    return way.from_nought, base
                rows = rows if same.is_same(others) else None
        except UnreachableError:
            raise
        except (FatalAPIError, IgnoredResponse) as error:
            self._failures[way.parameter] = str(error)
            return None
        self._failures.setdefault(way.parameter, "")
        may_be_empty = answer.is_more is None or not way.is_counted
        return (way, second) if rows is not None and (same.is_other(rows) if rows else may_be_empty) else None

    def _exchange(self, listing: Listing, token: Token) -> Exchange:
        """Return the response that a token of a listing brings."""
        empty = listing.resource.empty_when
        rules = Documents(path=listing.resource.path, codec=RawRecords(listing.envelope), empty_when=empty)
        reading = self._ask(listing, rules)
        page = reading.fetch(token)
        if not page.rows:
            raise IgnoredResponse
        response: Response = page.rows[0]
        document = EMPTY if listing.is_empty(response) else document_of(response)
        return Exchange(response, document, reading.request(token).params)

    def _no_way(self, answer: Answer) -> str:
        tried = ", ".join(f"`{name}`" if name else "its link" for name in self._failures)
        refused = next((f" ({failure})" for failure in self._failures.values() if failure), "")
        signs = ", ".join(f"`{sign}`" for sign in answer.signs) or "the header `Link`"
        fields = ", ".join(f"`{'.'.join(path)}`" for path in list(answer.leaves)[:20])
        has = f"; beside the records it has {fields}" if fields else ""
        return (
            f"the first response says that there is more ({signs}), but nothing that was tried leads to another page: "
            f"{tried}{refused}{has}; declare the `paginator`"
        )


class Exchange(NamedTuple):
    """A response, its body as a document, and the parameters that it was asked for with."""

    response: Response
    document: Any
    params: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Documents(RowRules):
    """Takes each response as it is, for a look at all of it."""

    @override
    def open(self, response: Response, *, offset: int) -> Page:
        if not self.is_empty(response):
            document_of(response)  # what is not JSON is asked for again
        return Page(offset=offset, rows=[response])


def _selection(resource: Resource) -> Selection:
    parts = [part for part in re.split(r"[/.]", resource.path) if part and not part.startswith("{")]
    names = [resource.name, *parts[-1:], *re.split(r"[-_\s]", parts[-1] if parts else "")[-1:]]
    return Selection(names=names, keys=resource.primary_key, is_of_one=resource.path.endswith("}"))


def _with(listing: Listing, **found: Any) -> Listing:  # noqa: ANN401 - fields of a resource
    return replace(listing, resource=replace(listing.resource, **found))


def _rows(exchange: Exchange, listing: Listing) -> list[dict[str, Any]] | None:
    """Return the records of a response; None where it has none where they should be."""
    rows = listing.envelope.found(exchange.document)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


def _words(paginator: Paginator[Any]) -> dict[str, Any]:
    """Return the words that declare a paginator, without those that say what goes without saying."""
    usual = type(paginator)().words()
    return {word: value for word, value in paginator.words().items() if word == "type" or usual.get(word) != value}
