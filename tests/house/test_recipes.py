"""Each recipe of the documentation, followed to the letter in a copy of the tree."""

from __future__ import annotations

import hashlib
import hmac
import json
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.house.package import ROOT
from tests.house.recipes import Copy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tap_analytics.sandbox import Request, Sandbox


VALIDATION = "tests/config/test_validation.py"
EVERY = "tests/pagination/test_every_paginator.py"


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


def mirror(module: str) -> str:
    """Return the file of the test of a module."""
    folder, _, name = module.replace("tap_analytics", "tests", 1).rpartition("/")
    return f"{folder}/test_{name}"


def check(copy: Copy, files: list[str], *of_registry: str) -> list[str]:
    """Check the style of files, run the tests among them, and return those of the package.

    Each new module must have a test. `of_registry` are tests that go through a registry; they run in the copy too.
    """
    new = [file for file in files if file.startswith("tap_analytics/") and not (ROOT / file).exists()]
    assert {mirror(file) for file in new if file.endswith(".py")} <= {*files}
    style = copy.run("-m", "ruff", "check", "--no-cache", *(file for file in files if file.endswith(".py")))
    assert style.returncode == 0, style.stdout
    tests = [file for file in files if file.startswith("tests/")]
    if tests:
        run = copy.run("-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *tests, *of_registry)
        assert run.returncode == 0, run.stdout
    return [file for file in files if file not in tests]


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


def test_a_paginator_is_two_files(copy: Copy, api: Sandbox) -> None:
    registry = [
        "tests/pagination/test_paginators.py",
        f"{EVERY}::test_quiet_list_is_read_whole_whatever_its_totals[verified-cursor_in_header]",
    ]
    assert check(copy, copy.follow("Add a paginator"), *registry) == [
        "tap_analytics/pagination/linked/cursor_in_header.py",
        "tap_analytics/pagination/paginators.py",
    ]

    def events(request: Request) -> Answer:
        first = int(request.params.get("after", "1"))
        following = {"X-After": str(first + 2)} if first < 5 else {}
        return Answer(body={"data": [{"id": first}, {"id": first + 1}]}, headers=following)

    api.intercept(events)
    paginator = {"type": "cursor_in_header", "header": "X-After", "cursor_param": "after"}
    resource = {"name": "events", "primary_key": "id", "endpoint": {"path": "/v1/events", "paginator": paginator}}
    messages, _ = sync(copy, api_url=api.url, api_key=api.api_key, resources=[resource])
    assert [row["id"] for row in records(messages)] == [1, 2, 3, 4, 5, 6]
    make_docs(copy)
    assert "`cursor_in_header`" in (copy.tree / "docs/paginators.md").read_text()


def test_an_auth_method_is_three_files(copy: Copy, api: Sandbox) -> None:
    registry = [
        "tests/http/auth/test_authenticators.py",
        "tests/config/test_validation.py::test_missing_credentials_are_told",
    ]
    assert check(copy, copy.follow("Add an auth method"), *registry) == [
        "tap_analytics/http/auth/signature.py",
        "tap_analytics/http/auth/authenticators.py",
        "tap_analytics/settings.py",
    ]

    def guard(request: Request) -> Answer | None:
        signed = hmac.new(b"love&lace", request.target.encode(), hashlib.sha256).hexdigest()
        is_known = request.headers.get("x-signature") == f"ada:{signed}"
        return None if is_known else Answer.error(401, f"Not {request.headers.get('x-signature')}, love&lace.")

    api.reset(api_key="")
    api.intercept(guard)
    signing = {"signing_secret": "love&lace", "resources": ["deals"]}
    messages, _ = sync(copy, api_url=api.url, signing_name="ada", **signing)
    assert len(records(messages)) == len(api.table("deals"))
    failure = copy.tree / "config.json"
    failure.write_text(json.dumps({"api_url": api.url, "signing_name": "eve", **signing}))
    run = copy.run("-m", "tap_analytics", "--config", str(failure))
    assert run.returncode == 1
    assert "401" in run.stderr
    for secret in ("love&lace", b"love&lace".hex()):
        assert secret not in run.stderr
    make_docs(copy)
    assert "name: signing_secret" in (copy.tree / "plugin.yaml").read_text()


def test_a_setting_is_two_files(copy: Copy, api: Sandbox) -> None:
    assert copy.follow("Add a setting") == ["tap_analytics/settings.py", "tap_analytics/http/connection.py"]
    settings = {"api_url": api.url, "api_key": api.api_key, "resources": ["deals"]}
    sync(copy, **settings)
    assert {request.headers.get("accept-language") for request in api.requests} == {None}
    api.reset()
    sync(copy, accept_language="de", **settings)
    assert {request.headers.get("accept-language") for request in api.requests} == {"de"}
    make_docs(copy)
    for file in ("docs/settings.md", "plugin.yaml", "meltano.yml"):
        assert "accept_language" in (copy.tree / file).read_text()


def test_what_a_404_means_is_one_file(copy: Copy, api: Sandbox) -> None:
    assert copy.follow("Change what a 404 means") == ["tap_analytics/http/status.py"]
    api.intercept(lambda request: Answer.error(404, "Not yet.") if request.number < 3 else None)
    messages, log = sync(copy, api_url=api.url, api_key=api.api_key, resources=["deals"])
    assert len(records(messages)) == len(api.table("deals"))
    assert log.count("Trying again") == 2


def test_a_format_is_two_files(copy: Copy, api: Sandbox) -> None:
    assert check(copy, copy.follow("Add a format")) == [
        "tap_analytics/records/formats/json_seq.py",
        "tap_analytics/records/formats/formats.py",
    ]
    api.intercept(lambda _: Answer(body=b'\x1e{"id": 1}\n\x1e{"id": 2}\n'))
    resource = {"name": "events", "primary_key": "id", "endpoint": {"path": "/v1/events", "format": "json_seq"}}
    messages, _ = sync(copy, api_url=api.url, api_key=api.api_key, resources=[resource])
    assert [row["id"] for row in records(messages)] == [1, 2]
    assert {request.headers.get("accept") for request in api.requests} == {"application/json-seq"}


def test_a_command_is_two_files(copy: Copy) -> None:
    registry = "tests/cli/test_commands.py::test_each_command_has_a_help_of_its_own"
    assert check(copy, copy.follow("Add a command"), registry) == [
        "tap_analytics/cli/paginators.py",
        "tap_analytics/cli/commands.py",
    ]
    shown = copy.run("-m", "tap_analytics", "paginators")
    assert (shown.returncode, shown.stdout.split()[0], shown.stderr) == (0, "auto", "")
    assert "`tap-analytics paginators` shows the paginators" in " ".join(
        copy.run("-m", "tap_analytics", "--help").stdout.split()
    )
