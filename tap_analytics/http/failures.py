"""Turns what goes wrong with a request into an error that says what to do, and shows no URL with a key."""

from __future__ import annotations

import contextlib
import re
import ssl
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import requests
from requests.utils import get_environ_proxies, select_proxy
from singer_sdk.exceptions import FatalAPIError
from urllib3.exceptions import ReadTimeoutError

from tap_analytics.config.nesting import NESTED_RECORD
from tap_analytics.http.body import BodyError
from tap_analytics.http.retry import TransientError, UnreachableError
from tap_analytics.http.status import LIMITED, SIGN_IN, Meaning, Then, meaning_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.retry import RetryPolicy
    from tap_analytics.http.session import Timeouts
    from tap_analytics.report.redaction.redact import Redactor

# What requests and what it is built on raise for a request that cannot be sent.
UNSENDABLE = (requests.RequestException, ValueError, OverflowError)

_EXCERPT = 200
# The statuses under which an API may speak of a wrong key. A proxy that wants a user (407) is no API.
# The statuses that may say in their text that there were too many requests.
_LIMITING = frozenset(
    (HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY)
)
_CLIENT_ERRORS = frozenset(range(400, 500)) - {HTTPStatus.PROXY_AUTHENTICATION_REQUIRED}
# A gateway says that it got no answer: the server behind it may have given one.
_LOST = {HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT}
# `/v1/v1/deals`: both `api_url` and the path of the resource have the `/v1`.
_TWICE = re.compile(r"(/[^/]+)\1(?=/)")


class StatusError(FatalAPIError):
    """A response whose status no retry mends.

    Args:
        message: What is wrong, and what to do.
        status: The status.
        headers: The headers of the response.
    """

    def __init__(self, message: str, *, status: int, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers

    @property
    def is_of_query(self) -> bool:
        """Whether an API says by it that it does not understand a parameter."""
        return self.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)


def with_message(error: Exception, message: str) -> FatalAPIError:
    """Return a failure that nothing mends with another message; what is known of its kind stays known."""
    if isinstance(error, StatusError):
        return StatusError(message, status=error.status, headers=error.headers)
    if isinstance(error, TransientError):
        return error.lasting(message)
    return UnreachableError(message) if isinstance(error, UnreachableError) else FatalAPIError(message)


