"""The command line: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

STREAMS = ["account_overview", "agents_overview", "companies", "contacts", "current_queue_activity", "deals"]
USELESS = {"missing": None, "not JSON": '{"api_url":', "no object": "[1]"}


def test_discovery_needs_no_settings_and_names_the_streams(tap: TapRunner) -> None:
    run = tap.run("--discover")
    assert run.code == 0
    assert [stream["stream"] for stream in json.loads(run.stdout)["streams"]] == STREAMS


def test_about_tells_every_setting_as_json_and_markdown(tap: TapRunner) -> None:
    about = json.loads(tap.run("--about", "--format", "json").stdout)
    assert SETTINGS["properties"].keys() <= about["settings"]["properties"].keys()
    markdown = tap.run("--about", "--format", "markdown").stdout
    assert all(f"| {name} |" in markdown for name in SETTINGS["properties"])


def test_settings_from_the_environment_are_numbers_where_they_should_be(api: Sandbox, tap: TapRunner) -> None:
    settings = {"API_URL": api.url, "API_KEY": api.api_key, "PAGE_SIZE": "50", "VERIFY_PAGES": "false"}
    run = tap.run("--config=ENV", environment={f"TAP_ANALYTICS_{name}": value for name, value in settings.items()})
    assert run.code == 0
    assert [request.params["limit"] for request in api.requests_to("deals")] == ["50"]
    tap.look_for_secrets(run)


def test_all_that_is_wrong_with_the_settings_is_told_at_once(api: Sandbox, tap: TapRunner) -> None:
    wrong: dict[str, Any] = {"page_size": 0, "max_retries": "many", "start_date": "soon", "pagesize": 7}
    run = tap(api_url="api.example.com?x=1", api_key=None, **wrong)
    assert run.code == 1
    for name in (*wrong, "api_url", "credentials"):
        assert name in run.stderr
    assert "Traceback" not in run.stderr
    assert not api.requests


@pytest.mark.parametrize("option", ["--config", "--state", "--catalog"])
@pytest.mark.parametrize("content", USELESS.values(), ids=USELESS)
def test_a_file_that_cannot_be_used_is_refused_by_name(tap: TapRunner, option: str, content: str | None) -> None:
    config = tap.write(config=tap.settings())
    path = Path(config[1]).with_name("useless.json")
    if content is not None:
        path.write_text(content)
    run = tap.run(*config, option, str(path))
    assert run.code == 2
    assert option in run.stderr
    assert "useless.json" in run.stderr
    assert "Traceback" not in run.stderr


def test_files_may_be_pipes(tap: TapRunner) -> None:
    reader, writer = os.pipe()
    os.write(writer, b'{"bookmarks": {}}')
    os.close(writer)
    options = [*tap.write(config=tap.settings()), "--state", f"/dev/fd/{reader}"]
    command = [sys.executable, "-m", "tap_analytics", *options]
    process = subprocess.run(command, pass_fds=[reader], capture_output=True, check=False)
    os.close(reader)
    assert process.returncode == 0


def test_the_connection_test_refuses_bad_settings_as_a_sync_does(tap: TapRunner) -> None:
    run = tap("--test", page_size=0, pagesize=1)
    assert run.code == 1
    assert "`page_size`" in run.stderr
    assert "`pagesize`" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_connection_test_that_succeeds_shows_no_error(tap: TapRunner) -> None:
    assert "ERROR" not in tap("--test").stderr


@pytest.mark.parametrize("state", [{"bookmarks": []}, {"bookmarks": {"contacts": "x"}}])
def test_a_state_of_something_else_is_refused(api: Sandbox, tap: TapRunner, state: dict[str, Any]) -> None:
    run = tap(state=state)
    assert run.code == 1
    assert "`bookmarks`" in run.stderr
    assert "Traceback" not in run.stderr
    assert not api.requests


def test_a_whole_state_message_is_taken_for_its_value(tap: TapRunner) -> None:
    first = tap(streams=["deals"])
    again = tap(streams=["deals"], state=first.messages[-1])
    assert len(again.records("deals")) < len(first.records("deals"))


def test_a_declaration_that_is_wrong_is_refused_by_discovery_too(api: Sandbox, tap: TapRunner) -> None:
    run = tap("--discover", resources=[{"name": "people", "primary_keyy": "id"}])
    assert (run.code, run.stdout, api.requests) == (1, "", [])
    assert "`primary_key`" in run.stderr
    assert "Traceback" not in run.stderr
