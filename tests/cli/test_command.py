"""The command line: what it prints, what it refuses, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.cli.command import Command
from tap_analytics.settings import SETTINGS
from tap_analytics.tap import TapAnalytics
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner


def test_discovery_needs_no_settings_and_names_the_streams(tap: TapRunner) -> None:
    run = tap.run("--discover")
    assert run.code == 0
    assert [stream["stream"] for stream in json.loads(run.stdout)["streams"]] == sorted(STREAMS)


def test_about_tells_every_setting_as_json_and_markdown(tap: TapRunner) -> None:
    about = json.loads(tap.run("--about", "--format", "json").stdout)
    assert SETTINGS["properties"].keys() <= about["settings"]["properties"].keys()
    markdown = tap.run("--about", "--format", "markdown").stdout
    assert all(f"| {name} |" in markdown for name in SETTINGS["properties"])


def test_settings_from_the_environment_are_numbers_where_they_should_be(api: Sandbox, tap: TapRunner) -> None:
    settings = {"API_URL": api.url, "API_KEY": api.api_key, "PAGE_SIZE": "50", "VERIFY_PAGES": "false"}
    run = tap.run("--config=ENV", environment={f"TAP_ANALYTICS_{name}": value for name, value in settings.items()})
    assert run.code == 0
    assert [request.params["limit"] for request in api.requests_to("deals")] == ["50", "50"]
    tap.look_for_secrets(run)


def test_all_that_is_wrong_with_the_settings_is_told_at_once(api: Sandbox, tap: TapRunner) -> None:
    wrong: dict[str, Any] = {"page_size": 0, "max_retries": "many", "start_date": "soon", "pagesize": 7}
    run = tap(api_url="api.example.com?x=1", api_key=None, **wrong)
    assert run.code == 1
    for name in (*wrong, "api_url", "credentials"):
        assert name in run.stderr
    assert "Traceback" not in run.stderr
    assert not api.requests


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


def test_the_command_adds_nothing_to_what_the_tap_says_of_itself() -> None:
    assert Command.__doc__ == TapAnalytics.__doc__
    assert Command.name == TapAnalytics.name


def test_the_class_for_embedding_has_the_command_line_of_the_sdk(api: Sandbox, tap: TapRunner) -> None:
    program = "from tap_analytics.tap import TapAnalytics; TapAnalytics.cli()"
    options = tap.write(config=tap.settings(resources=["deals"]))
    run = subprocess.run([sys.executable, "-c", program, *options], capture_output=True, text=True, check=True)
    assert run.stdout.count('"type":"RECORD"') == len(api.table("deals"))


def test_a_document_that_cannot_be_read_is_told_in_a_sentence(tap: TapRunner, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("openapi: 3.0.0\npaths: [\n  a: {")
    run = tap.run("detect", "http://127.0.0.1:1", "--openapi", str(tmp_path / "broken.yaml"))
    assert run.code == 1
    assert "is not YAML: line 3" in run.stderr


def test_help_says_what_a_test_does(tap: TapRunner) -> None:
    words = " ".join(tap.run("--help").stdout.split())
    assert "Ask for one page of each stream, and for the next where there is one" in words
    assert "`tap-analytics streams` shows the streams as a table" in words
