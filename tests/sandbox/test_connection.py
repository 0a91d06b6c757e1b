"""The wire: late, cut, broken and pipelined answers."""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from tap_analytics.sandbox import Answer, Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Get


def test_an_answer_may_be_late(api: Sandbox, get: Get) -> None:
    api.intercept(lambda _: Answer(delay=0.1))
    started = time.monotonic()
    get("contacts")
    assert time.monotonic() - started >= 0.1


def test_late_answers_do_not_hold_up_other_connections(api: Sandbox) -> None:
    api.reset(latency=0.2)
    url, params = f"{api.url}/v1/contacts", {"api_key": api.api_key}
    threads = [threading.Thread(target=requests.get, args=(url, params), kwargs={"timeout": 5}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [request.status for request in api.requests] == [200] * 5
    assert api.requests[-1].received_at < min(request.answered_at or 0 for request in api.requests)


def test_a_client_that_does_not_wait_for_its_answer_does_no_harm(
    api: Sandbox, get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    api.intercept(lambda request: Answer(delay=0.1) if request.resource == "contacts" else None)
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
    api.intercept(lambda request: Answer(delay=0.2) if request.resource == "deals" else None)
    assert get("deals").status_code == 200
    assert caplog.text == ""


def test_pipelined_requests_are_answered_in_turn(api: Sandbox) -> None:
    api.intercept(lambda request: Answer(body=str(request.number), delay=0.05 if request.number == 1 else 0))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n" * 2 + b"GET /v1/deals HTTP/1.0\r\n\r\n")
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    assert re.findall(rb"\r\n\r\n(\d)", answers) == [b"1", b"2", b"1"]


def test_a_connection_is_kept_until_the_client_says_otherwise(api: Sandbox, session: requests.Session) -> None:
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        for _ in range(2):
            client.sendall(b"HEAD /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"connection: keep-alive\r\n" in client.recv(65536)
    assert session.get(api.url, headers={"Connection": "close"}, timeout=5).headers["Connection"] == "close"


def test_what_is_not_http_gets_a_400(api: Sandbox) -> None:
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"this is no request\r\n\r\n")
        assert b"".join(iter(lambda: client.recv(65536), b"")).startswith(b"HTTP/1.1 400 ")


def test_a_cut_answer_promises_more_than_it_sends(api: Sandbox) -> None:
    api.intercept(lambda _: Answer(body="0123456789", cut=4))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert b"content-length: 10\r\n" in answer
    assert answer.endswith(b"\r\n\r\n0123")


def test_a_reset_connection_gets_no_answer_at_all(api: Sandbox) -> None:
    api.intercept(lambda _: Answer(reset=True))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(65536)
    assert [request.status for request in api.requests] == [None]
