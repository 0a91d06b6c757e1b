"""A backfill whose windows are tasks of their own, for Airflow 3; the connections are those of `airflow_dag.py`.

`tap-analytics` and `target-postgres` are on the PATH of the workers, each in an environment of its own beside Airflow's
(`pipx install`, or `uv tool install`), and /opt/tap/state is a disk that all workers share.
"""
# ruff: noqa: INP001 - a folder of DAGs is no package

import json
import shlex
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task

STATE = Path("/opt/tap/state/backfill.json")
CONFIG = "--config /opt/tap/config.json --config ENV"
SECRETS = {
    "TAP_ANALYTICS_API_KEY": "{{ conn.analytics.password }}",
    "TARGET_POSTGRES_HOST": "{{ conn.warehouse.host }}",
    "TARGET_POSTGRES_USER": "{{ conn.warehouse.login }}",
    "TARGET_POSTGRES_PASSWORD": "{{ conn.warehouse.password }}",
    "TARGET_POSTGRES_DATABASE": "{{ conn.warehouse.schema }}",
}


READ = (
    f"set -o pipefail; tap-analytics {CONFIG} --window {{window}} "
    "| target-postgres --config ENV > /dev/null && echo {window}"
)


def call(command: str) -> str:
    """Return what `tap-analytics plan` prints for this state; the key is in the environment of the worker."""
    state = f" --state {STATE}" if STATE.exists() else ""
    command = f"tap-analytics plan {CONFIG}{state} {command}"
    return subprocess.run(command.split(), check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


with DAG(
    "tap_analytics_backfill", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), max_active_runs=1
) as dag:

    @task
    def plan() -> list[str]:
        """Return the windows that are not read yet."""
        return call("contacts").splitlines()

    @task
    def commands(windows: list[str]) -> list[str]:
        """Return what reads each window; its last line is what the task returns: the window."""
        # Airflow fills no template in what another task has returned: the secrets stand in `env` below.
        return [READ.format(window=shlex.quote(window)) for window in windows]

    @task(trigger_rule="all_done")
    def keep(windows: list[str], read: Iterable[object]) -> None:
        """Keep the state behind the windows that were read, and fail where one was not: the next run reads it."""
        lines = [each if isinstance(each, str) else json.dumps(each) for each in read]
        done = STATE.with_suffix(".done")
        done.write_text("\n".join(lines))
        STATE.write_text(call(f"--done {done}"))
        if len(lines) < len(windows):
            message = f"{len(windows) - len(lines)} of {len(windows)} windows were not read; run the DAG again"
            raise RuntimeError(message)

    planned = plan()
    read = BashOperator.partial(
        task_id="read",
        env=SECRETS,
        append_env=True,
        retries=2,
        retry_delay=timedelta(seconds=30),
        max_active_tis_per_dag=4,
    ).expand(bash_command=commands(planned))
    keep(planned, read.output)
