from __future__ import annotations

import ssl

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError
from urllib3.exceptions import MaxRetryError, ReadTimeoutError

from tap_analytics.http.failures import Failures
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.session import Timeouts
from tap_analytics.report.redaction.redact import MASK, Redactor

FAILURES = Failures(timeouts=Timeouts(connect=1, read=2), retry=RetryPolicy(max_wait=10), redactor=Redactor(["s3cret"]))
WITH_KEY = "https://x/?key=s3cret"


def answer(status: int, body: bytes = b"", **headers: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response.url, response._content = status, WITH_KEY, body  # noqa: SLF001 - nothing else sets a body
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    return response


def innermost(cause: Exception) -> requests.ConnectionError:
    """Return an error as requests wraps it."""
    return requests.ConnectionError(MaxRetryError(None, WITH_KEY, cause))  # type: ignore[arg-type] # no pool is needed


UNSENDABLE = (
    "the request cannot be sent ({}); check `api_url`, `headers`, the timeouts and the proxies in the environment"
)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (requests.ConnectTimeout(WITH_KEY), "no connection within 1 s (`connect_timeout`); check `token_url`"),
        (requests.ReadTimeout(WITH_KEY), "no response within 2 s (`read_timeout`)"),
        (innermost(ReadTimeoutError(None, WITH_KEY, "x")), "no response within 2 s (`read_timeout`)"),  # type: ignore[arg-type] # no pool is needed
        (innermost(OSError("reset of s3cret")), f"the connection failed: reset of {MASK}; check `token_url`"),
        (requests.exceptions.ChunkedEncodingError(WITH_KEY), "the body was cut short"),
        (requests.exceptions.ContentDecodingError(WITH_KEY), "the body cannot be decompressed"),
    ],
)
def test_a_request_without_a_response_may_get_one_in_a_moment(error: Exception, message: str) -> None:
    failure = FAILURES.of_exchange(error, "token_url")
    assert isinstance(failure, TransientError)
    assert str(failure) == message


@pytest.mark.parametrize(
    ("error", "is_unreachable"),
    [
        (requests.ConnectTimeout(), True),
        (innermost(OSError("refused")), True),
        (requests.ReadTimeout(), False),
        (requests.exceptions.ChunkedEncodingError(), False),
    ],
)
def test_a_server_that_does_not_answer_at_all_is_unreachable(error: Exception, *, is_unreachable: bool) -> None:
    failure = FAILURES.of_exchange(error, "api_url")
    assert isinstance(failure, TransientError)
    assert failure.unreachable is is_unreachable


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (requests.exceptions.InvalidURL(WITH_KEY), UNSENDABLE.format("InvalidURL")),
        (ValueError(WITH_KEY), UNSENDABLE.format("ValueError")),
        (OverflowError(WITH_KEY), UNSENDABLE.format("OverflowError")),
        (OSError("no file"), "the certificates to trust cannot be read; check REQUESTS_CA_BUNDLE"),
    ],
)
def test_what_cannot_be_sent_fails_at_once_and_shows_no_url(error: Exception, message: str) -> None:
    failure = FAILURES.of_exchange(error, "api_url")
    assert type(failure) is FatalAPIError
    assert str(failure) == message


def test_a_certificate_that_is_not_trusted_fails_at_once() -> None:
    cause = ssl.SSLCertVerificationError()
    cause.verify_message = "it is old"
    failure = FAILURES.of_exchange(innermost(cause), "api_url")
    assert type(failure) is FatalAPIError
    assert str(failure).startswith("the certificate of the server is not trusted: it is old; set REQUESTS_CA_BUNDLE")


@pytest.mark.parametrize("status", [200, 204, 299])
def test_a_success_is_no_failure(status: int) -> None:
    assert FAILURES.of_status(answer(status), "api_url") is None


def test_advice_is_for_those_who_ask_for_records() -> None:
    assert str(FAILURES.of_status(answer(403, b"s3cret"), "api_url")) == (
        f"403 for `/`: these credentials may not read it; check them and what they are allowed. The API says: {MASK}"
    )
    assert str(FAILURES.of_status(answer(403), "token_url")) == "403 for `/`"


def test_a_redirect_names_the_setting_to_change() -> None:
    failure = FAILURES.of_status(answer(301, Location="https://y/a?key=s3cret"), "token_url")
    assert str(failure) == "301 for `/`: a redirect to https://y/a; if that is right, change `token_url`"


@pytest.mark.parametrize(("status", "busy"), [(429, True), (503, True), (500, False)])
def test_a_transient_status_knows_how_long_to_wait_and_whether_the_server_is_busy(status: int, *, busy: bool) -> None:
    failure = FAILURES.of_status(answer(status, Retry_After="7"), "api_url")
    assert isinstance(failure, TransientError)
    assert (failure.wait, failure.busy) == (7, busy)


def test_a_wait_that_is_too_long_fails_at_once() -> None:
    with pytest.raises(FatalAPIError, match="longer than the 10 s"):
        FAILURES.of_status(answer(503, Retry_After="11"), "api_url")
    with pytest.raises(FatalAPIError, match="longer than the 10 s"):
        FAILURES.of_retriable(ValueError("later"), answer(404, Retry_After="11"))


def test_what_somebody_else_calls_retriable_keeps_its_message() -> None:
    failure = FAILURES.of_retriable(ValueError("later"), answer(429, Retry_After="7"))
    assert (str(failure), failure.wait, failure.busy) == ("later", 7, True)


def test_an_excerpt_is_one_short_line_without_secrets() -> None:
    assert FAILURES.excerpt("a\n s3cret " + "x" * 500) == f"a {MASK} " + "x" * 194 + "…"


def test_a_part_that_a_missing_path_has_twice_is_told() -> None:
    gone = answer(404)
    gone.url = "https://api.example.com/v1/v1/deals"
    advice = "there is no such resource; check `api_url` and the path of the resource"
    assert f"{advice} (`/v1` stands in it twice: leave it out of `api_url`)" in str(FAILURES.of_status(gone, "api_url"))
    gone.url = "https://api.example.com/v1/deals/deals"  # a record may be called like its list
    assert str(FAILURES.of_status(gone, "api_url")).endswith(advice)


def test_a_proxy_that_wants_a_user_is_told() -> None:
    assert "the proxy of the environment wants a user" in str(FAILURES.of_status(answer(407), "api_url"))


def test_a_proxy_may_stand_in_the_environment_without_a_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "proxy.example.com:3128")
    error = innermost(OSError("refused"))
    error.request = requests.Request("GET", "https://api.example.com/v1").prepare()
    assert "check the proxy `proxy.example.com:3128`, which" in str(FAILURES.of_exchange(error, "api_url"))
