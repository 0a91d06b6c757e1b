"""Asking: makes the readings of a list of a stream, with all that they need of the stream and of its tap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.streams.rest import PageContext

from tap_analytics.http.auth.own_auth import signer_of
from tap_analytics.http.request.placeholders import placeholders
from tap_analytics.reading.reading import Reading
from tap_analytics.state.bounds import Bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from singer_sdk.helpers.types import Context
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.connection import Connection
    from tap_analytics.pagination.page import Token
    from tap_analytics.records.rules import RowRules
    from tap_analytics.resources.listing import Listing
    from tap_analytics.stream.read_stream import ReadStream


def add_params(request: HTTPRequest, more: Mapping[str, Any] | str | None) -> HTTPRequest:
    """Return a request with more parameters, which replace its own; a text is encoded already, and sent as it is."""
    if isinstance(more, str):
        request.url += f"{'&' if '?' in request.url else '?'}{more}" if more else ""
    else:
        request.params = {**request.params, **(more or {})}
    return request


def as_json(request: HTTPRequest) -> HTTPRequest:
    """Return a request with its body as JSON, unless its headers say that it is something else."""
    if not any(name.lower() == "content-type" and value for name, value in request.headers.items()):
        request.headers = {**request.headers, "Content-Type": "application/json"}
        request.data = msgspec.json.encode(request.data)
    return request


def with_settings(context: Context | None, path: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for the placeholders of a stream: those of its parent, and settings that its path names."""
    return {name: config[name] for name in placeholders(path) if name in config} | dict(context or {})


def listing_of(stream: ReadStream, context: Context | None) -> Listing:
    """Return the listing of a stream for one parent: `path` and `url_base` of a subclass may follow the context."""
    listing = stream.listing
    with stream.current.reading(listing, Bounds(), context):
        path, base = str(stream.path), stream.url_base.rstrip("/")
    has_own_path = path != stream.usual_path
    if not has_own_path and base == listing.config["api_url"]:
        return listing
    resource = replace(listing.resource, path=path) if has_own_path else listing.resource
    return replace(listing, resource=resource, config={**listing.config, "api_url": base})


class Asking(msgspec.Struct, frozen=True, kw_only=True):
    """Makes readings of one list of a stream; they may be read in other threads, beside those of other lists.

    Args:
        stream: The stream, whose hooks are called.
        context: The parent.
        bounds: The part of the list that is wanted.
        on_request: Called with each request.
    """

    stream: ReadStream
    context: Context | None
    bounds: Bounds
    on_request: Callable[[], None]

    def reading(self) -> Reading[Any]:
        """Return a reading of the list, as the resource says, or as the first response shows, how it is read."""
        host = self.stream.host
        listing = listing_of(self.stream, self.context).with_job(host.connection, lambda: self.bounds, self.context)
        detected = host.detector.find(listing, self)
        return replace(self(detected.listing), answered=detected.answered)

    def __call__(self, listing: Listing, rows: RowRules | None = None) -> Reading[Any]:
        """Return a reading of the list by this listing and these rules."""
        stream = self.stream

        def request(token: Token) -> HTTPRequest:
            with stream.current.reading(listing, self.bounds, self.context):
                asked: HTTPRequest = stream.get_http_request(page=PageContext(self.context, token))
                # As in the SDK, a body that a hook sets is JSON; a form is declared.
                is_own_body = isinstance(asked.data, dict | list) and listing.resource.data is None
                return as_json(asked) if is_own_body else asked

        with stream.current.reading(listing, self.bounds, self.context):
            rules = rows or stream.rules(self.context)
        return Reading(
            name=stream.name,
            connection=self._connection(),
            request=request,
            job=listing.job,
            paginator=listing.paginator,
            rows=rules,
            stats=stream.host.stats(stream.name),
            actions=stream.resource.actions,
            verify=stream.is_chained and stream.foresight.pages and stream.config["verify_pages"],
            judge=stream.validate_response if "validate_response" in stream.overridden else None,
            on_request=self.on_request,
            on_response=stream.state_manager.hear,
            is_part=bool(self.context),
            logger=stream.logger,
        )

    def _connection(self) -> Connection:
        """Return what sends the requests: one after another, where a hook keeps something from page to page."""
        signed = self.stream.host.connection.with_authenticator(signer_of(self.stream.authenticator))
        return signed if self.stream.foresight.pages else replace(signed, width=1)
