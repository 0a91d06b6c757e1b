"""Report jobs: asks the API to make a report, waits until it is done, and says where its rows are."""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.paginator import HEADER
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.envelope.envelope import decode
from tap_analytics.records.failures.beside import Beside
from tap_analytics.records.paths import MISSING, matches, names_in, value_at
from tap_analytics.records.signs.signs import whole_number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from backoff.types import Details
    from requests import Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.connection import Connection
    from tap_analytics.http.request.request import RequestTemplate
    from tap_analytics.reading.declared_job import Job, JobRequest, JobStatus
    from tap_analytics.state.bounds import Bounds

logger = logging.getLogger("tap-analytics")

# The most redirects in a row to the file with the rows of a report.
MOST_REDIRECTS = 5


class JobRun:
    """One job, made when its first value is wanted.

    Args:
        job: The job as it is declared.
        template: The template of the requests for the list of the resource.
        connection: Sends the requests.
        bounds: Returns the bounds of the report.
        context: Values of the parent record for the requests.
    """

    def __init__(
        self,
        job: Job,
        *,
        template: RequestTemplate,
        connection: Connection,
        bounds: Callable[[], Bounds],
        context: Mapping[str, Any],
    ) -> None:
        self._job = job
        self._template = template
        self._connection = connection
        self._bounds = bounds
        self._context = context
        self._lock = threading.Lock()
        self._is_done = False
        self._values: dict[str, Any] = {}
        self.rows: int | None = None  # the number of rows of the report, if its state says it

    def values(self) -> Mapping[str, Any]:
        """Wait until the job is done, and return the values of it that requests for the rows need.

        Raises:
            FatalAPIError: The job failed, or was not done in time.
        """
        with self._lock:
            if not self._is_done:
                self._run(self._job)
                self._is_done = True
        return self._values

    def answer(self, request: HTTPRequest, send: Callable[[HTTPRequest], Response]) -> Response | None:
        """Return the response with the rows, behind redirects too; None for a report that has none.

        Another server that a redirect leads to gets no key and no headers.

        Raises:
            FatalAPIError: One redirect leads to the next, and so on.
        """
        if self.rows == 0:
            return None
        response = send(request)
        for _ in range(MOST_REDIRECTS):
            if not response.is_redirect:
                return response
            response = send(self._template.elsewhere(request, response.headers.get("Location", "")))
        message = f"the report leads from one redirect to the next, {MOST_REDIRECTS} times"
        raise FatalAPIError(message)

    def _run(self, job: Job) -> None:
        for number, request in enumerate(job.prepare):
            self._keep(request, self._send(request), f"prepare[{number}]")
        self._keep(job.create, self._send(job.create), "create")
        if job.status is not None:
            with self._connection.open_jobs.open(partial(self._cancel, job.cancel)):
                self._wait(job.status)

    def _wait(self, status: JobStatus) -> None:
        """Ask for the state of the job until it is done.

        Raises:
            FatalAPIError: The job failed, or was not done in time.
        """
        begun, interval, state = time.monotonic(), status.interval, ""
        logger.info("The report is made by the API; the tap asks for its state")
        while True:
            response = self._send(
                status.request, tolerated=status.done_status | status.pending_status, by=self._connection.send_anew
            )
            is_done, state = self._state(status, response)
            if is_done:
                self._keep(status.request, response, "status")
                return
            asked = self._connection.retry.headers.wait(response.headers, is_limit=False)
            pause = max(interval, asked.seconds if asked else 0.0)
            if time.monotonic() + pause - begun > status.timeout:
                message = (
                    f"the report was not done after {status.timeout:g} s: its last state was {state}; ask for less, or "
                    "raise `timeout` of `job.status`"
                )
                raise FatalAPIError(message)
            logger.debug("The state of the report is %s", state)
            time.sleep(pause)
            interval = min(interval * 1.5, status.max_interval)

    def _state(self, status: JobStatus, response: Response) -> tuple[bool, str]:
        """Return whether the job is done, and its state in words.

        Raises:
            FatalAPIError: It failed, or the response does not say its state.
        """
        code = response.status_code
        if code in status.done_status or code in status.pending_status:
            return code in status.done_status, f"status {code}"
        if not status.state_path:
            return not (status.done_status or code == _ACCEPTED), f"status {code}"
        document = decode(response.content, response.headers.get("Content-Type", ""))
        state = value_at(document, status.state_path)
        if isinstance(state, bool):
            state = str(state).lower()
        if not isinstance(state, str | int):
            excerpt = self._connection.sender.excerpt(response.text)
            message = f"the response for the state of the report has none at `{status.state_path}`: {excerpt}"
            raise FatalAPIError(message)
        word = str(state).lower()
        if word in status.failed and word not in status.done:
            excerpt = self._connection.sender.excerpt(response.text)
            message = f"the API could not make the report; its state is `{state}`: {excerpt}"
            raise FatalAPIError(message)
        beside = Beside(document, state, names_in(status.state_path) or (), is_list=False)
        if word in status.done and (failure := beside.failure()):
            message = f"the report is done, but not whole: {failure}"
            raise FatalAPIError(message)
        if status.rows_path:
            self.rows = whole_number(value_at(document, status.rows_path))
        return word in status.done, f"`{state}`"

    def _keep(self, request: JobRequest, response: Response, part: str) -> None:
        """Keep the values of a response that later requests need.

        Raises:
            FatalAPIError: A value is missing, or there are several for one name.
        """
        document = None
        for name, place in request.keep.items():
            if place.startswith(HEADER):
                value: Any = response.headers.get(place.removeprefix(HEADER).strip(), MISSING)
            else:
                if document is None:
                    document = decode(response.content, response.headers.get("Content-Type", ""))
                value = value_at(document, place)
                _check_single(document, place, f"job.{part}.keep.{name}")
            if (value is MISSING or value is None) and self.rows == 0:
                value = ""  # a report without rows may have no place for them, and is not asked for
            elif value is MISSING or not isinstance(value, str | int) or value == "":
                excerpt = self._connection.sender.excerpt(response.text)
                message = (
                    f"the response has nothing at `{place}` that `job.{part}.keep.{name}` could keep; it begins with: "
                    f"{excerpt}"
                )
                raise FatalAPIError(message)
            self._values[f"job.{name}"] = value

    def _send(
        self,
        request: JobRequest,
        *,
        tolerated: frozenset[int] = frozenset(),
        by: Callable[..., Response] | None = None,
    ) -> Response:
        """Return the response to a request, tried again while the failure is transient."""

        def judge(response: Response) -> None:
            if response.status_code not in tolerated:
                self._connection.sender.judge(response)

        send = partial(by or self._connection.send, self._request(request), judge=judge)
        return self._connection.retry.retrying(send, report=self._report)()

    def _request(self, request: JobRequest) -> HTTPRequest:
        template = replace(
            self._template,
            path=request.path,
            method=request.method,
            params=request.params,
            headers=request.headers,
            json=request.json,
            data=request.data,
            paginator=_ONE_PAGE,
            start_param=None,
            end_param=None,
        )
        return template.fill(_ONE_PAGE.first, bounds=self._bounds(), context={**self._context, **self._values})

    def _report(self, details: Details) -> None:
        error = self._connection.redactor.line(str(details["exception"]))
        logger.warning("Trying again in %.1f s: %s", details["wait"], error)

    def _cancel(self, request: JobRequest | None) -> None:
        """Ask the API to cancel the report; a failure of that is ignored."""
        if request is not None:
            try:
                self._connection.send(self._request(request))
            except Exception as error:  # noqa: BLE001 - the failure that led here is the one to report
                logger.debug("The report could not be cancelled: %s", self._connection.redactor.line(str(error)))


_ONE_PAGE = SinglePagePaginator()
_ACCEPTED = 202


def _check_single(document: object, place: str, word: str) -> None:
    """Check that a path leads to one value: if a report had several files, only one would be read.

    Raises:
        FatalAPIError: It leads to several values.
    """
    is_plain = names_in(place) is not None or (isinstance(document, dict) and place in document)
    found = {str(value) for value in matches(document, place)} if not is_plain else set()
    if len(found) > 1:
        message = (
            f"the response has {len(found)} values at `{place}`, of which `{word}` keeps one; read them as a list: a "
            "resource of its own with this job, whose records a child reads"
        )
        raise FatalAPIError(message)
