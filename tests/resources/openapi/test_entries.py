"""Entries of a document read every row of an API that does what it says; in this process, over real HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from click.testing import CliRunner

from tap_analytics.cli.detect import detect
from tests.foreign import TOKEN, Foreign
from tests.resources.openapi.documents import EVENTS, NOTES, PROJECTS, TASKS, answers, document, list_of, serve
from tests.syncs.test_detection import sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[Foreign]:
    monkeypatch.setenv("API_KEY", TOKEN)
    with Foreign() as foreign:
        serve(foreign)
        yield foreign


def run_detect(path: Path, content: dict[str, Any], *arguments: str, suffix: str = "json") -> str:
    """Return what `detect --openapi` prints of a document; it must succeed."""
    file = path / f"document.{suffix}"
    text = json.dumps(content) if suffix == "json" else yaml.safe_dump(content)
    file.write_text(text, encoding="utf-8")
    found = CliRunner().invoke(detect, [*arguments, "--openapi", str(file)], catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_all_lists_are_read_whole_as_they_are_printed(api: Foreign, tmp_path: Path, suffix: str) -> None:
    text = run_detect(tmp_path, document(api.url), suffix=suffix)
    assert not api.calls
    assert TOKEN not in text
    run = sync(yaml.safe_load(text) | {"max_retries": 0})
    assert run.code == 0
    assert run.ids("tasks") == [row["id"] for row in TASKS]
    assert run.ids("projects") == [row["id"] for row in PROJECTS]
    assert run.ids("events") == [row["id"] for row in EVENTS]
    assert run.ids("projects_notes") == [row["id"] for row in NOTES] * len(PROJECTS)
    assert len(run.ids("marks")) == len(PROJECTS) * len(NOTES)
    tasks = next(entry for entry in yaml.safe_load(text)["resources"] if entry["name"] == "tasks")
    assert tasks["endpoint"]["incremental"] == {"cursor_path": "updated_at", "start_param": "updated_since", "lag": 1}
    refused = [call.target for call in api.calls if call.params.get("limit", "0") > "20"]
    assert not refused


def test_what_the_document_leaves_open_stands_above_its_entry(api: Foreign, tmp_path: Path) -> None:
    text = run_detect(tmp_path, document(api.url))
    assert text.startswith("# Left out: GET /places/{place}/notes: no list of the document has the values")
    assert "# Set `params.account`, then remove `selected`.\n- name: reports\n" in text
    assert "# The document does not say how it goes on: each run finds it out.\n- name: marks\n" in text
    assert "# `updated_since` asks for changes, by its name" in text
    assert "# All tasks.\n" in text


def test_another_server_is_named_on_the_command_line(api: Foreign, tmp_path: Path) -> None:
    text = run_detect(tmp_path, document("/relative"), api.url, "--header", "X-Extra: $EXTRA", "--param", "lang=de")
    config = yaml.safe_load(text)
    assert config["client"]["base_url"] == api.url
    assert config["client"]["headers"] == {"X-Extra": "$EXTRA"}
    assert config["resource_defaults"] == {"endpoint": {"params": {"lang": "de"}}}


def test_a_document_that_is_wrong_elsewhere_is_read_and_its_faults_are_told(api: Foreign, tmp_path: Path) -> None:
    content = document(api.url)
    content["info"] = {"title": "Things"}
    content["paths"] = {
        **content["paths"],
        "/odd": {"get": {"responses": {"200": {"$ref": "#/nowhere"}}}},
        "/none": None,
    }
    text = run_detect(tmp_path, content)
    assert "# The document is not as OpenAPI says at `info.version`: Field required." in text
    assert "# It refers to `#/nowhere`, which is not there." in text
    assert len(yaml.safe_load(text)["resources"]) == 6


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"swagger": "2.0", "paths": {}}, "says that it is version 2.0; it must be a document of OpenAPI 3"),
        ({"paths": {}}, "says of no version"),
        ({"openapi": "3.1.0", "paths": {}, "servers": [{"url": "/"}]}, "names no server with a whole URL"),
        ({"openapi": "3.1.0", "paths": {}, "servers": [{"url": "https://x.example"}]}, "describes no list"),
    ],
)
def test_a_document_that_is_of_no_use_is_refused(
    tmp_path: Path, content: dict[str, Any], sentence: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "document.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    found = CliRunner().invoke(detect, ["--openapi", str(file)])
    assert (found.exit_code, found.stdout) == (1, "")
    assert sentence in caplog.text


@pytest.mark.parametrize("odd", [None, 5, "x", [1], {"$ref": 5}, {"$ref": "#/info/title/x"}, {"type": [{"a": 1}]}])
def test_a_part_that_is_odd_leaves_the_others_readable(api: Foreign, tmp_path: Path, odd: object) -> None:
    content = document(api.url)
    content["paths"] = {**content["paths"], "/odd": {"get": {"parameters": odd, "responses": answers(list_of(odd))}}}  # type: ignore[arg-type] # that is the oddity
    names = [entry["name"] for entry in yaml.safe_load(run_detect(tmp_path, content))["resources"]]
    assert {"tasks", "projects", "events"} <= set(names)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/oauth/token", "https://api.example.com/oauth/token"),
        ("oauth/token", "https://api.example.com/v1/oauth/token"),
        ("https://auth.example.com/token", "https://auth.example.com/token"),
    ],
)
def test_the_url_for_tokens_may_be_relative_to_that_of_the_server(tmp_path: Path, url: str, expected: str) -> None:
    content = document("https://api.example.com/v1")
    flow = {"clientCredentials": {"tokenUrl": url, "scopes": {}}}
    content["components"]["securitySchemes"] = {"signed": {"type": "oauth2", "flows": flow}}
    content["security"] = [{"signed": []}]
    assert yaml.safe_load(run_detect(tmp_path, content))["client"]["auth"]["access_token_url"] == expected
