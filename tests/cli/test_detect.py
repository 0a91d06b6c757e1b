"""`tap-analytics detect URL`: what it prints reads the list."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tap_analytics.cli.detect import without_secrets
from tests.conftest import surroundings
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.ready import Ready

Run = Callable[..., subprocess.CompletedProcess[str]]

ROWS = [{"id": number, "updated_at": f"2024-05-{number + 1:02}T06:00:00Z"} for number in range(23)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        foreign.serve("/v1/things", by_cursor)
        yield foreign


def by_cursor(call: Call) -> Reply:
    start = call.number("after", 0)
    follows = {"after": str(start + 10)} if start + 10 < len(ROWS) else {}
    return Reply({"items": ROWS[start : start + 10], "paging": follows, "kind": call.params["kind"]})


@pytest.fixture
def run(ready: Ready, tmp_path: Path) -> Run:
    """Run the tap with these arguments, and with a token in its environment."""

    def at_once(*arguments: str) -> subprocess.CompletedProcess[str]:
        ended = ready.run(arguments, tmp_path, surroundings() | {"THE_TOKEN": TOKEN})
        return subprocess.CompletedProcess(arguments, *ended)

    return at_once


def test_what_is_printed_reads_the_list(api: Foreign, tmp_path: Path, run: Run) -> None:
    found = run("detect", f"{api.url}/v1/things?kind=a", "--header", "X-Token: $THE_TOKEN")
    assert found.returncode == 0, found.stderr
    entry: dict[str, Any] = yaml.safe_load(found.stdout)["resources"][0]
    assert entry["primary_key"] == "id"
    assert entry["endpoint"]["data_selector"] == "items"
    assert entry["endpoint"]["paginator"] == {"type": "cursor", "cursor_path": "paging.after", "cursor_param": "after"}
    assert entry["endpoint"]["incremental"] == {"cursor_path": "updated_at"}
    assert TOKEN not in found.stdout + found.stderr
    config = tmp_path / "things.yaml"
    config.write_text(found.stdout, encoding="utf-8")
    sync = run("--config", str(config))
    assert (sync.returncode, sync.stdout.count('"type":"RECORD"')) == (0, len(ROWS))


def test_a_list_that_cannot_be_read_says_why(api: Foreign, run: Run) -> None:
    found = run("detect", f"{api.url}/v1/nothing", "--header", "X-Token: $THE_TOKEN")
    assert (found.returncode, found.stdout) == (1, "")
    assert "404 Not Found" in found.stderr


def test_a_list_that_wants_a_key_says_where_it_goes(api: Foreign, run: Run) -> None:
    found = run("detect", f"{api.url}/v1/things")
    assert (found.returncode, found.stdout) == (1, "")
    assert "401 Unauthorized" in found.stderr
    assert found.stderr.rstrip().endswith("a key goes into the URL, `--param`, `--header` or `--bearer`")


def test_an_option_that_is_no_pair_is_refused(api: Foreign, run: Run) -> None:
    found = run("detect", f"{api.url}/v1/things", "--param", "kind")
    assert found.returncode == 1
    assert "`--param` must be a name, `=` and a value" in found.stderr
    assert not api.calls


def test_a_key_that_was_typed_is_not_printed(api: Foreign, run: Run) -> None:
    found = run("detect", f"{api.url}/v1/things?kind=a&some_key=s3cret", "--header", f"X-Token: {TOKEN}")
    assert found.returncode == 0, found.stderr
    config = yaml.safe_load(found.stdout)
    assert config["client"]["headers"] == {"X-Token": "$X_TOKEN"}
    assert config["resources"][0]["endpoint"]["params"] == {"kind": "a", "some_key": "$SOME_KEY"}
    assert TOKEN not in found.stdout + found.stderr


def test_a_resource_of_a_configuration_is_pinned(api: Foreign, tmp_path: Path, run: Run) -> None:
    config = tmp_path / "tap.yaml"
    auth = {"type": "api_key", "name": "X-Token", "api_key": "$THE_TOKEN", "location": "header"}
    entries = [{"name": "other"}, {"name": "things", "endpoint": {"path": "v1/things", "params": {"kind": "a"}}}]
    given = {"client": {"base_url": api.url, "auth": auth}, "resources": entries}
    config.write_text(yaml.safe_dump(given), encoding="utf-8")
    found = run("detect", "things", "--config", str(config))
    assert found.returncode == 0, found.stderr
    assert found.stdout.startswith(f"# In place of `things` in {config}:\nresources:\n")
    pinned = yaml.safe_load(found.stdout)["resources"]
    assert (pinned[0]["primary_key"], pinned[0]["endpoint"]["params"]) == ("id", {"kind": "a"})
    assert pinned[0]["endpoint"]["paginator"]["type"] == "cursor"
    api.calls.clear()
    config.write_text(yaml.safe_dump(given | {"resources": pinned}), encoding="utf-8")
    sync = run("--config", str(config))
    assert (sync.returncode, sync.stdout.count('"type":"RECORD"')) == (0, len(ROWS))
    assert not [call for call in api.calls if call.params.keys() - {"kind", "after"}]  # nothing is probed


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["things"], "the argument must be a URL that begins with `http://` or `https://`"),
        (["things", "--config", "FILE"], "has no resource `things` under `resources`; there is `other`"),
        (["--config", "FILE"], "`--config` needs the name of a resource in it"),
    ],
)
def test_what_cannot_be_looked_at_is_refused_without_a_request(
    api: Foreign, tmp_path: Path, arguments: list[str], sentence: str, run: Run
) -> None:
    config = tmp_path / "tap.yaml"
    config.write_text(yaml.safe_dump({"client": {"base_url": api.url}, "resources": ["other"]}), encoding="utf-8")
    found = run("detect", *(str(config) if each == "FILE" else each for each in arguments))
    assert (found.returncode, found.stdout) == (1, "")
    assert sentence in found.stderr
    assert not api.calls


def test_children_are_looked_at_below_their_parents(api: Foreign, tmp_path: Path, run: Run) -> None:
    api.serve("/v1/parents", lambda _: Reply([{"id": 1}, {"id": 2}]))
    api.serve("/v1/parents/1/things", lambda _: Reply({"items": []}))
    api.serve("/v1/parents/2/things", lambda call: by_page(call.number("page", 1)))
    config = tmp_path / "tap.yaml"
    entries = ["parents", {"name": "things", "endpoint": "parents/{resources.parents.id}/things"}]
    client = {"base_url": f"{api.url}/v1", "headers": {"X-Token": "$THE_TOKEN"}}
    config.write_text(yaml.safe_dump({"client": client, "resources": entries}), encoding="utf-8")
    found = run("detect", "things", "--config", str(config))
    assert found.returncode == 0, found.stderr
    entry = yaml.safe_load(found.stdout)["resources"][0]
    assert entry["endpoint"]["paginator"] == {"type": "page_number", "base_page": 1}
    assert entry["primary_key"] == "id"


def by_page(number: int) -> Reply:
    return Reply({"items": ROWS[(number - 1) * 10 : number * 10]})


def test_the_key_of_our_own_shape_is_in_the_environment(
    api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", TOKEN)
    config = tmp_path / "tap.json"
    entry = {"name": "things", "endpoint": {"path": "/v1/things", "params": {"kind": "a"}}}
    given = {"api_url": api.url, "api_key_name": "X-Token", "api_key_location": "header", "resources": [entry]}
    config.write_text(json.dumps(given), encoding="utf-8")
    found = run("detect", "things", "--config", str(config))
    assert found.returncode == 0, found.stderr
    assert yaml.safe_load(found.stdout)["resources"][0]["endpoint"]["paginator"]["cursor_param"] == "after"
    assert TOKEN not in found.stdout


def test_a_file_that_cannot_be_written_is_named(api: Foreign, tmp_path: Path, run: Run) -> None:
    file = tmp_path / "none" / "things.yaml"
    found = run("detect", f"{api.url}/v1/things?kind=a", "--header", "X-Token: $THE_TOKEN", "--output", str(file))
    assert (found.returncode, found.stdout) == (1, "")
    assert f"{file} cannot be written" in found.stderr


def test_a_list_that_is_asked_for_by_post_is_found_out(api: Foreign, tmp_path: Path, run: Run) -> None:
    api.serve("/v1/search", lambda call: Reply(ROWS[call.json.get("skip", 0) :][: min(20, call.json.get("take", 10))]))
    options = ("--header", "X-Token: $THE_TOKEN", "--json", '{"query": "x", "skip": 0, "take": 10}')
    found = run("detect", f"{api.url}/v1/search", *options)
    assert found.returncode == 0, found.stderr
    assert "# Proof: `take=10&skip=10` brought 10 rows" in found.stdout
    config = tmp_path / "search.yaml"
    config.write_text(found.stdout, encoding="utf-8")
    sync = run("--config", str(config))
    assert (sync.returncode, sync.stdout.count('"type":"RECORD"')) == (0, len(ROWS))
    refused = run("detect", f"{api.url}/v1/search", "--json", "{")
    assert (refused.returncode, "`--json` must be JSON" in refused.stderr) == (1, True)


def test_a_key_that_is_typed_in_a_body_is_printed_as_the_name_of_a_variable() -> None:
    body = {"api_key": "k-1234567", "user": {"password": "$PW"}, "of": [{"secret": "s-7654321"}], "query": "a key"}
    config = {"client": {"base_url": "x"}, "resources": [{"name": "a", "endpoint": {"path": "a", "json": body}}]}
    (entry,) = without_secrets(config)["resources"]
    assert entry["endpoint"]["json"] == {
        "api_key": "$API_KEY",
        "user": {"password": "$PW"},
        "of": [{"secret": "$SECRET"}],
        "query": "a key",
    }
