"""Spark, for tests that need it: on a machine without Java or pyspark they are left out, and say why."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests import accounted
from tests.conftest import API_KEY
from tests.foreign import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def lacking() -> str | None:
    """Return what is missing to run Spark, None if nothing is."""
    if importlib.util.find_spec("pyspark") is None:
        return "pyspark is not installed: `make test-spark` installs it"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java: Spark needs Java 17 or newer"
    return None


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """Start Spark at a master that a test names, with a folder for its event log; it ends with the module."""
    if reason := lacking():
        pytest.skip(reason)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - it is an extra

    folder = tmp_path_factory.mktemp("spark")
    for name in ("events", "local", "work"):
        (folder / name).mkdir()
    # Spark hands its environment on: to the process that plans, and to those that read.
    surroundings = {
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYTHONPATH": str(Path(__file__).parent / "start"),  # its sitecustomize.py
        # Nothing here runs long enough to be worth more than a first compilation.
        "JDK_JAVA_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "SPARK_WORKER_DIR": str(folder / "work"),
        "TAP_ANALYTICS_API_KEY": API_KEY,
        "PARTS_TOKEN": TOKEN,
        **{f"{name.upper()}_KEY": key for name, key in accounted.KEYS.items()},
        # Another account, as an executor may have: nothing reads it.
        "TAP_ANALYTICS_API_URL": "http://127.0.0.1:9",
    }
    started: list[Any] = []

    def start(master: str) -> Any:  # noqa: ANN401 - of Spark
        if not started:
            usual = {
                "spark.ui.enabled": "false",
                "spark.log.level": "ERROR",
                "spark.sql.shuffle.partitions": "2",
                "spark.sql.session.timeZone": "UTC",
                "spark.local.dir": folder / "local",
                "spark.eventLog.enabled": "true",
                "spark.eventLog.compress": "false",
                "spark.eventLog.dir": f"file://{folder / 'events'}",
                "spark.task.maxFailures": "3",
            }
            builder = SparkSession.builder.master(master)
            for name, value in usual.items():
                builder = builder.config(name, str(value))
            started.append(builder.getOrCreate())
        return started[0]

    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings.items():
            patch.setenv(name, value)
        yield start
        for each in started:
            each.stop()


@pytest.fixture(scope="module")
def spark(session: Callable[[str], Any]) -> Any:  # noqa: ANN401 - of Spark
    """Spark with two tasks at once in this machine, each of which is tried three times."""
    return session("local[2,3]")


@pytest.fixture
def events(spark: Any) -> Callable[[], str]:  # noqa: ANN401
    """Return what Spark has written into its event log so far."""
    folder = Path(spark.conf.get("spark.eventLog.dir").removeprefix("file://"))
    return lambda: "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
