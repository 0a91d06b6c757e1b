"""A sync each hour, for Airflow 3; the connections `analytics` and `warehouse` hold the secrets.

How the programs get to the workers: `pipx install` (or `uv tool install`) in the image of the workers, each into an
environment of its own beside Airflow's, whose versions they do not share.
"""
# ruff: noqa: INP001 - a folder of DAGs is no package

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

# `sync.sh`, `tap-analytics` and `target-postgres` are on the PATH of the worker, and /opt/tap/state is a disk that all
# workers share.
COMMAND = "sync.sh /opt/tap/config.json /opt/tap/state/state.json target-postgres --config ENV"

with DAG(
    "tap_analytics",
    schedule="15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    # The state says what is still to be read: one run for all that was missed, and never two at once.
    catchup=False,
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="sync",
        bash_command=COMMAND,
        env={
            "TAP_ANALYTICS_API_KEY": "{{ conn.analytics.password }}",
            "TARGET_POSTGRES_HOST": "{{ conn.warehouse.host }}",
            "TARGET_POSTGRES_PORT": "{{ conn.warehouse.port or 5432 }}",
            "TARGET_POSTGRES_USER": "{{ conn.warehouse.login }}",
            "TARGET_POSTGRES_PASSWORD": "{{ conn.warehouse.password }}",
            "TARGET_POSTGRES_DATABASE": "{{ conn.warehouse.schema }}",
            "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": "analytics",
        },
        append_env=True,
        retries=1,
        retry_delay=timedelta(minutes=5),
        execution_timeout=timedelta(hours=1),
    )
