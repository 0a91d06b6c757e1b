"""What goes over the wire: a request as it was received, and the answer to it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

API_ROOT = "/v1/"
FAULTS_ROOT = "/faults/"


@dataclass(slots=True, kw_only=True)
class Request:
    """A request as it was received; `status`, `rows` and `answered_at` are there once it was answered.

    `target` is the URL as sent, `path` is decoded and without the prefix of a fault. Header names are in lower case.
    `number` counts the requests to the same resource, from 1. Times are those of `time.monotonic`.
    """

    method: str
    target: str
    path: str
    query: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    resource: str | None = None
    fault: str | None = None
    number: int = 0
    received_at: float = field(default_factory=time.monotonic)
    answered_at: float | None = None
    status: int | None = None
    rows: int = 0

    @classmethod
    def parse(cls, method: str, target: str, headers: dict[str, str], body: bytes = b"") -> Request:
        """Return the request that these parts of an HTTP message make."""
        location, _, query = target.partition("?")
        path, fault = unquote(location), None
        if path.startswith(FAULTS_ROOT):
            fault, _, rest = path.removeprefix(FAULTS_ROOT).partition("/")
            path = f"/{rest}"
        return cls(
            method=method,
            target=target,
            path=path,
            query=query,
            params=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
            resource=path.removeprefix(API_ROOT) if path.startswith(API_ROOT) else None,
            fault=fault,
        )

    def with_params(self, **params: str | None) -> Request:
        """Return a copy with other query parameters; None takes one away."""
        merged = self.params | params
        return replace(self, params={name: value for name, value in merged.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sends.

    Args:
        status: HTTP status.
        body: Bytes, text, or anything else that becomes JSON.
        headers: Sent beside `content-type`, `content-length` and `date`, or instead of them.
        delay: Seconds to wait before anything is sent.
        cut: Send so many bytes of the body under its full content length, then close.
        reset: Reset the connection (RST) and send nothing.
        rows: Number of records in the body.
    """

    status: int = 200
    body: bytes | str | list[Any] | dict[str, Any] = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: int | None = None
    reset: bool = False
    rows: int = 0

    @classmethod
    def error(cls, status: int, message: str, **headers: str) -> Answer:
        """Return a JSON error; underscores in header names become dashes."""
        return cls(status, {"error": message}, {name.replace("_", "-"): value for name, value in headers.items()})

    def content(self) -> bytes:
        """Return the body as bytes."""
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else msgspec.json.encode(self.body)

    def json(self) -> Any:  # noqa: ANN401 - JSON is anything
        """Return the body, decoded."""
        return msgspec.json.decode(self.content())


Answering = Callable[[Request], Answer]
Interceptor = Callable[[Request], Answer | None]
