"""One entry of `resources` is a resource, or a sentence for each thing that is wrong with it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.resources.columns import Column
from tap_analytics.resources.resource import Resource
from tap_analytics.state.replication import Incremental
from tests.resources.words import SCHEMA, Words, at, declare, faults_of

if TYPE_CHECKING:
    from pathlib import Path


def test_a_name_is_a_resource() -> None:
    assert declare("invoices") == Resource(name="invoices", path="/invoices", is_detected=True)


def test_every_word_of_an_entry_is_read() -> None:
    entry = {
        "name": "invoices",
        "primary_key": "id",
        "write_disposition": "merge",
        "selected": False,
        "parallelized": True,
        "endpoint": {
            "path": "/v1/invoices",
            "method": "get",
            "params": {"sort": "updated_at"},
            "headers": {"X-Team": "data"},
            "data_selector": "data",
            "paginator": {"type": "offset", "limit": 100, "total_path": "total"},
            "incremental": {
                "cursor_path": "updated_at",
                "start_param": "updated_since",
                "end_param": "updated_before",
                "initial_value": "2024-01-01T00:00:00Z",
                "lag": 3600,
                "row_order": "asc",
            },
        },
        "columns": {"amount": {"data_type": "decimal", "nullable": True}},
    }
    assert declare(entry) == Resource(
        name="invoices",
        path="/v1/invoices",
        params={"sort": "updated_at"},
        headers={"X-Team": "data"},
        data_selector="data",
        paginator=OffsetPaginator(limit=100, total_path="total"),
        incremental=Incremental(
            cursor_path="updated_at",
            start_param="updated_since",
            end_param="updated_before",
            initial_value="2024-01-01T00:00:00Z",
            lag=3600,
            row_order="asc",
        ),
        primary_key=("id",),
        write_disposition="merge",
        columns={"amount": Column(data_type="decimal", nullable=True)},
        selected=False,
        is_detected=True,
    )


def test_numbers_and_truth_values_may_come_as_text() -> None:
    entry = at(
        paginator={"type": "offset", "limit": "100", "stop_after_empty_page": "false"},
        incremental={"cursor_path": "t", "lag": "60"},
    )
    resource = declare(entry | {"selected": "no"})
    assert resource.paginator == OffsetPaginator(limit=100, stop_after_empty_page=False)
    assert resource.incremental == Incremental(cursor_path="t", lag=60)
    assert resource.selected is False


@pytest.mark.parametrize("entry", [{"name": "a", "endpoint": None}, at(params=None, paginator=None, incremental=None)])
def test_null_is_not_set(entry: Words) -> None:
    assert declare(entry) == Resource(name="a", path="/a", is_detected=True)


@pytest.mark.parametrize(
    ("words", "disposition", "keys"),
    [
        ({}, "append", ()),
        ({"primary_key": "id"}, "merge", ("id",)),
        ({"primary_key": ["a", "b"], "write_disposition": "merge"}, "merge", ("a", "b")),
        ({"primary_key": "id", "write_disposition": "append"}, "append", ()),
        ({"primary_key": "id", "write_disposition": "replace"}, "replace", ("id",)),
        ({"write_disposition": "replace"}, "replace", ()),
        ({"primary_key": "id", "write_disposition": {"disposition": "merge", "strategy": "upsert"}}, "merge", ("id",)),
        (
            {
                "primary_key": "id",
                "write_disposition": {"disposition": "merge", "strategy": "delete-insert", "deduplicated": True},
            },
            "merge",
            ("id",),
        ),
        ({"columns": {"id": {"primary_key": True}}}, "merge", ("id",)),
        ({"columns": {"id": {"primary_key": True}}, "primary_key": "id"}, "merge", ("id",)),
    ],
)
def test_the_disposition_decides_on_the_keys(words: Words, disposition: str, keys: tuple[str, ...]) -> None:
    resource = declare({"name": "a"} | words)
    assert (resource.write_disposition, resource.key_properties) == (disposition, keys)


def test_a_schema_may_be_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    schema = declare({"name": "a", "schema": "a.json", "primary_key": "id"}).schema
    assert schema == {
        "type": "object",
        "properties": {"id": {"type": ["string"]}, "updated_at": {"type": ["string", "null"]}},
    }


def test_columns_lie_over_the_schema() -> None:
    resource = declare({"name": "a", "schema": SCHEMA, "columns": {"updated_at": {"data_type": "timestamp"}}})
    assert resource.schema is not None
    assert resource.schema["properties"]["updated_at"] == {"type": ["string", "null"], "format": "date-time"}


def test_columns_without_a_schema_wait_for_the_fields_that_are_found() -> None:
    entry = {"name": "a", "primary_key": "id", "columns": {"amount": {"data_type": "decimal"}}}
    resource = declare(entry)
    assert resource.schema is None
    assert resource.laid_over(SCHEMA) == {
        "type": "object",
        "properties": {
            "id": {"type": ["string"]},
            "updated_at": {"type": ["string", "null"]},
            "amount": {"type": ["number", "null"]},
        },
    }


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"primary_key": 5}, "primary_key` must be a name, or a list of names"),
        ({"primary_key": ["id", 5]}, "primary_key[1]` must be text that is not empty"),
        ({"write_disposition": "merge"}, "primary_key` is missing; `write_disposition` is `merge`, which needs one"),
        ({"write_disposition": "skip"}, "write_disposition` must be one of `merge`, `append`, `replace`"),
        ({"write_disposition": 5}, "write_disposition` must be `merge`, `append` or `replace`"),
        (
            {"primary_key": "id", "write_disposition": {"disposition": "merge", "strategy": "scd3"}},
            "write_disposition.strategy` must be one of `delete-insert`, `upsert`, `scd2`",
        ),
        ({"write_disposition": {"strategy": "upsert"}}, "write_disposition.disposition` is missing"),
        (
            {"write_disposition": "replace", "endpoint": {"incremental": {"cursor_path": "t"}}},
            "write_disposition` is `replace`, which needs every row, but `incremental` reads the new ones only",
        ),
        (
            {
                "write_disposition": "replace",
                "endpoint": {"params": {"s": {"type": "incremental", "cursor_path": "t"}}},
            },
            "write_disposition` is `replace`, which needs every row",
        ),
        ({"primary_key": "x", "schema": SCHEMA}, "primary_key` is not among the fields of `schema`"),
        (
            {"primary_key": "idd", "schema": SCHEMA},
            "primary_key` is not among the fields of `schema`; did you mean `id`?",
        ),
        (
            {"schema": SCHEMA, "endpoint": {"incremental": {"cursor_path": "meta.at"}}},
            "endpoint.incremental.cursor_path` is not among the fields of `schema`",
        ),
        (
            {"primary_key": "a", "columns": {"b": {"data_type": "text", "primary_key": True}}},
            "primary_key` names other fields than those that `columns` mark; name it in one place",
        ),
        ({"primary_key": ["id", "a.id"]}, "primary_key` names `a.id`, but a key must be a field of the record itself"),
        ({"primary_key": "$.id"}, "primary_key` names `$.id`, but a key must be a field of the record itself; lift it"),
        ({"schema": 5}, "schema` must be a JSON Schema, or the name of a file that holds one"),
        ({"schema": {"type": "object"}}, "schema` must be the JSON Schema of an object, with its fields under `prop"),
        ({"schema": {"properties": {"a": 5}}}, "schema` must be the JSON Schema of an object"),
        ({"schema": {"properties": {"a": {"type": "s3cret"}}}}, "schema` must be the JSON Schema of an object"),
        ({"schema": "absent.json"}, "schema` names a file that cannot be read: No such file or directory"),
        ({"columns": {"a": {"data_type": "txt"}}}, "columns.a.data_type` must be one of `text`"),
        ({"columns": 5}, "columns` must be an object of hints by name, or a list of hints with their `name`"),
        ({"selected": "maybe"}, "selected` must be true or false"),
        ({"parallelized": "maybe"}, "parallelized` must be true or false"),
        ({"include_from_parent": ["id"]}, "include_from_parent` needs a parent; name it in the path"),
        ({"include_from_parent": "id"}, "include_from_parent` must be a list of names"),
        ({"endpoint": 5}, "endpoint` must be the path, or an object"),
        (
            {"pk": "id"},
            "pk` is not known; the keys are `children`, `columns`, `endpoint`, `file_format`, `include_from_parent`",
        ),
        ({"primary_keys": "id"}, "primary_keys` is not known; did you mean `primary_key`?"),
        ({"processing_steps": {"map": "a:b"}}, "processing_steps` must be a list of steps"),
        ({"processing_steps": [{"map": "s3cret"}]}, "processing_steps[0].map` must be code such as `steps.py:keep` or"),
        ({"processing_steps": [{"drop": "a:b"}]}, "processing_steps[0].drop` is not known"),
        ({"processing_steps": [{}]}, "processing_steps[0]` must be an object with `filter`, `map` or `yield_map`"),
        (
            {"processing_steps": [{"map": "absent.py:f"}]},
            "processing_steps[0].map` names `absent.py:f`, which is not the",
        ),
        (
            {"processing_steps": [{"map": "absent_:f"}]},
            "processing_steps[0].map` names `absent_:f`, which cannot be load",
        ),
        (
            {"processing_steps": [{"filter": "json:absent"}]},
            "processing_steps[0].filter` names `json:absent`, which is n",
        ),
    ],
)
def test_a_wrong_entry_is_told(words: Words, fault: str) -> None:
    (message,) = faults_of({"name": "a"} | words)
    assert message.startswith(f"`resources[0].{fault}")
    assert "s3cret" not in message


@pytest.mark.parametrize(
    "words",
    [
        {"columns": {"a.id": {"data_type": "text"}}},
        {"endpoint": {"format": "csv"}},
        {"endpoint": {"columns_path": "columns"}},
        {"endpoint": {"key_field": "a.id"}},
        {"processing_steps": [{"map": "json:loads"}]},
    ],
)
def test_a_field_may_have_a_dot_in_its_name(words: Words) -> None:
    assert faults_of({"name": "a", "primary_key": "a.id"} | words) == []


@pytest.mark.parametrize("content", ["{", "[1]", '{"properties": []}', "[" * 100_000])
def test_a_file_that_holds_no_schema_is_told(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content, encoding="utf-8")
    (fault,) = faults_of({"name": "a", "schema": str(tmp_path / "a.json")})
    assert fault.startswith("`resources[0].schema` ")
    assert str(tmp_path) not in fault


@pytest.mark.parametrize("name", ["", "x" * 64, "a\nb", "a\x00", "\ud800", " a", "a "])
def test_a_name_that_no_stream_can_have_is_told(name: str) -> None:
    (fault,) = faults_of(name)
    assert fault.startswith("`resources[0].name` must be ")


def test_a_name_may_have_63_characters() -> None:
    assert declare("x" * 63).name == "x" * 63


@pytest.mark.parametrize("entry", [5, None, ["a"], True])
def test_an_entry_that_is_none_is_told(entry: object) -> None:
    assert faults_of(entry) == ["`resources[0]` must be a name, or an object"]


def test_an_entry_without_a_name_is_told() -> None:
    assert faults_of({"endpoint": "/a"}) == ["`resources[0].name` is missing"]


def test_a_paginator_of_another_type_stands_alone() -> None:
    defaults = {"endpoint": {"paginator": {"type": "offset", "limit": 50}}}
    assert declare(at(paginator={"type": "cursor", "cursor_param": "c"}), defaults).paginator == CursorPaginator(
        cursor_param="c"
    )


def test_null_unsets_a_default() -> None:
    defaults: Words = {
        "primary_key": "id",
        "endpoint": {"incremental": {"cursor_path": "t"}, "params": {"x": 1, "y": 2}},
    }
    defaults["endpoint"]["headers"] = {"X-A": "a", "X-B": "b"}
    resource = declare(
        at(incremental=None, params={"x": None}, headers={"X-A": None}) | {"primary_key": None}, defaults
    )
    assert (resource.incremental, resource.params, resource.primary_key) == (None, {"y": "2"}, ())
    assert resource.headers == {"X-B": "b"}
