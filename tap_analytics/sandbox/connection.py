"""One client's connection: HTTP/1.1 with keep-alive, and every way to break it that a test asks for."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections import deque
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from typing import cast

import httptools

from tap_analytics.sandbox.messages import Answer, Answering, Request

BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})


class Connection(asyncio.Protocol):
    """Reads requests, asks for their answers, and sends those one after another."""

    def __init__(self, answering: Answering, connections: set[Connection]) -> None:
        self._answering = answering
        self._connections = connections
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[tuple[Request, bool]] = deque()
        self._delayed: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take note of the connection."""
        self._transport = cast("asyncio.Transport", transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the signature is asyncio's
        """Forget the connection, and the answers that were not sent yet."""
        self._connections.discard(self)
        self._waiting.clear()
        if self._delayed:
            self._delayed.cancel()

    def data_received(self, data: bytes) -> None:
        """Feed the parser, which calls the `on_` methods."""
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._transport.write(_head(Answer(400), 0, keep_alive=False))
            self._transport.close()

    def on_message_begin(self) -> None:
        """Start a request."""
        self._target, self._body = b"", b""
        self._headers: dict[str, str] = {}

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header."""
        self._headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._body += body

    def on_message_complete(self) -> None:
        """Answer the request, after those that wait."""
        method = self._parser.get_method().decode()
        request = Request.parse(method, self._target.decode("latin-1"), self._headers, self._body)
        self._waiting.append((request, self._parser.should_keep_alive()))
        self._answer()

    def abort(self) -> None:
        """Reset the connection: answers that were not sent yet are lost."""
        linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()

    def _answer(self) -> None:
        while self._waiting and not self._delayed:
            answer = self._answering(self._waiting[0][0])
            if answer.delay:
                self._delayed = asyncio.get_running_loop().call_later(answer.delay, self._send_delayed, answer)
            else:
                self._send(answer)

    def _send_delayed(self, answer: Answer) -> None:
        self._delayed = None
        self._send(answer)
        self._answer()

    def _send(self, answer: Answer) -> None:
        request, keep_alive = self._waiting.popleft()
        request.answered_at = time.monotonic()
        if answer.reset:
            self._waiting.clear()
            self.abort()
            return
        body = b"" if answer.status in BODILESS else answer.content()
        head = _head(answer, len(body), keep_alive=keep_alive)
        if request.method == "HEAD":
            body = b""
        self._transport.write(head + (body if answer.cut is None else body[: answer.cut]))
        if answer.cut is not None or not keep_alive:
            self._waiting.clear()
            self._transport.close()


def _head(answer: Answer, length: int, *, keep_alive: bool) -> bytes:
    """Return the status line and headers, with the empty line after them."""
    kind = "text/plain; charset=utf-8" if isinstance(answer.body, str) else "application/json"
    headers = {"date": _date(int(time.time())), "content-type": kind}
    if answer.status not in BODILESS:
        headers["content-length"] = str(length)
    headers["connection"] = "keep-alive" if keep_alive else "close"
    headers |= {name.lower(): value for name, value in answer.headers.items()}
    lines = (f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{_status_line(answer.status)}{''.join(lines)}\r\n".encode("latin-1")


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache
def _status_line(status: int) -> str:
    phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
    return f"HTTP/1.1 {status} {phrase}\r\n"
