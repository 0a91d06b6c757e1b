"""A sync each hour, for Dagster; the secrets are environment variables of the code location.

How the programs get there: `pipx install` (or `uv tool install`) in the image of the code location, each into an
environment of its own beside Dagster's, whose versions they do not share.
"""
# ruff: noqa: INP001 - a folder of definitions is no package

import subprocess
from collections.abc import Iterator

import dagster as dg

# `sync.sh`, `tap-analytics` and `target-postgres` are on the PATH, and /opt/tap/state is a disk that outlives the run.
# TAP_ANALYTICS_API_KEY and TARGET_POSTGRES_SQLALCHEMY_URL are in the environment.
COMMAND = "sync.sh /opt/tap/config.json /opt/tap/state/state.json target-postgres --config ENV"
STREAMS = ["contacts", "companies", "deals", "account_overview", "agents_overview", "current_queue_activity"]


# The pool has room for one: `dagster instance concurrency set tap_analytics 1`.
@dg.multi_asset(specs=[dg.AssetSpec(["analytics", stream]) for stream in STREAMS], pool="tap_analytics")
def analytics() -> Iterator[dg.MaterializeResult]:
    """Read what is new, and load it."""
    subprocess.run(COMMAND.split(), check=True)  # noqa: S603 - it is written above
    for stream in STREAMS:
        yield dg.MaterializeResult(asset_key=["analytics", stream])


sync = dg.define_asset_job("sync", selection=[analytics])

defs = dg.Definitions(
    assets=[analytics],
    jobs=[sync],
    schedules=[dg.ScheduleDefinition(job=sync, cron_schedule="15 * * * *")],
)
