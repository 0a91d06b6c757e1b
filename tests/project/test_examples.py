"""The files in `examples/` run as they are written: only the address and the secrets come from the environment."""

from __future__ import annotations

import ast
import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml

from demo.postgres import Postgres
from scripts.reference import about, streams
from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner

    # Runs `sync.sh` with these arguments.
    Sync = Callable[..., subprocess.CompletedProcess[str]]

FOLDER = Path(__file__).parents[2] / "examples"
# Configurations in dlt's own shape; the other files are for running the tap in production.
EXAMPLES = [FOLDER / name for name in ("calls.yaml", "crm.yaml", "oauth2.yaml", "resource.json", "resource.yaml")]
# An API of another kind than the sandbox's.
PAGED = FOLDER / "paged.yaml"
PROGRAMS = Path(sys.executable).parent
ROWS = 230
# A target that stores nothing: it prints the state of each STATE message, as every target does.
STATES = ("sed", "-un", r's/^{"type":"STATE","value":\(.*\)}$/\1/p')


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
    if "oauth2" not in example.read_text():  # beside a key it is refused
        environment = {name: value for name, value in environment.items() if name != "TAP_ANALYTICS_TOKEN_URL"}
    run = tap.run("--config", str(example), "--config", "ENV", *options, environment=environment)
    tap.look_for_secrets(run)
    return run


def test_every_configuration_is_among_the_examples() -> None:
    files = [path for path in FOLDER.iterdir() if path.suffix in {".json", ".yaml"}]
    assert sorted(path for path in files if "base_url" in path.read_text()) == sorted([*EXAMPLES, PAGED])


def test_the_examples_are_listed() -> None:
    listed = re.findall(r"\]\(([\w.-]+)\)", (FOLDER / "README.md").read_text())
    assert sorted(listed) == sorted(
        path.name for path in FOLDER.iterdir() if path.name not in {"README.md", "__pycache__"}
    )


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


def test_pages_by_number_with_children_arrive_and_the_next_sync_asks_for_what_is_new(
    api: Sandbox, tap: TapRunner, environment: dict[str, str], tmp_path: Path
) -> None:
    tickets = [{"id": number, "updated_at": f"2024-05-{number % 28 + 1:02}T00:00:00Z"} for number in range(1, 231)]

    def answer(request: Request) -> Answer:
        assert request.headers["x-api-key"] == api.api_key
        if request.path.endswith("/notes"):
            return Answer(200, {"data": [{"id": f"note of {request.path.split('/')[3]}"}]})
        since, size = request.params.get("updated_since", ""), int(request.params["per_page"])
        found = [ticket for ticket in tickets if str(ticket["updated_at"]) >= since]
        first = (int(request.params["page"]) - 1) * size
        return Answer(200, {"data": found[first : first + size]})

    api.intercept(answer)
    first = run(tap, PAGED, environment)
    assert first.code == 0, first.stderr
    assert sorted(first.ids("tickets")) == list(range(1, 231))
    assert {(row["_tickets_id"], row["id"]) for row in first.records("notes")} == {
        (number, f"note of {number}") for number in range(1, 231)
    }
    (tmp_path / "state.json").write_text(json.dumps(first.state))
    second = run(tap, PAGED, environment, "--state", str(tmp_path / "state.json"))
    assert second.code == 0, second.stderr
    assert second.ids("tickets") == [
        ticket["id"] for ticket in tickets if ticket["updated_at"] == "2024-05-28T00:00:00Z"
    ]


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


def kubernetes() -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in yaml.safe_load_all((FOLDER / "kubernetes-cronjob.yaml").read_text())}


def pod() -> dict[str, Any]:
    found: dict[str, Any] = kubernetes()["CronJob"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    return found


def workflow() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / "github-actions.yml").read_text())
    return content


def workflow_steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = workflow()["jobs"]["sync"]["steps"]
    return found


def calls(file: str) -> list[ast.Call]:
    """Return all calls in a Python file, which need not be importable here."""
    return [node for node in ast.walk(ast.parse((FOLDER / file).read_text())) if isinstance(node, ast.Call)]


def options(call: ast.Call) -> dict[str, Any]:
    """Return the keyword arguments of a call that are constants."""
    return {
        each.arg or "": ast.literal_eval(each.value)
        for each in call.keywords
        if not any(isinstance(node, ast.Name | ast.Call) for node in ast.walk(each.value))
    }


def call_of(file: str, name: str) -> dict[str, Any]:
    (call,) = (call for call in calls(file) if ast.unparse(call.func).split(".")[-1] == name)
    return options(call)


