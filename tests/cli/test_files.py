"""The files that the command line names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Run, TapRunner

USELESS = {
    "missing": None,
    "not JSON": '{"api_url":',
    "no object": "[1]",
    "deep": '{"a":' + "[" * 150 + "]" * 150 + "}",
    "deeper": '{"a":' * 100_000,
}


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


def test_a_file_with_bad_yaml_is_refused_by_name(tap: TapRunner, tmp_path: Path) -> None:
    path = tmp_path / "useless.yaml"
    path.write_text("client: [")
    run = tap.run("--config", str(path))
    assert run.code == 2
    assert "--config" in run.stderr
    assert "Traceback" not in run.stderr


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]


@pytest.mark.parametrize("option", ["--config", "--state", "--catalog"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_files_are_read_in_the_encodings_of_other_systems(tap: TapRunner, option: str, encoding: str) -> None:
    contents = {
        "--config": tap.settings(user_agent="täp"),
        "--state": {"bookmarks": {"ä": {}}},
        "--catalog": {"streams": []},
    }
    config = [] if option == "--config" else tap.write(config=tap.settings(resources=["deals"]))
    path = Path(tap.write(other={})[1])
    path.write_bytes(json.dumps(contents[option], ensure_ascii=False, indent=1).replace("\n", "\r\n").encode(encoding))
    run = tap.run(*config, option, str(path))
    assert (run.code, "Traceback" in run.stderr) == (0, False)
    if option == "--state":
        assert "ä" in run.state["bookmarks"]


@pytest.mark.parametrize("option", ["--config", "--state", "--catalog"])
def test_a_file_in_another_encoding_is_refused_by_name(tap: TapRunner, option: str) -> None:
    config = tap.write(config=tap.settings())
    path = Path(config[1]).with_name("latin.json")
    path.write_bytes('{"bookmarks": {"ä": {}}}'.encode("latin-1"))
    run = tap.run(*config, option, str(path))
    assert (run.code, "Traceback" in run.stderr) == (2, False)
    assert option in run.stderr
    assert "UTF-8" in run.stderr


BOOKMARK = {"bookmarks": {"deals": {"replication_key": "updated_at", "replication_key_value": "2999-01-01T00:00:00Z"}}}
KEPT = {
    "a message": json.dumps({"type": "STATE", "value": BOOKMARK}),
    "all lines": f'{{"type":"STATE","value":{{}}}}\n{json.dumps({"type": "STATE", "value": BOOKMARK})}\n',
    "of a target": f"{{}}\n{json.dumps(BOOKMARK)}\n",
    "of Meltano": json.dumps({"singer_state": BOOKMARK}),
    "completed": json.dumps({"completed": {"singer_state": BOOKMARK}, "partial": {}}),
}


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT)
def test_a_state_is_taken_in_the_shape_in_which_it_was_kept(tap: TapRunner, text: str) -> None:
    run = run_with_state(tap, text)
    assert (run.code, run.records("deals")) == (0, [])


def test_an_empty_file_is_no_state_which_is_told(tap: TapRunner) -> None:
    run = run_with_state(tap, "\n")
    assert (run.code, len(run.records("deals"))) == (0, 30)
    assert "`--state` is empty" in run.stderr


@pytest.mark.parametrize(
    "text", ['{"deals": "2024"}', '{"singer_state": null}', '{"type":"RECORD"}\n{}x', "[" * 100_000]
)
def test_what_is_no_state_is_refused(tap: TapRunner, text: str) -> None:
    run = run_with_state(tap, text)
    assert run.code in {1, 2}
    assert "Traceback" not in run.stderr
    assert not run.stdout


def run_with_state(tap: TapRunner, text: str) -> Run:
    config = tap.write(config=tap.settings(resources=["deals"]))
    path = Path(config[1]).with_name("kept.json")
    path.write_text(text)
    return tap.run(*config, "--state", str(path))
