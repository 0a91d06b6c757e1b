"""AnalyticsStream: what to ask the API for, how to read it, what to do when it fails."""

from __future__ import annotations

import json
import logging
import sys
from contextlib import closing
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import RESTStream, SchemaDirectory, StreamSchema
from singer_sdk.exceptions import FatalAPIError, SyncLifecycleSignal
from typing_extensions import override

from tap_analytics import schemas
from tap_analytics.http.request import RequestTemplate
from tap_analytics.pagination.page import Page, Row, RowIdentity, Token, whole
from tap_analytics.pagination.paginators import DEFAULT_PAGINATOR
from tap_analytics.reading import Reading
from tap_analytics.records.envelope import Envelope
from tap_analytics.records.paths import field_of
from tap_analytics.records.rows import RawRecords, RecordCodec
from tap_analytics.resources.resource import Incremental, Resource
from tap_analytics.state.bookmarks import Bookmarks
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import ReplicationKey
from tap_analytics.writer import MessageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from datetime import datetime

    from singer_sdk.helpers.types import Context, Record
    from singer_sdk.metrics import Counter
    from singer_sdk.streams.rest import HTTPRequest, PageContext

    from tap_analytics.http.auth import Authenticator
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.report.stats import StreamStats
    from tap_analytics.tap import TapAnalytics


