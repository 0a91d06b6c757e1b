"""The API's rows in a real PostgreSQL: `tap-analytics | target-postgres`, with the loader's settings of meltano.yml."""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
import yaml
from psycopg import sql
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

from scripts.reference import streams
from tap_analytics.sandbox import Request
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from collections.abc import Callable

    from demo.postgres import Postgres
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import Run, TapRunner

LISTS = ["contacts", "companies", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]
SCHEMA = "analytics"
TARGET = str(Path(sys.executable).with_name("target-postgres"))
MELTANO = yaml.safe_load((Path(__file__).parents[2] / "meltano.yml").read_text())
LOADER = next(loader for loader in MELTANO["plugins"]["loaders"] if loader["name"] == "target-postgres")["config"]
TAP = next(tap for tap in MELTANO["plugins"]["extractors"] if tap["name"] == "tap-analytics")["config"]


class Warehouse:
    """A schema in PostgreSQL, and the way of the API's rows into it."""

    def __init__(self, postgres: Postgres, tap: TapRunner, pipe: Callable[..., Run]) -> None:
        self._postgres = postgres
        self._tap = tap
        self._pipe = pipe

    def sync(
        self,
        *streams: str,
        state: dict[str, Any] | None = None,
        options: dict[str, Any] | None = None,
        **settings: object,
    ) -> dict[str, Any]:
        """Run the tap into the target and return the state that the target gives back."""
        place = {"sqlalchemy_url": self._postgres.sqlalchemy_url, "default_target_schema": SCHEMA}
        _, file = self._tap.write(target=LOADER | place | (options or {}))
        selected = list(streams) or None
        usual: dict[str, object] = TAP | {"start_param": "updated_since"}
        run = self._pipe(TARGET, "--config", file, streams=selected, state=state, **usual | settings)
        assert run.code == 0, run.stderr
        return dict(json.loads(run.stdout.splitlines()[-1]))

    def rows(self, table: str) -> dict[str, dict[str, Any]]:
        """Return the rows of a table by id, without the columns that the target adds."""
        with psycopg.connect(self._postgres.url, row_factory=dict_row) as connection:
            set_json_loads(partial(json.loads, parse_float=Decimal), connection)
            rows = connection.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(SCHEMA, table))).fetchall()
        found = {row["id"]: {name: row[name] for name in row if not name.startswith("_sdc_")} for row in rows}
        assert len(found) == len(rows)
        return found

    def clear(self) -> None:
        with psycopg.connect(self._postgres.url) as connection:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(SCHEMA)))


@pytest.fixture
def warehouse(postgres: Postgres, tap: TapRunner, pipe: Callable[..., Run]) -> Warehouse:
    warehouse = Warehouse(postgres, tap, pipe)
    warehouse.clear()
    return warehouse


def api_rows(api: Sandbox, resource: str) -> dict[str, dict[str, Any]]:
    """Return what the API serves, as PostgreSQL has to hold it: every field of the schema, by id."""
    question = Request.parse("GET", f"/v1/{resource}?limit=1000", {"x-api-key": api.api_key})
    rows = json.loads(api.answer(question).content(), parse_float=Decimal)["data"]
    columns = streams()[resource].schema["properties"]
    return {str(row["id"]): {name: value(row.get(name), columns[name]) for name in columns} for row in rows}