def constant(file: str, name: str) -> Any:  # noqa: ANN401 - whatever is written there
    (value,) = (
        node.value
        for node in ast.walk(ast.parse((FOLDER / file).read_text()))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    return ast.literal_eval(value)


def commands() -> dict[str, list[str]]:
    """Return the command that each platform runs, by the name of the file."""
    (container,) = pod()["containers"]
    dockerfile = re.findall(r"^(?:ENTRYPOINT|CMD) (.*)$", (FOLDER / "Dockerfile").read_text(), re.MULTILINE)
    (step,) = (step["run"] for step in workflow_steps() if "sync.sh" in step.get("run", ""))
    return {
        "Dockerfile": [part for line in dockerfile for part in json.loads(line)],
        "airflow_dag.py": constant("airflow_dag.py", "COMMAND").split(),
        "dagster_definitions.py": constant("dagster_definitions.py", "COMMAND").split(),
        "github-actions.yml": step.partition("&& ./")[2].split(),
        "kubernetes-cronjob.yaml": [*container["command"], *container["args"]],
    }


@pytest.fixture
def sync_command(api: Sandbox, tmp_path: Path) -> Callable[..., subprocess.Popen[str]]:
    def start(*arguments: str, key: str = api.api_key, **variables: str) -> subprocess.Popen[str]:
        environment = os.environ | {
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "TAP_ANALYTICS_API_URL": api.url,
            "TAP_ANALYTICS_API_KEY": key,
            "TAP_ANALYTICS_RESOURCES": '["contacts", "deals"]',
            **variables,
        }
        command = [str(FOLDER / "sync.sh"), *arguments]
        return subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
        )

    return start


@pytest.fixture
def sync(sync_command: Callable[..., subprocess.Popen[str]]) -> Sync:
    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        with sync_command(*arguments, **variables) as process:
            out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    return run


