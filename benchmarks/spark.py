"""How long Spark takes to read a long list that is skewed in time, in all the ways that there are to part it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.windows import BEGAN, ENDED, ListApi, LongList, read, settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FULL = LongList(rows=50_000, page=100, latency=0.1)
SMALL = LongList(rows=5_000, page=100, latency=0.02)
ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-spark" / "bin" / "python"
# Executors, and requests that each has under way at once.
EXECUTORS, WIDTH = 2, 4
BOTH = {"end_param": "before"}
LONGEST = (ENDED - BEGAN) // 4


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way to part the list: its options, and whether the API takes both ends."""

    title: str
    options: Mapping[str, object]
    ends: Mapping[str, str]


def ways(listed: LongList) -> list[Way]:
    """Return the ways that are measured."""
    span = {"start": str(BEGAN), "end": str(ENDED)}
    return [
        Way(title="4 equal windows", options=span | {"rows": 10**9, "max_window": LONGEST}, ends=BOTH),
        Way(title="windows by their rows", options=span | {"rows": listed.rows // 5}, ends=BOTH),
        Way(title="stretches", options={"rows": listed.rows // 4, "split": "offsets"}, ends={}),
    ]


def main(listed: LongList, say: Callable[[str], None]) -> int:
    """Measure, in the environment that has pyspark, and return the exit code."""
    if importlib.util.find_spec("pyspark") is not None:
        run(listed, say)
        return 0
    if not PYTHON.exists() or shutil.which("java") is None:
        say("Spark needs Java 17, and an environment of its own: `make test-spark` makes it")
        return 1
    small = ["--small"] if listed is SMALL else []
    command = [str(PYTHON), "-m", "benchmarks", "spark", *small]
    return subprocess.run(command, check=False, cwd=ROOT).returncode  # noqa: S603 - our own command


def run(listed: LongList, say: Callable[[str], None]) -> None:
    """Read the list by one process and by two executors, and say how long that takes."""
    say(f"{listed.title}; {EXECUTORS} executors, {WIDTH} requests at once in each process")
    seconds, api = read(listed, {}, width=WIDTH)
    say(_line("one process", seconds, api, first=seconds))
    with TemporaryDirectory() as folder:
        session = _session(folder)
        try:
            # What is imported once for each executor is no part of the time.
            _measure(session, SMALL, ways(SMALL)[1])
            for way in ways(listed):
                taken, api = _measure(session, listed, way)
                say(_line(way.title, taken, api, first=seconds))
        finally:
            session.stop()


def _session(folder: str) -> Any:  # noqa: ANN401 - of Spark
    os.environ |= {
        "TAP_ANALYTICS_API_KEY": "key",
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_WORKER_DIR": folder,
    }
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it is not in every environment

    usual = {"spark.ui.enabled": "false", "spark.log.level": "ERROR", "spark.ui.showConsoleProgress": "false"}
    builder = SparkSession.builder.master(f"local-cluster[{EXECUTORS},1,1024]")
    for name, value in usual.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _measure(session: Any, listed: LongList, way: Way) -> tuple[float, ListApi]:  # noqa: ANN401
    """Return the seconds from the beginning of a query to its end, with its plan, and the API that was asked."""
    with ListApi(listed) as api:
        config = settings(api.server_address[1], listed, dict(way.ends), width=WIDTH)
        del config["api_key"]
        options = {"stream": "rows", "config": json.dumps(config)}
        options |= {name: str(value) for name, value in way.options.items()}
        rows = session.read.format("tap_analytics").options(**options).load()
        began = time.perf_counter()
        assert len({row["id"] for row in rows.collect()}) == listed.rows  # noqa: S101 - all rows
        return time.perf_counter() - began, api


def _line(name: str, seconds: float, api: ListApi, *, first: float) -> str:
    return (
        f"  {name}: {seconds:.2f} s, {api.requests:,} requests, largest offset {api.largest_offset:,}, "
        f"{first / seconds:.2f} times as fast"
    )
