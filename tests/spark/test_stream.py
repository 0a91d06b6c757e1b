"""A streaming query: what is there, then what has changed, each row once, also where it was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import API_KEY
from tests.spark.frames import options_of
from tests.windowed import load_skewed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tap_analytics.sandbox import Request, Sandbox

pytestmark = pytest.mark.spark
# What another process runs, to be killed in the middle.
PROGRAM = """
import json, sys
from pyspark.sql import SparkSession
from tests.spark.test_stream import available
options, folder = json.loads(sys.argv[1]), sys.argv[2]
session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
available(session, options, folder)
"""


def available(spark: Any, options: dict[str, str], folder: str) -> None:  # noqa: ANN401 - of Spark
    """Read all that is there now into files."""
    frame = spark.readStream.format("tap_analytics").options(**options).load()
    query = frame.writeStream.option("checkpointLocation", f"{folder}/checkpoint").trigger(availableNow=True)
    query.start(f"{folder}/rows", format="parquet").awaitTermination()


def ids(spark: Any, folder: Path) -> Counter[int]:  # noqa: ANN401 - of Spark
    return Counter(int(row["id"]) for row in spark.read.parquet(f"{folder}/rows").select("id").collect())


def test_what_is_there_then_what_has_changed_then_nothing(
    spark: Any,  # noqa: ANN401
    api: Sandbox,
    tmp_path: Path,
    events: Callable[[], str],
) -> None:
    expected = load_skewed(api)
    options = options_of(api, rows=200)
    available(spark, options, str(tmp_path))
    assert ids(spark, tmp_path) == Counter(expected)
    now = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    for key in (5, 6, 7):
        api.table("contacts").update(key, updated_at=now)
    available(spark, options, str(tmp_path))
    available(spark, options, str(tmp_path))
    assert ids(spark, tmp_path) == Counter([*expected, 5, 6, 7])
    kept = "".join(path.read_text(errors="replace") for path in tmp_path.rglob("*") if path.is_file())
    assert '{"until": "20' in kept
    assert not [text for text in (kept, events()) if API_KEY in text or json.dumps(API_KEY)[1:-1] in text]


def test_a_backfill_that_is_killed_goes_on_and_brings_each_row_once(spark: Any, api: Sandbox, tmp_path: Path) -> None:  # noqa: ANN401
    expected = load_skewed(api)
    options = options_of(api, start="2024-01-01T00:00:00Z", end="2025-12-01T00:00:00Z", max_window="P200D", rows=100)
    command = [sys.executable, "-c", PROGRAM, json.dumps(options), str(tmp_path)]
    with subprocess.Popen(command, start_new_session=True, cwd=os.getcwd()) as process:  # noqa: PTH109

        def kill(request: Request) -> None:
            if request.params.get("updated_since", "") > "2025-02" and int(request.params["offset"]) > 0:
                os.killpg(process.pid, signal.SIGKILL)

        api.intercept(kill)
        assert process.wait(timeout=300) == -signal.SIGKILL
    found = ids(spark, tmp_path)
    assert 0 < len(found) < len(expected)
    api.reset()
    load_skewed(api)
    available(spark, options, str(tmp_path))
    assert ids(spark, tmp_path) == Counter(expected)
