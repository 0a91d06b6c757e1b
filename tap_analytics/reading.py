"""Reading: one way through a resource, from its first page to its end, with every request that it takes."""

from __future__ import annotations

import logging
import threading
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError, RetriableAPIError
from singer_sdk.streams.rest import PageContext

from tap_analytics.http.retry import TransientError, UnreachableError
from tap_analytics.pagination.page import InTurn, Page, Row, Token
from tap_analytics.pagination.prefetch import Prefetch
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence

    from backoff.types import Details
    from singer_sdk.metrics import Counter

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.records.rows import RawRecords, RecordCodec


class Reading:
    """One reading of the list of a stream; of a child stream, of the list of one parent.

    Args:
        stream: Says what to ask for, and how to read the answers.
        context: What the record of the parent says for the requests, where there is one.
    """

    def __init__(self, stream: AnalyticsStream, context: Mapping[str, Any] | None) -> None:
        self._stream = stream
        self._tap = stream.tap
        self._context = context
        self._lock = threading.Lock()
        self._source: Prefetch[Any] | InTurn[Any] | None = None

    @cached_property
    def _records(self) -> RecordCodec | RawRecords:
        """What reads the records: pages that were asked for ahead may come when the stream has another one."""
        return self._stream.records

    def rows(self) -> Generator[Sequence[Row]]:
        """Give the rows that belong to this sync, a page or less at a time.

        Raises:
            FatalAPIError: The list cannot be read to its end, or a row does not fit.
        """
        stream, progress = self._stream, ListStats()
        self._tap.check_discovered(stream.name)
        if any((self._context or {}).get(parent.placeholder) is None for parent in stream.resource.parents):
            stream.logger.warning("A record of the parent is passed over: it lacks a value that the request needs")
            return
        stream.tally.open(progress)
        has_cursor = False
        width = stream.config["concurrency"]
        with stream.get_http_request_counter() as requests_made:
            requests_made.with_context(self._context)
            fetch = partial(self._fetch, requests_made)
            source = self._source = Prefetch(fetch, width=width) if width > 1 else InTurn(fetch)
            try:
                for run in self._runs(source, progress, verify=stream.is_chained and stream.config["verify_pages"]):
                    has_cursor = has_cursor or not stream.lacks_cursor(run)
                    rows = stream.select(run, self._context)
                    stream.tally.rows += len(rows)
                    yield rows
                    self._tap.display.tell(stream.tally)
            except FatalAPIError as error:
                message = f"{stream.name}: {error}"
                raise FatalAPIError(message) from None
            finally:
                source.close()
                stream.tally.close()
                stream.logger.log(logging.DEBUG if self._context else logging.INFO, "Read %s", progress)
                if progress.rows and not has_cursor and not self._context:  # not once for each parent
                    stream.logger.warning("%s", stream.no_cursor)
                if not progress.settled:
                    stream.logger.warning("The list changes faster than it is read: the rest is left to the next sync")

    def first_rows(self) -> Sequence[Row]:
        """Return what one request brings of the rows that belong to a sync.

        Raises:
            FatalAPIError: The request failed, or a row does not fit.
        """
        with self._stream.get_http_request_counter() as requests_made:
            runs = self._runs(InTurn(partial(self._fetch, requests_made)), ListStats(), verify=False)
            return self._stream.select(next(iter(runs), ()), self._context)

    def _runs(
        self, source: Prefetch[Any] | InTurn[Any], progress: ListStats, *, verify: bool
    ) -> Iterable[Sequence[Row]]:
        """Return the rows of the resource in runs, the way its pages are to be read."""
        stream = self._stream
        return stream.paginator.pages(source, rows=stream.row_identity, stats=progress, verify=verify)

    def _fetch(self, requests_made: Counter, token: Token) -> Page:
        """Return a page, retried while the failure is transient."""
        stream, retry = self._stream, self._tap.retry
        if stream.paginator.is_beyond(token):
            return Page(offset=stream.paginator.position(token), rows=())
        try:
            return retry.retrying(partial(self._attempt, requests_made, token), report=self._report_retry)()
        except (FatalAPIError, RetriableAPIError) as error:
            tried = f", tried {retry.max_retries + 1} times" if isinstance(error, TransientError) else ""
            reason = self._tap.redactor.redact(str(error))
            kind = UnreachableError if isinstance(error, TransientError) and error.unreachable else FatalAPIError
        message = f"{stream.path} failed at {stream.paginator.place(token)}{tried}: {reason}"
        raise kind(message)

    def _attempt(self, requests_made: Counter, token: Token) -> Page:
        """Ask for a page once, and return it."""
        stream, context = self._stream, self._context
        request = stream.get_http_request(page=PageContext(stream_context=context, next_page_token=token))
        with self._lock:
            requests_made.increment()
            stream.tally.requests += 1
        response = self._tap.sender.send(request, stream.authenticator)
        page = self._records.open(response.content, offset=stream.paginator.position(token))
        for name in stream.resource.inherited:
            for row in page.rows:
                self._records.put(row, name, (context or {}).get(name))
        page = stream.complete(page)
        stream.logger.debug("%d rows at %s", len(page.rows), stream.paginator.place(token))
        return stream.paginator.complete(page, response.headers)

    def _report_retry(self, details: Details) -> None:
        error, wait = details["exception"], details["wait"]
        with self._lock:
            self._stream.tally.retries += 1
        self._stream.logger.warning(
            "Trying again in %.1f s (retry %d of %d): %s", wait, details["tries"], self._tap.retry.max_retries, error
        )
        if isinstance(error, TransientError) and error.busy:
            self._tap.pace.pause(wait)
            if isinstance(self._source, Prefetch):
                self._source.narrow()
