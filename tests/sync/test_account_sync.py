"""Many accounts in one sync: each whole and apart from the others, whatever becomes of them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tests.accounted import ACCOUNTS, KEYS, config, ids_in, ids_of, rows, serve, set_keys, sync
from tests.conftest import surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

THINGS = {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things"}}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


@pytest.mark.parametrize("concurrency", [1, 4])
def test_rows_of_equal_ids_stay_apart(api: Sandbox, concurrency: int) -> None:
    lists = serve(api, north=rows(130), south=rows(60), west=[])
    run = sync(api, "contacts", THINGS, concurrency=concurrency)
    assert run.code == 0, run.stderr
    assert ids_of(run) == ids_of(run, "things") == ids_in(**lists)
    schemas = [message for message in run.messages if message["type"] == "SCHEMA"]
    assert [each["stream"] for each in schemas] == ["contacts", "things"]
    assert {tuple(each["key_properties"]) for each in schemas} == {("_account", "id")}
    assert {each["schema"]["properties"]["_account"]["type"] for each in schemas} == {"string"}


def test_an_account_that_fails_is_named_and_stops_no_other(api: Sandbox) -> None:
    lists = serve(api, north=rows(30), west=rows(7))
    run = sync(api)
    assert (run.code, run.stderr) == (1, "1 of 3 accounts failed: south")
    assert ids_of(run) == ids_in(**lists)
    assert "replication_key_value" not in run.state["accounts"]["south"]["bookmarks"]["contacts"]
    lists["south"] = rows(5)
    again = sync(api, state=run.state)
    assert again.code == 0
    assert {each for each in ids_of(again) if each[0] == "south"} == set(ids_in(south=rows(5)))


def test_each_account_goes_on_from_its_own_bookmark(api: Sandbox) -> None:
    serve(api, north=rows(10, month=3), south=rows(10, month=5), west=[])
    first = sync(api)
    before = len(api.requests)
    second = sync(api, state=first.state)
    asked = {each.params["api_key"]: each.params.get("updated_since") for each in api.requests[before:]}
    assert asked == {
        KEYS["north"]: "2025-03-10T00:00:00Z",
        KEYS["south"]: "2025-05-10T00:00:00Z",
        KEYS["west"]: None,
    }
    assert second.state == first.state


def test_an_account_that_is_gone_keeps_its_state(api: Sandbox) -> None:
    serve(api, north=rows(1), south=rows(1), west=rows(1))
    first = sync(api)
    second = sync(api, state=first.state, accounts=ACCOUNTS[:1])
    assert second.state["accounts"].keys() == set(KEYS)


def test_one_number_bounds_the_requests_of_all_accounts(api: Sandbox) -> None:
    serve(api, delay=0.02, north=rows(300), south=rows(300), west=rows(300))
    run = sync(api, concurrency=2, page_size=50)
    assert run.code == 0, run.stderr
    times = [(each.received_at, each.answered_at or 0.0) for each in api.requests]
    assert max(sum(start <= begun < end for start, end in times) for begun, _ in times) == 2


def versions(lines: list[dict[str, Any]]) -> set[int]:
    return {message["version"] for message in lines if message.get("version")}


def test_a_version_is_that_of_all_accounts_and_active_when_all_are_read(api: Sandbox) -> None:
    entry = {"name": "contacts", "write_disposition": "replace"}
    lists = serve(api, north=rows(3), south=rows(2), west=rows(1))
    run = sync(api, entry)
    assert len(versions(run.messages)) == 1
    kinds = [message["type"] for message in run.messages]
    assert kinds.count("ACTIVATE_VERSION") == 1
    assert "RECORD" not in kinds[kinds.index("ACTIVATE_VERSION") :]
    some = sync(api, entry, state=run.state, accounts=ACCOUNTS[:2])  # those of `west` are to stay
    del lists["west"]
    failed = sync(api, entry)
    assert [some.code, failed.code] == [0, 1]
    assert all(message["type"] != "ACTIVATE_VERSION" for message in [*some.messages, *failed.messages])


def test_no_key_of_any_account_is_shown(api: Sandbox, tap: TapRunner) -> None:
    serve(api, north=rows(3), west=rows(1))
    environment = {f"{name.upper()}_KEY": key for name, key in KEYS.items()} | {"TAP_ANALYTICS_API_KEY": "of-nobody"}
    run = tap.run(*tap.write(config=config(api)), "--config", "ENV", environment=environment)
    assert run.code == 1
    assert "tap-analytics.south" in run.stderr
    assert "The key *** is not known" in run.stderr
    assert [key for key in KEYS.values() if key in run.stdout + run.stderr] == []
    assert {request.params["api_key"] for request in api.requests} == set(KEYS.values())


def test_children_are_read_with_the_key_of_their_account(api: Sandbox) -> None:
    serve(api, north=rows(2), south=rows(1), west=[])
    notes = {
        "name": "notes",
        "primary_key": "id",
        "endpoint": {
            "path": "/v1/contacts/{contact}/notes",
            "params": {"contact": {"type": "resolve", "resource": "contacts", "field": "id"}},
        },
    }
    run = sync(api, "contacts", notes)
    assert run.code == 0, run.stderr
    assert ids_of(run, "notes") == sorted([*ids_in(north=rows(2)) * 2, *ids_in(south=rows(1))])
    schema = next(each for each in run.messages if each["type"] == "SCHEMA" and each["stream"] == "notes")
    assert schema["key_properties"] == ["_account", "id"]


def test_steps_that_make_new_records_leave_the_account(api: Sandbox, tmp_path: Path) -> None:
    serve(api, north=rows(2), south=rows(1), west=[])
    (tmp_path / "accounted_steps.py").write_text("def same(record):\n    return {'id': record['id'] + 1}\n")
    step = {"map": f"{tmp_path}/accounted_steps.py:same"}
    run = sync(api, THINGS | {"processing_steps": [step], "schema": {"properties": {"id": {"type": "integer"}}}})
    assert run.code == 0, run.stderr
    assert ids_of(run, "things") == [("north", 2), ("north", 3), ("south", 2)]


def test_a_signal_ends_all_accounts_at_the_end_of_a_line(api: Sandbox, tap: TapRunner) -> None:
    serve(api, north=rows(4_000), south=rows(4_000), west=rows(4_000))
    options = tap.write(config=config(api, page_size=100))
    environment = surroundings() | {f"{name.upper()}_KEY": key for name, key in KEYS.items()}
    command = [sys.executable, "-m", "tap_analytics", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment) as process:
        assert process.stdout
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.readlines()
    assert process.returncode == 143
    assert all(json.loads(line) for line in rest)


def test_one_report_has_all_accounts(api: Sandbox, tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    serve(api, north=rows(3), south=rows(2))
    sync(api, report=str(tmp_path / "run.html"))
    page = (tmp_path / "run.html").read_text()
    assert [name for name in ("north: contacts", "south: contacts", "west: contacts") if name not in page] == []
    assert [key for key in KEYS.values() if key in page] == []


def test_files_of_batches_have_the_rows_of_all_accounts(api: Sandbox, tmp_path: Path) -> None:
    lists = serve(api, north=rows(30), south=rows(20), west=rows(1))
    encoding = {"format": "jsonl", "compression": "none"}
    run = sync(api, batch_config={"encoding": encoding, "storage": {"root": f"file://{tmp_path}"}})
    assert run.code == 0, run.stderr
    assert {message["type"] for message in run.messages} == {"SCHEMA", "BATCH", "STATE"}
    written = [json.loads(line) for file in tmp_path.glob("*.jsonl") for line in file.read_text().splitlines()]
    assert sorted((row["_account"], row["id"]) for row in written) == ids_in(**lists)


def test_a_session_of_the_operators_is_none_of_many_accounts(api: Sandbox) -> None:
    with pytest.raises(ConfigValidationError, match="`session` cannot be used with `accounts`"):
        sync(api, session="steps.py:session")
