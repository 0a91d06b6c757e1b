"""The server leaves nothing behind."""

from __future__ import annotations

import gc
import socket
import threading
import time

import pytest

from tap_analytics.sandbox import Sandbox


def test_nothing_stays_behind_when_it_stops() -> None:
    threads = set(threading.enumerate())
    api = Sandbox(latency=30)
    api.start()
    waiting = socket.create_connection(("127.0.0.1", api.port))
    idle = socket.create_connection(("127.0.0.1", api.port))
    waiting.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
    deadline = time.monotonic() + 5
    while not api.requests and time.monotonic() < deadline:
        time.sleep(0.005)
    port = api.port
    api.stop()
    api.stop()
    gc.collect()
    assert set(threading.enumerate()) <= threads
    for client in (waiting, idle):
        with client, pytest.raises(ConnectionResetError):
            client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_port_that_is_taken_is_an_error_at_once(api: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(port=api.port).start()
