"""How long it takes to read a long list that is skewed in time, in windows beside one list, and its largest offset."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from typing_extensions import override

from benchmarks.children import Api, Family

if TYPE_CHECKING:
    from collections.abc import Callable

BEGAN, ENDED = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2020, 2026))
# How strongly the rows lean towards the end: half of them are from the last twelfth of the time.
SKEW = 8


@dataclass(frozen=True, kw_only=True)
class LongList:
    """So many rows, so many on a page; an answer takes some seconds, and some more for each row that it passes over."""

    rows: int = 1_000_000
    page: int = 1_000
    latency: float = 0.02
    per_skipped_row: float = 1e-6

    @property
    def title(self) -> str:
        """What is read, in words."""
        return (
            f"{self.rows:,} rows that lean towards the end, {self.page:,} on a page, {self.latency * 1000:.0f} ms an "
            f"answer and {self.per_skipped_row * 1e6:.0f} microseconds more for each row that it passes over"
        )

    @cached_property
    def times(self) -> list[int]:
        """When each row was changed, in seconds since 1970."""
        return [int(BEGAN + (ENDED - BEGAN) * ((row + 0.5) / self.rows) ** (1 / SKEW)) for row in range(self.rows)]


FULL = LongList()
SMALL = LongList(rows=20_000, page=500, latency=0.01)
WIDTH = 8


class ListApi(Api):
    """Serves a long list by limit and offset, of all of it or between two seconds; notes the largest offset."""

    def __init__(self, listed: LongList) -> None:
        super().__init__(Family())
        self.listed = listed
        self.largest_offset = 0

    @override
    def answer(self, target: str) -> dict[str, Any]:
        self.began = self.began or time.perf_counter()
        self.requests += 1
        asked = dict(parse_qsl(urlsplit(target).query))
        times, offset = self.listed.times, int(asked["offset"])
        self.largest_offset = max(self.largest_offset, offset)
        time.sleep(self.listed.latency + offset * self.listed.per_skipped_row)
        first = bisect_left(times, int(asked.get("since", BEGAN)))
        end = bisect_left(times, int(asked["before"])) if "before" in asked else len(times)
        rows = range(first + offset, min(first + offset + int(asked["limit"]), end))
        return {"data": [{"id": row, "changed": times[row]} for row in rows], "total": end - first}


def run(listed: LongList, say: Callable[[str], None]) -> None:
    """Read a list as one and in windows, and say how long that takes."""
    say(listed.title)
    first = None
    for name, ends in {"one list": {}, "windows": {"end_param": "before"}}.items():
        seconds, api = read(listed, ends)
        first = first or seconds
        say(
            f"  {name}: {seconds:.2f} s, {api.requests:,} requests, largest offset {api.largest_offset:,}, "
            f"{first / seconds:.1f} times as fast"
        )


def read(listed: LongList, ends: dict[str, str], *, width: int = WIDTH) -> tuple[float, ListApi]:
    """Return the seconds from the first request to the last record, and the API that was asked."""
    with tempfile.TemporaryDirectory() as folder, ListApi(listed) as api:
        config = Path(folder, "config.json")
        config.write_text(json.dumps(settings(api.server_address[1], listed, ends, width=width)), encoding="utf-8")
        command = [sys.executable, "-m", "tap_analytics", "--config", str(config)]
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own command
        ended = time.perf_counter()
        if done.returncode:
            raise SystemExit(done.stderr.decode())
        assert done.stdout.count(b'"type":"RECORD"') == listed.rows  # noqa: S101 - all rows
        return ended - (api.began or ended), api


def settings(port: int, listed: LongList, ends: dict[str, str], *, width: int = WIDTH) -> dict[str, Any]:
    """Return the configuration that reads a long list."""
    incremental = {"cursor_path": "changed", "start_param": "since", "initial_value": BEGAN, "datetime_format": "epoch"}
    fields = {"id": {"type": "integer"}, "changed": {"type": "integer"}}
    resource = {
        "name": "rows",
        "primary_key": "id",
        "schema": {"properties": fields},
        "endpoint": {"path": "/rows", "incremental": incremental | ends},
    }
    url = f"http://127.0.0.1:{port}"
    return {
        "api_url": url,
        "api_key": "key",
        "concurrency": width,
        "page_size": listed.page,
        # A fifth of a short list, so that it is parted like a long one.
        "window_rows": min(10_000, listed.rows // 5),
        "progress": "off",
        "resources": [resource],
    }
