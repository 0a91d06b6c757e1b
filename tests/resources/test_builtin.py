"""A class of stream says in its attributes what a declaration says in words."""

from __future__ import annotations

from typing import ClassVar

import pytest

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.resources.builtin import resource_of
from tap_analytics.state.replication import Incremental
from tap_analytics.streams import STREAM_TYPES, Contacts, CurrentQueueActivity


def test_the_attributes_of_a_class_are_those_of_its_resource() -> None:
    resource = resource_of(Contacts)
    assert (resource.name, resource.path) == ("contacts", "/v1/contacts")
    assert resource.primary_key == resource.key_properties == ("id",)
    assert resource.incremental == Incremental(cursor_path="updated_at")
    assert resource.paginator is None


def test_a_class_without_replication_key_is_read_as_a_whole() -> None:
    assert resource_of(CurrentQueueActivity).incremental is None


def test_the_paginator_path_and_keys_of_a_subclass_are_taken() -> None:
    class Mine(Contacts):
        path = "/v2/people"
        paginator = CursorPaginator(cursor_param="after")
        primary_keys: ClassVar = ("first", "last")

    resource = resource_of(Mine)
    assert (resource.path, resource.paginator) == ("/v2/people", CursorPaginator(cursor_param="after"))
    assert resource.primary_key == ("first", "last")


@pytest.mark.parametrize("stream", STREAM_TYPES)
def test_each_stream_has_a_schema_of_its_name_with_its_keys_and_its_cursor(stream: type) -> None:
    resource = resource_of(stream)
    assert resource.schema is not None
    fields = resource.schema["properties"]
    assert all("null" not in fields[key]["type"] for key in resource.primary_key)
    assert resource.incremental is None or fields[resource.incremental.cursor_path]["format"] == "date-time"


def test_a_stream_without_a_schema_of_its_name_is_an_error() -> None:
    with pytest.raises(TypeError, match="none for the name `unheard_of`; set the attribute `schema`"):
        resource_of(type("UnheardOf", (Contacts,), {"name": "unheard_of"}))


def test_a_stream_may_have_a_schema_of_its_own() -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    assert resource_of(type("Invoices", (Contacts,), {"name": "invoices", "schema": schema})).schema == schema
    assert resource_of(type("Invoices", (Contacts,), {"name": "invoices", "schema": property(str)})).schema is None
