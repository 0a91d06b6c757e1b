"""A stream read by Spark: the rows of one process, each once, whatever happens to a task."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.doors import comparable, of_column
from tests.spark.frames import Churn, by_id, frame, machine
from tests.windowed import contacts, skewed, synced

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox

pytestmark = pytest.mark.spark


def ids(rows: Any) -> list[int]:  # noqa: ANN401 - of Spark
    return sorted(int(row["id"]) for row in rows)


@pytest.mark.parametrize("stream", ["contacts", "deals"])
def test_three_doors_give_the_same_rows(spark: Any, api: Sandbox, stream: str) -> None:  # noqa: ANN401
    table = machine(api, stream, stream=stream)
    rows = frame(spark, api, stream, stream=stream).toArrow()
    assert rows.schema.names == table.schema.names
    assert by_id(rows.to_pylist()) == by_id(table.to_pylist())
    records = sorted(synced(api, stream).records(stream), key=lambda record: int(record["id"]))
    kinds = {field.name: field.type for field in table.schema}
    for record, row in zip(records, by_id(rows.to_pylist()), strict=True):
        for name, kind in kinds.items():
            value = comparable(kind, record.get(name))
            assert of_column(kind, row[name], value) == value, name


def test_windows_bring_every_row_once(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = skewed(api)
    rows = frame(spark, api, rows=100)
    assert rows.rdd.getNumPartitions() > 5
    assert ids(rows.collect()) == expected


def test_a_task_that_fails_midway_is_tried_again_and_brings_no_row_twice(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = skewed(api)
    failed: list[Request] = []

    def once(request: Request) -> Answer | None:
        if int(request.params["offset"]) < 40 or len(failed) == 2:
            return None
        failed.append(request)
        return Answer.error(500, "Not now.")

    api.intercept(once)
    assert ids(frame(spark, api, rows=100, config={"page_size": 20}).collect()) == expected
    assert len(failed) == 2


@pytest.mark.parametrize(("split", "is_once"), [("windows", False), ("offsets", True)])
def test_rows_that_stay_in_a_list_that_changes_are_there(
    spark: Any,  # noqa: ANN401
    api: Sandbox,
    split: str,
    *,
    is_once: bool,
) -> None:
    skewed(api)
    rows = frame(spark, api, split=split, rows=100, config={"page_size": 20})
    churn = Churn(api)
    found = Counter(ids(rows.collect()))
    assert churn.deleted
    assert churn.stayed - found.keys() == set()
    twice = {key for key, times in found.items() if times > 1}
    assert twice <= (set() if is_once else churn.changed)


def test_what_changes_meanwhile_is_in_the_read_from_the_end_on(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    skewed(api)
    until = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    first, rest = frame(spark, api, rows=100, end=until), frame(spark, api, rows=100, start=until)
    churn = Churn(api)
    found, later = Counter(ids(first.collect())), ids(rest.collect())
    assert max(found.values()) == 1
    assert churn.stayed - {*found, *later} == set()


def test_an_end_leaves_what_changes_to_a_later_read(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected, until = skewed(api), "2025-08-01T00:00:00Z"
    first, rest = frame(spark, api, rows=100, end=until), frame(spark, api, rows=100, start=until)
    assert ids(first.collect() + rest.collect()) == expected
    assert 0 < first.count() < len(expected)


def test_one_partition_reads_as_one_process_does(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    rows = frame(spark, api, contacts(), split="none")
    assert rows.rdd.getNumPartitions() == 1
    assert ids(rows.collect()) == list(range(1, 251))
