"""The fields of a stream: those that something needs are read, those that nobody selects are left out."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.stream.fields.fields import StreamFields

NAMES = ("id", "at", "name", "meta", "other")


def fields(*unselected: tuple[str, ...], **more: Any) -> StreamFields:  # noqa: ANN401 - any part of a stream
    """Return the fields of a stream whose catalog does not select these."""
    mask = {("properties", name): True for name in NAMES} | {("properties", *crumb): False for crumb in unselected}
    return StreamFields(**{"properties": {name: {} for name in NAMES}, "mask": mask, "primary_keys": ("id",), **more})


def test_a_record_is_identified_by_its_primary_keys_or_those_that_the_resource_names() -> None:
    assert fields(declared_keys=("name",)).keys == ("id",)
    assert fields(primary_keys=(), declared_keys=("name", "absent")).keys == ("name",)
    assert fields(primary_keys=()).keys == ()


def test_keys_cursor_and_what_something_else_needs_are_read() -> None:
    assert fields(cursor="at", others=["other", "name"]).needed == ("id", "at", "name", "other")


def test_a_path_within_an_object_needs_the_field_that_it_begins_with() -> None:
    assert fields(cursor="meta.at").needed == ("id", "meta")
    dotted: dict[str, Any] = {"id": {}, "meta.at": {}, "meta": {}}
    assert fields(properties=dotted, cursor="meta.at").needed == ("id", "meta.at")


def test_fields_that_are_neither_selected_nor_needed_are_left_out() -> None:
    assert fields(("name",), ("other",), ("id",), ("at",), cursor="at").omitted == {"name", "other"}
    assert fields().omitted == frozenset()


def test_what_is_not_selected_is_not_taken_from_a_parent() -> None:
    given = {"name": "x", "other": "y", "id": 1}
    assert fields(("name",), ("id",)).from_parent(["name", "other", "id", "at"], given) == {
        "other": "y",
        "id": 1,
        "at": None,
    }


def test_a_record_takes_of_its_context_what_are_fields_and_nothing_else() -> None:
    context = {"name": "x", "other": "y", "resources.companies.id": 1}
    assert fields(("name",)).defaults(context) == {"other": "y"}
    assert fields().no_fields(context) == {("properties", "resources.companies.id"): False}


def test_a_field_of_which_the_catalog_says_nothing_is_selected() -> None:
    assert fields(mask={}).omitted == frozenset()
    assert fields(mask={}).is_selected("name")
    assert not fields(("name",)).is_selected("name")


@pytest.mark.parametrize("more", [{"primary_keys": ("uid",)}, {"cursor": "uid"}, {"others": ["uid"]}])
def test_a_schema_that_lacks_a_field_that_is_needed_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(FatalAPIError, match="the schema in the catalog lacks `uid`"):
        _ = fields(**more).omitted


def test_a_field_that_is_left_out_as_a_whole_cuts_nothing() -> None:
    assert not fields().is_cut_within
    assert not fields(("name",)).is_cut_within


def test_a_part_of_a_field_that_is_not_selected_cuts_the_field() -> None:
    assert fields(("meta", "properties", "secret")).is_cut_within
    assert not fields(("meta",), ("meta", "properties", "secret")).is_cut_within


@pytest.mark.parametrize("more", [{"cursor": "at"}, {"others": ["at"]}, {"primary_keys": ("at",)}])
def test_a_field_that_is_read_but_not_selected_has_to_be_cut(more: dict[str, Any]) -> None:
    assert fields(("at",), **more).is_cut_within


@pytest.mark.parametrize(
    ("unselected", "cursor", "has_it"),
    [
        ([], "meta.at", True),
        ([("meta",)], "meta.at", False),
        ([("meta", "properties", "at")], "meta.at", False),
        ([("meta", "properties", "by")], "meta.at", True),
        ([("meta",)], "at", True),
        ([("meta",)], None, True),
    ],
)
def test_a_cursor_in_an_object_is_not_written_where_the_object_is_not(
    unselected: list[tuple[str, ...]], cursor: str | None, *, has_it: bool
) -> None:
    assert fields(*unselected, cursor=cursor).has_cursor is has_it
