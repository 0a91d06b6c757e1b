"""Streams of the sandbox as Spark reads them."""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from tap_analytics.source import Source
from tests.windowed import contacts

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox


def settings(api: Sandbox, *resources: object, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any setting
    """Return a configuration without its key, which is in the environment."""
    usual = {"api_url": api.url, "page_size": 50, "backoff_factor": 0, "max_retries": 0}
    return usual | {"resources": [*resources] or [contacts({"initial_value": "2000-01-01"})]} | more


def options_of(api: Sandbox, *resources: object, stream: str = "contacts", config: Any = None, **options: Any) -> Any:  # noqa: ANN401
    """Return the options that read a stream."""
    words = settings(api, *resources, **(config or {}))
    return {"stream": stream, "config": json.dumps(words)} | {name: str(value) for name, value in options.items()}


def frame(spark: Any, api: Sandbox, *resources: object, **options: Any) -> Any:  # noqa: ANN401 - of Spark
    """Return a stream as a DataFrame."""
    return spark.read.format("tap_analytics").options(**options_of(api, *resources, **options)).load()


def machine(api: Sandbox, *resources: object, stream: str = "contacts", **more: Any) -> Any:  # noqa: ANN401 - of Arrow
    """Return a stream as one process reads it."""
    return Source(settings(api, *resources, **more) | {"api_key": api.api_key}).table(stream)


def workers() -> list[int]:
    """Return the processes of Python in which the tasks of this Spark run: forks of a daemon below it."""
    parents, daemons = {}, set()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            process = int(folder.name)
            parents[process] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if "pyspark.daemon" in (folder / "cmdline").read_text():
                daemons.add(process)

    def is_below(process: int) -> bool:
        while process > 1 and process != os.getpid():
            process = parents.get(process, 0)
        return process == os.getpid()

    return [each for each in daemons if parents[each] in daemons and is_below(each)]


def plain(value: Any) -> Any:  # noqa: ANN401
    """Return a row of Spark as Python has it, at any depth."""
    return value.asDict(recursive=True) if hasattr(value, "asDict") else value


def by_id(rows: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    """Return rows as dictionaries, in the order of their ids."""
    return sorted(map(plain, rows), key=lambda row: int(row["id"]))


@dataclass
class Churn:
    """Changes the contacts before each request, and dates the changes as of now, as APIs do."""

    api: Sandbox
    deleted: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.first = set(self.api.table("contacts").ids())
        self._random = Random(1)  # noqa: S311 - no secret
        self.api.intercept(self)

    @property
    def stayed(self) -> set[int]:
        return self.first - self.deleted

    def __call__(self, _: Request) -> None:
        table, now = self.api.table("contacts"), f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        for key in table.sample(self._random, 3):
            table.delete(key)
            self.deleted.add(key)
        self.changed.update(table.insert(updated_at=now) for _ in range(2))
        for key in table.sample(self._random, 2):
            table.update(key, updated_at=now)
            self.changed.add(key)