class Failures(msgspec.Struct, frozen=True, kw_only=True):
    """Makes the errors of one sender. Messages name the path and an excerpt of the body, never the query string."""

    timeouts: Timeouts
    retry: RetryPolicy
    redactor: Redactor

    def of_exchange(self, error: Exception, setting: str) -> Exception:
        """Return the error for a request that got no whole response; `setting` says where it went."""
        match error:
            case requests.ConnectTimeout():
                waited = f"{self.timeouts.connect:g} s (`connect_timeout`)"
                failure: Exception = TransientError(
                    f"no connection within {waited}; check `{setting}`", unreachable=True
                )
            case requests.Timeout():
                failure = self._no_response()
            case requests.ConnectionError():
                failure = self._of_connection(_innermost(error), _url(error), setting)
            case requests.exceptions.ChunkedEncodingError():
                failure = TransientError("the body was cut short", is_lost=True)
            case BodyError():
                failure = FatalAPIError(str(error))
            case requests.exceptions.ContentDecodingError():
                failure = TransientError("the body cannot be decompressed", is_lost=True)
            case requests.RequestException() | ValueError() | OverflowError():
                failure = self.of_unsendable(error)
            case _:
                failure = FatalAPIError("the certificates to trust cannot be read; check REQUESTS_CA_BUNDLE")
        return failure

    def of_lateness(self, seconds: float) -> TransientError:
        """Return the error for a response that was not whole after so many seconds."""
        return TransientError(f"no whole response within {seconds:g} s (`response_timeout`)", is_lost=True)

    def of_unsendable(self, error: Exception) -> FatalAPIError:
        """Return the error for a request that cannot be sent."""
        # The message of the cause may hold the URL or the header with the key in it.
        return FatalAPIError(
            f"the request cannot be sent ({type(error).__name__}); "
            "check `api_url`, `headers`, the timeouts and the proxies in the environment"
        )

    def of_status(self, response: requests.Response, setting: str) -> Exception | None:
        """Return the error for a response by its status; None if that is a success.

        Raises:
            FatalAPIError: The API asks for a longer wait than the tap waits.
        """
        meaning = self._meaning(response)
        if meaning.then in {Then.ACCEPT, Then.EMPTY}:
            return None
        answer = f"{response.status_code} {self.excerpt(response.reason or '')}".rstrip()
        message = f"{answer} for `{urlsplit(response.url).path}`"
        if meaning.then is Then.RETRY:
            if not response.content.lstrip().startswith(b"<"):  # a page for browsers says nothing more
                message += self._quotation(response)
            return self._transient(message, meaning, response)
        if response.status_code // 100 == HTTPStatus.FOUND // 100:
            place = self.excerpt(_without_query(response.headers.get("Location", "")))
            path = " or the path of the resource" if setting == "api_url" else ""
            advice = f"if that is right, change `{setting}`{path}"
            if meaning is SIGN_IN:
                advice = meaning.advice + _checks(response, meaning)
            message += f": a redirect to {place or 'another place'}; {advice}"
            return FatalAPIError(message)
        # Requests for anything but records, such as a token, have advice of their own.
        advice = f": {meaning.advice}{_checks(response, meaning)}" if setting == "api_url" else ""
        message += advice + self._quotation(response)
        return StatusError(message, status=response.status_code, headers=response.headers)

    def is_refusal(self, response: requests.Response) -> bool:
        """Return whether a response refuses the credentials, by its status or in the words of its body."""
        if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
            return False
        return self._meaning(response).then is Then.NEW_TOKEN or _refuses_by_fault(response)

    def of_retriable(self, error: Exception, response: requests.Response) -> TransientError:
        """Return the error for a response that a hook of a subclass calls retriable.

        Raises:
            FatalAPIError: The API asks for a longer wait than the tap waits.
        """
        return self._transient(str(error), self._meaning(response), response)

    def excerpt(self, text: str) -> str:
        """Return the beginning of a text as one line without secrets, for a message."""
        return self.redactor.line(text, limit=_EXCERPT)

    def _meaning(self, response: requests.Response) -> Meaning:
        """Return what a status means, with the headers and the settings considered."""
        meaning = meaning_of(response.status_code)
        if self.retry.headers.is_limit(response.status_code, response.headers):
            return LIMITED
        if meaning.then is Then.FAIL and response.status_code in _LIMITING:
            from tap_analytics.http.limits import says_limit  # noqa: PLC0415 - few responses fail

            if says_limit(_text(response)):
                return LIMITED
        if response.status_code in self.retry.statuses:
            return msgspec.structs.replace(meaning, then=Then.RETRY)
        if meaning.then is Then.REDIRECT:
            from tap_analytics.http.refusals import leads_to_sign_in  # noqa: PLC0415 - few responses fail

            if leads_to_sign_in(response.headers.get("Location", "")):
                return SIGN_IN
        if meaning.then is Then.FAIL and response.status_code in _CLIENT_ERRORS:
            from tap_analytics.http.refusals import says_refused  # noqa: PLC0415 - few responses fail

            if says_refused(_text(response)):
                return meaning_of(HTTPStatus.UNAUTHORIZED)
        return meaning

    def _transient(self, message: str, meaning: Meaning, response: requests.Response) -> TransientError:
        wait = self.retry.requested_wait(response.headers, is_limit=meaning.is_busy)
        is_lost, advice = response.status_code in _LOST, meaning.advice
        if _refuses_by_fault(response):
            refused = meaning_of(HTTPStatus.UNAUTHORIZED)
            advice = refused.advice + _checks(response, refused)
        return TransientError(
            message, wait=wait, busy=meaning.is_busy, limited=meaning.is_limit, is_lost=is_lost, advice=advice
        )

    def _of_connection(self, cause: BaseException, url: str, setting: str) -> Exception:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return FatalAPIError(
                f"the certificate of the server is not trusted: {cause.verify_message}; "
                "set REQUESTS_CA_BUNDLE to the certificates to trust"
            )
        if isinstance(cause, ReadTimeoutError):
            return self._no_response()
        proxy = _proxy(url)
        from tap_analytics.http import unconnected  # noqa: PLC0415 - most requests reach their API

        wrong, advice = unconnected.in_words(cause, url, proxy)
        first = f"the proxy `{proxy}`, which comes from the environment, and " if proxy else ""
        message = f"{self.excerpt(f'the connection failed: {wrong}')}; check {first}`{setting}`{advice}"
        return TransientError(message, unreachable=True, is_lost=isinstance(cause, ConnectionResetError))

    def _no_response(self) -> TransientError:
        return TransientError(f"no response within {self.timeouts.read:g} s (`read_timeout`)", is_lost=True)

    def _quotation(self, response: requests.Response) -> str:
        """Return what the body of a failure says, for a message; empty if it says nothing."""
        return f". The API says: {self.excerpt(_text(response))}" if response.content else ""


