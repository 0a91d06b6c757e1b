from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
import traceback
import zlib
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Protocol, Self
from urllib.parse import quote, quote_plus

import pytest
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.auth.keys import KeyInHeader, KeyInQuery
from tap_analytics.http.failures import StatusError
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.sender import Sender
from tap_analytics.http.session import MAX_FAILURE_SIZE, Timeouts
from tap_analytics.http.status import STATUSES, Meaning, Then
from tap_analytics.report.redaction.redact import MASK, Redactor
from tap_analytics.sandbox import Answer
from tap_analytics.settings import MAX_RESPONSE_SIZE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from requests import Response

    from tap_analytics.sandbox import Request, Sandbox

RETRY = RetryPolicy(backoff_factor=0)
KEY = "k3y/with+sp ace&ü€\"'\\="


class Serve(Protocol):
    """Returns the URL of a server that answers one request with these bytes, HTTP or not."""

    def __call__(self, answer: bytes, *, then_silent: bool = False) -> str: ...


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NETRC",
        "SSL_CERT_FILE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def sender(
    *,
    timeouts: Timeouts | None = None,
    headers: Mapping[str, str] | None = None,
    retry: RetryPolicy = RETRY,
    max_size: int = MAX_RESPONSE_SIZE,
) -> Sender:
    return Sender(
        headers=headers or {},
        timeouts=timeouts or Timeouts(connect=5, read=5),
        retry=retry,
        redactor=Redactor([KEY]),
        max_size=max_size,
    )


def send(url: str, *, signed: Authenticator | None = None, timeouts: Timeouts | None = None, **parts: Any) -> Response:  # noqa: ANN401
    return sender(timeouts=timeouts).send(HTTPRequest(url, **parts), signed or KeyInQuery("api_key", KEY))


def failure(kind: type[Exception], url: str, **options: Any) -> str:  # noqa: ANN401
    """Return the message of the failure, which holds the key nowhere."""
    with pytest.raises((FatalAPIError, RetriableAPIError)) as raised:
        send(url, **options)
    error = raised.value
    assert isinstance(error, kind)
    assert error.__cause__ is error.__context__ is None
    said = "".join(traceback.format_exception_only(error)) + repr(error) + repr(vars(error))
    assert not [spelling for spelling in ("k3y", KEY, quote(KEY), quote_plus(KEY)) if spelling in said]
    return str(error)


def answering(api: Sandbox, answer: Answer) -> str:
    """Make the API give this answer to everything, and return the URL of a resource."""
    api.intercept(lambda _: answer)
    return f"{api.url}/v1/contacts"


@pytest.fixture
def serve() -> Iterator[Serve]:
    with contextlib.ExitStack() as stack:

        def start(answer: bytes, *, then_silent: bool = False) -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            server.settimeout(5)
            thread = threading.Thread(target=run, args=(server, answer), kwargs={"then_silent": then_silent})
            thread.start()
            stack.callback(thread.join)
            return f"http://127.0.0.1:{server.getsockname()[1]}/v1/contacts"

        def run(server: socket.socket, answer: bytes, *, then_silent: bool) -> None:
            connection, _ = server.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65536)
                connection.sendall(answer)
                if then_silent:
                    connection.recv(1)  # until the client has had enough

        yield start


# What is sent


def test_a_request_goes_out_as_it_was_asked_for(api: Sandbox) -> None:
    url = answering(api, Answer(body={"data": []}))
    params = {"page[limit]": 5, "filter[a][_gte]": ">=1+1 &ü", "none": None, "$top": 1}
    sender(headers={"X-All": "1", "User-Agent": "tap"}).send(
        HTTPRequest(url, params=params, headers={"X-One": "2"}), KeyInQuery("key[1]", KEY)
    )
    (request,) = api.requests
    assert (request.method, request.path, request.body) == ("GET", "/v1/contacts", b"")
    assert request.params == {"page[limit]": "5", "filter[a][_gte]": ">=1+1 &ü", "$top": "1", "key[1]": KEY}
    assert request.headers.items() >= {"x-all": "1", "x-one": "2", "user-agent": "tap"}.items()
    assert request.query.startswith(
        "page%5Blimit%5D=5&filter%5Ba%5D%5B_gte%5D=%3E%3D1%2B1+%26%C3%BC&%24top=1&key%5B1%5D="
    )


