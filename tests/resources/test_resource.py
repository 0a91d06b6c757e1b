"""A resource says what a record of its parent is needed for, what a target merges by, and what its fields are."""

from __future__ import annotations

import pytest

from tap_analytics.resources.columns import Column
from tap_analytics.resources.resource import Parent, Resource

NOTES = Resource(
    name="notes",
    path="/companies/{resources.companies.id}/notes/{region}",
    headers={"X-Key": "s3cret"},
    primary_key=("id",),
    write_disposition="merge",
    parents=(
        Parent(resource="companies", field="id", placeholder="resources.companies.id"),
        Parent(resource="companies", field="address.region", placeholder="region"),
    ),
    include_from_parent=("name", "id"),
)


def test_fields_of_the_parent_are_inherited_by_the_names_of_dlt() -> None:
    assert NOTES.parent == "companies"
    assert NOTES.inherited == {"_companies_name": "name", "_companies_id": "id"}


def test_requests_and_records_need_fields_of_the_parent() -> None:
    assert NOTES.fields_of("companies") == {"id", "address.region", "name"}


def test_a_record_of_the_parent_gives_what_requests_and_records_need() -> None:
    assert NOTES.context_of({"id": 7, "address": {"region": "eu"}, "name": "Ada", "other": 1}, "companies") == {
        "resources.companies.id": 7,
        "region": "eu",
        "_companies_name": "Ada",
        "_companies_id": 7,
    }


def test_what_a_record_of_the_parent_lacks_is_none() -> None:
    assert set(NOTES.context_of({}, "companies").values()) == {None}


def test_a_resource_without_parent_inherits_nothing() -> None:
    alone = Resource(name="a", path="/a", include_from_parent=("id",))
    assert (alone.parent, alone.inherited, alone.fields_of("b"), alone.context_of({"id": 1}, "b")) == (
        None,
        {},
        set(),
        {},
    )


@pytest.mark.parametrize(("disposition", "keys"), [("merge", ("id",)), ("replace", ("id",)), ("append", ())])
def test_a_target_merges_by_the_key_unless_records_are_appended(disposition: str, keys: tuple[str, ...]) -> None:
    resource = Resource(name="a", path="/a", primary_key=("id",), write_disposition=disposition)
    assert resource.key_properties == keys


def test_columns_lie_over_a_schema_whose_other_words_stay() -> None:
    resource = Resource(name="a", path="/a", primary_key=("id",), columns={"at": Column(data_type="date")})
    schema = {"properties": {"id": {"type": ["integer", "null"]}, "at": {"type": ["string"]}}, "description": "Notes"}
    assert resource.laid_over(schema) == {
        "type": "object",
        "description": "Notes",
        "properties": {"id": {"type": ["integer"]}, "at": {"type": ["string", "null"], "format": "date"}},
    }


def test_headers_are_not_shown() -> None:
    assert "s3cret" not in repr(NOTES)
