"""A backfill whose windows are partitions, for Dagster; the secrets are environment variables of the code location.

`tap-analytics` and `target-postgres` are on the PATH, each in an environment of its own beside Dagster's (`pipx
install`, or `uv tool install`), and /opt/tap/state is a disk that outlives the run.
"""
# ruff: noqa: INP001 - a folder of definitions is no package

import os
import subprocess
from pathlib import Path

import dagster as dg

STATE = Path("/opt/tap/state/backfill.json")
CONFIG = "--config /opt/tap/config.json --config ENV"
READ = f'set -o pipefail; tap-analytics {CONFIG} --window "$WINDOW" | target-postgres --config ENV > /dev/null'

UNFINISHED = [
    *(dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED),
    *(dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED),
]

windows = dg.DynamicPartitionsDefinition(name="contacts_windows")


def call(command: str) -> str:
    """Return what `tap-analytics plan` prints for this state."""
    state = f" --state {STATE}" if STATE.exists() else ""
    command = f"tap-analytics plan {CONFIG}{state} {command}"
    return subprocess.run(command.split(), check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


# The pool bounds how many windows are read at once: `dagster instance concurrency set tap_analytics_backfill 4`.
@dg.asset(partitions_def=windows, pool="tap_analytics_backfill", retry_policy=dg.RetryPolicy(max_retries=2, delay=30))
def contacts(context: dg.AssetExecutionContext) -> None:
    """Read one window, and load it."""
    environment = os.environ | {"WINDOW": context.partition_key}
    subprocess.run(["bash", "-c", READ], check=True, env=environment)  # noqa: S603, S607 - it is written above


backfill = dg.define_asset_job("backfill", selection=[contacts], partitions_def=windows)


@dg.sensor(job=backfill, minimum_interval_seconds=3600)
def plan(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Keep the state behind the windows that were read, and ask for those that are not; one that failed comes again."""
    if context.instance.get_runs_count(dg.RunsFilter(job_name=backfill.name, statuses=UNFINISHED)):
        return dg.SkipReason("Windows are being read.")
    read = context.instance.get_materialized_partitions(contacts.key)
    if read:
        done = STATE.with_suffix(".done")
        done.write_text("\n".join(sorted(read)))
        STATE.write_text(call(f"--done {done}"))
    lines = call("contacts").splitlines()
    return dg.SensorResult(
        run_requests=[dg.RunRequest(partition_key=line) for line in lines],
        dynamic_partitions_requests=[windows.build_add_request(lines)],
    )


defs = dg.Definitions(assets=[contacts], jobs=[backfill], sensors=[plan])