def test_a_form_is_posted(api: Sandbox) -> None:
    send(answering(api, Answer(body="{}")), method="POST", data={"a b": "ü&="})
    (request,) = api.requests
    assert (request.method, request.body) == ("POST", b"a+b=%C3%BC%26%3D")
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def test_connections_are_used_again(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    url, one = answering(api, Answer(body="{}")), sender()
    with caplog.at_level("DEBUG", "urllib3"):
        for _ in range(3):
            one.send(HTTPRequest(url), Authenticator())
    assert caplog.text.count("Starting new HTTP connection") == 1
    assert len(api.requests) == 3


# What comes back


@pytest.mark.parametrize("status", [200, 201, 206, 299])
def test_a_success_is_returned_with_its_body(api: Sandbox, status: int) -> None:
    response = send(answering(api, Answer(status, b'{"data": [1.10]}')))
    assert (response.status_code, response.content) == (status, b'{"data": [1.10]}')


def test_no_content_is_a_success_without_a_body(api: Sandbox) -> None:
    response = send(answering(api, Answer(204)))
    assert (response.status_code, response.content) == (204, b"")


def test_a_compressed_body_is_decompressed(api: Sandbox) -> None:
    answer = Answer(body=gzip.compress(b'{"data": []}'), headers={"Content-Encoding": "gzip"})
    assert send(answering(api, answer)).content == b'{"data": []}'
    assert "gzip" in api.requests[0].headers["accept-encoding"]


def test_what_comes_before_the_response_is_passed_over(serve: Serve) -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"
    response = send(serve(hints + b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
    assert (response.status_code, response.content) == (200, b"{}")
    assert list(response.headers) == ["Content-Length"]


def test_another_protocol_is_no_response(serve: Serve) -> None:
    message = failure(StatusError, serve(b"HTTP/1.1 101 Switching Protocols\r\n\r\n"))
    assert message.startswith("101 Switching Protocols for `/v1/contacts`")


@pytest.mark.parametrize("length", [0, 5, MAX_FAILURE_SIZE])
@pytest.mark.parametrize("status", [200, 404])
def test_a_connection_is_used_again_whatever_it_brought(
    api: Sandbox, caplog: pytest.LogCaptureFixture, status: int, length: int
) -> None:
    url, one = answering(api, Answer(status, b"x" * length)), sender()
    with caplog.at_level("DEBUG", "urllib3"):
        for _ in range(3):
            with contextlib.suppress(FatalAPIError):
                one.send(HTTPRequest(url), Authenticator())
    assert caplog.text.count("Starting new HTTP connection") == 1


# Too much of a response


def too_large(url: str, most: int) -> str:
    """Return the message of the failure for a body that may have so many bytes."""
    with pytest.raises(FatalAPIError) as raised:
        sender(max_size=most).send(HTTPRequest(url), Authenticator())
    assert raised.value.__cause__ is raised.value.__context__ is None
    return str(raised.value)


@pytest.mark.parametrize("length", [0, 1, 1000])
def test_a_body_may_be_as_large_as_allowed(api: Sandbox, length: int) -> None:
    url = answering(api, Answer(body=b"x" * length))
    assert sender(max_size=1000).send(HTTPRequest(url), Authenticator()).content == b"x" * length


PACKED = {"gzip": gzip.compress(b" " * 5_000_000), "deflate": zlib.compress(b" " * 5_000_000)}


@pytest.mark.parametrize("encoding", PACKED)
def test_it_is_the_unpacked_body_that_may_be_so_large(api: Sandbox, encoding: str) -> None:
    url = answering(api, Answer(body=PACKED[encoding], headers={"Content-Encoding": encoding}))
    assert len(PACKED[encoding]) < 10_000
    assert "larger, unpacked, than 4,999,999 bytes (`max_response_size`)" in too_large(url, 4_999_999)
    assert len(sender(max_size=5_000_000).send(HTTPRequest(url), Authenticator()).content) == 5_000_000


def test_a_body_that_says_that_it_is_too_large_is_not_read(serve: Serve) -> None:
    url = serve(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000000000\r\n\r\n{", then_silent=True)
    assert "(`max_response_size`); ask for less at a time (`page_size`), or raise it" in too_large(
        url, MAX_RESPONSE_SIZE
    )


@pytest.fixture
def endless() -> Iterator[Callable[[int], str]]:
    """Return the URL of a server whose answer has a body without end."""
    with contextlib.ExitStack() as stack:

        def start(status: int) -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            thread = threading.Thread(target=run, args=(server, status))
            thread.start()
            stack.callback(thread.join)
            return f"http://127.0.0.1:{server.getsockname()[1]}/v1/contacts"

        def run(server: socket.socket, status: int) -> None:
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 %d Status\r\nTransfer-Encoding: chunked\r\n\r\n" % status)
                while True:
                    connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

        yield start


def test_chunks_without_end_are_read_as_far_as_allowed(endless: Callable[[int], str]) -> None:
    assert "than 1,000,000 bytes" in too_large(endless(200), 1_000_000)


def test_of_a_failure_only_the_beginning_is_read(endless: Callable[[int], str]) -> None:
    assert failure(StatusError, endless(404)).endswith(f"The API says: {'x' * 200}…")


def test_another_judge_gets_all_of_it(api: Sandbox) -> None:
    judged: list[bytes] = []
    url = answering(api, Answer(418, b"x" * (MAX_FAILURE_SIZE + 1)))
    sender().send(HTTPRequest(url), Authenticator(), judge=lambda response: judged.append(response.content))
    assert judged == [b"x" * (MAX_FAILURE_SIZE + 1)]


# No response


def test_a_refused_connection_may_be_better_in_a_moment() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    message = failure(TransientError, f"http://127.0.0.1:{port}/v1/contacts")
    listens = f"nothing listens at `127.0.0.1:{port}` (connection refused)"
    assert message == f"the connection failed: {listens}; check `api_url`"


def test_a_host_without_an_address_may_have_one_in_a_moment() -> None:
    message = failure(TransientError, "http://no-such-host.invalid/v1/contacts")
    assert message.startswith("the connection failed: no address is known for the host `no-such-host.invalid`; check ")


def test_a_connection_that_is_not_accepted_times_out() -> None:
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(8):  # more than may wait
            waiting = stack.enter_context(socket.socket())
            waiting.settimeout(0)
            waiting.connect_ex(server.getsockname())
        url = f"http://127.0.0.1:{server.getsockname()[1]}/v1/contacts"
        message = failure(TransientError, url, timeouts=Timeouts(connect=0.05, read=5))
    assert message == "no connection within 0.05 s (`connect_timeout`); check `api_url`"


def test_a_late_response_times_out(api: Sandbox) -> None:
    url = answering(api, Answer(delay=5))
    message = failure(TransientError, url, timeouts=Timeouts(connect=5, read=0.05))
    assert message == "no response within 0.05 s (`read_timeout`)"


def test_a_body_that_does_not_go_on_times_out(serve: Serve) -> None:
    url = serve(b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data": [', then_silent=True)
    message = failure(TransientError, url, timeouts=Timeouts(connect=5, read=0.05))
    assert message == "no response within 0.05 s (`read_timeout`)"


def test_a_reset_connection_may_be_better_in_a_moment(api: Sandbox) -> None:
    message = failure(TransientError, answering(api, Answer(reset=True)))
    assert (
        message
        == "the connection failed: [Errno 104] Connection reset by peer; check `api_url`: it may have to be `https://`"
    )


def test_a_connection_that_is_closed_without_an_answer_may_be_better_in_a_moment(serve: Serve) -> None:
    message = failure(TransientError, serve(b""))
    assert message.startswith("the connection failed: Remote end closed connection without response; check `api_url`")


@pytest.mark.parametrize("cut", [0, 1, 11])
def test_a_body_that_is_cut_short_may_be_better_in_a_moment(api: Sandbox, cut: int) -> None:
    url = answering(api, Answer(body=b'{"data": []}', cut=cut))
    assert failure(TransientError, url) == "the body was cut short"


def test_chunks_that_are_cut_short_may_be_better_in_a_moment(serve: Serve) -> None:
    url = serve(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"dat')
    assert failure(TransientError, url) == "the body was cut short"


def test_a_body_that_cannot_be_decompressed_may_be_better_in_a_moment(api: Sandbox) -> None:
    url = answering(api, Answer(body=b"no gzip", headers={"Content-Encoding": "gzip"}))
    assert failure(TransientError, url) == "the body cannot be decompressed"


@pytest.mark.parametrize("status_line", [b"SSH-2.0-OpenSSH_9.6", b"HTTP/1.1 many OK", b"HTTP/9.9 200 OK", b"\xff\xfe"])
def test_what_is_not_http_may_be_better_in_a_moment(serve: Serve, status_line: bytes) -> None:
    assert failure(TransientError, serve(status_line + b"\r\n\r\n")).startswith("the connection failed: ")


def test_what_is_not_http_is_quoted_without_the_key_and_in_short(serve: Serve) -> None:
    url = serve(b"x" * 170 + quote(KEY).encode() + b"y" * 5_000 + b"\r\n\r\n")
    message = failure(TransientError, url)
    assert MASK in message
    assert len(message.removesuffix("; check `api_url`")) <= 201


# What cannot be sent


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://a..b",
        "https://.example.com",
        f"https://{'a' * 64}.example.com",
        "http://a b",
        "api.example.com",
        "ftp://a.example",
        "http://",
    ],
)
def test_a_url_that_leads_nowhere_fails_at_once(url: str) -> None:
    message = failure(FatalAPIError, url)
    assert message.startswith("the request cannot be sent (")
    assert "check `api_url`" in message


@pytest.mark.parametrize(
    "signed",
    [
        KeyInHeader("X-Key", KEY),  # it has a character that Latin-1 does not
        KeyInHeader("X-Key", "k3y\r\nX-Other: k3y"),
        KeyInHeader("k3y\n", "k3y"),
        KeyInQuery("api_key", "k3y\udcff"),
    ],
)
def test_a_key_that_cannot_be_sent_fails_at_once_and_is_not_shown(api: Sandbox, signed: Authenticator) -> None:
    message = failure(FatalAPIError, f"{api.url}/v1/contacts", signed=signed)
    assert message.startswith("the request cannot be sent (")
    assert api.requests == []


@pytest.mark.parametrize("headers", [{"X-A": "k3y\n"}, {"X-A\n": "k3y"}, {"X-A": "k3y€"}])
def test_a_header_that_cannot_be_sent_fails_at_once_and_is_not_shown(api: Sandbox, headers: dict[str, str]) -> None:
    message = failure(FatalAPIError, f"{api.url}/v1/contacts", headers=headers)
    assert message.startswith("the request cannot be sent (")


def test_a_timeout_beyond_all_clocks_fails_at_once(api: Sandbox) -> None:
    message = failure(FatalAPIError, f"{api.url}/v1/contacts", timeouts=Timeouts(read=1e300))
    assert message.startswith("the request cannot be sent (OverflowError); check `api_url`, `headers`, the timeouts")


# What the status says


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_a_status_that_may_be_better_in_a_moment_is_transient(api: Sandbox, status: int) -> None:
    message = failure(TransientError, answering(api, Answer.error(status, "Wait.", retry_after="7")))
    assert message.startswith(f"{status} ")
    assert message.endswith(' for `/v1/contacts`. The API says: {"error":"Wait."}')


def test_a_page_for_browsers_is_left_out_of_a_transient_failure(api: Sandbox) -> None:
    message = failure(TransientError, answering(api, Answer(502, b"<html>Bad Gateway</html>")))
    assert message == "502 Bad Gateway for `/v1/contacts`"


@pytest.mark.parametrize(("headers", "wait"), [({}, 0), ({"Retry-After": "7"}, 7), ({"Retry-After": "300"}, 300)])
def test_a_transient_failure_knows_how_long_to_wait(api: Sandbox, headers: dict[str, str], wait: float) -> None:
    url = answering(api, Answer(503, headers=headers))
    with pytest.raises(TransientError) as raised:
        send(url)
    assert raised.value.wait == wait


def test_a_limit_that_is_told_on_another_failure_means_nothing(api: Sandbox) -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 3600), "X-RateLimit-Remaining": "0"}
    url = answering(api, Answer(500, headers=headers))
    with pytest.raises(TransientError) as raised:
        send(url)
    assert (raised.value.wait, raised.value.busy, raised.value.limited) == (0, False, False)


@pytest.mark.parametrize(
    ("status", "headers", "wait"),
    [
        (429, {}, 0),
        (429, {"X-RateLimit-Reset": "7"}, 7),
        (403, {"X-RateLimit-Remaining": "0"}, 0),
        (403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "7"}, 7),
        (403, {"Retry-After": "7"}, 7),
        (400, {"Retry-After": "7"}, 7),
    ],
)
def test_a_limit_is_over_in_a_moment(api: Sandbox, status: int, headers: dict[str, str], wait: float) -> None:
    url = answering(api, Answer(status, b"Slowly.", headers))
    with pytest.raises(TransientError, match=r"for `/v1/contacts`\. The API says: Slowly\.$") as raised:
        send(url)
    assert (raised.value.wait, raised.value.busy, raised.value.limited) == (wait, True, True)


def test_a_403_with_requests_left_is_a_refusal(api: Sandbox) -> None:
    url = answering(api, Answer(403, headers={"X-RateLimit-Remaining": "10"}))
    assert "these credentials may not read it" in failure(StatusError, url)


@pytest.mark.parametrize("status", [202, 302, 404, 409, 501])
def test_other_statuses_can_be_made_transient(api: Sandbox, status: int) -> None:
    one = sender(retry=RetryPolicy(statuses=frozenset([status])))
    with pytest.raises(TransientError, match=f"^{status} "):
        one.send(HTTPRequest(answering(api, Answer(status))), Authenticator())


def test_a_wait_that_is_too_long_fails_at_once(api: Sandbox) -> None:
    message = failure(FatalAPIError, answering(api, Answer(429, headers={"Retry-After": "301"})))
    assert "asks to wait 301 s (`Retry-After`), longer than the 300 s that the tap waits" in message


QUERY = (
    "the API does not accept the query; check `limit_param`, `offset_param`, `start_param` and how bounds are "
    "written (`datetime_format`), and set `incremental.step` if it limits how long a period may be"
)
OTHER = "check `api_url` and the settings of the stream"


@pytest.mark.parametrize(
    ("status", "phrase", "advice"),
    [
        (400, "Bad Request", QUERY),
        (401, "Unauthorized", "check the credentials: `api_key`, `api_key_name`, `api_key_location` and `headers`"),
        (403, "Forbidden", "these credentials may not read it; check them and what they are allowed"),
        (404, "Not Found", "there is no such resource; check `api_url` and the path of the resource"),
        (422, "Unprocessable", "the API does not accept the query; check `page_size` and the parameter names"),
        (405, "Method Not Allowed", OTHER),
        (409, "Conflict", OTHER),
        (410, "Gone", OTHER),
        (451, "Unavailable For Legal Reasons", OTHER),
        (499, "Unknown", OTHER),
        (501, "Not Implemented", OTHER),
        (505, "HTTP Version Not Supported", OTHER),
        (999, "Unknown", OTHER),
    ],
)
def test_a_status_that_no_retry_mends_fails_at_once_with_advice(
    api: Sandbox, status: int, phrase: str, advice: str
) -> None:
    message = failure(FatalAPIError, answering(api, Answer.error(status, "No.")))
    assert message.startswith(f"{status} {phrase}")
    assert message.endswith(f' for `/v1/contacts`: {advice}. The API says: {{"error":"No."}}')
    assert len(api.requests) == 1


def test_without_a_body_the_api_says_nothing(api: Sandbox) -> None:
    message = failure(FatalAPIError, answering(api, Answer(404)))
    assert (
        message
        == "404 Not Found for `/v1/contacts`: there is no such resource; check `api_url` and the path of the resource"
    )


@pytest.mark.parametrize("reason", [b"", b" "])
def test_a_status_line_may_have_no_reason(serve: Serve, reason: bytes) -> None:
    message = failure(FatalAPIError, serve(b"HTTP/1.1 410" + reason + b"\r\nContent-Length: 0\r\n\r\n"))
    assert message == f"410 for `/v1/contacts`: {OTHER}"


def test_a_reason_is_quoted_without_the_key_and_in_short(serve: Serve) -> None:
    reason = b"No " + quote(KEY).encode() + b" here " + b"x" * 5_000
    message = failure(FatalAPIError, serve(b"HTTP/1.1 403 " + reason + b"\r\nContent-Length: 0\r\n\r\n"))
    assert message.startswith(f"403 No {MASK} here xxx")
    assert len(message) < 350


# What the API says


def quote_of(api: Sandbox, answer: Answer) -> str:
    return failure(FatalAPIError, answering(api, answer)).partition(" The API says: ")[2]


@pytest.mark.parametrize(
    ("length", "excerpt"),
    [(1, "x"), (199, "x" * 199), (200, "x" * 200), (201, "x" * 200 + "…"), (9_999, "x" * 200 + "…")],
)
def test_the_first_200_characters_of_a_body_are_quoted(api: Sandbox, length: int, excerpt: str) -> None:
    assert quote_of(api, Answer(400, "x" * length)) == excerpt


def test_a_body_is_quoted_in_one_line(api: Sandbox) -> None:
    assert quote_of(api, Answer(400, "<p>\r\n  Sign\tin\n\n</p>\n")) == "<p> Sign in </p>"


@pytest.mark.parametrize("before", range(150, 205, 5))
def test_a_key_in_a_body_is_masked_before_the_body_is_cut(api: Sandbox, before: int) -> None:
    excerpt = quote_of(api, Answer(403, "x" * before + KEY + "y" * 50))
    assert set(excerpt) <= set("xy*…")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(403, {"error": "no", "url": f"http://x/?api_key={quote_plus(KEY)}"}), id="URL in JSON"),
        pytest.param(Answer(403, {"given": {"api_key": KEY}}), id="JSON"),
        pytest.param(Answer(403, f"no {KEY}"), id="text"),
        pytest.param(Answer(403, f"<p>{KEY}".encode(), {"content-type": "text/html"}), id="HTML without a charset"),
        pytest.param(
            Answer(403, f"<p>{KEY}".encode(), {"content-type": "text/html; charset=iso-8859-1"}), id="wrong charset"
        ),
        pytest.param(
            Answer(403, b"\xfc" + KEY.encode("cp1252"), {"content-type": "text/html; charset=cp1252"}), id="Windows"
        ),
        pytest.param(Answer(403, KEY.encode("utf-16"), {"content-type": "text/plain; charset=utf-16"}), id="UTF-16"),
        pytest.param(Answer(403, gzip.compress(KEY.encode()), {"content-encoding": "gzip"}), id="compressed"),
    ],
)
def test_a_key_that_the_api_echoes_is_masked(api: Sandbox, answer: Answer) -> None:
    assert MASK in quote_of(api, answer)


