"""The files in `examples/` run as they are written: only the address and the secrets come from the environment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner

# But for the loader, which is for Meltano: see test_hub.py.
EXAMPLES = sorted(path for path in (Path(__file__).parents[1] / "examples").iterdir() if path.stem != "target-postgres")
ROWS = 230


@pytest.fixture
def environment(api: Sandbox) -> dict[str, str]:
    """What the examples need, for a sandbox that has the resource of theirs."""
    for _ in range(ROWS):
        api.table("resource").insert()
    return {
        "ANALYTICS_API_KEY": api.api_key,
        "ANALYTICS_CLIENT_ID": api.options.client_id,
        "ANALYTICS_CLIENT_SECRET": api.options.client_secret,
        "TAP_ANALYTICS_API_URL": api.url,
        "TAP_ANALYTICS_TOKEN_URL": f"{api.url}/oauth/token",
    }


def resources(example: Path) -> dict[str, str]:
    """Return the resource that each stream of an example reads, by the name of the stream."""
    declared = yaml.safe_load(example.read_text())["resources"]
    return {each["name"]: each["endpoint"]["path"].removeprefix("/v1/") for each in declared}


def run(tap: TapRunner, example: Path, environment: dict[str, str], *options: str) -> Run:
    run = tap.run("--config", str(example), "--config", "ENV", *options, environment=environment)
    tap.look_for_secrets(run)
    return run


def test_there_are_five_examples() -> None:
    assert [example.name for example in EXAMPLES] == [
        "calls.yaml",
        "crm.yaml",
        "oauth2.yaml",
        "resource.json",
        "resource.yaml",
    ]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_row_arrives_twice_by_the_requests_that_the_example_says(
    api: Sandbox, tap: TapRunner, environment: dict[str, str], example: Path
) -> None:
    for _ in range(2):
        sync = run(tap, example, environment)
        assert sync.code == 0, sync.stderr
        schemas = [message for message in sync.messages if message["type"] == "SCHEMA"]
        assert sorted(each["stream"] for each in schemas) == sorted(resources(example))
        assert [each["key_properties"] for each in schemas] == [["id"]] * len(schemas)
        for stream, resource in resources(example).items():
            ids = sync.ids(stream)
            served = 1 if resource == "account_overview" else len(api.table(resource))
            assert len(set(ids)) == len(ids) == served
            check(api.requests_to(resource)[0], api, is_oauth2=example.stem == "oauth2")


def check(request: Request, api: Sandbox, *, is_oauth2: bool) -> None:
    """Check the first request for a resource: the credentials, and the first hundred rows."""
    if is_oauth2:
        assert request.headers["authorization"].startswith("Bearer ")
    credentials = {} if is_oauth2 else {"api_key": api.api_key}
    assert request.params == credentials | {"limit": "100", "offset": "0"}


def test_what_was_discovered_is_synced(
    api: Sandbox, tap: TapRunner, environment: dict[str, str], tmp_path: Path
) -> None:
    example = EXAMPLES[0].with_name("resource.json")
    discovered = run(tap, example, environment, "--discover")
    assert discovered.code == 0, discovered.stderr
    (tmp_path / "catalog.json").write_text(discovered.stdout)
    sync = run(tap, example, environment, "--catalog", str(tmp_path / "catalog.json"))
    assert sync.ids("resource_name") == api.table("resource").ids()


@pytest.mark.parametrize(
    ("example", "variable"),
    [("resource.json", "ANALYTICS_API_KEY"), ("oauth2.yaml", "ANALYTICS_CLIENT_SECRET")],
)
def test_a_variable_that_is_not_set_is_named_before_the_first_request(
    api: Sandbox,
    tap: TapRunner,
    environment: dict[str, str],
    *,
    example: str,
    variable: str,
) -> None:
    refused = run(tap, EXAMPLES[0].with_name(example), environment | {variable: ""})
    assert refused.code == 1
    assert refused.stdout == ""
    assert f"`client.auth` needs the environment variable `{variable}`, which is not set" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert api.requests == []


def test_the_example_in_json_says_what_the_one_in_yaml_does() -> None:
    in_json, in_yaml = (EXAMPLES[0].with_name(f"resource.{suffix}") for suffix in ("json", "yaml"))
    assert json.loads(in_json.read_text()) == yaml.safe_load(in_yaml.read_text())
