"""Each recipe of docs/development.md, followed to the letter in a copy of the tree."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.house.recipes import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy.at(tmp_path / "copy")


@contextmanager
def sandbox_of(copy: Copy) -> Iterator[str]:
    """Run the sandbox of the copy as a process, and give its URL."""
    command = [sys.executable, "-m", "tap_analytics.sandbox", "--port", "0", "--api-key", "k"]
    with subprocess.Popen(command, cwd=copy.tree, env=copy.environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def sync(copy: Copy, **settings: Any) -> tuple[list[dict[str, Any]], str]:  # noqa: ANN401 - any setting
    """Return the messages of a sync by the tap of the copy, which succeeds, and its log."""
    config = copy.tree / "config.json"
    config.write_text(json.dumps({"backoff_factor": 0, **settings}))
    run = copy.run("-m", "tap_analytics", "--config", str(config))
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()], run.stderr


def records(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [message["record"] for message in messages if message["type"] == "RECORD"]


def make_docs(copy: Copy) -> None:
    for module in ("scripts.reference", "scripts.plugin"):
        run = copy.run("-m", module)
        assert run.returncode == 0, run.stderr


def test_a_stream_is_two_files(copy: Copy) -> None:
    assert copy.follow("Add a stream") == ["tap_analytics/schemas/invoices.json", "tap_analytics/streams.py"]
    with sandbox_of(copy) as url:
        messages, _ = sync(copy, api_url=url, api_key="k", resources=["invoices"])
    rows = records(messages)
    assert [row["id"] for row in rows] == list(range(1, 101))
    assert {row["status"] for row in rows} == {"draft", "open", "paid", None}
    state = messages[-1]["value"]["bookmarks"]["invoices"]
    assert state["replication_key_value"] == max(row["updated_at"] for row in rows)
    make_docs(copy)
    assert "| `invoices` | `id` | incremental on `updated_at` |" in (copy.tree / "docs/streams.md").read_text()


def test_the_sandbox_serves_a_stream_whose_key_is_text_of_another_name(copy: Copy) -> None:
    copy.follow("Add a stream")
    path = copy.tree / "tap_analytics/schemas/invoices.json"
    schema = json.loads(path.read_text())
    schema["properties"]["number"] = {"type": "string"}
    del schema["properties"]["id"]
    schema["properties"]["updated_at"] = {"type": "integer"}
    path.write_text(json.dumps(schema | {"required": ["number"]}))
    classes = copy.tree / "tap_analytics/streams.py"
    classes.write_text(
        classes.read_text().replace('"/v1/invoices"\n', '"/v1/invoices"\n    primary_keys = ("number",)\n')
    )
    with sandbox_of(copy) as url:
        settings = {"api_url": url, "api_key": "k", "page_size": 30, "start_date": "1970-01-01T00:00:00Z"}
        messages, _ = sync(copy, resources=["invoices"], **settings)
    rows = records(messages)
    assert [row["number"] for row in rows] == [str(number) for number in range(1, 101)]
    assert all(isinstance(row["updated_at"], int) for row in rows)