def test_a_body_in_no_known_encoding_does_no_harm(api: Sandbox) -> None:
    assert quote_of(api, Answer(400, b"\xff\xfe\xfd", {"content-type": "text/plain; charset=klingon"}))


# Redirects

RIGHT = "if that is right, change `api_url` or the path of the resource"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(api: Sandbox, status: int) -> None:
    target = f"http://localhost:{api.port}/v2/contacts"
    url = answering(api, Answer(status, headers={"Location": f"{target}?api_key={quote_plus(KEY)}#top"}))
    message = failure(FatalAPIError, url)
    assert message.endswith(f" for `/v1/contacts`: a redirect to {target}; {RIGHT}")
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("location", "place"),
    [
        (None, "another place"),
        ("", "another place"),
        ("?page=2", "another place"),
        ("http://[", "another place"),
        ("/there?next=/v1", "/there"),
        ("//elsewhere.example/there", "//elsewhere.example/there"),
        ("https://user:s3cret@elsewhere.example:8443/a", "https://elsewhere.example:8443/a"),
        (f"https://elsewhere.example/{quote(KEY, safe='')}/a", f"https://elsewhere.example/{MASK}/a"),
        ("https://elsewhere.example/" + "a" * 5_000, "https://elsewhere.example/" + "a" * 174 + "…"),
    ],
)
def test_a_redirect_is_told_without_its_query(api: Sandbox, location: str | None, place: str) -> None:
    url = answering(api, Answer(302, headers={} if location is None else {"Location": location}))
    message = failure(FatalAPIError, url)
    assert message == f"302 Found for `/v1/contacts`: a redirect to {place}; {RIGHT}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("place", ["", "http://127.0.0.1:{port}", "https://127.0.0.1:{port}"])
