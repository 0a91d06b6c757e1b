"""The files that the command line names."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import TapRunner

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
