"""`tap-analytics plan` prints windows, `--window` reads one of them, in any order and beside others."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.accounted import KEYS, config, ids_in, ids_of, rows, serve, set_keys
from tests.windowed import contacts, load_skewed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Answer, Request, Sandbox
    from tests.conftest import Run, TapRunner

BACKFILL = Path(__file__).parents[2] / "examples" / "backfill.sh"
SETTINGS: dict[str, Any] = {"page_size": 20, "window_rows": 100, "resources": [contacts()]}


@pytest.fixture
def command(tap: TapRunner) -> Callable[..., Run]:
    def run(*arguments: str, state: dict[str, Any] | None = None, **settings: Any) -> Run:  # noqa: ANN401 - JSON
        files = {"config": tap.settings(**SETTINGS | settings)} | ({} if state is None else {"state": state})
        run = tap.run(*arguments, *tap.write(**files))
        tap.look_for_secrets(run)
        return run

    return run


def test_the_windows_of_a_plan_are_all_of_the_list_and_each_can_be_read_by_itself(
    api: Sandbox, command: Callable[..., Run]
) -> None:
    expected = load_skewed(api, 300)
    plan = command("plan", "contacts")
    assert plan.code == 0, plan.stderr
    windows = [json.loads(line) for line in plan.stdout.splitlines()]
    assert [one["end"] for one in windows[:-1]] == [other["start"] for other in windows[1:]]
    assert len(windows) > 3
    assert max(map(len, plan.stdout.splitlines())) < 120
    found: list[Any] = []
    state: dict[str, Any] = {}
    for line in [*plan.stdout.splitlines()[1:], plan.stdout.splitlines()[0]]:  # the first comes last
        run = command("--window", line, state=state)
        assert run.code == 0, run.stderr
        assert len(run.ids("contacts")) <= 100
        found += run.ids("contacts")
        state = run.state
        if line != plan.stdout.splitlines()[0]:
            assert "replication_key_value" not in state["bookmarks"]["contacts"]
    assert sorted(found) == expected
    assert set(state["bookmarks"]["contacts"]) == {"replication_key", "replication_key_value"}
    assert state["bookmarks"]["contacts"]["replication_key_value"] == windows[-1]["end"]


def test_a_sync_reads_what_no_window_has_brought(api: Sandbox, command: Callable[..., Run]) -> None:
    expected = load_skewed(api, 300)
    lines = command("plan", "contacts").stdout.splitlines()
    one = command("--window", lines[2], state={})
    rest = command(state=one.state)
    assert rest.code == 0, rest.stderr
    assert sorted(one.ids("contacts") + rest.ids("contacts")) == expected


def test_the_state_of_windows_that_were_all_read_is_printed(
    api: Sandbox,
    command: Callable[..., Run],
    tmp_path: Any,  # noqa: ANN401 - a path
) -> None:
    load_skewed(api, 300)
    plan = command("plan", "contacts")
    (tmp_path / "plan.jsonl").write_text(plan.stdout)
    done = command("plan", "--done", str(tmp_path / "plan.jsonl"))
    assert done.code == 0, done.stderr
    end = json.loads(plan.stdout.splitlines()[-1])["end"]
    assert json.loads(done.stdout)["value"]["bookmarks"]["contacts"] == {
        "replication_key": "updated_at",
        "replication_key_value": end,
    }


def test_the_last_window_ends_by_the_clock_of_the_server_where_that_is_behind(
    api: Sandbox, command: Callable[..., Run]
) -> None:
    load_skewed(api, 30)
    behind = datetime.now(UTC) - timedelta(hours=6)

    def answer(request: Request) -> Answer:
        return replace(api.answer(request), headers={"date": f"{behind:%a, %d %b %Y %H:%M:%S GMT}"})

    api.intercept(answer)
    plan = command("plan", "contacts")
    assert json.loads(plan.stdout.splitlines()[-1])["end"] == f"{behind:%Y-%m-%dT%H:%M:%SZ}"


def test_a_list_that_has_no_windows_is_one(command: Callable[..., Run]) -> None:
    plan = command("plan", resources=["contacts", "agents_overview"])
    assert plan.stdout.splitlines() == [
        '{"stream": "agents_overview", "start": null, "end": null}',
        '{"stream": "contacts", "start": null, "end": null}',
    ]
    run = command("--window", plan.stdout.splitlines()[1], resources=["contacts", "agents_overview"])
    assert (len(run.ids("contacts")), run.records("agents_overview")) == (250, [])


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (("plan", "contact"), "there is no stream `contact` that has windows; there are `contacts`"),
        (("--window", '{"stream": "calls"}'), "there is no stream `calls` that has windows"),
        (("--window", "7"), "a window is an object such as"),
    ],
)
def test_what_is_no_window_is_refused_in_one_line(
    api: Sandbox, command: Callable[..., Run], arguments: tuple[str, ...], fault: str
) -> None:
    run = command(*arguments, resources=["contacts"])
    assert run.code == 1
    assert fault in run.stderr
    assert "Traceback" not in run.stderr
    assert api.requests == []


def test_a_backfill_reads_windows_side_by_side_and_keeps_the_state(
    api: Sandbox,
    tap: TapRunner,
    tmp_path: Path,
) -> None:
    expected = load_skewed(api, 100)
    steps = contacts({"step": "P400D", "end_value": "2025-12-31"})
    tap.write(config=tap.settings(**SETTINGS | {"resources": [steps]}))
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    target = ["sh", "-c", 'cat > "$0.$$"', str(tmp_path / "out")]
    state = tmp_path / "kept.json"
    command = [str(BACKFILL), str(tmp_path / "config.json"), str(state), "contacts", "2", *target]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    files = list(tmp_path.glob("out.*"))
    written = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert len(files) == 2
    assert sorted(each["record"]["id"] for each in written if each["type"] == "RECORD") == expected
    bookmark = json.loads(state.read_text())["value"]["bookmarks"]["contacts"]
    assert bookmark["replication_key_value"] == "2025-12-31T00:00:00Z"


def test_windows_of_accounts_name_them_and_join_whatever_ends_first(
    api: Sandbox, tap: TapRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_keys(monkeypatch)
    lists = serve(api, north=rows(28), south=rows(28, month=2))
    steps = contacts({"initial_value": "2025-01-01", "step": "P10D", "end_value": "2025-01-31"})
    late = {"name": "south", "api_key": "$SOUTH_KEY", "end_date": "2025-02-20"}
    options = tap.write(config=config(api, steps, accounts=[{"name": "north", "api_key": "$NORTH_KEY"}, late]))
    environment = {f"{name.upper()}_KEY": key for name, key in KEYS.items()}
    plan = tap.run("plan", "contacts", *options, environment=environment)
    assert plan.code == 0, plan.stderr
    windows = [json.loads(line) for line in plan.stdout.splitlines()]
    assert [each["account"] for each in windows] == ["north"] * 3 + ["south"] * 3
    found, done = [], []
    for line in [*reversed(plan.stdout.splitlines())]:
        if line == plan.stdout.splitlines()[1]:
            continue  # it has failed
        run = tap.run("--window", line, *options, environment=environment)
        assert run.code == 0, run.stderr
        assert {each for each, _ in ids_of(run)} <= {json.loads(line)["account"]}
        found += ids_of(run)
        done.append(line)
    assert sorted(found) == [each for each in ids_in(**lists | {"south": []}) if not 10 < each[1] <= 20]
    (tmp_path / "done.jsonl").write_text("\n".join(done))
    joined = tap.run("plan", "--done", str(tmp_path / "done.jsonl"), *options, environment=environment)
    accounts = json.loads(joined.stdout)["value"]["accounts"]
    north, south = (accounts[name]["bookmarks"]["contacts"] for name in ("north", "south"))
    assert (north["replication_key_value"], north["finished_windows"]) == (
        "2025-01-11T00:00:00Z",
        [["2025-01-21T00:00:00Z", "2025-01-31T00:00:00Z"]],
    )
    assert (south["replication_key_value"], "finished_windows" in south) == ("2025-01-31T00:00:00Z", False)
    (tmp_path / "state.json").write_text(joined.stdout)
    rest = tap.run(*options, "--state", str(tmp_path / "state.json"), environment=environment)
    assert rest.code == 0, rest.stderr
    assert {each for each in ids_in(**lists | {"south": []}) if 10 < each[1] <= 20} <= set(ids_of(rest))


def test_a_window_of_no_account_is_refused(api: Sandbox, tap: TapRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)
    environment = {f"{name.upper()}_KEY": key for name, key in KEYS.items()}
    options = tap.write(config=config(api))
    for line, fault in [
        ('{"stream": "contacts"}', "the window names no `account`; there are 3: `north`, `south`, `west`"),
        ('{"stream": "contacts", "account": "east"}', "there is no account `east`; there are 3"),
        ('{"stream": "deals", "account": "north"}', "there is no stream `deals` that has windows"),
    ]:
        run = tap.run("--window", line, *options, environment=environment)
        assert (run.code, fault in run.stderr, run.stdout) == (1, True, "")
    assert api.requests == []
