"""AnalyticsStream: a RESTStream of the analytics API. Here are the SDK's hooks; `stream/` has what they lead to.

authenticator     `authenticator`                  key or OAuth2 token                      http/auth/authenticators.py
paginator         `paginator`, `listing`           offset by default, others are declared   pagination/paginators.py
request           `get_http_request`               path, parameters, headers                http/request/request.py
retry policy      `connection.retry`               429, 5xx, lost connections              http/retry.py
records           `records`                        bytes -> checked rows -> RECORD lines    records/rows.py
schema            `schema`                         one JSON Schema for each stream          schemas/
bookmarks         `state_manager`, `bounds`        instants, never into the future          stream/, state/
reading           `reading`                        one list, from first page to end         reading/
subclasses        `__init_subclass__`              hooks work, or are refused by name       stream/hooks/settling.py
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar, cast
from weakref import ref

from singer_sdk import RESTStream, SchemaDirectory, StreamSchema
from singer_sdk.helpers.conform import TypeConformanceLevel
from typing_extensions import override

from tap_analytics import schemas
from tap_analytics.resources.builtin import resource_of
from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.stream.current import ContextOfThread, CurrentList
from tap_analytics.stream.failures import note_stream
from tap_analytics.stream.fields.catalog_keys import method_of, with_keys_of
from tap_analytics.stream.foresight import Foresight
from tap_analytics.stream.hooks.each_record import wants_each_record, with_bookmark
from tap_analytics.stream.hooks.hooks import refusal_of
from tap_analytics.stream.hooks.own_attributes import OwnAttributes
from tap_analytics.stream.hooks.settling import arguments, check_class, settle, settle_when_made
from tap_analytics.stream.lists.own_lists import own_lists
from tap_analytics.stream.messages.writer import MessageWriter
from tap_analytics.stream.sync_bounds import bounds_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from requests import Response
    from singer_sdk import Tap
    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.metrics import Counter
    from singer_sdk.singerlib import Catalog
    from singer_sdk.streams.rest import HTTPRequest, PageContext

    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.pagination.page import Row, Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.reading.reading import Reading
    from tap_analytics.records.rows import RecordCodec
    from tap_analytics.records.rules import RowRules
    from tap_analytics.resources.listing import Listing
    from tap_analytics.state.bounds import Bounds
    from tap_analytics.stream.fields.fields import StreamFields
    from tap_analytics.stream.fields.new_fields import NewFields
    from tap_analytics.stream.host import Host
    from tap_analytics.stream.stream_state import StreamState


class AnalyticsStream(RESTStream[Any]):
    """A list resource of the API, named by attributes or `resource`; the SDK's hooks work, or are refused."""

    schema: ClassVar = StreamSchema(SchemaDirectory(schemas))
    primary_keys: ClassVar[Sequence[str]] = ("id",)
    paginator: ClassVar[Paginator[Any] | None] = None  # by offset, as the settings say
    context = ContextOfThread()
    lists = cached_property(own_lists)
    # The records that the SDK writes are checked already; its own check knows no schema without a type.
    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.NONE
    is_chained: ClassVar = True  # whether rows stay from one request to the next, so that two pages can share one

    host: Host
    current: CurrentList  # the list that a thread reads
    children_of_all: frozenset[str]  # read for all records, not for new ones only
    own: OwnAttributes  # set on the object
    overridden: frozenset[str] = frozenset()  # the hooks that its class, or the object, overrides
    usual_path: str | None = None  # what `path` is without a parent
    foresight = Foresight()
    resource = cached_property(resource_of)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        check_class(cls, AnalyticsStream)
        settle_when_made(cls, AnalyticsStream)

    def __init__(
        self,
        tap: Host,
        name: str | None = None,
        schema: Any = None,  # noqa: ANN401 - as the SDK takes it
        path: str | None = None,
        *,
        http_method: str | None = None,
    ) -> None:
        vars(self).update(arguments(name=name, schema=schema, path=path, http_method=http_method))
        self.own = OwnAttributes(self)
        self.host = tap
        self.current = CurrentList()
        self._counter: Callable[[], Counter | None] = lambda: None  # of a sync, while it lasts
        self.children_of_all = frozenset()
        super().__init__(cast("Tap", tap))
        self._requests_session = None  # all streams send by the connection of the tap
        self.own.begin()
        if type(self).__init__ is AnalyticsStream.__init__:
            settle(self, AnalyticsStream)

    @override
    def apply_catalog(self, catalog: Catalog) -> None:
        settle(self, AnalyticsStream)
        super().apply_catalog(with_keys_of(self, catalog))
        self.forced_replication_method = method_of(self)
        self.own.begin()

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def authenticator(self) -> Authenticator:
        return self.listing.connection(self.host.connection).authenticator

    @cached_property
    def listing(self) -> Listing:
        """The resource with the settings applied: its requests, its pages, and the place of its records."""
        from tap_analytics.resources.listing import Listing  # noqa: PLC0415 - discovery reads nothing

        return Listing(
            resource=self.resource,
            config={**self.config, "api_url": self.url_base.rstrip("/")},
            is_incremental=self.replication_key is not None,
            data_selector=self.records_jsonpath if "records_jsonpath" in self.overridden else None,
        )

    @override
    def get_http_request(self, *, page: PageContext[Token]) -> HTTPRequest:
        from tap_analytics.stream.asking import add_params, with_settings  # noqa: PLC0415 - discovery reads nothing

        listing = self.current.listing or self.listing
        context, token = page.stream_context, page.next_page_token or listing.paginator.first
        values = with_settings(context, listing.resource.path, self.config)
        request = listing.template(self.host.connection).fill(token, bounds=self.bounds(context), context=values)
        request.headers |= self.http_headers  # headers of a subclass replace declared ones
        # The hook gets what it gets in the SDK: no token for the first page, then the bare offset, number or cursor.
        own = self.get_url_params(context, None if token == listing.paginator.first else token[0])
        return add_params(request, own)

    @override
    def validate_response(self, response: Response) -> None:
        self.host.connection.sender.judge(response)

    @override
    def parse_response(self, response: Response) -> Iterable[Record]:
        from tap_analytics.records.raw_records import RawRecords  # noqa: PLC0415 - discovery reads nothing

        page = RawRecords((self.current.listing or self.listing).envelope)
        return page.open(response.content, offset=0, content_type=response.headers.get("Content-Type", "")).rows

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return self.resource.write_disposition == "replace" or bool(super().emit_activate_version_messages)

    @property
    @override
    def is_timestamp_replication_key(self) -> bool:
        return self.replication_key is not None and self.state_manager.key.is_timestamp

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> datetime | Any | None:
        return self.state_manager.key.now() or super().get_replication_key_signpost(context)

    @cached_property
    def state_manager(self) -> StreamState:
        """The bookmarks of the stream."""
        from tap_analytics.stream.lists.children import have_failed_lists  # noqa: PLC0415 - discovery reads nothing
        from tap_analytics.stream.stream_state import state_of  # noqa: PLC0415 - discovery reads nothing

        name, is_verbatim = self.replication_key or "", not self.resource.follows_settings
        declared = self.resource.incremental or Incremental(cursor_path=name)
        return state_of(
            self,
            key=ReplicationKey.of(name, self.effective_schema, declared, is_verbatim=is_verbatim),
            now=datetime.fromtimestamp(self._initialized_at / 1000, UTC),
            is_held=partial(have_failed_lists, self.descendent_streams),
        )

    @override
    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        # The SDK calls every failure unhandled, and tells of each parent's children.
        told_later = level == logging.ERROR and note_stream(sys.exc_info()[1], self.name)
        of_one_parent = level == logging.INFO and self.parent_stream_type is not None
        super().log(message, *args, level=logging.DEBUG if told_later or of_one_parent else level, **kwargs)

    def bounds(self, context: Context | None, *, is_new: bool = False, is_ahead: bool = False) -> Bounds:
        """Return the part of the list that a sync reads."""
        return bounds_of(self, context, is_new=is_new, is_ahead=is_ahead)

    @override
    def compare_start_date(self, value: str, start_date_value: str) -> str:
        return self.state_manager.key.later(value, start_date_value)

    @property
    def fields(self) -> StreamFields:
        """The fields of the stream, as the catalog has them."""
        from tap_analytics.stream.fields.catalog_fields import fields_of  # noqa: PLC0415 - discovery reads nothing

        return fields_of(self)

    @cached_property
    def new_fields(self) -> NewFields:
        """What is done with fields that the schema does not have."""
        from tap_analytics.stream.fields.new_fields import NewFields  # noqa: PLC0415 - discovery reads nothing

        return NewFields(self)

    @cached_property
    def records(self) -> RecordCodec:
        """The codec that reads and writes the records of the stream, with the fields that the catalog selects."""
        return self.new_fields.codec

    def rules(self, context: Context | None) -> RowRules:
        """Return the rules that say which rows belong to one reading, and what they must have."""
        from tap_analytics.stream.fields.row_rules import row_rules  # noqa: PLC0415 - discovery reads nothing

        return row_rules(self, context)

    def reading(
        self,
        context: Context | None,
        *,
        bounds: Bounds | None = None,
        on_request: Callable[[], None] = lambda: None,
    ) -> Reading[Any]:
        """Return a reading of the list; of a child stream, of the list of one parent.

        Args:
            context: The parent.
            bounds: The part of the list to read; None stands for the part that a sync reads.
            on_request: Called with each request.
        """
        from tap_analytics.stream.asking import Asking  # noqa: PLC0415 - discovery reads nothing

        part = self.bounds(context) if bounds is None else bounds
        return Asking(stream=self, context=context, bounds=part, on_request=on_request).reading()

    @override
    def get_record_counter(self, **options: Any) -> Counter:
        counter = super().get_record_counter(**options)
        self._counter = ref(counter)  # the SDK drops it as soon as it has synced the stream
        return counter

    @override
    def get_records(self, context: Context | None) -> Iterable[Row]:
        from tap_analytics.stream.messages.output import Output  # noqa: PLC0415 - discovery reads nothing

        writer, counter = self.host.message_writer, self._counter()
        # Whoever calls this outside of a sync, such as a hook of another stream, wants the records for himself.
        if counter is None or not isinstance(writer, MessageWriter) or wants_each_record(self, self.fields):
            self.mask.update(self.fields.no_fields(self.state_manager.get_state_partition_context(context) or {}))
            yield from with_bookmark(self, super().get_records(context), context)
            return
        output = Output(
            stream=self.name,
            writer=writer,
            codec=self.records,
            declare=self.new_fields.declare,
            state=self.state_manager,
            counter=counter,
            cursor=self.replication_key if self.replication_method == "INCREMENTAL" else None,
        )
        for rows in self.lists.runs(self, context):
            output.write(rows, context)

    @override
    def request_records(self, context: Context | None) -> Iterable[Row]:
        from tap_analytics.stream.lists.children import new_records  # noqa: PLC0415 - discovery reads nothing

        if self._counter() is None:
            return own_lists(self, is_apart=True).records(self, context)
        records = self.lists.records(self, context)
        if names := self.children_of_all:
            return new_records(self, records, context, bounds=self.bounds(context, is_new=True), names=names)
        return records

    get_new_paginator = refusal_of("get_new_paginator")
    prepare_request = refusal_of("prepare_request")

    @override
    def get_child_context(self, record: Record, context: Context | None) -> Context | None:
        from tap_analytics.stream.lists.children import child_context  # noqa: PLC0415 - discovery reads nothing

        return child_context(self, record, context)