def test_a_path_that_lacks_its_slash_is_asked_for_with_it_from_then_on(api: Sandbox, status: int, place: str) -> None:
    def answer(request: Request) -> Answer:
        location = place.format(port=api.port) + request.path + "/"
        return Answer(200, {}) if request.path.endswith("/") else Answer(status, b"", {"Location": location})

    api.intercept(answer)
    pool = sender()
    for _ in range(2):
        request = HTTPRequest(url=f"{api.url}/v1/contacts", method="GET", params={"page": "2"})
        assert pool.send(request, KeyInQuery("api_key", KEY)).status_code == 200
    assert [request.path for request in api.requests] == ["/v1/contacts", "/v1/contacts/", "/v1/contacts/"]
    assert {request.query for request in api.requests} == {api.requests[0].query}


def test_a_slash_that_leads_in_a_circle_fails(api: Sandbox) -> None:
    def answer(request: Request) -> Answer:
        other = request.path.rstrip("/") if request.path.endswith("/") else f"{request.path}/"
        return Answer(301, b"", {"Location": other})

    api.intercept(answer)
    assert "a redirect to /v1/contacts" in failure(FatalAPIError, f"{api.url}/v1/contacts")
    assert len(api.requests) == 2


def test_a_redirect_to_a_page_to_sign_in_says_that_the_credentials_are_refused(api: Sandbox) -> None:
    url = answering(api, Answer(302, headers={"Location": "/login?next=/v1"}))
    message = failure(FatalAPIError, url)
    assert "a redirect to /login; there is a page to sign in; check the credentials: `api_key`" in message


