"""A response that comes too slowly ends at its deadline. The servers here never end a response themselves."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Protocol

import pytest
from singer_sdk.streams.rest import HTTPRequest
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool

from tap_analytics.http import deadlines
from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.deadlines import Deadline, Deadlines, watch_pool
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.sender import Sender
from tap_analytics.http.session import Timeouts
from tap_analytics.report.redaction.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n"
ENDLESS = {
    "a body": (HEAD, b" "),
    "a body without a length": (b"HTTP/1.1 200 OK\r\n\r\n", b" "),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "the size of a chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "a body of a failure": (HEAD.replace(b"200 OK", b"500 No"), b" "),
    "a header": (b"HTTP/1.1 200 OK\r\nX-A: ", b"x"),
    "a status line": (b"", b"H"),
    "answers before the answer": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "early hints": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"),
}


class Drip(Protocol):
    """Returns the URL of a server that sends a beginning, and then a drop again and again."""

    def __call__(self, beginning: bytes, drop: bytes) -> str: ...


@pytest.fixture
def drip() -> Iterator[Drip]:
    with contextlib.ExitStack() as stack:
        done = threading.Event()

        def start(beginning: bytes, drop: bytes) -> str:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=run, args=(server, beginning, drop), daemon=True).start()
            return f"http://127.0.0.1:{server.getsockname()[1]}"

        def run(server: socket.socket, beginning: bytes, drop: bytes) -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=answer, args=(connection, beginning, drop), daemon=True).start()

        def answer(connection: socket.socket, beginning: bytes, drop: bytes) -> None:
            with connection, contextlib.suppress(OSError):
                connection.recv(65536)
                connection.sendall(beginning)
                while not done.wait(0.02):
                    connection.sendall(drop)

        stack.callback(done.set)
        yield start


def sender(**timeouts: float) -> Sender:
    usual = {"connect": 30.0, "read": 30.0, "response": 0.3}
    return Sender(
        headers={}, timeouts=Timeouts(**{**usual, **timeouts}), retry=RetryPolicy(backoff_factor=0), redactor=Redactor()
    )


def failure(one: Sender, url: str) -> str:
    with pytest.raises(TransientError) as raised:
        one.send(HTTPRequest(url), Authenticator())
    assert raised.value.__cause__ is raised.value.__context__ is None
    return str(raised.value)


@pytest.mark.parametrize(("beginning", "drop"), ENDLESS.values(), ids=ENDLESS)
def test_an_answer_that_never_ends_ends_at_its_deadline(drip: Drip, beginning: bytes, drop: bytes) -> None:
    began = time.monotonic()
    assert failure(sender(), drip(beginning, drop)) == "no whole response within 0.3 s (`response_timeout`)"
    assert 0.3 <= time.monotonic() - began < 20


def test_the_answer_of_a_proxy_has_the_deadline_too(drip: Drip, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", drip(*ENDLESS["a status line"]))
    message = failure(sender(), "https://api.example.invalid/v1/contacts")
    assert message == "no whole response within 0.3 s (`response_timeout`)"


def test_unless_it_is_set_a_response_has_ten_times_as_long_as_a_read() -> None:
    assert Timeouts(read=7).whole == 70
    assert Timeouts(read=7, response=8).whole == 8


def test_tries_after_a_late_one_have_half_of_its_time_and_no_less_than_a_read(drip: Drip) -> None:
    one, url = sender(read=0.2, response=0.8), drip(*ENDLESS["a header"])
    said = [failure(one, f"{url}/a?page={number}") for number in range(4)]
    assert [message.split()[4] for message in said] == ["0.8", "0.4", "0.2", "0.2"]
    # It is the path that was late; another one has all of the time.
    assert "within 0.8 s" in failure(one, f"{url}/b")


def test_an_answer_in_time_gives_the_next_one_all_of_the_time() -> None:
    deadlines = Deadlines(0.2)
    with deadlines.exchange("a") as late:
        wait_for(late)
    with deadlines.exchange("a") as second:
        assert second.seconds == 0.1
    with deadlines.exchange("a") as third:
        assert third.seconds == 0.2


def test_each_of_several_exchanges_has_a_deadline_of_its_own() -> None:
    deadlines = Deadlines(0.4)
    with deadlines.exchange("a") as late:
        wait_for(late)
    with deadlines.exchange("b") as long, deadlines.exchange("a") as short:
        wait_for(short)
        assert not long.is_over
        wait_for(long)


def test_the_thread_that_watches_ends_soon_after_the_last_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deadlines, "LOOKS", 0.02)
    one = Deadlines(600)
    with one.exchange("a"):
        (watching,) = [each for each in threading.enumerate() if each.name == "deadlines"][-1:]
    watching.join(20)
    assert not watching.is_alive()
    with one.exchange("a") as again:
        assert not again.is_over


def wait_for(deadline: Deadline) -> None:
    until = time.monotonic() + 20
    while not deadline.is_over:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_no_thread_is_left_when_there_is_nothing_to_watch_over() -> None:
    before = set(threading.enumerate())
    with Deadlines(0.05).exchange():
        assert len(set(threading.enumerate()) - before) == 1
    until = time.monotonic() + 20
    while set(threading.enumerate()) - before:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_a_connection_that_comes_too_late_ends_at_once() -> None:
    class Connection:
        sock: socket.socket | None = None

    ours, theirs = socket.socketpair()
    with ours, theirs:
        deadline = Deadline(0)
        deadline.end()
        connection = Connection()
        connection.sock = ours
        deadline.watch(connection)
        assert theirs.recv(1) == b""


def test_a_connection_that_was_left_stays_open() -> None:
    class Connection:
        sock: socket.socket | None = None

    ours, theirs = socket.socketpair()
    with ours, theirs:
        deadline = Deadline(0)
        connection = Connection()
        connection.sock = ours
        deadline.watch(connection)
        deadline.leave()
        deadline.end()
        ours.sendall(b"x")
        assert theirs.recv(1) == b"x"


@pytest.mark.parametrize("pool", [HTTPConnectionPool, HTTPSConnectionPool])
def test_a_kind_of_pool_is_watched_once(pool: type[HTTPConnectionPool]) -> None:
    kind = watch_pool(pool)
    assert issubclass(kind, pool)
    assert kind is not pool
    assert watch_pool(kind) is watch_pool(pool) is kind
