"""How long it takes to read the children of many parents, several lists at once beside one after another."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Family:
    """So many parents with so many children each, so many of them on a page, and seconds before every answer."""

    parents: int = 1_000
    children: int = 20
    page: int = 20
    latency: float = 0.05

    @property
    def title(self) -> str:
        """What is read, in words."""
        pages = -(-self.children // self.page)
        lists = "lists of one page" if pages == 1 else f"lists of {pages} pages by cursor"
        return (
            f"{self.parents:,} parents with {self.children} children, {lists}, {self.latency * 1000:.0f} ms an answer"
        )


FULL = (Family(), Family(page=5))
SMALL = (Family(parents=30, latency=0.01), Family(parents=30, page=5, latency=0.01))
WIDTHS = (1, 8)


class Api(ThreadingHTTPServer):
    """Serves a family; notes when it was first asked, and how often."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, family: Family) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.family = family
        self.began: float | None = None
        self.requests = 0

    @override
    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    @override
    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def answer(self, target: str) -> dict[str, Any]:
        """Return the page that a request asks for."""
        self.began = self.began or time.perf_counter()
        self.requests += 1
        time.sleep(self.family.latency)
        url = urlsplit(target)
        start = int(dict(parse_qsl(url.query)).get("after", 0))
        parent = url.path.split("/")[2] if url.path.endswith("/children") else None
        count, size = (self.family.parents, PAGE) if parent is None else (self.family.children, self.family.page)
        end = min(start + size, count)
        rows = [{"id": number if parent is None else f"{parent}-{number}"} for number in range(start, end)]
        return {"data": rows, "next": str(end) if end < count else None}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Api

    def do_GET(self) -> None:
        body = json.dumps(self.server.answer(self.path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def run(families: tuple[Family, ...], say: Callable[[str], None]) -> None:
    """Read families with each width, and say how long that takes."""
    for family in families:
        say(family.title)
        first = None
        for width in WIDTHS:
            seconds, requests = _read(family, width)
            first = first or seconds
            say(f"  {width} in flight: {seconds:.2f} s, {requests:,} requests, {first / seconds:.1f} times as fast")


def _read(family: Family, width: int) -> tuple[float, int]:
    """Return the seconds from the first request to the last record, and how many requests there were."""
    with tempfile.TemporaryDirectory() as folder, Api(family) as api:
        config = Path(folder, "config.json")
        config.write_text(json.dumps(_settings(api.server_address[1], width)), encoding="utf-8")
        command = [sys.executable, "-m", "tap_analytics", "--config", str(config)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own command
        ended = time.perf_counter()
        if done.returncode:
            raise SystemExit(done.stderr.decode())
        kinds = [(message["type"], message.get("stream")) for message in map(json.loads, done.stdout.splitlines())]
        expected = {"parents": family.parents, "children": family.parents * family.children}
        assert {stream: Counter(kinds)["RECORD", stream] for stream in expected} == expected  # noqa: S101 - all rows
        return ended - (api.began or ended), api.requests


def _settings(port: int, width: int) -> dict[str, Any]:
    cursor = {"type": "cursor", "cursor_path": "next", "cursor_param": "after"}
    schema = {"properties": {"id": {"type": ["string", "integer"]}}}
    resources = [
        {"name": name, "primary_key": "id", "schema": schema, "endpoint": {"path": path, "paginator": cursor}}
        for name, path in {"parents": "/parents", "children": "/parents/{resources.parents.id}/children"}.items()
    ]
    url = f"http://127.0.0.1:{port}"
    return {"api_url": url, "api_key": "key", "concurrency": width, "progress": "off", "resources": resources}
