"""Reading: reads one list from its first page to its end, and sends every request that this takes."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Generic

import msgspec
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.actions import IgnoredResponse
from tap_analytics.http.failures import name_failures, with_message
from tap_analytics.http.refusals import RefusedError
from tap_analytics.http.request.links import absolute
from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.ahead.prefetch import Prefetch
from tap_analytics.pagination.endings.ending import check_end
from tap_analytics.pagination.endings.fallen_counts import FallenCounts
from tap_analytics.pagination.link_rule import LinkRule
from tap_analytics.pagination.page import InTurn, Page, TokenT
from tap_analytics.reading.missing import check_modified, missing_page
from tap_analytics.records.remarks import Remarks
from tap_analytics.records.rules import MisfitError
from tap_analytics.records.written import with_text
from tap_analytics.report.stats import Ending, ListStats
from tap_analytics.report.trace import RETRY

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping, Sequence

    from backoff.types import Details
    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.actions import ResponseAction
    from tap_analytics.http.connection import Connection
    from tap_analytics.pagination.page import Row, Source
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.reading.job import JobRun
    from tap_analytics.records.rules import RowRules
    from tap_analytics.report.stats import StreamStats

# How many characters of a reason are shown; what the API says stands at its end, and is cut.
LONGEST_REASON = 600


class Reading(msgspec.Struct, Generic[TokenT], kw_only=True, eq=False):
    """One reading of a list: all that it needs is handed in; it knows no stream and no tap.

    Args:
        name: The name of the list, for messages.
        connection: Sends the requests.
        request: Returns the request for a page, with the bounds and the values of the parent.
        paginator: Leads from page to page.
        rows: Opens pages, and selects the rows that belong to the reading.
        stats: Counts what happens.
        verify: Whether pages are checked so that no row of a list that changes is lost.
        actions: The declared actions for single responses, applied before their status is judged.
        job: The job that makes the list; it may know how many rows there are.
        judge: Raises for a response that is a failure; None for the usual judgement of its status.
        on_request: Called with each request.
        on_response: Called with the headers of each successful response.
        answered: Responses that are there already, by their tokens, each used once; None where one is ignored.
        is_part: Whether the list is one of many, such as the children of one record: then less is logged.
        is_closed: Whether no row comes into the list any more, since it ends before the present.
        full_page: How many rows a full page has, as other parts of the list have shown; 0 if not known.
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
    job: JobRun | None = None
    judge: Callable[[Response], None] | None = None
    on_request: Callable[[], None] = lambda: None
    on_response: Callable[[Mapping[str, str]], None] = lambda _: None
    answered: dict[TokenT, Response | None] = msgspec.field(default_factory=dict)
    is_part: bool = False
    is_closed: bool = False
    full_page: int = 0
    logger: logging.Logger = msgspec.field(default_factory=lambda: logging.getLogger("tap-analytics"))
    is_ahead: bool = False
    _prefetch: Prefetch[TokenT] | None = None
    _first: Page | None = None
    figures: ListStats = msgspec.field(default_factory=ListStats)

    def pages(self, *, is_ahead: bool = False) -> Generator[Sequence[Row]]:
        """Return a generator of all rows of the list, a page or less at a time, for `runs`.

        Another thread may read it before the turn of the list. With `is_ahead` pages are asked for one after another
        until `begin_turn` is called.
        """
        self.is_ahead, self.figures = is_ahead, ListStats()
        return self._all(self.figures)

    def begin_turn(self) -> None:
        """Ask for several pages at once from now on."""
        self.is_ahead = False
        if self._prefetch:
            self._prefetch.is_held = False

    def _all(self, list_stats: ListStats) -> Generator[Sequence[Row]]:
        source = self._source()
        try:
            yield from self._pages(source, list_stats, verify=self.verify)
            check_end(list_stats, expected=self.job.rows if self.job and not self.rows.bodies.is_look else None)
        finally:
            source.close()

    def runs(
        self, pages: Generator[Sequence[Row]] | None = None, *, began: float | None = None
    ) -> Generator[Sequence[Row]]:
        """Give the rows that belong to the reading, a page or less at a time.

        Args:
            pages: The generator that `pages` returned, if the list is being read already.
            began: When the turn of the list began, by the clock of the stats.

        Raises:
            UnreachableError: The server does not answer.
            FatalAPIError: The list cannot be read to its end, or a row does not fit.
        """
        pages = pages or self.pages()
        list_stats, remarks = self.figures, Remarks(self.rows, is_part=self.is_part)
        self.stats.open(list_stats, began)
        try:
            with name_failures(self.name):
                for run in pages:
                    remarks.look(run)
                    rows = self._select(run)
                    self.stats.take(len(rows), of=len(run))
                    yield rows
                remarks.check_records()
        finally:
            pages.close()
            self.stats.close()
            self._log_end(list_stats, remarks.said)

    def _select(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return the rows that belong to the reading."""
        try:
            return self.rows.select(rows)
        except MisfitError as error:
            self.stats.trace.misfit(error.field)
            raise

    @property
    def is_cut(self) -> bool:
        """Whether the list was read up to a maximum that the user set, and goes on behind it."""
        return self.figures.ending is Ending.CUT

    def first_page(self) -> Page:
        """Return the first page; it is kept, so that reading the list does not ask for it again.

        Raises:
            FatalAPIError: The page cannot be read.
        """
        if self._first is None:
            with name_failures(self.name):
                self._first = self.fetch(self.paginator.first)
        return self._first

    def first_pages(self) -> tuple[Sequence[Row], Sequence[Row]]:
        """Return the rows of the first page that belong to the reading, and those of the second page, if there is one.

        Raises:
            FatalAPIError: A request failed, a row does not fit, or asking for the second page brought the first again.
        """
        pages = iter(self._trial())
        first = self.rows.select(next(pages, ()))
        return first, () if self.paginator.is_one_page else self.rows.select(next(pages, ()))

    def _trial(self) -> Iterable[Sequence[Row]]:
        return self._pages(InTurn(self.fetch), ListStats(), verify=False)

    def _source(self) -> Prefetch[TokenT] | InTurn[TokenT]:
        if self.connection.width > 1:
            self._prefetch = Prefetch(self.fetch, width=self.connection.width, is_held=self.is_ahead)
        return self._prefetch or InTurn(self.fetch)

    def _pages(self, source: Source[TokenT], stats: ListStats, *, verify: bool) -> Iterable[Sequence[Row]]:
        bounds = self.rows.bounds
        is_part = self.is_part or bounds.is_resumed or bounds.end is not None
        identity = self.rows.identity()
        identity = replace(identity, is_closed=self.is_closed, full_page=self.full_page, is_part=is_part)
        counts = FallenCounts(source, stats=stats)
        return counts.through(self.paginator.pages(counts, rows=identity, stats=stats, verify=verify))

    def _log_end(self, stats: ListStats, remarks: Sequence[str]) -> None:
        self.logger.log(logging.INFO if stats.pages and not self.is_part else logging.DEBUG, "Read %s", stats)
        for remark in (*remarks, *stats.warnings):
            self.logger.warning("%s", remark)
        if not stats.settled:
            self.logger.warning("The list changes faster than it is read: the rest is left to the next sync")

    def fetch(self, token: TokenT) -> Page:
        """Return a page, retried while the failure is transient.

        Raises:
            FatalAPIError: It cannot be read.
        """
        if self._first is not None and token == self.paginator.first:
            page, self._first = self._first, None
            return page
        retry, place = self.connection.retry, self.paginator.place(token)
        if self.paginator.is_beyond(token):
            return Page(offset=self.paginator.position(token), rows=(), is_beyond=True)
        try:
            lost: list[bool] = []
            page = retry.retrying(partial(self._attempt, token), report=partial(self._report_retry, lost))()
            return replace(page, is_again=True) if any(lost) else page
        except (FatalAPIError, RetriableAPIError) as error:
            tried = f", tried {retry.tries}" if isinstance(error, TransientError) else ""
            reason = self._line(error)
            if isinstance(error, TransientError) and error.advice:
                reason += f"; {error.advice}"
            if isinstance(error, RefusedError):
                reason += f"; check the credentials: {self.connection.authenticator.checks}"
            message = f"{self.rows.path or 'the API'} failed at {place}{tried}: {reason}"
            missing = missing_page(error, message, offset=self.paginator.position(token))
            failure = with_message(error, message)
        if missing is not None and token != self.paginator.first:
            return missing
        raise failure

    def _attempt(self, token: TokenT) -> Page:
        """Return a page, asked for once, unless its response is there already."""
        request = self.request(token)
        response = self.answered.pop(token) if token in self.answered else self._send(request)
        if response is None:
            return Page(offset=self.paginator.position(token), rows=(), more=False)
        try:
            page = self.rows.open(response, offset=self.paginator.position(token))
        except RefusedError:
            if not self.connection.renew(response) or (response := self._send(request)) is None:
                raise
            page = self.rows.open(response, offset=self.paginator.position(token))
        check_modified(response, is_first=token == self.paginator.first)
        self.logger.debug("%d rows at %s", len(page.rows), self.paginator.place(token))
        if page.rows and token == self.paginator.first:
            page = replace(page, is_full=str(len(page.rows)) in map(str, request.params.values()))
        page = self.paginator.complete(with_text(page, response.content, self.paginator.paths.next), response.headers)
        if self.paginator.link_rule is LinkRule.WITHOUT_KEY:
            # A relative link belongs to the server that it came from, which may not be the API's.
            page = replace(page, next=absolute(page.next, request.url))
        return page

    def _line(self, error: Exception) -> str:
        """Return the message of an error as one line without secrets, cut to some length."""
        return self.connection.redactor.line(str(error), limit=LONGEST_REASON)

    def _send(self, request: HTTPRequest) -> Response | None:
        """Return the response to a request; None if the declaration ignores it, or the report has no rows."""
        with self.stats.lock:
            self.on_request()
            self.stats.requests += 1
            self.stats.trace.request()
        try:
            response = self.job.answer(request, self._ask) if self.job is not None else self._ask(request)
        except IgnoredResponse:
            with self.stats.lock:
                self.stats.ignored += 1
            return None
        if response is not None:
            self.on_response(response.headers)
        return response

    def _ask(self, request: HTTPRequest) -> Response:
        return self.connection.send(request, judge=self._judge, spool=self.rows.spool())

    def _judge(self, response: Response) -> None:
        """Raise an error for a response that is a failure, unless it is declared to be an empty page."""
        self.stats.trace.response(response.elapsed)
        if self.job is not None and response.is_redirect:
            return
        for action in self.actions:
            if action.matches(response) and not action.apply(response):
                break
        if not self.rows.is_empty(response):
            (self.judge or self.connection.sender.judge)(response)

    def _report_retry(self, lost: list[bool], details: Details) -> None:
        """Tell of a retry, and note whether an answer was lost."""
        error, wait = details["exception"], details["wait"]
        lost.append(isinstance(error, TransientError) and error.is_lost)
        with self.stats.lock:
            self.stats.retries += 1
            self.stats.trace.retry(wait, reason := self._line(error))
        self.logger.warning(RETRY, wait, details["tries"], self.connection.retry.max_retries, reason)
        if isinstance(error, TransientError) and error.busy:
            self.connection.throttle.pause(wait)
            if self._prefetch:
                self._prefetch.narrow()
