"""Two executors, each a process of its own: 50,000 rows as one machine reads them, and one of them dies."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.spark.frames import Churn, frame, machine
from tests.windowed import load_skewed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request, Sandbox

pytestmark = pytest.mark.spark
pa = pytest.importorskip("pyarrow", reason="the extra `spark` is not installed")


@pytest.fixture(scope="module")
def cluster(session: Callable[[str], Any]) -> Any:  # noqa: ANN401 - of Spark
    return session("local-cluster[2,1,1024]")


def executors(cluster: Any) -> set[int]:  # noqa: ANN401 - of Spark
    """Return the process of each executor: the one that has started the daemon of which each Python is a fork."""

    def executor(_: int) -> int:
        stat = Path(f"/proc/{os.getppid()}/stat").read_text(encoding="utf-8")
        return int(stat.rpartition(")")[2].split()[1])

    numbers = cluster.sparkContext.parallelize(range(8), 8)
    return set(numbers.map(executor).collect())


@pytest.mark.parametrize("split", ["windows", "offsets"])
def test_50_000_contacts_are_those_of_one_machine_value_by_value(cluster: Any, api: Sandbox, split: str) -> None:  # noqa: ANN401
    api.reset(rows={"contacts": 50_000})
    table = machine(api, page_size=1000)
    rows = frame(cluster, api, split=split, rows=10_000, config={"page_size": 1000}).toArrow()
    assert rows.num_rows == table.num_rows == 50_000
    assert rows.cast(table.schema).sort_by("id").equals(table.sort_by("id"))


@pytest.mark.parametrize("split", ["windows", "offsets"])
def test_rows_that_stay_are_there_while_50_000_change(cluster: Any, api: Sandbox, split: str) -> None:  # noqa: ANN401
    api.reset(rows={"contacts": 50_000})
    rows = frame(cluster, api, split=split, rows=10_000, config={"page_size": 1000}).select("id")
    churn = Churn(api)
    found = Counter(int(row["id"]) for row in rows.collect())
    assert len(churn.deleted) > 100
    assert churn.stayed - found.keys() == set()
    assert {key for key, times in found.items() if times > 1} <= (churn.changed if split == "windows" else set())


def test_an_executor_that_dies_costs_no_row_and_brings_none_twice(cluster: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = load_skewed(api)
    (first, *others) = executors(cluster)
    assert others
    killed: list[Request] = []

    def kill(request: Request) -> None:
        if int(request.params["offset"]) > 0 and not killed:
            killed.append(request)
            os.kill(first, signal.SIGKILL)

    rows = frame(cluster, api, rows=100, config={"page_size": 20}).select("id")
    api.intercept(kill)
    assert sorted(int(row["id"]) for row in rows.collect()) == expected
    assert killed
