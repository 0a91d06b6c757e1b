"""Pages with a block of dlt's Python, untouched: `from-dlt`, then `tap-analytics | target-postgres`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql

if TYPE_CHECKING:
    from demo.postgres import Postgres
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

TARGET = str(Path(sys.executable).with_name("target-postgres"))
SCHEMA = "pages"
KEY = """"type": "api_key",
            "name": "api_key",
            "api_key": dlt.secrets["api_key"],
            "location": "query\""""
CLIENT = """"type": "oauth2",
            "client_id": dlt.secrets["client_id"],
            "client_secret": dlt.secrets["client_secret"],
            "token_url": "https://api.example.com/oauth/token\""""
PAGE = """# Reading the API

How the API is read with a declarative source.

## Example

```python
import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({
    "client": {
        "base_url": "https://api.example.com",
        "auth": {
            AUTH
        }
    },
    "resource_defaults": {
        "primary_key": "id",
        "write_disposition": "merge"
    },
    "resources": [RESOURCES
    ]
})
```

## Signing in

- **Secrets**: `dlt.secrets["api_key"]` keeps the key.

## Failures

- **Retried statuses**: 429, 500, 502, 503, 504
- **Most retries**: 3
"""
RESOURCE = """
        {
            "name": "NAME",
            "endpoint": {
                "path": "/v1/PATH",
                "data_selector": "data",
                "paginator": {
                    "type": "offset",
                    "limit": 100
                }
            }
        },"""
LISTS = {"contacts": 250, "companies": 120, "deals": 30}
SNAPSHOTS = {"account_overview": 1, "agents_overview": 5, "current_queue_activity": 3}


def page(auth: str, **paths: str) -> str:
    entries = "".join(RESOURCE.replace("NAME", name).replace("PATH", path) for name, path in paths.items())
    return PAGE.replace("AUTH", auth).replace("RESOURCES", entries.rstrip(","))


PAGES = {
    "one list": (page(KEY, resource_name="resource"), {"resource_name": 130}),
    "lists": (page(KEY, **{name: name for name in LISTS}), LISTS),
    "statistics": (page(KEY, **{name: name for name in SNAPSHOTS}), SNAPSHOTS),
    "OAuth2": (page(CLIENT, resource_name="resource"), {"resource_name": 130}),
}


QUICK = {"lists", "OAuth2"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in QUICK else pytest.mark.slow) for name in PAGES]
)
def test_the_block_of_a_page_syncs_into_postgresql(
    name: str, api: Sandbox, tap: TapRunner, postgres: Postgres, tmp_path: Path
) -> None:
    text, expected = PAGES[name]
    api.reset(rows={**LISTS, "resource": 130})
    (tmp_path / "page.md").write_text(text)
    made = tap.run("from-dlt", "page.md", "--output", "page.yaml")
    assert (made.code, made.stdout) == (0, "")

    secrets = {"API_KEY": api.api_key, "CLIENT_ID": api.options.client_id, "CLIENT_SECRET": api.options.client_secret}
    elsewhere = {"API_URL": api.url} | ({"TOKEN_URL": f"{api.url}/oauth/token"} if name == "OAuth2" else {})
    environment = secrets | {f"TAP_ANALYTICS_{setting}": value for setting, value in elsewhere.items()}
    run = tap.run("--config", "page.yaml", "--config", "ENV", environment=environment)
    assert run.code == 0, run.stderr

    assert load(tap, postgres, run.stdout) == expected


def load(tap: TapRunner, postgres: Postgres, messages: str) -> dict[str, int]:
    """Return the number of rows in each table that messages make in a new schema of PostgreSQL."""
    place = {"sqlalchemy_url": postgres.sqlalchemy_url, "default_target_schema": SCHEMA}
    _, file = tap.write(target=place | {"use_copy": False})
    with psycopg.connect(postgres.url) as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))
    subprocess.run([TARGET, "--config", file], input=messages, text=True, check=True, capture_output=True, timeout=120)
    with psycopg.connect(postgres.url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [SCHEMA]).fetchall()
        count = sql.SQL("SELECT count(*) FROM {}")
        found = {name: connection.execute(count.format(sql.Identifier(SCHEMA, name))).fetchone() for (name,) in tables}
    return {name: row[0] for name, row in found.items() if row}
