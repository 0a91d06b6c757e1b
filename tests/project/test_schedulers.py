"""Airflow and Dagster map over the windows of a plan for real, and Kubernetes by a file that is run by hand here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tap_analytics.sandbox import Answer
from tests.targets import Environment
from tests.windowed import contacts, load_skewed

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.ready import Ready

EXAMPLES = Path(__file__).parents[2] / "examples"
KUBERNETES = EXAMPLES / "kubernetes-backfill.yaml"
AIRFLOW = Environment("airflow", ("apache-airflow-core>=3.1,<4", "apache-airflow-providers-standard"))
DAGSTER = Environment("dagster", ("dagster>=1.11,<2",))
# Three windows, of which the API first has one not at hand.
WINDOWS = [
    ("2024-01-01T00:00:00Z", "2024-09-01T00:00:00Z"),
    ("2024-09-01T00:00:00Z", "2025-05-01T00:00:00Z"),
    ("2025-05-01T00:00:00Z", "2026-01-01T00:00:00Z"),
]
# Stands for the target: it keeps what it is given.
TARGET = '#!/bin/sh\ncat > "$OUT/$$.jsonl"\n'
TICKS = """
import importlib.util, json, sys
import dagster as dg
spec = importlib.util.spec_from_file_location("definitions", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
with dg.DagsterInstance.get() as instance:
    asked = module.plan(dg.build_sensor_context(instance=instance))
    for each in asked.dynamic_partitions_requests:
        instance.add_dynamic_partitions(each.partitions_def_name, list(each.partition_keys))
    job = module.defs.resolve_job_def("backfill")
    for each in asked.run_requests:
        job.execute_in_process(partition_key=each.partition_key, instance=instance, raise_on_error=False)
    module.plan(dg.build_sensor_context(instance=instance))
"""


class Backfill:
    """A folder in which an example is run against the sandbox, and its results."""

    def __init__(self, api: Sandbox, folder: Path, ready: Ready) -> None:
        self.folder = folder
        self.expected = load_skewed(api, 100)
        self.asked = 0
        api.intercept(self._answer)
        (folder / "out").mkdir()
        (folder / "bin").mkdir()
        (folder / "bin" / "target-postgres").write_text(TARGET)
        (folder / "bin" / "target-postgres").chmod(0o755)
        listed = contacts({"step": "P8M", "end_value": "2026-01-01"})
        config = {"api_url": api.url, "max_retries": 0, "resources": [listed]}
        (folder / "config.json").write_text(json.dumps(config))
        self.environment = os.environ | {
            "PATH": f"{folder / 'bin'}:{ready.folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "OUT": str(folder / "out"),
            "TAP_ANALYTICS_API_KEY": api.api_key,
        }

    def _answer(self, request: Request) -> Answer | None:
        if request.params.get("updated_since") != WINDOWS[1][0]:
            return None
        self.asked += 1  # first by the plan, then by who reads it
        return Answer.error(500, "Not now.") if self.asked == 2 else None

    def text(self, example: str) -> str:
        """Return an example that keeps its files in the folder, and tries nothing twice."""
        text = (EXAMPLES / example).read_text()
        for there, here in {"/opt/tap/config": f"{self.folder}/config", "/opt/tap/state": str(self.folder)}.items():
            text = text.replace(there, here)
        return text.replace("retries=2", "retries=0")

    def run(self, *command: str, **more: str) -> int:
        environment = self.environment | more
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=500, check=False)
        (self.folder / "log").write_text(done.stdout + done.stderr)
        return done.returncode

    @property
    def ids(self) -> list[Any]:
        """The ids of all records that the target was given."""
        lines = [json.loads(line) for file in (self.folder / "out").iterdir() for line in file.read_text().splitlines()]
        return [each["record"]["id"] for each in lines if each["type"] == "RECORD"]

    @property
    def bookmark(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "backfill.json").read_text())["value"]
        found: dict[str, Any] = state["bookmarks"]["contacts"]
        return found

    def check_gap(self) -> None:
        """Check that the state ends before the window that failed, and has the windows behind it."""
        assert (self.bookmark["replication_key_value"], self.bookmark["finished_windows"]) == (
            WINDOWS[0][1],
            [list(WINDOWS[2])],
        )
        assert len(self.ids) < len(self.expected)

    def check_end(self) -> None:
        """Check that each row has come, once, and that nothing is left."""
        assert sorted(self.ids) == self.expected
        assert self.bookmark == {"replication_key": "updated_at", "replication_key_value": WINDOWS[2][1]}


@pytest.fixture
def backfill(api: Sandbox, tmp_path: Path, ready: Ready) -> Backfill:
    return Backfill(api, tmp_path, ready)


@pytest.mark.slow
def test_airflow_maps_over_the_windows_and_reads_again_what_failed(backfill: Backfill, api: Sandbox) -> None:
    folder = backfill.folder / "dags"
    folder.mkdir()
    (folder / "airflow_backfill.py").write_text(backfill.text("airflow_backfill.py"))
    settings = {
        "AIRFLOW_HOME": str(backfill.folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_ANALYTICS": json.dumps({"conn_type": "generic", "password": api.api_key}),
        "AIRFLOW_CONN_WAREHOUSE": json.dumps({"conn_type": "generic", "host": "localhost", "schema": "analytics"}),
    }
    airflow = AIRFLOW.program("airflow")
    assert backfill.run(airflow, "db", "migrate", **settings) == 0
    backfill.run(airflow, "dags", "test", "tap_analytics_backfill", **settings)
    assert "1 of 3 windows were not read; run the DAG again" in (backfill.folder / "log").read_text()
    backfill.check_gap()
    backfill.run(airflow, "dags", "test", "tap_analytics_backfill", **settings)
    backfill.check_end()


@pytest.mark.slow
def test_dagster_has_a_partition_for_each_window_and_reads_again_what_failed(backfill: Backfill) -> None:
    (backfill.folder / "definitions.py").write_text(backfill.text("dagster_backfill.py"))
    python, definitions = DAGSTER.program("python"), str(backfill.folder / "definitions.py")
    home = {"DAGSTER_HOME": str(backfill.folder)}
    assert backfill.run(python, "-c", TICKS, definitions, **home) == 0, (backfill.folder / "log").read_text()[-2000:]
    backfill.check_gap()
    assert backfill.run(python, "-c", TICKS, definitions, **home) == 0
    backfill.check_end()


def jobs() -> dict[str, dict[str, Any]]:
    documents = [each for each in yaml.safe_load(KUBERNETES.read_text())["items"] if each["kind"] == "Job"]
    return {each["metadata"]["name"].removeprefix("tap-analytics-backfill-"): each["spec"] for each in documents}


def test_pods_of_kubernetes_read_their_shares_of_the_windows(backfill: Backfill) -> None:
    def run(job: str, **more: str) -> int:
        (container,) = jobs()[job]["template"]["spec"]["containers"]
        command = [
            each.replace("/etc/tap", str(backfill.folder)).replace("/state", str(backfill.folder))
            for each in container["command"]
        ]
        return backfill.run(*command, **more)

    assert run("plan") == 0
    count = jobs()["read"]["completions"]
    assert [run("read", JOB_COMPLETION_INDEX=str(index)) for index in range(4)] == [0, 1, 0, 0]
    assert count > len(WINDOWS)
    assert run("keep") == 0
    backfill.check_gap()
    assert run("read", JOB_COMPLETION_INDEX="1") == 0
    assert run("keep") == 0
    backfill.check_end()


def test_pods_of_kubernetes_pass_the_restricted_profile_and_share_what_they_write() -> None:
    assert set(jobs()) == {"plan", "read", "keep"}
    for spec in jobs().values():
        pod = spec["template"]["spec"]
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert pod["automountServiceAccountToken"] is False
        for container in pod["containers"]:
            rights = container["securityContext"]
            assert rights == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
        assert {"name": "state", "persistentVolumeClaim": {"claimName": "tap-analytics-backfill"}} in pod["volumes"]
    assert jobs()["read"]["completionMode"] == "Indexed"
