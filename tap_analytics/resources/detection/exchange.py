"""Exchange: the whole response for a page and its body, for finding out how a list is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec.structs import replace
from typing_extensions import override

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.refusals import RefusedError
from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.page import Page
from tap_analytics.reading.reading import Reading
from tap_analytics.records.failures.failures import failure_of_body
from tap_analytics.records.formats.json_body import document_of
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.resources.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.pagination.page import Token

# A function that returns the reading of a listing by some rules.
Ask = Callable[[Listing, RowRules], Reading[Any]]

# The document of a response that is an empty page by its status.
EMPTY = object()


class Exchange(NamedTuple):
    """A response, its body as a document, and the parameters that it was asked for with."""

    response: Response
    document: Any
    params: Mapping[str, Any]

    def rows(self, listing: Listing) -> list[dict[str, Any]] | None:
        """Return the records of the response; None if there are none at their place."""
        rows = listing.envelope.data_in(self.document)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else None


class Documents(RowRules, frozen=True, kw_only=True):
    """Row rules that keep each response whole, so that all of it can be examined."""

    @override
    def open(self, response: Response, *, offset: int) -> Page:
        if not self.is_empty(response):
            self._check(document_of(response))
        return Page(offset=offset, rows=[response])

    def _check(self, document: object) -> None:
        """Raise the error of a body that is nothing but a failure which passes, so that it is asked for again."""
        failure = failure_of_body(document) if isinstance(document, dict) else None
        if failure is None or self.empty_when.covers_text(failure.said):
            return
        error = failure.error()
        if isinstance(error, TransientError | RefusedError):
            raise error


def exchange(listing: Listing, token: Token, ask: Ask) -> Exchange:
    """Return the response that a token of a listing brings.

    Raises:
        IgnoredResponse: The declaration ignores it.
        FatalAPIError: There is none.
    """
    empty = listing.resource.empty_when
    rules = Documents(path=listing.resource.path, codec=RawRecords(listing.envelope), empty_when=empty)
    reading = ask(listing, rules)
    asked: dict[Token, HTTPRequest] = {}

    def request(token: Token) -> HTTPRequest:
        asked[token] = reading.request(token)
        return asked[token]

    page = msgspec.structs.replace(reading, request=request).fetch(token)
    if not page.rows:
        raise IgnoredResponse
    response: Response = page.rows[0]
    document = EMPTY if listing.is_empty(response) else document_of(response)
    return Exchange(response, document, asked[token].params)


def with_found(listing: Listing, **found: Any) -> Listing:  # noqa: ANN401 - fields of a resource
    """Return a listing whose resource has these fields too."""
    return msgspec.structs.replace(listing, resource=replace(listing.resource, **found))
