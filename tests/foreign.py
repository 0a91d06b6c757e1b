"""An API unlike the sandbox: it has fields, paths and ways of paging of its own, and remembers its requests."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import starmap
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, quote, urlsplit

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

TOKEN = "t0ken-of/a+foreign"

Row = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """One request as it came in: `target` is what stood on the request line, `pairs` the query, decoded, in order."""

    target: str
    headers: Mapping[str, str]
    method: str = "GET"
    body: bytes = b""

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON may be anything
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def path(self) -> str:
        """The path as it was sent, percent-encoded."""
        return urlsplit(self.target).path

    @property
    def query(self) -> str:
        """The query string as it was sent."""
        return urlsplit(self.target).query

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return parse_qsl(self.query, keep_blank_values=True)

    @property
    def params(self) -> dict[str, str]:
        return dict(self.pairs)

    def number(self, name: str, usual: int) -> int:
        return int(self.params.get(name, usual))


@dataclass(frozen=True)
class Reply:
    """What is answered: a body, to be written as JSON unless it is bytes; `cut` is how many of these do not come.

    Without `has_length` nothing says how long it is; it ends where the connection does.
    """

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0
    has_length: bool = True


class Foreign:
    """The API; serves while its `with` block runs. A path without a route is not found, a call without token refused.

    Args:
        key: The name of the query parameter that carries the token; it comes in the header `X-Token` where it is None.
        is_open: Whether a call needs no token.
    """

    def __init__(self, *, key: str | None = None, is_open: bool = False) -> None:
        self.key = key
        self.is_open = is_open
        self.calls: list[Call] = []
        self.routes: dict[str, Callable[[Call], Reply]] = {}
        self._server = _Server(("127.0.0.1", 0), partial(_Handler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL, which has a path of its own."""
        return f"{self.origin}/api"

    def serve(self, path: str, answer: Callable[[Call], Reply] | Sequence[Row]) -> None:
        """Answer at a path below the base URL: rows, by `first` and `count`; or whatever a function makes of a call."""
        self.routes[f"/api{path}"] = answer if callable(answer) else by_offset(answer)

    def calls_to(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == f"/api{path}"]

    def pairs(self, path: str) -> list[list[tuple[str, str]]]:
        """The query of each call to a path."""
        return [call.pairs for call in self.calls_to(path)]

    def values_of(self, path: str, name: str) -> list[str | None]:
        """The value that each call to a path had for a parameter."""
        return [call.params.get(name) for call in self.calls_to(path)]

    def answer(self, call: Call) -> Reply:
        self.calls.append(call)
        token = call.params.get(self.key) if self.key else call.headers.get("x-token")
        if not self.is_open and token != TOKEN:
            return Reply({"fault": "no token"}, status=401)
        route = self.routes.get(call.path)
        return route(call) if route else Reply({"fault": f"nothing at {call.path}"}, status=404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, api: Foreign, *arguments: Any) -> None:  # noqa: ANN401 - those of the base class
        self._api = api
        super().__init__(*arguments)

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        sent = self.rfile.read(int(headers.get("content-length", 0)))
        reply = self._api.answer(Call(self.path, headers, self.command, sent))
        body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json", **reply.headers}.items():
            self.send_header(name, value)
        if reply.has_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) - reply.cut])
        self.close_connection = self.close_connection or bool(reply.cut) or not reply.has_length

    do_POST = do_GET  # noqa: N815 - the name is that of the base class

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def in_envelope(rows: Sequence[Row], **more: object) -> Reply:
    return Reply({"result": {"items": list(rows), **more}, "took": 3})


def by_offset(
    rows: Sequence[Row], *, first: str = "first", count: str = "count", cap: int = 1000, total: bool = True
) -> Callable[[Call], Reply]:
    """Answer rows by an offset and a number of rows, at most `cap` of them."""

    def answer(call: Call) -> Reply:
        start, size = call.number(first, 0), min(call.number(count, 100), cap)
        more = {"more": start + size < len(rows)} | ({"count": len(rows)} if total else {})
        return in_envelope(rows[start : start + size], **more)

    return answer


def by_number(rows: Sequence[Row], size: int, *, base: int = 1, param: str = "p") -> Callable[[Call], Reply]:
    """Answer rows by the number of their page; `pages` says how many there are, `more` whether another one follows."""

    def answer(call: Call) -> Reply:
        number = call.number(param, base) - base
        pages = -(-len(rows) // size)
        return in_envelope(rows[number * size : (number + 1) * size], pages=pages, more=number + 1 < pages)

    return answer


def by_cursor(rows: Sequence[Row], size: int, *, param: str = "after") -> Callable[[Call], Reply]:
    """Answer rows by a cursor with characters that a query cannot hold; the last page has one too."""

    def answer(call: Call) -> Reply:
        start = int(call.params.get(param, "+/=&0").removeprefix("+/=&"))
        end = start + size
        paging = {"after": f"+/=&{end}", "more": end < len(rows)}
        return Reply({"result": {"items": rows[start:end]}, "paging": paging})

    return answer


def by_link(rows: Sequence[Row], size: int, link: Callable[[Call, int], str]) -> Callable[[Call], Reply]:
    """Answer rows by an offset `at` that only links have; `link` writes the link to the page at such an offset."""

    def answer(call: Call) -> Reply:
        start = call.number("at", 0)
        follows = link(call, start + size) if start + size < len(rows) else None
        header = {"Link": f'<{follows}>; rel="forward"'} if follows else {}
        return Reply({"result": {"items": rows[start : start + size], "forward": follows}}, headers=header)

    return answer


def since(rows: Sequence[Row], param: str, cursor: Callable[[Row], Any]) -> Callable[[Call], Reply]:
    """Answer the rows whose cursor is not before that of a parameter."""

    def answer(call: Call) -> Reply:
        bound = call.params.get(param)
        found = [row for row in rows if bound is None or cursor(row) >= type(cursor(row))(bound)]
        return by_offset(found)(call)

    return answer


def query(*pairs: tuple[str, str]) -> str:
    """Return the query string of these pairs, each percent-encoded."""
    return "&".join(starmap(_pair, pairs))


def _pair(name: str, value: str) -> str:
    return f"{quote(name, safe='')}={quote(value, safe='')}"
