"""Sync a sandbox API into PostgreSQL with Meltano, change some rows, sync again: `make demo`.

Every figure is counted, in the API and in the database, and the demo fails when they differ.
"""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psycopg

from demo.meltano import EXTRACTOR, LOADER, Meltano, MeltanoFailed, Run
from demo.postgres import Postgres, PostgresUnavailable
from demo.warehouse import Warehouse
from tap_analytics.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROWS = {"contacts": 5000, "companies": 2000, "deals": 3000}
CHANGES = {"contacts": 25, "companies": 10, "deals": 5}
# Bookmarks are inclusive, so the newest rows of the first run are read once more; and two pages share a row.
READ_AGAIN_AT_MOST = 5


class DemoFailed(Exception):  # noqa: N818 - it says what happened
    """The figures are not what they should be; the message says which."""


@dataclass(frozen=True)
class Demo:
    """The API, the database and what moves the rows from one to the other."""

    api: Sandbox
    warehouse: Warehouse
    meltano: Meltano

    def play(self) -> None:
        """Run the demo.

        Raises:
            DemoFailed: A row is missing, or was read for nothing.
        """
        self._introduce()
        snapshots = self._first_sync()
        self._second_sync(self._change_rows(), snapshots)
        say("Every row arrived once, the second run read only what had changed, and the API key is in no log.")

    def _introduce(self) -> None:
        rows = sum(len(self.api.table(resource)) for resource in self.api.resources)
        say(f"The API       {self.api.url}, {rows:,} rows in {len(self.api.resources)} resources")
        say(f"The database  {self.warehouse.place}")
        if not self.meltano.installed:
            say(f"Meltano       installs {EXTRACTOR} and {LOADER}, this once ...")
            say(f"              took {self.meltano.install().seconds:.1f} s")

    def _sync(self) -> Run:
        say(f"\nmeltano run {EXTRACTOR} {LOADER} ...")
        run = self.meltano.run()
        if self.api.api_key in run.log:
            message = "The API key is in the log of Meltano."
            raise DemoFailed(message)
        return run

    def _first_sync(self) -> dict[str, int]:
        """Sync everything; return how many rows PostgreSQL has of the streams whose rows do not last."""
        run = self._sync()
        seconds = run.sync_seconds()
        expected = {resource: len(self.api.table(resource)) for resource in self.api.resources}
        counts = {resource: self.warehouse.count(resource) for resource in expected}
        rows = [
            (stream, f"{expected[stream]:,}", f"{count:,}", _in_seconds(seconds.get(stream)))
            for stream, count in counts.items()
        ]
        say(table(("stream", "rows in the API", "rows in PostgreSQL", "seconds to read"), rows))
        say(f"{run.seconds:.1f} s in all, from the start of Meltano to its end.")
        _check_counts(expected, counts)
        return {stream: count for stream, count in counts.items() if stream not in CHANGES}

    def _change_rows(self) -> str:
        """Change some rows of each list; return the new name that they all have."""
        name = f"Changed at {time.strftime('%H:%M:%S')}"
        for resource, count in CHANGES.items():
            for key in self.api.table(resource).sample(Random(count), count):  # noqa: S311 - any rows will do
                self.api.table(resource).update(key, name=name)
        changed = ", ".join(f"{count} {resource}" for resource, count in CHANGES.items())
        say(f"\nIn the API, {changed} get the name '{name}'.")
        return name

    def _second_sync(self, name: str, snapshots: dict[str, int]) -> None:
        """Sync what has changed, and check that it is only that."""
        before = len(self.api.requests)
        run = self._sync()
        requests = self.api.requests[before:]
        read = dict.fromkeys(self.api.resources, 0)
        for request in requests:
            if request.resource in read:
                read[request.resource] += request.rows
        arrived = {stream: self.warehouse.count(stream, name=name) for stream in CHANGES}
        counts = {stream: self.warehouse.count(stream) for stream in read}
        rows = [
            (stream, str(CHANGES.get(stream, "")), str(read[stream]), str(arrived.get(stream, "")), f"{count:,}")
            for stream, count in counts.items()
        ]
        say(table(("stream", "changed", "read from the API", "new in PostgreSQL", "rows in PostgreSQL"), rows))
        say(f"{run.seconds:.1f} s in all. Bookmarks are inclusive and pages share a row: one or two are read again.")
        say("The last three streams are statistics: each run adds what they say now, and keeps what they said before.")
        _check_changes(read, arrived)
        _check_counts({stream: ROWS.get(stream) or snapshots[stream] + read[stream] for stream in counts}, counts)


def _in_seconds(duration: float | None) -> str:
    """Return how long something took; empty if that is not known."""
    return "" if duration is None else f"{duration:.2f}".replace("0.00", "<0.01")


def _check_counts(expected: dict[str, int], counts: dict[str, int]) -> None:
    wrong = [f"{stream}: {counts[stream]:,} of {rows:,}" for stream, rows in expected.items() if counts[stream] != rows]
    if wrong:
        message = f"PostgreSQL does not have the rows that the API has. {'; '.join(wrong)}."
        raise DemoFailed(message)


def _check_changes(read: dict[str, int], arrived: dict[str, int]) -> None:
    for stream, changed in CHANGES.items():
        if arrived[stream] != changed:
            message = f"{stream}: {changed} rows were changed, {arrived[stream]} of them arrived."
            raise DemoFailed(message)
        if not changed <= read[stream] <= changed + READ_AGAIN_AT_MOST:
            message = f"{stream}: {changed} rows were changed, but {read[stream]} were read."
            raise DemoFailed(message)


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in plain text: the first column to the left, figures to the right."""
    lines = [titles, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(titles))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "  ".join(
            [f"  {first:<{widths[0]}}", *(f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True))]
        )
        for first, *rest in [titles, rule, *lines[1:]]
    )


def say(text: str) -> None:
    """Print at once, since a pipe would keep it until the end."""
    print(text, flush=True)  # noqa: T201 - this is what the demo is for


def play() -> None:
    """Start what the demo needs, run it, and remove all of it."""
    with ExitStack() as stage:
        directory = Path(stage.enter_context(tempfile.TemporaryDirectory(prefix="demo-")))
        # A new key each time: it cannot be in a log by accident. Live statistics differ from call to call.
        api = stage.enter_context(Sandbox(rows=ROWS, api_key=secrets.token_urlsafe(16), live=True))
        database = os.environ.get("TARGET_POSTGRES_SQLALCHEMY_URL") or stage.enter_context(Postgres()).url
        warehouse = stage.enter_context(Warehouse(database))
        tap = {
            "TAP_ANALYTICS_API_URL": api.url,
            "TAP_ANALYTICS_API_KEY": api.api_key,
            "TAP_ANALYTICS_START_PARAM": "updated_since",
            # Everything, whatever `meltano select` has left in meltano.yml.
            "TAP_ANALYTICS__SELECT": '["*.*"]',
        }
        Demo(api, warehouse, Meltano(directory, tap | warehouse.settings)).play()


def main() -> int:
    """Run the demo and return its exit code."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        play()
    except (DemoFailed, MeltanoFailed, PostgresUnavailable, psycopg.Error) as error:
        say(f"\nThe demo failed. {error}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 128 + signal.SIGINT
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