def _refuses_by_fault(response: requests.Response) -> bool:
    """Return whether a fault of the server (500) speaks of the credentials: some APIs answer a wrong key so."""
    if response.status_code != HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    from tap_analytics.http.refusals import says_refused  # noqa: PLC0415 - few responses fail

    return says_refused(_text(response))


def _url(error: requests.RequestException) -> str:
    """Return the URL that an error names, empty if it names none."""
    return str(error.request.url) if error.request is not None else ""


def _proxy(url: str) -> str:
    """Return the address of the proxy that a request for a URL goes through; empty where there is none."""
    proxy = select_proxy(url, get_environ_proxies(url)) if url else None
    # Without user name and password.
    return urlsplit(proxy if "://" in proxy else f"//{proxy}").netloc.rpartition("@")[2] if proxy else ""


def _checks(response: requests.Response, meaning: Meaning) -> str:
    """Return what else to check: the settings of the credentials, or a part that stands twice in the path."""
    twice = _TWICE.search(urlsplit(response.url).path)
    if twice and response.status_code == HTTPStatus.NOT_FOUND:
        return f" (`{twice[1]}` stands in it twice: leave it out of `api_url`)"
    checks = getattr(response.request, "checks", None)
    return f": {checks}" if checks and meaning.then is Then.NEW_TOKEN else ""


def _innermost(error: BaseException) -> BaseException:
    """Return the innermost cause of an error; unlike the errors around it, it names no URL."""
    causes = [getattr(error, "reason", None), *error.args]
    return next((_innermost(cause) for cause in causes if isinstance(cause, BaseException)), error)


def _text(response: requests.Response) -> str:
    """Return the body as text; as UTF-8 if possible, whatever the headers say, since secrets are found in that."""
    try:
        return response.content.decode()
    except UnicodeDecodeError:
        return response.text


def _without_query(location: str) -> str:
    """Return the target of a redirect: host and path, without user, password and query string."""
    try:
        target = urlsplit(location)
    except ValueError:
        return ""
    return target._replace(netloc=target.netloc.rpartition("@")[2], query="", fragment="").geturl()


@contextlib.contextmanager
def name_failures(name: str) -> Iterator[None]:
    """Put the name of a stream before the message of each failure in the block."""
    try:
        yield
    except (FatalAPIError, RecursionError) as error:
        message = f"{name}: {NESTED_RECORD if isinstance(error, RecursionError) else error}"
        raise with_message(error, message) from None
