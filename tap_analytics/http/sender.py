"""One HTTP connection pool for the whole tap: signed requests out, responses or clear errors back."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override
from urllib3.exceptions import ReadTimeoutError

from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.throttle import Throttle

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.auth import Authenticator
    from tap_analytics.report.redact import Redactor

_EXCERPT = 200
_PIECE = 1024 * 1024
_UNSENDABLE = (requests.RequestException, ValueError, OverflowError)


@dataclass(frozen=True, kw_only=True)
class Timeouts:
    """Seconds to wait for a connection, and for the next bytes of a response."""

    connect: float = 10
    read: float = 60


class _Session(requests.Session):
    """A session that does not so much as look at where a redirect leads: a bad `Location` would break it."""

    @override
    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


class _Response(requests.Response):
    """A response whose body is read in few pieces: each costs a wait for the other threads."""

    @override
    def iter_content(self, chunk_size: int | None = 1, decode_unicode: bool = False) -> Iterator[Any]:
        return super().iter_content(_PIECE if chunk_size else chunk_size, decode_unicode)


class _Adapter(HTTPAdapter):
    @override
    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = super().build_response(req, resp)
        response.__class__ = _Response
        return response


class Sender:
    """Sends requests of all streams over one pool and judges the status of each response.

    Proxies and CA bundles from the environment are honoured. Redirects are never followed: the key goes to no other
    host.
    Messages name the path and an excerpt of the body, never the query string.
    """

    def __init__(  # noqa: PLR0913 - all that the streams share
        self,
        *,
        headers: Mapping[str, str],
        timeouts: Timeouts,
        retry: RetryPolicy,
        redactor: Redactor,
        pace: Throttle | None = None,
        connections: int = 1,
    ) -> None:
        self._session = _Session()
        self._session.headers.update(headers)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter(pool_maxsize=connections))
        self._environments: dict[str, dict[str, Any]] = {}
        self._pace = pace or Throttle()
        self._timeouts = timeouts
        self._retry = retry
        self.redactor = redactor

    def send(
        self, request: HTTPRequest, authenticator: Authenticator, *, setting: str = "api_url"
    ) -> requests.Response:
        """Return the response, its body read, if its status is a success.

        Args:
            request: What to ask for.
            authenticator: Signs the request.
            setting: What says where the request goes, for messages.

        Raises:
            TransientError: No response, or a status that may be better in a moment.
            FatalAPIError: A status that no retry mends.
        """
        prepared = self._prepare(request, authenticator)
        response = self._exchange(prepared, setting)
        if response.status_code == HTTPStatus.UNAUTHORIZED and authenticator.renew(prepared):
            response = self._exchange(authenticator(prepared), setting)
        self._judge(response, setting)
        return response

    def excerpt(self, text: str) -> str:
        """Return the beginning of a body as one line without secrets, for a message."""
        return self.redactor.line(text, limit=_EXCERPT)

    def _prepare(self, request: HTTPRequest, authenticator: Authenticator) -> requests.PreparedRequest:
        unsigned = requests.Request(
            request.method,
            request.url,
            params=request.encode_params(),
            headers=request.headers,
            data=request.data,
            auth=authenticator,
        )
        try:
            return self._session.prepare_request(unsigned)
        except _UNSENDABLE as error:
            failure = _unsendable(error)
        raise failure

    def _exchange(self, prepared: requests.PreparedRequest, setting: str) -> requests.Response:
        self._pace.wait()
        # The exceptions of requests hold the URL with the key in it: none of them goes on from here.
        try:
            return self._session.send(
                prepared,
                timeout=(self._timeouts.connect, self._timeouts.read),
                allow_redirects=False,
                **self._environment(prepared),
            )
        except requests.ConnectTimeout:
            failure: Exception = TransientError(
                f"no connection within {self._timeouts.connect:g} s (`connect_timeout`); check `{setting}`",
                unreachable=True,
            )
        except requests.Timeout:
            failure = self._silence()
        except requests.ConnectionError as error:
            failure = self._connection_failure(_innermost(error), setting)
        except requests.exceptions.ChunkedEncodingError:
            failure = TransientError("the body was cut short")
        except requests.exceptions.ContentDecodingError:
            failure = TransientError("the body cannot be decompressed")
        except _UNSENDABLE as error:
            failure = _unsendable(error)
        except OSError:
            failure = FatalAPIError("the certificates to trust cannot be read; check REQUESTS_CA_BUNDLE")
        raise failure

    def _silence(self) -> TransientError:
        return TransientError(f"no response within {self._timeouts.read:g} s (`read_timeout`)")

    def _connection_failure(self, cause: BaseException, setting: str) -> Exception:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FatalAPIError(
                f"the certificate of the server is not trusted: {cause.verify_message}; "
                "set REQUESTS_CA_BUNDLE to the certificates to trust"
            )
        if isinstance(cause, ReadTimeoutError):
            return self._silence()
        message = f"{self.excerpt(f'the connection failed: {cause}')}; check `{setting}`"
        return TransientError(message, unreachable=True)

    def _environment(self, prepared: requests.PreparedRequest) -> dict[str, Any]:
        """Return the proxies and certificates for a request; the environment is asked once per server."""
        server = "://".join(urlsplit(prepared.url or "")[:2])
        if server not in self._environments:
            settings = self._session.merge_environment_settings(server, {}, None, None, None)
            self._environments[server] = dict(settings)
        return self._environments[server]

    def _judge(self, response: requests.Response, setting: str) -> None:
        status = response.status_code
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return
        answer = f"{status} {self.excerpt(response.reason or '')}".rstrip()
        message = f"{answer} for `{urlsplit(response.url).path}`"
        if self._retry.is_transient(status):
            busy = status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
            if not response.content.lstrip().startswith(b"<"):  # a page for browsers says nothing more
                message += self._said(response)
            raise TransientError(message, wait=self._retry.requested_wait(response.headers), busy=busy)
        if status < HTTPStatus.BAD_REQUEST:
            place = self.excerpt(_without_query(response.headers.get("Location", "")))
            message += f": a redirect to {place or 'another place'}; if that is right, change `{setting}`"
        else:
            # Whoever asks for anything but records has advice of their own.
            if setting == "api_url":
                message += f": {_ADVICE.get(status, 'check `api_url` and the settings of the stream')}"
            message += self._said(response)
        raise FatalAPIError(message)

    def _said(self, response: requests.Response) -> str:
        """Return what the body of a failure says, for a message."""
        return f". The API says: {self.excerpt(_text(response))}" if response.content else ""


def _innermost(error: BaseException) -> BaseException:
    """Return what began a chain of wrapped errors: it names no URL."""
    causes = [getattr(error, "reason", None), *error.args]
    return next((_innermost(cause) for cause in causes if isinstance(cause, BaseException)), error)


def _text(response: requests.Response) -> str:
    """Return the body; in UTF-8 if it can be, whatever the headers say: in another a secret would not be found."""
    try:
        return response.content.decode()
    except UnicodeDecodeError:
        return response.text


def _without_query(location: str) -> str:
    """Return where a redirect leads: host and path, without user, password and query string."""
    try:
        target = urlsplit(location)
    except ValueError:
        return ""
    return target._replace(netloc=target.netloc.rpartition("@")[2], query="", fragment="").geturl()


def _unsendable(error: Exception) -> FatalAPIError:
    # The message of the error may hold the URL or the header with the key in it.
    return FatalAPIError(
        f"the request cannot be sent ({type(error).__name__}); "
        "check `api_url`, `headers`, the timeouts and the proxies in the environment"
    )


_ADVICE: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "the API does not accept the query; check `limit_param`, `offset_param` and `start_param`",
    HTTPStatus.UNAUTHORIZED: "check the credentials, `api_key_name`, `api_key_location` and `headers`",
    HTTPStatus.FORBIDDEN: "these credentials may not read it; check them and what they are allowed",
    HTTPStatus.NOT_FOUND: "there is no such resource; check `api_url` and the path of the resource",
    HTTPStatus.UNPROCESSABLE_ENTITY: "the API does not accept the query; check `page_size` and the parameter names",
}
