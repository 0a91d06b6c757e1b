"""A backfill whose windows are tasks of their own, for Airflow 3; the connections are those of `airflow_dag.py`."""
# ruff: noqa: INP001 - a folder of DAGs is no package

import subprocess
from datetime import UTC, datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, task

# `tap-analytics` and `target-postgres` are on the PATH of the workers.
TAP = "tap-analytics --config /opt/tap/config.json --config ENV"
PLAN = "tap-analytics plan contacts --config /opt/tap/config.json --config ENV"
SECRETS = {
    "TAP_ANALYTICS_API_KEY": "{{ conn.analytics.password }}",
    "TARGET_POSTGRES_HOST": "{{ conn.warehouse.host }}",
    "TARGET_POSTGRES_USER": "{{ conn.warehouse.login }}",
    "TARGET_POSTGRES_PASSWORD": "{{ conn.warehouse.password }}",
    "TARGET_POSTGRES_DATABASE": "{{ conn.warehouse.schema }}",
}

with DAG(
    "tap_analytics_backfill", schedule=None, start_date=datetime(2026, 1, 1, tzinfo=UTC), max_active_runs=1
) as dag:

    @task
    def plan() -> list[dict[str, str]]:
        """Return the windows, each as the environment of the task that reads it; the key is in that of the worker."""
        lines = subprocess.run(PLAN.split(), check=True, capture_output=True, text=True).stdout  # noqa: S603
        return [SECRETS | {"WINDOW": line} for line in lines.splitlines()]

    BashOperator.partial(
        task_id="read",
        bash_command=f'{TAP} --window "$WINDOW" | target-postgres --config ENV',
        append_env=True,
        retries=2,
        max_active_tis_per_dag=4,
    ).expand(env=plan())
