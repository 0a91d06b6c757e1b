"""Reading: one way through a list, from its first page to its end, with every request that it takes."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Generic

from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.retry import TransientError, UnreachableError
from tap_analytics.pagination.page import InTurn, Page, TokenT
from tap_analytics.pagination.prefetch import Prefetch
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Sequence

    from backoff.types import Details
    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.actions import ResponseAction
    from tap_analytics.http.connection import Connection
    from tap_analytics.pagination.page import Row, Source
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.records.rules import RowRules
    from tap_analytics.report.stats import StreamStats


@dataclass(kw_only=True)
class Reading(Generic[TokenT]):
    """One reading of a list: all that it needs is handed in; it knows no stream and no tap.

    Args:
        name: What the list is called, for messages.
        connection: Sends the requests.
        request: Returns the request for a page; it knows the bounds and the parent.
        paginator: Leads from page to page.
        rows: Opens pages, and knows which rows belong to the reading.
        stats: Counts what happens.
        verify: Whether pages are read in the way that loses no row of a list that changes.
        actions: What a declaration says of single responses, before they are judged.
        judge: Raises for a response that is a failure; None for the usual judgement of its status.
        on_request: Told of each request.
        is_part: Whether the list is one of many, such as the children of one record: then less is logged.
        logger: Takes the messages.
    """

    name: str
    connection: Connection
    request: Callable[[TokenT], HTTPRequest]
    paginator: Paginator[TokenT]
    rows: RowRules
    stats: StreamStats
    verify: bool = True
    actions: Sequence[ResponseAction] = ()
    judge: Callable[[Response], None] | None = None
    on_request: Callable[[], None] = lambda: None
    is_part: bool = False
    logger: logging.Logger = field(default_factory=lambda: logging.getLogger("tap-analytics"))
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _prefetch: Prefetch[TokenT] | None = field(default=None, init=False)

    def runs(self) -> Generator[Sequence[Row]]:
        """Give the rows that belong to the reading, a page or less at a time.

        Raises:
            FatalAPIError: The list cannot be read to its end, or a row does not fit.
        """
        list_stats = ListStats()
        self.stats.open(list_stats)
        has_cursor = False
        source = self._source()
        try:
            for run in self._pages(source, list_stats, verify=self.verify):
                has_cursor = has_cursor or not self.rows.lack_cursor(run)
                rows = self.rows.select(run)
                self.stats.rows += len(rows)
                yield rows
        except FatalAPIError as error:
            message = f"{self.name}: {error}"
            raise FatalAPIError(message) from None
        finally:
            source.close()
            self.stats.close()
            self._log_end(list_stats, has_cursor=has_cursor)

    def first_rows(self) -> Sequence[Row]:
        """Return what one request brings of the rows that belong to the reading.

        Raises:
            FatalAPIError: The request failed, or a row does not fit.
        """
        runs = self._pages(InTurn(self._fetch), ListStats(), verify=False)
        return self.rows.select(next(iter(runs), ()))

    def _source(self) -> Prefetch[TokenT] | InTurn[TokenT]:
        if self.connection.width == 1:
            return InTurn(self._fetch)
        self._prefetch = Prefetch(self._fetch, width=self.connection.width)
        return self._prefetch

    def _pages(self, source: Source[TokenT], stats: ListStats, *, verify: bool) -> Iterable[Sequence[Row]]:
        return self.paginator.pages(source, rows=self.rows.identity(), stats=stats, verify=verify)

    def _log_end(self, stats: ListStats, *, has_cursor: bool) -> None:
        self.logger.log(logging.DEBUG if self.is_part else logging.INFO, "Read %s", stats)
        if stats.rows and not has_cursor and not self.is_part:
            self.logger.warning("%s", self.rows.no_cursor)
        if not stats.settled:
            self.logger.warning("The list changes faster than it is read: the rest is left to the next sync")

    def _fetch(self, token: TokenT) -> Page:
        """Return a page, retried while the failure is transient."""
        retry, place = self.connection.retry, self.paginator.place(token)
        if self.paginator.is_beyond(token):
            return Page(offset=self.paginator.position(token), rows=())
        try:
            return retry.retrying(partial(self._attempt, token), report=self._report_retry)()
        except (FatalAPIError, RetriableAPIError) as error:
            tried = f", tried {retry.max_retries + 1} times" if isinstance(error, TransientError) else ""
            reason = self.connection.redactor.redact(str(error))
            kind = UnreachableError if isinstance(error, TransientError) and error.unreachable else FatalAPIError
        message = f"{self.rows.path} failed at {place}{tried}: {reason}"
        raise kind(message)

    def _attempt(self, token: TokenT) -> Page:
        """Ask for a page once, and return it."""
        request = self.request(token)
        with self._lock:
            self.on_request()
            self.stats.requests += 1
        try:
            response = self.connection.send(request, judge=self._judge)
        except IgnoredResponse:
            with self._lock:
                self.stats.ignored += 1
            return Page(offset=self.paginator.position(token), rows=(), single=True)
        page = self.rows.open(response, offset=self.paginator.position(token))
        self.logger.debug("%d rows at %s", len(page.rows), self.paginator.place(token))
        return self.paginator.complete(page, response.headers)

    def _judge(self, response: Response) -> None:
        for action in self.actions:
            if action.matches(response):
                action.apply(response)
        (self.judge or self.connection.sender.judge)(response)

    def _report_retry(self, details: Details) -> None:
        error, wait = details["exception"], details["wait"]
        with self._lock:
            self.stats.retries += 1
        self.logger.warning(
            "Trying again in %.1f s (retry %d of %d): %s",
            wait,
            details["tries"],
            self.connection.retry.max_retries,
            error,
        )
        if isinstance(error, TransientError) and error.busy:
            self.connection.throttle.pause(wait)
            if self._prefetch:
                self._prefetch.narrow()