# TLS


class Https:
    """An HTTPS server with a certificate of its own, for 127.0.0.1 only."""

    def __init__(self, folder: Path) -> None:
        self.certificate = folder / "certificate.pem"
        self.answered = 0
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._self_signed())

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805 - the name is that of http.server, `self` is the server here
                self.answered += 1
                handler.send_response(200)
                handler.send_header("Content-Length", "2")
                handler.end_headers()
                handler.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                pass

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"https://{host}:{self._server.server_address[1]}/v1/contacts"

    def _self_signed(self) -> Path:
        x509 = pytest.importorskip("cryptography.x509")
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - it need not be there
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - likewise

        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sandbox")])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
            .sign(key, hashes.SHA256())
        )
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        self.certificate.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
        return self.certificate


@pytest.fixture(scope="module")
def shared_https(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Https]:
    with Https(tmp_path_factory.mktemp("tls")) as server:
        yield server


@pytest.fixture
def https(shared_https: Https) -> Https:
    shared_https.answered = 0
    return shared_https


def test_a_certificate_that_is_not_trusted_fails_at_once(https: Https) -> None:
    message = failure(FatalAPIError, https.url())
    assert message.startswith("the certificate of the server is not trusted: self")
    assert message.endswith("; set REQUESTS_CA_BUNDLE to the certificates to trust")
    assert https.answered == 0


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_certificates_to_trust_come_from_the_environment(
    https: Https, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(https.certificate))
    assert send(https.url()).content == b"{}"
    assert https.answered == 1


