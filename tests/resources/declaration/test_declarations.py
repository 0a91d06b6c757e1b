"""Declared resources: all entries together, over their defaults and beside each other."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.resources.columns import Column
from tap_analytics.resources.declaration.declarations import read
from tap_analytics.state.replication import Incremental
from tests.resources.words import BUILTIN, CONTACTS, SCHEMA, at, declare, faults_of

WRITE_IT = "write `{resources.<resource>.<field>}` where it belongs"


def test_what_was_given_is_left_alone() -> None:
    entries = [at(params={"x": None}, paginator={"type": "offset", "limit": "5", "total_path": None}), "contacts"]
    defaults = {"endpoint": {"paginator": "cursor"}, "primary_key": "id"}
    before = copy.deepcopy((entries, defaults))
    read(entries, defaults, BUILTIN)
    assert (entries, defaults) == before


def test_two_entries_of_one_name_are_told() -> None:
    assert faults_of("a", "b", {"name": "a"}) == [
        "`resources[2].name` is that of `resources[0]` too; give each its own"
    ]


def test_resources_that_are_no_list_are_told() -> None:
    assert read({"a": 1}) == ([], ["`resources` must be a list of names and objects"])


def test_every_fault_is_told_at_once() -> None:
    faults = faults_of(
        {"name": "a", "pk": 1, "selected": 5},
        at(paginator="x", params={"y": {}}) | {"name": "b"},
        {"name": "c", "write_disposition": "merge", "include_from_parent": ["x"]},
        "a",
        5,
    )
    assert len(faults) == 8


# Defaults


def test_defaults_lie_under_every_entry_key_by_key() -> None:
    defaults = {
        "primary_key": "id",
        "write_disposition": "merge",
        "endpoint": {
            "params": {"per_page": 100, "sort": "id"},
            "headers": {"X-A": "a"},
            "paginator": {"type": "offset", "limit": 50, "total_path": None},
            "incremental": {"cursor_path": "updated_at", "start_param": "since"},
        },
        "columns": [{"name": "at", "data_type": "timestamp"}],
    }
    entry = at(
        params={"sort": "at"}, headers={"X-B": "b"}, paginator={"limit": 10}, incremental={"cursor_path": "at"}
    ) | {"columns": {"at": {"nullable": False}}}
    resource = declare(entry, defaults)
    assert resource.params == {"per_page": "100", "sort": "at"}
    assert resource.headers == {"X-A": "a", "X-B": "b"}
    assert resource.paginator == OffsetPaginator(limit=10, total_path="")
    assert resource.incremental == Incremental(cursor_path="at", start_param="since")
    assert resource.columns == {"at": Column(data_type="timestamp", nullable=False)}
    assert resource.key_properties == ("id",)


ONE_PARENT = "; a resource can have one parent, those above that, and lists of `values`"


@pytest.mark.parametrize(
    ("defaults", "fault"),
    [
        (5, "`resource_defaults` must be an object"),
        ({"name": "a"}, "`resource_defaults.name` is not known"),
        ({"endpoint": {"paginator": "x"}}, "`resource_defaults.endpoint.paginator.type` must be one of"),
    ],
)
def test_wrong_defaults_are_told_once(defaults: object, fault: str) -> None:
    (message,) = faults_of("a", "b", defaults=defaults)
    assert message.startswith(fault)


# Built-in resources


def test_an_entry_with_a_built_in_name_changes_it_and_keeps_the_rest() -> None:
    entry = {"name": "contacts", "endpoint": {"params": {"x": 1}, "incremental": {"lag": 5}, "paginator": {"page": 3}}}
    resource = declare(entry)
    assert (resource.path, resource.data_selector) == ("/v1/contacts", "items")
    assert resource.params == {"x": "1"}
    assert resource.incremental == Incremental(cursor_path="updated_at", lag=5)
    assert resource.paginator == PageNumberPaginator(base_page=1, page=3)
    assert resource.schema is not None
    assert list(resource.schema["properties"]) == ["id", "updated_at"]


def test_the_name_of_a_built_in_alone_is_the_built_in() -> None:
    schema = {"type": "object", "properties": SCHEMA["properties"] | {"id": {"type": ["string"]}}}
    assert declare("contacts") == replace(CONTACTS, schema=schema, is_builtin=True)


def test_replacing_a_built_in_reads_every_row() -> None:
    resource = declare({"name": "contacts", "write_disposition": "replace"})
    assert (resource.write_disposition, resource.incremental) == ("replace", None)


def test_a_key_that_a_built_in_does_not_have_is_told() -> None:
    (fault,) = faults_of({"name": "contacts", "primary_key": "xyz"})
    assert fault.startswith("`resources[0].primary_key` is not among the fields of the ready stream of this name")


def test_a_child_may_be_the_parent_of_another() -> None:
    notes = {
        "name": "notes",
        "endpoint": "companies/{resources.companies.id}/notes",
        "include_from_parent": ["id"],
        "schema": SCHEMA,
        "primary_key": ["id", "_companies_id"],
    }
    words = {"name": "words", "endpoint": "notes/{resources.notes.id}/{resources.notes._companies_id}/words"}
    resources, faults = read([words, notes], None, BUILTIN)
    assert faults == []
    assert [resource.parent for resource in resources] == ["notes", "companies"]


def test_the_fields_of_a_parent_that_declares_none_are_not_known() -> None:
    assert faults_of("p", at(path="/p/{resources.p.anything}/x")) == []


@pytest.mark.parametrize(
    ("entries", "faults"),
    [
        (
            [at(path="/{resources.compnies.id}/x")],
            ["`resources[0].endpoint` names a parent that is no resource; did you mean `companies`?"],
        ),
        (
            [at(path="/{resources.companies.id}/{resources.contacts.id}/x")],
            [f"`resources[0].endpoint` names 2 parents, none of which descends from the others{ONE_PARENT}"],
        ),
        (
            [at(path="/{resources.companies.uid}/x")],
            ["`resources[0].endpoint` names a field that `companies` does not have; did you mean `id`?"],
        ),
        (
            [at(path="/{resources.companies.id}/x") | {"include_from_parent": ["name"]}],
            ["`resources[0].include_from_parent` names a field that `companies` does not have"],
        ),
        (
            [at(path="/{resources.ids.numbr}/x"), {"name": "ids", "values": [1, {"number": 2}]}],
            ["`resources[0].endpoint` names a field that `ids` does not have; did you mean `number`?"],
        ),
        (
            [at(path="/{resources.a.id}/x")],
            ["`resources[0].endpoint` names a parent that needs this resource itself"],
        ),
        (
            [at(path="/{resources.b.id}/x"), {"name": "b", "endpoint": "/{resources.a.id}/y"}],
            [
                "`resources[0].endpoint` names a parent that needs this resource itself",
                "`resources[1].endpoint` names a parent that needs this resource itself",
            ],
        ),
        (
            [at(path="/x", params={"id": {"type": "resolve", "resource": "companies", "field": "id"}})],
            [f"`resources[0].endpoint.params.id` stands nowhere in the path; {WRITE_IT}"],
        ),
        (
            [at(path="/{id}/x", params={"id": {"type": "resolve", "resource": "companies"}})],
            ["`resources[0].endpoint.params.id.field` is missing"],
        ),
        (
            [at(path="/{id}/x", params={"id": {"type": "resolve", "field": "id"}})],
            ["`resources[0].endpoint.params.id.resource` is missing"],
        ),
    ],
)
def test_a_wrong_parent_is_told(entries: list[object], faults: list[str]) -> None:
    assert faults_of(*entries) == faults


def test_nothing_is_said_of_a_parent_that_has_faults_of_its_own() -> None:
    (fault,) = faults_of({"name": "p", "pk": 1}, at(path="/{resources.p.id}/x"))
    assert fault.startswith("`resources[0].pk` ")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["{x}", "offset"]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)


words_of_dlt = (
    st.sampled_from(["name", "endpoint", "path", "params", "headers", "paginator", "type", "limit", "incremental"])
    | st.sampled_from(["cursor_path", "lag", "initial_value", "datetime_format", "primary_key", "write_disposition"])
    | st.sampled_from(["columns", "data_type", "schema"])
)


entries = st.recursive(json_values, lambda values: st.dictionaries(words_of_dlt, values, max_size=5), max_leaves=8)


@settings(deadline=None, max_examples=300)
@given(st.lists(entries, max_size=3), entries)
def test_any_json_is_read_or_told_and_never_breaks(entries: list[object], defaults: object) -> None:
    resources, faults = read(entries, defaults, BUILTIN)
    assert faults or len(resources) == len(entries)
    assert all(fault.startswith("`resource") for fault in faults)
