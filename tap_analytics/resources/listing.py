"""Listing: a resource with the settings of the tap applied: its requests, its pages, and the place of its records."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.request.links import is_whole, origin
from tap_analytics.http.request.placeholders import is_link
from tap_analytics.http.request.request import RequestTemplate
from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.envelope.nested import VALUE, nesting
from tap_analytics.records.failures.sent_words import SentWords
from tap_analytics.records.formats.bodies import Bodies
from tap_analytics.resources.declaration.window_words import AskedEnds
from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import Response

    from tap_analytics.http.connection import Connection
    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.reading.job import JobRun
    from tap_analytics.records.envelope.nested import Nesting
    from tap_analytics.records.signs.header_values import HeaderValues
    from tap_analytics.resources.resource import Resource
    from tap_analytics.state.bounds import Bounds


class Listing(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """The common properties of all requests for one resource, and of their responses.

    `is_incremental` says whether bounds are sent. `data_selector` is the place of the records, for a resource that does
    not declare it. `job` makes the rows of one reading. `takes_beginning` says that the first records of a file are
    enough.
    """

    resource: Resource
    config: Mapping[str, Any]
    is_incremental: bool = False
    data_selector: str | None = None
    takes_beginning: bool = False
    job: JobRun | None = None

    @cached_property
    def paginator(self) -> Paginator[Any]:
        """The declared paginator, or else the one that the settings describe."""
        return (self.resource.paginator or self._usual_paginator()).under(self.config)

    def _usual_paginator(self) -> Paginator[Any]:
        if not is_link(self.resource.path):
            return OffsetPaginator()
        from tap_analytics.pagination.single_page import SinglePagePaginator  # noqa: PLC0415 - few paths are links

        return SinglePagePaginator()

    @cached_property
    def envelope(self) -> Envelope:
        """The envelope of the records in a body, with the values that the paginator reads."""
        if self.resource.format.is_file:
            return Envelope(data_selector="$", total_path="", empty_when=self.resource.empty_when)
        paths, nested = self.paginator.paths.in_body, self.nesting.nested
        return Envelope(
            data_selector=self.nesting.selector,
            total_path=paths.total,
            pages_path=paths.pages,
            next_path=paths.next,
            more_path=paths.more,
            takes_values=self._takes_values,
            may_be_object=self.resource.is_entity or self.paginator.may_be_object or self._may_be_one,
            empty_when=self.resource.empty_when,
            last_path=paths.last,
            columns=None if nested and nested.columns else self.resource.answer_columns,
            key_fields=self.resource.key_fields,
            lists=self.resource.column_lists,
            sent=SentWords.of(self.resource.params, self.resource.json, self.resource.data),
            beside=self.nesting.beside,
            own=self.nesting.own,
            name=self.resource.name,
            keys=tuple(
                dict.fromkeys(name for each in self.resource.parents for name in (each.field, each.placeholder))
            ),
        )

    @cached_property
    def nesting(self) -> Nesting:
        """The list that pages count, the records in its objects, and the fields around them."""
        resource = self.resource
        selector = resource.data_selector or self.data_selector or self.config["data_selector"]
        found = nesting(
            selector, resource.outer_fields, resource.answer_columns, resource.key_fields, resource.column_lists
        )
        if not found.nested or not self._takes_values:
            return found
        return replace(found, nested=replace(found.nested, takes_values=True))

    @property
    def _told(self) -> HeaderValues | None:
        """What the headers of a response say about the list, where that is declared."""
        if (paths := self.paginator.paths.in_headers) is None:
            return None
        from tap_analytics.records.signs.header_values import HeaderValues  # noqa: PLC0415 - few lists are counted in one

        return HeaderValues(total=paths.total, pages=paths.pages, more=paths.more, last=paths.last)

    @cached_property
    def bodies(self) -> Bodies:
        """What receives and opens the bodies of responses, by their format."""
        return Bodies(
            format=self.resource.format,
            is_all=self.paginator.is_one_page,
            takes_beginning=self.takes_beginning,
            most=self.config.get("max_response_size") or MAX_RESPONSE_SIZE,
            headers=self._told,
        )

    @property
    def asked_ends(self) -> AskedEnds:
        """Which bounds of new rows the requests can carry."""
        return AskedEnds.of(self.resource, self.config) if self.is_incremental else AskedEnds()

    def is_empty(self, response: Response) -> bool:
        """Return whether a response is an empty page, by its status or by `empty_when` of the resource."""
        empty = self.resource.empty_when
        if empty.covers(response.status_code, response.content):
            return True
        try:
            return bool(empty.words()) and not self.envelope.open(response.content, offset=0).rows
        except (FatalAPIError, TransientError):
            return False

    @property
    def _may_be_one(self) -> bool:
        """Whether one object may stand at the declared place of the records; in dlt's shape it is a record."""
        return not self.resource.follows_settings and self.resource.data_selector is not None

    @property
    def _takes_values(self) -> bool:
        """Whether plain values may be records, as in dlt: their field is inferred or declared."""
        schema, columns = self.resource.schema, self.resource.columns
        return not self.resource.follows_settings and (
            schema is None or VALUE in schema.get("properties", {}) or VALUE in columns
        )

    def connection(self, shared: Connection) -> Connection:
        """Return the connection of the resource: with its own credentials, or without any for another server."""
        if self.resource.auth is not None:
            return shared.with_credentials(self.resource.auth)
        path = self.resource.path
        is_elsewhere = is_whole(path) and origin(path) != origin(self.config["api_url"])
        return shared.with_authenticator(Authenticator()) if is_elsewhere else shared

    def template(self, connection: Connection) -> RequestTemplate:
        """Return the template of all requests for the resource."""
        credential = self.connection(connection).authenticator.credential_param
        if (known := self._templates.get(credential)) is None:
            known = self._templates[credential] = self._template(credential)
        return known

    @cached_property
    def _templates(self) -> dict[str | None, RequestTemplate]:
        """The templates by the parameter of the credential: there is a request for each page, and for each parent."""
        return {}

    def _template(self, credential_param: str | None) -> RequestTemplate:
        new = self.resource.incremental if self.is_incremental else None
        start = (new and new.start_param) or self.config.get("start_param")
        end = (new and new.end_param) or self.config.get("end_param")
        return RequestTemplate(
            url_base=str(self.config["api_url"]),
            path=self.resource.path,
            method=self.resource.method,
            json=self.resource.json,
            data=self.resource.data,
            shared_headers=tuple(self.config["headers"]),
            params=self.resource.params,
            headers=self._headers,
            paginator=self.paginator,
            values=self.job.values if self.job else dict,
            start_param=start if self.is_incremental else None,
            end_param=end if self.is_incremental else None,
            credential_param=credential_param,
            many=self.resource.many_of_parent,
            separator=self.resource.parents_separator,
            unencoded=self.resource.unencoded,
        )

    @property
    def _headers(self) -> Mapping[str, str]:
        """The headers of requests: the declared ones, and `Accept` if a file is read."""
        declared, accept = self.resource.headers, self.resource.format.accept
        says = any(name.lower() == "accept" for name in (*declared, *self.config["headers"]))
        return {"Accept": accept, **declared} if accept and not says else declared

    def with_job(
        self, connection: Connection, bounds: Callable[[], Bounds], context: Mapping[str, Any] | None
    ) -> Listing:
        """Return the listing for one reading: with a new job that makes its rows, if one is declared."""
        if self.resource.job is None:
            return self
        from tap_analytics.reading.job import JobRun  # noqa: PLC0415 - few lists have to be made first

        job = JobRun(
            self.resource.job,
            template=self.template(connection),
            connection=self.connection(connection),
            bounds=bounds,
            context=context or {},
        )
        return replace(self, job=job)


class Detected(msgspec.Struct, frozen=True, kw_only=True):
    """A listing with all that was found out about it, and the responses that this took, by their tokens."""

    listing: Listing
    answered: dict[Token, Response | None] = msgspec.field(default_factory=dict)
