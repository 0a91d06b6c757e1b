"""From resources to streams: a sample where no field is declared, and what becomes of a sync without one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tap_analytics.sandbox import Sandbox
from tests.conftest import API_KEY, catalog

if TYPE_CHECKING:
    from tests.conftest import TapRunner

BROKEN: dict[str, Any] = {"name": "broken", "primary_key": "id", "endpoint": "/v1/nothing"}


def test_a_resource_without_a_sample_fails_alone(tap: TapRunner) -> None:
    run = tap(resources=["contacts", BROKEN, {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}])
    assert run.code == 1
    assert len(run.records("contacts")) == len(run.records("people")) == 250
    assert run.bookmark("contacts")
    assert not [message for message in run.messages if message.get("stream") == "broken"]
    assert run.stderr.rstrip().endswith("1 of 3 streams failed: broken")
    assert "/v1/nothing failed at offset 0: 404 Not Found" in run.stderr


def test_a_child_without_a_sample_fails_and_no_other_stream(tap: TapRunner) -> None:
    child = {"name": "child", "primary_key": "id", "endpoint": "/v1/companies/{resources.companies.id}/nothing"}
    run = tap(resources=["companies", child, "deals"])
    assert run.code == 1
    assert not [message for message in run.messages if message.get("stream") == "child"]
    assert len(run.records("companies")) == 120
    assert len(run.records("deals")) == 30
    assert run.stderr.rstrip().endswith("1 of 3 streams failed: child")
    assert re.search(r"\| child +0 .* failed\n", run.stderr)


def test_children_of_a_parent_without_a_sample_are_in_the_table(tap: TapRunner) -> None:
    child = {"name": "child", "primary_key": "id", "endpoint": "/v1/{resources.broken.id}/nothing"}
    run = tap(resources=[BROKEN, child, "deals"])
    assert run.code == 1
    assert re.search(r"\| broken +0 .* failed\n", run.stderr)
    assert re.search(r"\| child +0 .* failed\n", run.stderr)
    assert re.search(r"\| deals +30 .* ok\n", run.stderr)


def test_there_is_no_catalog_with_a_field_missing_for_want_of_a_sample(tap: TapRunner) -> None:
    run = tap("--discover", resources=["contacts", BROKEN, BROKEN | {"name": "also"}])
    assert (run.code, run.stdout) == (1, "")
    assert "broken: /v1/nothing failed" in run.stderr
    assert "also: /v1/nothing failed" in run.stderr


def test_there_is_no_schema_with_a_field_missing_for_want_of_a_sample(tap: TapRunner) -> None:
    run = tap("--test=schema", resources=["contacts", BROKEN])
    assert (run.code, run.stdout) == (1, "")
    assert "broken: /v1/nothing failed" in run.stderr
    fine = tap("--test=schema", resources=["contacts"])
    assert (fine.code, [message["type"] for message in fine.messages]) == (0, ["SCHEMA"])


def test_a_parent_that_fails_is_not_asked_again_for_its_children(api: Sandbox, tap: TapRunner) -> None:
    children = [
        {"name": name, "primary_key": "id", "endpoint": f"/v1/{{resources.broken.id}}/{name}"} for name in ("a", "b")
    ]
    run = tap("--discover", resources=[BROKEN, *children])
    assert run.code == 1
    assert len(api.requests) == 1


def test_what_a_catalog_does_not_have_is_not_sampled(api: Sandbox, tap: TapRunner) -> None:
    people = {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}
    run = tap(streams=["deals"], resources=["deals", people, BROKEN])
    assert run.code == 0
    assert {request.resource for request in api.requests} == {"deals"}


def test_pages_that_come_after_the_sample_warn_of_nothing(tap: TapRunner) -> None:
    with Sandbox(api_key=API_KEY, rows={"contacts": 600}, latency=0.01) as slow:
        people = {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}
        run = tap("--discover", api_url=slow.url, resources=[people], page_size=20, sample_size=30, concurrency=8)
    assert run.code == 0
    assert "WARNING" not in run.stderr


def test_rows_that_never_say_when_they_changed_are_told(tap: TapRunner) -> None:
    misspelt = {
        "name": "people",
        "primary_key": "id",
        "endpoint": {"path": "/v1/contacts", "incremental": {"cursor_path": "updated"}},
    }
    run = tap(resources=[misspelt, "contacts"])
    assert run.code == 0
    told = "no record has a date or a number in `updated`, so no bookmark can move; check `cursor_path`"
    assert run.stderr.count(told) == 1
    again = tap(resources=["contacts"], state=run.state)
    assert "so no bookmark can move" not in again.stderr


def test_advice_for_rows_without_a_date_moves_the_bookmark(api: Sandbox, tap: TapRunner) -> None:
    api.table("companies").load([{"id": 1, "amount": 5}])
    asked = {"cursor_path": "day", "start_param": "from", "end_param": "to", "datetime_format": "%Y-%m-%d"}
    period = {"initial_value": "2025-01-01", "end_value": "2025-03-01"}
    sales: Any = {
        "name": "sales",
        "primary_key": "id",
        "endpoint": {"path": "/v1/companies", "incremental": asked | period},
    }
    run = tap(resources=[sales])
    assert run.bookmark("sales") is None
    assert "set `incremental.step`: the bookmark is the end of each window then" in run.stderr
    sales["endpoint"]["incremental"] |= {"step": "P1M"}
    advised = tap(resources=[sales])
    assert (advised.code, advised.bookmark("sales")) == (0, "2025-03-01T00:00:00Z")
    assert "so no bookmark can move" not in advised.stderr


def test_rows_that_say_when_they_changed_in_a_way_that_cannot_be_read_are_told(api: Sandbox, tap: TapRunner) -> None:
    api.table("companies").load([{"id": 1, "day": "2025-1-2"}, {"id": 2, "day": "2025-12-31x"}])
    days = {
        "name": "days",
        "primary_key": "id",
        "endpoint": {"path": "/v1/companies", "incremental": {"cursor_path": "day", "datetime_format": "epoch_ms"}},
    }
    told = "no record has a date or a number in `day`, so no bookmark can move; check `cursor_path`, and how dates are"
    run = tap(resources=[days])
    assert (run.code, len(run.records("days")), run.stderr.count(told)) == (0, 2, 1)
    assert told in tap("--test", resources=[days]).stdout


def test_a_value_that_does_not_fit_is_not_taken_for_a_missing_cursor(api: Sandbox, tap: TapRunner) -> None:
    api.table("companies").load([{"id": 1, "employee_count": "many", "updated_at": "2025-01-01T00:00:00Z"}])
    run = tap(streams=["companies"])
    assert run.code == 1
    assert "so no bookmark can move" not in run.stderr


def test_a_stream_that_is_read_whole_needs_no_cursor(api: Sandbox, tap: TapRunner) -> None:
    api.table("companies").load([{"id": 1}])
    entries = catalog("companies")
    for entry in entries["streams"]:
        entry["replication_method"] = "FULL_TABLE"
    run = tap.run(*tap.write(config=tap.settings(), catalog=entries))
    assert run.code == 0
    assert "so no bookmark can move" not in run.stderr