@cache
def what_it_says_of_itself(program: str) -> str:
    return subprocess.run([PROGRAMS / program, "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("file", commands())
def test_a_platform_runs_sync_sh_with_a_target_that_has_these_options(file: str) -> None:
    program, config, state, target, *arguments = commands()[file]
    assert (program, Path(config).name, Path(state).name) == ("sync.sh", "config.json", "state.json")
    assert arguments == ["--config", "ENV"]
    assert re.search(r"--config .*'ENV'", what_it_says_of_itself(target), re.DOTALL)


def test_a_sync_goes_on_where_the_one_before_it_ended(api: Sandbox, sync: Sync, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(kubernetes()["ConfigMap"]["data"]["config.json"])
    first = sync("config.json", "state.json", *STATES)
    assert first.returncode == 0, first.stderr
    state = json.loads((tmp_path / "state.json").read_text())
    assert "updated_since" not in api.requests_to("contacts")[0].params
    second = sync("config.json", "state.json", *STATES)
    assert second.returncode == 0, second.stderr
    bookmark = state["bookmarks"]["contacts"]["replication_key_value"]
    assert api.requests_to("contacts")[-1].params["updated_since"] == bookmark
    assert json.loads((tmp_path / "state.json").read_text()) == state
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config.json", "state.json", "state.json.lock"]


def test_what_a_target_has_told_is_kept_when_the_sync_fails(sync: Sync, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "config.json", tmp_path)
    (tmp_path / "state.json").write_text("{}")
    failed = sync(
        "config.json", "state.json", "sh", "-c", """echo '{"bookmarks": {"deals": {}}}'; echo '{"book'; exit 3"""
    )
    assert failed.returncode == 3
    assert json.loads((tmp_path / "state.json").read_text()) == {"bookmarks": {"deals": {}}}


def test_what_was_told_before_a_kill_is_where_the_next_sync_begins(api: Sandbox, sync: Sync, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "config.json", tmp_path)
    bookmark = {"replication_key": "updated_at", "replication_key_value": "2025-12-01T00:00:00Z"}
    (tmp_path / "state.json.told").write_text(f'{json.dumps({"bookmarks": {"contacts": bookmark}})}\n{{"bookm')
    assert sync("config.json", "state.json", *STATES).returncode == 0
    assert api.requests_to("contacts")[0].params["updated_since"] == "2025-12-01T00:00:00Z"


def test_a_sync_that_fails_at_once_leaves_the_state_and_says_so(sync: Sync, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "config.json", tmp_path)
    (tmp_path / "state.json").write_text('{"bookmarks": {"deals": {}}}')
    failed = sync("config.json", "state.json", "cat", key="")
    assert failed.returncode == 1
    assert "credentials are missing" in failed.stderr
    assert (tmp_path / "state.json").read_text() == '{"bookmarks": {"deals": {}}}'


def test_two_syncs_of_one_state_do_not_overlap(api: Sandbox, sync: Sync, tmp_path: Path) -> None:
    with (tmp_path / "state.json.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = sync("config.json", "state.json", "cat")
    assert second.returncode == 75
    assert second.stderr == "Another sync is at work on state.json\n"
    assert api.requests == []


def test_a_signal_ends_the_tap_and_keeps_what_the_target_has_stored(
    api: Sandbox, sync_command: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    shutil.copy(FOLDER / "config.json", tmp_path)
    api.fault("unavailable", resource="deals")
    with sync_command("config.json", "state.json", *STATES) as process:
        wait_for(lambda: api.requests_to("deals"))
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 143, log
    bookmarks = json.loads((tmp_path / "state.json").read_text())["bookmarks"]
    assert bookmarks["contacts"]["replication_key_value"]
    assert "replication_key_value" not in bookmarks["deals"]


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def test_what_the_platforms_set_are_settings() -> None:
    loaders = yaml.safe_load((FOLDER.parent / "meltano.yml").read_text())["plugins"]["loaders"]
    target = next(loader for loader in loaders if loader["name"] == "target-postgres")
    known = {f"TAP_ANALYTICS_{name.upper()}" for name in about()["settings"]["properties"]}
    known |= {f"TARGET_POSTGRES_{setting['name'].upper()}" for setting in target["settings"]}
    for file in commands():
        named = set(re.findall(r"\b(?:TAP_ANALYTICS|TARGET_POSTGRES)_[A-Z_]+", (FOLDER / file).read_text()))
        assert named <= known, file
    assert json.loads(kubernetes()["ConfigMap"]["data"]["config.json"]) == json.loads(
        (FOLDER / "config.json").read_text()
    )


def test_kubernetes_keeps_the_state_and_the_secrets_and_runs_one_at_a_time() -> None:
    (container,) = pod()["containers"]
    _, config, state = container["command"]
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    volumes = {volume["name"]: volume for volume in pod()["volumes"]}
    claim = volumes[mounts[str(Path(state).parent)]]["persistentVolumeClaim"]["claimName"]
    assert claim == kubernetes()["PersistentVolumeClaim"]["metadata"]["name"]
    source = volumes[mounts[str(Path(config).parent)]]["configMap"]["name"]
    assert source == kubernetes()["ConfigMap"]["metadata"]["name"]
    assert kubernetes()["CronJob"]["spec"]["concurrencyPolicy"] == "Forbid"
    assert container["envFrom"] == [{"secretRef": {"name": "tap-analytics"}}]


def test_kubernetes_takes_the_pod_under_the_restricted_profile() -> None:
    (container,) = pod()["containers"]
    assert (
        pod()["securityContext"].items() >= {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}.items()
    )
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def test_github_actions_keep_the_state_and_run_one_at_a_time() -> None:
    kept = [step for step in workflow_steps() if "cache" in step.get("uses", "")]
    assert [step["with"]["path"] for step in kept] == ["state", "state"]
    assert kept[0]["with"]["key"] == kept[1]["with"]["key"]
    assert kept[0]["with"]["key"].startswith(kept[0]["with"]["restore-keys"])
    assert kept[1]["if"] == "always()"
    assert Path(commands()["github-actions.yml"][2]).parent == Path(kept[0]["with"]["path"])
    assert workflow()["concurrency"]["cancel-in-progress"] is False


def test_airflow_and_dagster_run_one_at_a_time() -> None:
    assert call_of("airflow_dag.py", "DAG").items() >= {"max_active_runs": 1, "catchup": False}.items()
    assert call_of("dagster_definitions.py", "multi_asset")["pool"] == "tap_analytics"
    assert set(constant("dagster_definitions.py", "STREAMS")) <= set(streams())


def test_the_image_has_what_its_command_needs() -> None:
    text = (FOLDER / "Dockerfile").read_text()
    copied = [path for line in re.findall(r"^COPY (?:--\S+ )?(.*) \S+$", text, re.MULTILINE) for path in line.split()]
    assert [path for path in copied if not (FOLDER / path).exists()] == []
    _, config, state, target, *_ = commands()["Dockerfile"]
    assert f"COPY config.json {config}\n" in text
    assert f"VOLUME {Path(state).parent}\n" in text
    assert f"/bin/{target} " in text


@pytest.mark.slow
def test_the_rows_are_in_postgresql_after_two_syncs(api: Sandbox, sync: Sync, tmp_path: Path) -> None:
    shutil.copy(FOLDER / "config.json", tmp_path)
    _, config, state, *target = commands()["kubernetes-cronjob.yaml"]
    (schema,) = (each["value"] for each in pod()["containers"][0]["env"] if each["name"].endswith("_SCHEMA"))
    with Postgres() as postgres:
        place = {
            "TARGET_POSTGRES_SQLALCHEMY_URL": postgres.sqlalchemy_url,
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": schema,
        }
        for _ in range(2):
            done = sync(Path(config).name, Path(state).name, *target, **place)
            assert done.returncode == 0, done.stderr
        with psycopg.connect(postgres.url) as connection:
            assert connection.execute("SELECT count(*) FROM analytics.contacts").fetchone() == (250,)
    assert "updated_since" in api.requests_to("contacts")[-1].params


@pytest.mark.slow
@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Airflow does not run on it yet")
@pytest.mark.parametrize(
    ("packages", "file"),
    [
        (["apache-airflow>=3", "apache-airflow-providers-standard"], "airflow_dag.py"),
        (["dagster"], "dagster_definitions.py"),
    ],
)
def test_a_platform_takes_its_file(tmp_path: Path, packages: list[str], file: str) -> None:
    python = tmp_path / "venv" / "bin" / "python"
    environment = os.environ | {"AIRFLOW_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(tmp_path / "venv")],
        ["pip", "install", "--quiet", "--python", str(python), *packages],
    ):
        subprocess.run([PROGRAMS / "uv", *command], check=True, env=environment, timeout=600)
    done = subprocess.run([python, FOLDER / file], check=False, env=environment, timeout=60)
    assert done.returncode == 0