def value(sent: Any, column: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON in, a value of PostgreSQL out
    if sent is None:
        return None
    if column.get("format") == "date-time":
        return datetime.fromisoformat(sent).astimezone(UTC).replace(tzinfo=None)
    if column.get("format") == "date":
        return date.fromisoformat(sent)
    return str(sent) if {"string", "integer"} <= set(column["type"]) else sent


def test_all_streams_arrive_with_every_value(api: Sandbox, warehouse: Warehouse) -> None:
    state = warehouse.sync()
    for stream in LISTS:
        assert len(api_rows(api, stream)) == len(api.table(stream))
        assert warehouse.rows(stream) == api_rows(api, stream)
    for stream in SNAPSHOTS:
        assert len(warehouse.rows(stream)) == sum(each.rows for each in api.requests_to(stream))
    assert set(state["bookmarks"]) == set(STREAMS)


def test_the_next_sync_brings_what_changed_and_leaves_no_row_twice(api: Sandbox, warehouse: Warehouse) -> None:
    state = warehouse.sync("contacts", "account_overview")
    api.table("contacts").update(7, name="Changed")
    new = api.table("contacts").insert(name="New")

    second = warehouse.sync("contacts", "account_overview", state=state)
    assert warehouse.rows("contacts") == api_rows(api, "contacts")
    assert warehouse.rows("contacts")["7"]["name"] == "Changed"
    assert warehouse.rows("contacts")[str(new)]["name"] == "New"
    bookmark = state["bookmarks"]["contacts"]["replication_key_value"]
    assert api.requests_to("contacts")[-1].params["updated_since"] == bookmark
    assert second["bookmarks"]["contacts"]["replication_key_value"] > bookmark

    warehouse.sync("contacts", "account_overview")
    assert warehouse.rows("contacts") == api_rows(api, "contacts")
    assert len(warehouse.rows("account_overview")) == 3


AWKWARD: list[dict[str, Any]] = [
    {"id": "no-number", "name": None, "tags": None, "address": None, "updated_at": "2025-03-04T05:06:07Z"},
    {"id": 2**53 + 1, "open_deals_count": 2**53 + 1, "customer_id": -1, "score": 0, "is_deleted": False},
    {"id": 3, "name": "", "tags": [], "emails": [], "custom_fields": {}, "updated_at": None},
    {"id": 4, "name": "Zoë 🦊 日本\u202e", "first_name": "tab\tline\nquote\"'back\\slash,{}\\N", "last_name": "NULL"},
    {
        "id": 5,
        "tags": ["a", None, "", "🦊", ",", "{}", '"', "\\", "NULL"],
        "emails": [{"value": None, "more": 1}, None],
    },
    {"id": 6, "custom_fields": {"deep": [{"list": [1, None, {"🦊": ""}]}], "whole": 2**53 + 1, "e": Decimal("1E-7")}},
    {"id": 7, "custom_fields": {"price": Decimal("0.12345678901234567891")}, "score": Decimal("25.66")},
    {"id": 8, "birth_date": "1900-02-28", "updated_at": "2025-03-04T05:06:07.123456Z"},
    # The target stores the wall clock: the tap has to send the same instant in UTC.
    {"id": 9, "created_at": "2025-01-01T00:00:00.000001+00:30", "updated_at": "2025-03-04T05:06:07+05:30"},
    {"id": 10, "created_at": "2024-02-29T23:59:59.5-08:00", "updated_at": "2025-03-04 05:06:07-0330"},
]


def test_awkward_values_arrive_as_they_are(api: Sandbox, warehouse: Warehouse) -> None:
    api.table("contacts").load(AWKWARD)
    warehouse.sync("contacts")
    assert warehouse.rows("contacts") == api_rows(api, "contacts")


def test_fields_behind_the_sample_get_their_columns(api: Sandbox, warehouse: Warehouse) -> None:
    rows: list[dict[str, Any]] = [{"id": number, "name": f"Name {number}"} for number in range(1, 40)]
    rows[20] |= {"size": Decimal("1.25")}
    rows[30] |= {"seen": "2025-03-04T05:06:07Z"}
    api.table("contacts").load(rows)
    people = {"name": "people", "primary_key": "id", "endpoint": {"path": "/v1/contacts"}}
    warehouse.sync(resources=[people], sample_size=1, page_size=10, start_param=None)
    assert list(warehouse.rows("people").values()) == [
        row | {"size": row.get("size"), "seen": datetime(2025, 3, 4, 5, 6, 7) if "seen" in row else None}  # noqa: DTZ001
        for row in rows
    ]


LONG = ["12345678901234567.891", "0.12345678901234567891", "-0.00000000000000000001"]


def test_numbers_of_twenty_digits_arrive_exactly_without_copy(api: Sandbox, warehouse: Warehouse) -> None:
    api.table("contacts").load([{"id": key, "score": Decimal(number)} for key, number in enumerate(LONG, start=1)])
    warehouse.sync("contacts", options={"use_copy": False}, numbers="exact")
    assert [row["score"] for row in warehouse.rows("contacts").values()] == [Decimal(number) for number in LONG]


def test_a_number_that_copy_would_round_fails_its_stream(api: Sandbox, warehouse: Warehouse, tap: TapRunner) -> None:
    api.table("contacts").load([{"id": 1, "score": Decimal(LONG[1])}])
    run = tap(streams=["contacts"], numbers="double")
    assert (run.code, run.records("contacts")) == (1, [])
    assert "contacts: record 1: `score` is a number, not a number that a double holds to its last digit" in run.stderr
    warehouse.sync("companies", numbers="double")


def test_numbers_that_are_doubles_arrive_exactly_by_copy(api: Sandbox, warehouse: Warehouse) -> None:
    rng = random.Random(5)  # noqa: S311 - no secret
    digits = ("".join(rng.choices("0123456789", k=15)) for _ in range(200))
    numbers = [Decimal(f"{text}e{rng.randint(-40, 40)}") for text in digits]
    numbers += [Decimal(repr(rng.uniform(-1, 1) * 10.0 ** rng.randint(-30, 30))) for _ in range(200)]
    numbers += [Decimal(2**53), Decimal("1E+25"), Decimal("-0.1"), Decimal("1E-300"), Decimal(0)]
    api.table("contacts").load([{"id": key, "score": number} for key, number in enumerate(numbers, start=1)])
    warehouse.sync("contacts", options={"use_copy": True}, numbers="double")
    landed = warehouse.rows("contacts")
    assert [landed[str(key)]["score"] for key in range(1, len(numbers) + 1)] == numbers
