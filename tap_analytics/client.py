"""AnalyticsStream: what to ask the API for, how to read it, what to do when it fails."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import RESTStream, SchemaDirectory, StreamSchema
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError, SyncLifecycleSignal
from singer_sdk.streams.rest import PageContext
from typing_extensions import override

from tap_analytics import schemas
from tap_analytics.bookmarks import Bookmarks
from tap_analytics.chain import Chain
from tap_analytics.envelope import Envelope
from tap_analytics.pagination import InTurn, Offsets, Page, Progress, Row, Span, whole
from tap_analytics.prefetch import Prefetch
from tap_analytics.records import Records
from tap_analytics.retry import TransientError
from tap_analytics.validation import parse_date, rfc3339
from tap_analytics.writer import MessageWriter

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from backoff.types import Details
    from singer_sdk.helpers.types import Context
    from singer_sdk.metrics import Counter

    from tap_analytics.auth import Authenticator
    from tap_analytics.pagination import Source
    from tap_analytics.tap import TapAnalytics

_NO_BOOKMARK = (
    "the bookmark in the state is not a date; remove it from the state, or run Meltano once with `--full-refresh`"
)
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


class AnalyticsStream(RESTStream[Span]):
    """A list resource of the API, read page by page; its page token is the span to ask for."""

    schema: ClassVar = StreamSchema(SchemaDirectory(schemas))
    primary_keys: ClassVar = ("id",)

    # Whether the rows hold still from one request to the next, so that pages can share one.
    is_chained: ClassVar = True

    # "asc" where the API gives rows in the order of the replication key: an interrupted sync then goes on where it was.
    row_order: ClassVar[str | None] = None

    def __init__(self, tap: TapAnalytics) -> None:
        super().__init__(tap)
        self.tap = tap
        self.envelope = Envelope(
            data_selector=self.config["data_selector"],
            total_path=self.config["total_path"],
        )
        self._lock = threading.Lock()
        self._source: Prefetch | InTurn | None = None

    @property
    @override
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    @override
    def authenticator(self) -> Authenticator:
        return self.tap.authenticator

    @override
    def get_url_params(self, context: Context | None, next_page_token: Span | None) -> dict[str, Any]:
        start, end = self.bounds(context)
        span = next_page_token or Span(0, self.config["page_size"])
        params = {
            self.config["limit_param"]: span.limit,
            self.config["offset_param"]: span.offset,
            self.config.get("start_param"): rfc3339(start) if start else None,
            self.config.get("end_param"): rfc3339(end) if end else None,
        }
        return {name: value for name, value in params.items() if name is not None and value is not None}

    @cached_property
    def state_manager(self) -> Bookmarks:
        """The bookmarks of the stream."""
        return Bookmarks(
            tap_name=self.tap_name,
            stream_name=self.name,
            tap_state=self.tap_state,
            state_partitioning_keys=self.state_partitioning_keys,
        )

    @override
    def log(self, message: str, *args: Any, level: int = logging.INFO, **kwargs: Any) -> None:
        # The SDK calls every failure unhandled, before the tap tells what it was.
        told_later = level == logging.ERROR and isinstance(sys.exc_info()[1], FatalAPIError | SyncLifecycleSignal)
        super().log(message, *args, level=logging.DEBUG if told_later else level, **kwargs)

    def bounds(self, context: Context | None) -> tuple[datetime | None, datetime | None]:
        """Return the first instant that an incremental sync reads and the first that it leaves to a later one."""
        if self.replication_key is None or not self.is_timestamp_replication_key:
            return None, None
        bookmark = self.get_starting_replication_key_value(context)
        start = parse_date(str(bookmark)) if bookmark is not None else None
        if bookmark is not None and start is None:
            raise FatalAPIError(_NO_BOOKMARK)
        lookback = timedelta(seconds=self.config["lookback_seconds"])
        if start and start - FIRST_INSTANT > lookback:
            start -= lookback
        return start, parse_date(self.config.get("end_date", ""))

    @override
    def compare_start_date(self, value: str, start_date_value: str) -> str:
        bookmark, start = parse_date(str(value)), parse_date(start_date_value)
        if bookmark is None:
            message = f"{self.name}: {_NO_BOOKMARK}"
            raise FatalAPIError(message)
        return start_date_value if start and start > bookmark else value

    @cached_property
    def records(self) -> Records:
        """What reads and writes the records of the stream, as the catalog wants them."""
        schema = self.effective_schema
        fields = schema["properties"]
        if lacking := [name for name in self._needed_fields if name not in fields]:
            message = f"the schema in the catalog lacks `{lacking[0]}`, which the stream cannot do without"
            raise FatalAPIError(message)
        omitted = {name for name in fields if not self.mask.get(("properties", name), True)}
        return Records(
            schema,
            omitted=omitted.difference(self._needed_fields),
            envelope=self.envelope,
            report=self._warn_of_unknown,
        )

    @property
    def _needed_fields(self) -> tuple[str, ...]:
        return (*self.primary_keys, *filter(None, [self.replication_key]))

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
        for rows in self._read(context):
            self._write(rows, context)
            self._save_progress(context)

    @override
    def request_records(self, context: Context | None) -> Iterable[Row]:
        for rows in self._read(context):
            yield from map(self.records.plain, rows)
            self._save_progress(context)

    def _write(self, rows: Sequence[Row], context: Context | None) -> None:
        """Write rows as RECORD messages, and do for them what the SDK does for one that it writes itself."""
        writer = self.tap.message_writer
        if not rows or not isinstance(writer, MessageWriter):
            return
        writer.write_lines(self.records.lines(rows, stream=self.name, version=writer.versions.get(self.name)))
        if self.replication_key and self.replication_method == "INCREMENTAL":
            cursors = list(map(self.records.get(self.replication_key), rows))
            self.state_manager.advance(cursors, context=context, replication_key=self.replication_key)
        self.state_manager.is_flushed = False
        self._counter.increment(len(rows))

    def _read(self, context: Context | None) -> Iterator[Sequence[Row]]:
        """Give the rows of the resource that belong to this sync, a page or less at a time."""
        progress = Progress()
        with self.get_http_request_counter() as requests_made:
            requests_made.with_context(context)
            source = self._source = self._source_of(partial(self._fetch, context, requests_made))
            try:
                for rows in self._runs(source, progress):
                    yield self.select(rows, context)
            except FatalAPIError as error:
                message = f"{self.name}: {error}"
                raise FatalAPIError(message) from None
            finally:
                source.close()
                self.logger.info("Read %s", progress)
                if not progress.settled:
                    self.logger.warning("The list changes faster than it is read: the rest is left to the next sync")

    def _source_of(self, fetch: Callable[[Span], Page]) -> Prefetch | InTurn:
        width = self.config["concurrency"]
        return Prefetch(fetch, width=width) if width > 1 else InTurn(fetch)

    def _save_progress(self, context: Context | None) -> None:
        """Write the bookmark of the rows so far, where their order allows to go on from it."""
        if self.row_order == "asc" and self.replication_key and self.state_manager.is_ascending:
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
        start, end = self.bounds(context)
        if (start or end) and self.replication_key:
            cursor = self.records.get(self.replication_key)
            rows = [row for row in rows if _is_within(cursor(row), start, end)]
        if misfit := self.records.misfit(rows):
            row, error = misfit
            name = ", ".join(str(self.records.get(key)(row)) for key in self.primary_keys)
            message = f"record {name}: {error}; correct the schema in the catalog if the API is right"
            raise FatalAPIError(message)
        return rows

    def _runs(self, source: Source, progress: Progress) -> Chain | Offsets:
        """Return the rows of the resource in runs, the way its pages are to be read."""
        limit = self.config["page_size"]
        if not (self.is_chained and self.config["verify_pages"]):
            return Offsets(source, limit=limit, key=self.key(), progress=progress)
        return Chain(source, limit=limit, key=self.key(), version=self.version(), progress=progress)

    def key(self) -> Callable[[Row], Hashable] | None:
        """Return what identifies a record among those of its list: its primary key, None where it has none."""
        return self.records.key(self.primary_keys) if self.primary_keys else None

    def version(self) -> Callable[[Row], object]:
        """Return what differs when a record has changed: the value of its replication key, where it has one.

        Other values may differ from response to response, such as signed links, although nothing has changed.
        """
        if self.replication_key is None:
            return lambda _: None
        cursor = self.records.get(self.replication_key)
        return lambda row: whole(row) if (value := cursor(row)) is None else value

    def _fetch(self, context: Context | None, requests_made: Counter, span: Span) -> Page:
        """Return the page at a span, retried while the failure is transient."""

        def attempt() -> Page:
            request = self.get_http_request(page=PageContext(stream_context=context, next_page_token=span))
            with self._lock:
                requests_made.increment()
            response = self.tap.sender.send(request, self.authenticator)
            page = self.complete(self.records.open(response.content, offset=span.offset))
            self.logger.debug("%d rows at offset %d", len(page.rows), span.offset)
            return page

        try:
            return self.tap.retry.retrying(attempt, report=self._report_retry)()
        except (FatalAPIError, RetriableAPIError) as error:
            tried = f", tried {self.tap.retry.max_retries + 1} times" if isinstance(error, TransientError) else ""
            reason = self.tap.redactor.redact(str(error))
        message = f"{self.path} failed at offset {span.offset}{tried}: {reason}"
        raise FatalAPIError(message)

    def _report_retry(self, details: Details) -> None:
        error, wait = details["exception"], details["wait"]
        self.logger.warning(
            "Trying again in %.1f s (retry %d of %d): %s", wait, details["tries"], self.tap.retry.max_retries, error
        )
        if isinstance(error, TransientError) and error.busy:
            self.tap.pace.pause(wait)
            if isinstance(self._source, Prefetch):
                self._source.narrow()

    def _warn_of_unknown(self, name: str) -> None:
        self.logger.warning("The API sends a field that the schema does not have: `%s`; it is left out", name)


def _is_within(cursor: object, start: datetime | None, end: datetime | None) -> bool:
    """Return whether a row belongs to this sync by its cursor; one without a readable date does."""
    moment = parse_date(str(cursor))
    return moment is None or ((start is None or moment >= start) and (end is None or moment < end))
