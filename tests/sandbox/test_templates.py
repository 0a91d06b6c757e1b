"""Records of each resource."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from tests.sandbox.conftest import LISTS, Get, instant, schema_fields


@pytest.mark.parametrize("resource", LISTS)
def test_records_have_every_field_of_the_schema(get: Get, resource: str) -> None:
    assert {frozenset(row) for row in get.data(resource)} == {frozenset(schema_fields(resource))}


@pytest.mark.parametrize("resource", LISTS)
def test_records_fit_their_schema(get: Get, resource: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("tap_analytics").joinpath("schemas", f"{resource}.json").read_text())
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for row in get.data(resource, limit=1000) for error in validator.iter_errors(row)] == []


@pytest.mark.parametrize("resource", LISTS)
def test_no_record_changed_before_it_was_created_or_after_today(get: Get, resource: str) -> None:
    rows = get.data(resource, limit=1000)
    assert all(instant(row["created_at"]) <= instant(row["updated_at"]) <= datetime.now(UTC) for row in rows)
    assert all(row["updated_at"].endswith("Z") for row in rows)
    assert len({row["updated_at"] for row in rows}) > len(rows) * 0.99


def test_account_overview_is_one_object_without_id_and_time(get: Get) -> None:
    assert set(get.data("account_overview")) == schema_fields("account_overview") - {"id", "current_timestamp"}


def test_agents_overview_is_a_list_with_names_keys_and_times(get: Get) -> None:
    rows = get.data("agents_overview")
    assert {frozenset(row) for row in rows} == {frozenset(schema_fields("agents_overview") - {"id"})}
    assert len({row["user_key"] for row in rows}) == len(rows) == 5
    assert all(row["name"] and instant(row["current_timestamp"]) for row in rows)


def test_current_queue_activity_is_a_list_of_queues_by_name(get: Get) -> None:
    rows = get.data("current_queue_activity")
    without = {"id", "current_timestamp"}
    assert {frozenset(row) for row in rows} == {frozenset(schema_fields("current_queue_activity") - without)}
    assert len({row["name"] for row in rows}) == len(rows) == 3
