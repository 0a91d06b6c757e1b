"""A stream read by Spark: the rows of one process, each once, whatever happens to a task."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tap_analytics.source import Source
from tests import accounted
from tests.doors import KINDS, comparable, of_column
from tests.foreign import Foreign, Reply
from tests.spark.frames import Churn, by_id, frame, machine, workers
from tests.windowed import contacts, load_skewed, sync

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
    records = sorted(sync(api, stream).records(stream), key=lambda record: int(record["id"]))
    kinds = {field.name: field.type for field in table.schema}
    for record, row in zip(records, by_id(rows.to_pylist()), strict=True):
        for name, kind in kinds.items():
            value = comparable(kind, record.get(name))
            assert of_column(kind, row[name], value) == value, name


def test_windows_bring_every_row_once(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = load_skewed(api)
    rows = frame(spark, api, rows=100)
    assert rows.rdd.getNumPartitions() > 5
    assert ids(rows.collect()) == expected


def test_a_task_that_fails_midway_is_tried_again_and_brings_no_row_twice(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = load_skewed(api)
    failed: list[Request] = []

    def once(request: Request) -> Answer | None:
        if int(request.params["offset"]) < 40 or len(failed) == 2:
            return None
        failed.append(request)
        return Answer.error(500, "Not now.")

    api.intercept(once)
    assert ids(frame(spark, api, rows=100, config={"page_size": 20}).collect()) == expected
    assert len(failed) == 2


def test_a_python_that_dies_costs_no_row_and_brings_none_twice(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected = load_skewed(api)
    killed: list[int] = []

    def kill(request: Request) -> None:
        if int(request.params["offset"]) > 0 and not killed:
            killed.append(workers()[0])
            os.kill(killed[0], signal.SIGKILL)

    rows = frame(spark, api, rows=100, config={"page_size": 20}).select("id")
    api.intercept(kill)
    assert ids(rows.collect()) == expected
    assert killed


def accounts(spark: Any, api: Sandbox, folder: Path, *resources: object, **options: str) -> Any:  # noqa: ANN401
    """Return the contacts of all accounts, which stand in a table."""
    lines = [f"{each['name']},{each['api_key']}" for each in accounted.ACCOUNTS]
    (folder / "accounts.csv").write_text("\n".join(["name,api_key", *lines]))
    settings = accounted.config(api, *resources, accounts=None, accounts_file=str(folder / "accounts.csv"))
    given = {"stream": "contacts", "config": json.dumps(settings)} | options
    return spark.read.format("tap_analytics").options(**given).load().select("_account", "id")


@pytest.mark.parametrize("split", ["windows", "offsets"])
def test_accounts_are_read_with_their_names(spark: Any, api: Sandbox, tmp_path: Path, split: str) -> None:  # noqa: ANN401
    lists = accounted.serve(api, north=accounted.rows(30), south=accounted.rows(12), west=[])
    entry = contacts({"initial_value": "2000-01-01"}) if split == "windows" else "contacts"
    rows = accounts(spark, api, tmp_path, entry, split=split, rows="20")
    found = sorted((row["_account"], int(row["id"])) for row in rows.collect())
    assert found == accounted.ids_in(**lists)


def test_an_account_that_fails_fails_the_query_and_is_named_without_its_key(
    spark: Any,  # noqa: ANN401
    api: Sandbox,
    tmp_path: Path,
    events: Callable[[], str],
) -> None:
    accounted.serve(api, north=accounted.rows(30), west=accounted.rows(3))
    rows = accounts(spark, api, tmp_path, split="none")
    with pytest.raises(Exception, match=r"account `south`: contacts: .*401") as failed:
        rows.collect()
    told = str(failed.value) + events()
    assert not [key for key in accounted.KEYS.values() if key in told]


def test_values_of_all_kinds_are_those_of_one_machine(spark: Any) -> None:  # noqa: ANN401
    with Foreign() as other:
        other.serve("/parts", KINDS)
        pages = {"type": "offset", "limit": 50, "offset_param": "first", "limit_param": "count"}
        entry = {"name": "parts", "primary_key": "id", "endpoint": {"data_selector": "result.items"}}
        client = {"base_url": other.url, "headers": {"X-Token": "$PARTS_TOKEN"}, "paginator": pages}
        config = {"client": client, "resources": [entry], "max_retries": 0}
        table = Source(config).table("parts")
        given = {"stream": "parts", "config": json.dumps(config)}
        rows = spark.read.format("tap_analytics").options(**given).load().toArrow()
    assert rows.num_rows == len(KINDS)
    assert rows.cast(table.schema).sort_by("id").equals(table)


def test_lists_of_children_are_read_in_chunks_of_parents(spark: Any) -> None:  # noqa: ANN401
    with Foreign() as other:
        other.serve("/firms", [{"id": number} for number in range(20)])
        for firm in range(20):
            other.serve(f"/firms/{firm}/notes", [{"id": firm * 10 + each} for each in range(3)])
        pages = {"type": "offset", "limit": 50, "offset_param": "first", "limit_param": "count"}
        endpoint = {"data_selector": "result.items", "paginator": pages}
        entry = {"primary_key": "id", "columns": {"id": {"data_type": "bigint"}}}
        firms = entry | {"name": "firms", "endpoint": endpoint}
        notes = entry | {"name": "notes", "endpoint": endpoint | {"path": "firms/{resources.firms.id}/notes"}}
        client = {"base_url": other.url, "headers": {"X-Token": "$PARTS_TOKEN"}}
        given = {"stream": "notes", "split": "parents", "readers": "2"}
        given["config"] = json.dumps({"client": client, "resources": [firms, notes], "max_retries": 0})
        rows = spark.read.format("tap_analytics").options(**given).load()
        assert rows.rdd.getNumPartitions() == 8
        assert ids(rows.collect()) == [firm * 10 + each for firm in range(20) for each in range(3)]
        other.routes["/api/firms/7/notes"] = lambda _: Reply({}, status=500)
        with pytest.raises(Exception, match="500"):
            rows.collect()


@pytest.mark.parametrize(("split", "is_once"), [("windows", False), ("offsets", True)])
def test_rows_that_stay_in_a_list_that_changes_are_there(
    spark: Any,  # noqa: ANN401
    api: Sandbox,
    split: str,
    *,
    is_once: bool,
) -> None:
    load_skewed(api)
    rows = frame(spark, api, split=split, rows=100, config={"page_size": 20})
    churn = Churn(api)
    found = Counter(ids(rows.collect()))
    assert churn.deleted
    assert churn.stayed - found.keys() == set()
    twice = {key for key, times in found.items() if times > 1}
    assert twice <= (set() if is_once else churn.changed)


def test_what_changes_meanwhile_is_in_the_read_from_the_end_on(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    load_skewed(api)
    until = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
    first, rest = frame(spark, api, rows=100, end=until), frame(spark, api, rows=100, start=until)
    churn = Churn(api)
    found, later = Counter(ids(first.collect())), ids(rest.collect())
    assert max(found.values()) == 1
    assert churn.stayed - {*found, *later} == set()


def test_an_end_leaves_what_changes_to_a_later_read(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    expected, until = load_skewed(api), "2025-08-01T00:00:00Z"
    first, rest = frame(spark, api, rows=100, end=until), frame(spark, api, rows=100, start=until)
    assert ids(first.collect() + rest.collect()) == expected
    assert 0 < first.count() < len(expected)


def test_one_partition_reads_as_one_process_does(spark: Any, api: Sandbox) -> None:  # noqa: ANN401
    rows = frame(spark, api, contacts(), split="none")
    assert rows.rdd.getNumPartitions() == 1
    assert ids(rows.collect()) == list(range(1, 251))