class AnalyticsStream(RESTStream[Token]):
    """A list resource of the API, read page by page; its page token is what a request asks for.

    A subclass names the resource by attributes; one that is declared in the settings has it as `resource`.
    """

    schema: ClassVar = StreamSchema(SchemaDirectory(schemas))
    primary_keys: ClassVar = ("id",)

    # Whether the rows hold still from one request to the next, so that pages can share one.
    is_chained: ClassVar = True

    def __init__(self, tap: TapAnalytics) -> None:
        super().__init__(tap)
        self.tap = tap

    @cached_property
    def resource(self) -> Resource:
        """The resource as it is declared; of a ready stream, as its class says."""
        return self.declared()

    @classmethod
    def declared(cls) -> Resource:
        """Return the resource of a ready stream in the words of a declaration."""
        name, path, cursor = (getattr(cls, attribute) for attribute in ("name", "path", "replication_key"))
        return Resource(
            name=name,
            path=path,
            primary_key=tuple(cls.primary_keys),
            write_disposition="merge",
            incremental=Incremental(cursor_path=cursor) if isinstance(cursor, str) else None,
            schema=json.loads(files(schemas).joinpath(f"{name}.json").read_text(encoding="utf-8")),
        )

    @property
    def is_declared(self) -> bool:
        """Whether the fields are known without a sample."""
        return self.resource.schema is not None or self.tap.input_catalog is not None

    @property
    def tally(self) -> StreamStats:
        """The figures of the stream in this sync."""
        return self.tap.tally(self.name)

    @cached_property
    def paginator(self) -> Paginator[Any]:
        """The way from page to page: as it is declared, else as the settings of the tap say."""
        return (self.resource.paginator or DEFAULT_PAGINATOR).under(self.config)

    @cached_property
    def envelope(self) -> Envelope:
        """Where a body holds the records."""
        paths = self.paginator.paths
        return Envelope(
            data_selector=self.resource.data_selector or self.config["data_selector"],
            total_path=paths.total,
            next_path=paths.next,
            more_path=paths.more,
        )

    @property
    def incremental(self) -> Incremental:
        """What is declared of the way in which the stream is incremental."""
        return self.resource.incremental or Incremental(cursor_path=self.replication_key or "")

    @cached_property
    def template(self) -> RequestTemplate:
        """What all requests of the stream have in common."""
        in_query = self.config.get("api_key") is not None and self.config["api_key_location"] == "query"
        is_incremental = self.replication_key is not None
        return RequestTemplate(
            api_url=self.url_base,
            resource=self.resource,
            paginator=self.paginator,
            start_param=(self.incremental.start_param or self.config.get("start_param")) if is_incremental else None,
            end_param=(self.incremental.end_param or self.config.get("end_param")) if is_incremental else None,
            credential=self.config["api_key_name"] if in_query else None,
        )

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def authenticator(self) -> Authenticator:
        return self.tap.authenticator

    @override
    def get_http_request(self, *, page: PageContext[Token]) -> HTTPRequest:
        context = page.stream_context
        token = page.next_page_token or self.paginator.first
        return self.template.fill(token, bounds=self.bounds(context), context=context or {})

    @property
    @override
    def emit_activate_version_messages(self) -> bool:
        return self.resource.write_disposition == "replace" or bool(super().emit_activate_version_messages)

    @property
    def cursor(self) -> ReplicationKey:
        """What is known of the replication key."""
        return ReplicationKey.of(self.replication_key or "", self.effective_schema, self.incremental)

    @property
    @override
    def is_timestamp_replication_key(self) -> bool:
        return self.replication_key is not None and self.cursor.is_timestamp

    @override
    def get_replication_key_signpost(self, context: Context | None = None) -> datetime | Any | None:
        return self.cursor.now() or super().get_replication_key_signpost(context)

    @cached_property
    def state_manager(self) -> Bookmarks:
        """The bookmarks of the stream."""
        return Bookmarks(
            tap_name=self.tap_name,
            stream_name=self.name,
            tap_state=self.tap_state,
            state_partitioning_keys=self.state_partitioning_keys,
            layout=self.incremental.datetime_format,
        )

    @override
    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        # The SDK calls every failure unhandled, before the tap tells what it was, and tells of each parent's children.
        told_later = level == logging.ERROR and isinstance(sys.exc_info()[1], FatalAPIError | SyncLifecycleSignal)
        of_one_parent = level == logging.INFO and self.parent_stream_type is not None
        super().log(message, *args, level=logging.DEBUG if told_later or of_one_parent else level, **kwargs)

    def bounds(self, context: Context | None) -> Bounds:
        """Return what an incremental sync reads: from the bookmark, or the first value, up to the end.

        Raises:
            FatalAPIError: The bookmark is neither a date nor a number.
        """
        if self.replication_key is None:
            return Bounds()
        first = self.get_starting_replication_key_value(context)
        is_bookmark = first is not None and first != self.config.get("start_date")
        return self.cursor.bounds(first, is_bookmark=is_bookmark, settings=self.config)

    @override
    def compare_start_date(self, value: str, start_date_value: str) -> str:
        try:
            return self.cursor.later(value, start_date_value)
        except FatalAPIError as error:
            message = f"{self.name}: {error}"
            raise FatalAPIError(message) from None

    @cached_property
    def records(self) -> RecordCodec | RawRecords:
        """What reads and writes the records of the stream, as the catalog wants them."""
        schema = self.effective_schema
        fields = schema["properties"]
        if lacking := [name for name in self.needed_fields if name not in fields]:
            message = f"the schema in the catalog lacks `{lacking[0]}`, which the stream cannot do without"
            raise FatalAPIError(message)
        omitted = {name for name in fields if not self.mask.get(("properties", name), True)}
        return RecordCodec(
            schema,
            omitted=omitted.difference(self.needed_fields),
            envelope=self.envelope,
            report=self._warn_of_unknown,
        )

    @property
    def needed_fields(self) -> tuple[str, ...]:
        """The fields that are read whether or not they are selected: keys, bookmark, what children need."""
        fields = self.effective_schema["properties"]
        cursor = self.replication_key
        if cursor and cursor not in fields:
            cursor = cursor.split(".")[0]
        children = [child for child in self.child_streams if isinstance(child, AnalyticsStream)]
        wanted = {
            name.split(".")[0] if name not in fields else name for child in children for name in child.parent_fields
        }
        return (*self.key_fields, *filter(None, [cursor]), *sorted(wanted))

    @property
    def parent_fields(self) -> set[str]:
        """The fields of the parent's records that this stream needs."""
        return {parent.field for parent in self.resource.parents} | set(self.resource.inherited.values())

    @property
    def key_fields(self) -> tuple[str, ...]:
        """The fields that identify a record, whether or not a target merges by them."""
        fields = self.effective_schema["properties"]
        return tuple(self.primary_keys) or tuple(key for key in self.resource.primary_key if key in fields)

    @property
    def is_written_by_page(self) -> bool:
        """Whether nobody but the target wants to see each record: no stream map, batch, child or limit."""
        settings = ("stream_maps", "flattening_enabled", "batch_config")
        return (
            isinstance(self.tap.message_writer, MessageWriter)
            and self.selected
            and not self.child_streams
            and self.ABORT_AT_RECORD_COUNT is None
            and not any(self.config.get(setting) for setting in settings)
            and not self._is_cut_within
        )

    @cached_property
    def _is_cut_within(self) -> bool:
        """Whether a part of a field that is written is not, or a field that the tap itself needs."""
        left_out = [crumb for crumb, is_selected in self.mask.items() if not is_selected]
        within = (crumb for crumb in left_out if len(crumb) > len(("properties", "field")))
        return any(self.mask.get(crumb[:2], True) for crumb in within) or any(
            ("properties", name) in left_out for name in self.needed_fields
        )

    @override
    def get_record_counter(self, **options: Any) -> Counter:
        self._counter = super().get_record_counter(**options)
        return self._counter

    @override
    def get_records(self, context: Context | None) -> Iterable[Row]:
        if not self.is_written_by_page:
            yield from super().get_records(context)
            return
        for rows in Reading(self, context).rows():
            self._write(rows, context)
            self._save_progress(context)

    @override
    def request_records(self, context: Context | None) -> Iterable[Row]:
        for rows in Reading(self, context).rows():
            yield from map(self.records.plain, rows)
            self._save_progress(context)

    def _write(self, rows: Sequence[Row], context: Context | None) -> None:
        """Write rows as RECORD messages, and do for them what the SDK does for one that it writes itself."""
        writer, records = self.tap.message_writer, self.records
        if not rows or not isinstance(writer, MessageWriter) or isinstance(records, RawRecords):
            return
        writer.write_lines(records.lines(rows, stream=self.name, version=writer.versions.get(self.name)))
        if self.replication_key and self.replication_method == "INCREMENTAL":
            cursors = list(map(records.get(self.replication_key), rows))
            self.state_manager.advance(cursors, context=context, replication_key=self.replication_key)
        self.state_manager.is_flushed = False
        self._counter.increment(len(rows))

    def _save_progress(self, context: Context | None) -> None:
        """Write the bookmark of the rows so far, where their order allows to go on from it."""
        if self.incremental.row_order == "asc" and self.replication_key and self.state_manager.is_ascending:
            self.state_manager.move(self.get_context_state(context))
            self.tap.state_writer.write_state(self.tap_state)

    def complete(self, page: Page) -> Page:
        """Return a page whose records all have their primary key; a stream that derives its own does so here.

        Raises:
            FatalAPIError: A record has no key.
        """
        for key in self.primary_keys:
            if (number := self.records.lacks(page.rows, key)) is not None:
                message = f"record {number} of the response has no `{key}`, its primary key"
                raise FatalAPIError(message)
        return page

    def select(self, rows: Sequence[Row], context: Context | None) -> Sequence[Row]:
        """Return the records that belong to this sync.

        Raises:
            FatalAPIError: A value of theirs does not fit its field.
        """
        bounds = self.bounds(context)
        if bounds and self.replication_key:
            cursor = self.records.get(self.replication_key)
            rows = [row for row in rows if bounds.covers(cursor(row))]
        if misfit := self.records.misfit(rows):
            row, error = misfit
            name = ", ".join(str(self.records.get(key)(row)) for key in self.key_fields)
            advice = "if the API is right, correct the `schema` or `columns` of the resource, or the catalog"
            message = f"record {name}: {error}; {advice}"
            raise FatalAPIError(message)
        return rows

    def lacks_cursor(self, rows: Sequence[Row]) -> bool:
        """Return whether none of these rows says when it was changed, in a stream that is to be incremental."""
        if not self.replication_key or self.replication_method != "INCREMENTAL":
            return False
        cursor = self.records.get(self.replication_key)
        return all(cursor(row) is None for row in rows)

    @property
    def no_cursor(self) -> str:
        """What to say of rows none of which says when it was changed."""
        return f"no record has a value in `{self.replication_key}`, so no bookmark can move; check `cursor_path`"

    @property
    def row_identity(self) -> RowIdentity:
        """What identifies a record among those of its list, and what differs when it has changed."""
        return RowIdentity(key=self.key(), version=self.version())

    def key(self) -> Callable[[Row], Hashable] | None:
        """Return what identifies a record among those of its list: its primary key, None where it has none."""
        return self.records.key(self.key_fields) if self.key_fields else None

    def version(self) -> Callable[[Row], object]:
        """Return what differs when a record has changed: the value of its replication key, where it has one.

        Other values may differ from response to response, such as signed links, although nothing has changed.
        """
        if self.replication_key is None:
            return lambda _: None
        cursor = self.records.get(self.replication_key)
        return lambda row: whole(row) if (value := cursor(row)) is None else value

    def sample(self, size: int, parents: Sequence[Mapping[str, Any]] | None = None) -> list[dict[str, Any]]:
        """Return some records as the API gives them, from several pages.

        Args:
            size: The most records.
            parents: Records of the parent, for a stream that has one.
        """
        # Only here: what reads with a known schema does not need it.
        from tap_analytics.records.inference import sample  # noqa: PLC0415

        contexts = [None] if parents is None else [self.context_of(parent) for parent in parents]
        rows: list[dict[str, Any]] = []
        self.records = RawRecords(self.envelope)
        try:
            for context in contexts:
                with closing(Reading(self, context).rows()) as runs:
                    rows += sample(runs, size - len(rows))
                if len(rows) >= size:
                    break
        finally:
            del self.records
        return rows

    def context_of(self, parent: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a record of the parent says for the requests and the records of this stream."""
        needed = {each.placeholder: field_of(parent, each.field) for each in self.resource.parents}
        return needed | {name: field_of(parent, field) for name, field in self.resource.inherited.items()}

    @override
    def get_child_context(self, record: Record, context: Context | None) -> Context | None:
        contexts = [child.context_of(record) for child in self.child_streams if isinstance(child, AnalyticsStream)]
        return {name: value for each in (context or {}, *contexts) for name, value in each.items()}

    def _warn_of_unknown(self, name: str) -> None:
        self.logger.warning("The API sends a field that the schema does not have: `%s`; it is left out", name)
