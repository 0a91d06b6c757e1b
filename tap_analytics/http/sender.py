"""One HTTP connection pool for the whole tap: signed requests out, responses or clear errors back."""

from __future__ import annotations

import copy
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from msgspec.structs import replace
from singer_sdk.exceptions import RetriableAPIError

from tap_analytics.http.deadlines import Deadlines
from tap_analytics.http.failures import UNSENDABLE, Failures
from tap_analytics.http.own_session import adopt
from tap_analytics.http.request.links import differs_by_slash
from tap_analytics.http.retry import TransientError
from tap_analytics.http.session import Session
from tap_analytics.http.throttle import Throttle
from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.http.retry import RetryPolicy
    from tap_analytics.http.session import Timeouts
    from tap_analytics.http.spool import Spool
    from tap_analytics.report.redaction.redact import Redactor


class Sender:
    """Sends requests of all streams over one pool and judges the status of each response.

    Proxies and CA bundles from the environment are honoured. Redirects are never followed: the key goes to no other
    host. Only a path that lacks the slash at its end, or has one too many, is asked for once more without, or with it.
    """

    def __init__(  # noqa: PLR0913 - all that the streams share
        self,
        *,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        retry: RetryPolicy,
        redactor: Redactor,
        throttle: Throttle | None = None,
        connections: int = 1,
        max_size: int = MAX_RESPONSE_SIZE,
        session: requests.Session | None = None,
    ) -> None:
        self._session = (
            Session(headers, connections=connections, max_size=max_size)
            if session is None
            else adopt(session, headers, max_size=max_size)
        )
        self._environments: dict[str, dict[str, Any]] = {}
        self._slashes: set[str] = set()
        self._throttle = throttle or Throttle()
        self._timeouts = timeouts
        self._deadlines = Deadlines(timeouts.whole, least=timeouts.read)
        self._failures = Failures(timeouts=timeouts, retry=retry, redactor=redactor)
        self.redactor = redactor

    def with_retry(self, retry: RetryPolicy) -> Self:
        """Return a sender with another retry policy over the same connections."""
        other = copy.copy(self)
        other._failures = replace(self._failures, retry=retry)  # noqa: SLF001 - it is one of the same class
        return other

    def send(
        self,
        request: HTTPRequest,
        authenticator: Authenticator,
        *,
        setting: str = "api_url",
        judge: Callable[[requests.Response], None] | None = None,
        spool: Spool | None = None,
    ) -> requests.Response:
        """Return the response, its body read, if its status is a success.

        Args:
            request: What to ask for.
            authenticator: Signs the request.
            setting: The setting that says where the request goes, for messages.
            judge: Raises an error for a response that is a failure, in place of `Sender.judge`.
            spool: Takes the body of a success; the response has it as its `spool`.

        Raises:
            TransientError: There is no response, or a retry may mend its status.
            FatalAPIError: No retry mends its status.
        """
        prepared = self._ready(request, authenticator, is_wanted=judge is not None, spool=spool)
        response = self._exchange(prepared, setting)
        if response.is_redirect and differs_by_slash(response.url, response.headers["Location"]):
            self._slashes.add(urlsplit(request.url).path)
            prepared = self._ready(request, authenticator, is_wanted=judge is not None, spool=spool)
            response = self._exchange(prepared, setting)
        if self._failures.is_refusal(response) and authenticator.renew(prepared):
            response = self._exchange(authenticator(prepared), setting)
        if judge is None:
            self.judge(response, setting)
        else:
            self._judge_by(judge, response)
        return response

    def judge(self, response: requests.Response, setting: str = "api_url") -> None:
        """Raise an error for a response whose status is no success.

        Raises:
            TransientError: A retry may mend the status.
            FatalAPIError: No retry mends the status.
        """
        if error := self._failures.of_status(response, setting):
            raise error

    def excerpt(self, text: str) -> str:
        """Return the beginning of a text as one line without secrets, for a message."""
        return self._failures.excerpt(text)

    def _judge_by(self, judge: Callable[[requests.Response], None], response: requests.Response) -> None:
        """Judge by the SDK's hook `validate_response`; what that calls retriable is retried like any other failure."""
        try:
            judge(response)
        except TransientError:
            raise
        except RetriableAPIError as error:
            failure = self._failures.of_retriable(error, response)
        else:
            return
        raise failure

    def _ready(
        self, request: HTTPRequest, authenticator: Authenticator, *, is_wanted: bool, spool: Spool | None
    ) -> requests.PreparedRequest:
        """Return a signed request that knows what its response is for."""
        prepared = self._prepare(request, authenticator)
        # A `judge` may find records in a response whose status is a failure, so all of its body is read.
        prepared.is_wanted = is_wanted  # type: ignore[attr-defined] # the session reads it
        prepared.spool = spool  # type: ignore[attr-defined] # likewise
        prepared.checks = authenticator.checks  # type: ignore[attr-defined] # a failure names them
        return prepared

    def _prepare(self, request: HTTPRequest, authenticator: Authenticator) -> requests.PreparedRequest:
        unsigned = requests.Request(
            request.method,
            self._with_slash(request.url) if self._slashes else request.url,
            params=request.encode_params(),
            headers=request.headers,
            data=request.data,
            auth=authenticator,
        )
        try:
            return self._session.prepare_request(unsigned)
        except UNSENDABLE as error:
            failure = self._failures.of_unsendable(error)
        raise failure

    def _with_slash(self, url: str) -> str:
        """Return a URL with the slash at the end of its path that the API has asked for, or without it."""
        parts = urlsplit(url)
        if parts.path not in self._slashes:
            return url
        return parts._replace(path=parts.path.rstrip("/") if parts.path.endswith("/") else f"{parts.path}/").geturl()

    def _exchange(self, prepared: requests.PreparedRequest, setting: str) -> requests.Response:
        # Only here: while a request is prepared, a request for its token may be on its way.
        with self._throttle.in_flight:
            response = self._exchange_now(prepared, setting)
        if response.ok:
            self._throttle.in_flight.widen()
        return response

    def _exchange_now(self, prepared: requests.PreparedRequest, setting: str) -> requests.Response:
        self._throttle.wait()
        with self._throttle.of_all:  # after `wait`: a thread that waits for its turn takes no place
            return self._exchange_of(prepared, setting)

    def _exchange_of(self, prepared: requests.PreparedRequest, setting: str) -> requests.Response:
        # The exceptions of requests hold the URL with the key in it: none of them leaves this method.
        with self._deadlines.exchange(urlsplit(prepared.url or "").path) as deadline:
            try:
                response, failure = self._receive(prepared), None
            except (*UNSENDABLE, OSError) as error:
                failure = self._failures.of_exchange(error, setting)
        if deadline.is_over:  # once the connection is ended, a cut body without a length looks whole
            failure = self._failures.of_lateness(deadline.seconds)
        if failure:
            raise failure
        return response

    def _receive(self, prepared: requests.PreparedRequest) -> requests.Response:
        timeout = (self._timeouts.connect, self._timeouts.read)
        environment = self._environment(prepared)
        return self._session.send(prepared, timeout=timeout, allow_redirects=False, **environment)

    def _environment(self, prepared: requests.PreparedRequest) -> dict[str, Any]:
        """Return the proxies and certificates for a request; the environment is asked once per server."""
        server = "://".join(urlsplit(prepared.url or "")[:2])
        if server not in self._environments:
            settings = self._session.merge_environment_settings(server, {}, None, None, None)
            # OpenSSL reads this one, and so do most programs; `requests` does not.
            file = os.environ.get("SSL_CERT_FILE", "") if self._session.trust_env else ""
            is_read = settings.get("verify") is True and Path(file).is_file()
            self._environments[server] = dict(settings) | ({"verify": file} if is_read else {})
        return self._environments[server]