def test_a_trusted_certificate_of_another_host_fails_at_once(https: Https, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(https.certificate))
    message = failure(FatalAPIError, https.url("localhost"))
    assert message.startswith("the certificate of the server is not trusted: ")
    assert "localhost" in message


def test_certificates_that_are_not_there_fail_at_once(https: Https, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/no/such/file.pem")
    message = failure(FatalAPIError, https.url())
    assert message == "the certificates to trust cannot be read; check REQUESTS_CA_BUNDLE"


def test_http_where_https_is_spoken_may_be_better_in_a_moment(https: Https) -> None:
    assert failure(TransientError, https.url().replace("https:", "http:"))


# Proxies


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxy_comes_from_the_environment(api: Sandbox, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    answering(api, Answer(body="{}"))
    monkeypatch.setenv(name, api.url)
    send("http://api.example.invalid/v1/contacts")
    (request,) = api.requests
    assert request.target.startswith("http://api.example.invalid/v1/contacts?api_key=k3y")


def test_a_host_may_be_exempt_from_the_proxy(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://no-such-proxy.invalid:3128")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert send(answering(api, Answer(body="{}"))).content == b"{}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_not_there_may_be_in_a_moment(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    monkeypatch.setenv(f"{scheme.upper()}_PROXY", f"http://user:s3cret@127.0.0.1:{port}")
    message = failure(TransientError, f"{scheme}://api.example.invalid/v1/contacts")
    assert message.startswith("the connection failed: ")
    assert "connection refused" in message
    assert f"check the proxy `127.0.0.1:{port}`, which comes from the environment, and `" in message
    assert "s3cret" not in message
    assert "s3cret" not in message


@pytest.mark.parametrize("proxy", ["http://[", "ftp://proxy.example", "x y"])
def test_a_bad_proxy_fails_at_once(monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", proxy)
    message = failure(FatalAPIError, "http://api.example.invalid/v1/contacts")
    assert message.endswith("and the proxies in the environment")


# Who judges


def test_somebody_else_may_judge_the_response(api: Sandbox) -> None:
    judged: list[Response] = []
    url = answering(api, Answer(404, b"none"))
    response = sender().send(HTTPRequest(url), Authenticator(), judge=judged.append)
    assert judged == [response]
    assert response.content == b"none"


def test_another_judge_may_refuse_a_success(api: Sandbox) -> None:
    error = FatalAPIError("no")

    def judge(_: Response) -> None:
        raise error

    with pytest.raises(FatalAPIError) as raised:
        sender().send(HTTPRequest(answering(api, Answer(200))), Authenticator(), judge=judge)
    assert raised.value is error


@pytest.mark.parametrize(("status", "busy"), [(404, True), (429, True), (502, False)])
def test_what_another_judge_calls_retriable_is_transient(api: Sandbox, status: int, *, busy: bool) -> None:
    def judge(_: Response) -> None:
        message = "later"
        raise RetriableAPIError(message)

    url = answering(api, Answer(status, headers={"Retry-After": "7"}))
    with pytest.raises(TransientError, match=r"^later$") as raised:
        sender().send(HTTPRequest(url), Authenticator(), judge=judge)
    assert (raised.value.wait, raised.value.busy) == (7, busy)
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_a_transient_failure_of_another_judge_stays_as_it_is(api: Sandbox) -> None:
    error = TransientError("later", wait=3)

    def judge(_: Response) -> None:
        raise error

    with pytest.raises(TransientError) as raised:
        sender().send(HTTPRequest(answering(api, Answer(503))), Authenticator(), judge=judge)
    assert raised.value is error


def test_another_judge_may_ask_the_usual_one(api: Sandbox) -> None:
    one = sender()
    with pytest.raises(FatalAPIError, match="404 Not Found"):
        one.send(HTTPRequest(answering(api, Answer(404))), Authenticator(), judge=one.judge)


def test_what_a_status_means_is_asked_of_the_table(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STATUSES, 404, Meaning(Then.RETRY))
    url = answering(api, Answer(404, b"none"))
    assert failure(TransientError, url) == "404 Not Found for `/v1/contacts`. The API says: none"
    monkeypatch.setitem(STATUSES, 404, Meaning(Then.ACCEPT))
    assert send(url).content == b"none"


def test_a_sender_with_another_retry_policy_leaves_the_first_as_it_is(api: Sandbox) -> None:
    one, url = sender(), answering(api, Answer(503, headers={"Retry-After": "60"}))
    hasty = one.with_retry(RetryPolicy(max_wait=10))
    with pytest.raises(FatalAPIError, match="longer than the 10 s"):
        hasty.send(HTTPRequest(url), Authenticator())
    with pytest.raises(TransientError):
        one.send(HTTPRequest(url), Authenticator())
