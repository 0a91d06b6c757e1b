"""The attributes of a class of stream: one of the wrong kind is refused when the class is made."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.pagination import SinglePagePaginator
from singer_sdk.typing import IntegerType, PropertiesList, Property
from typing_extensions import override

from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from singer_sdk.helpers.types import Context

    from tap_analytics.records.rules import RowRules
    from tap_analytics.resources.listing import Listing
    from tap_analytics.stream.fields.fields import StreamFields


def test_what_is_read_of_the_class_must_be_an_attribute() -> None:
    with pytest.raises(TypeError, match=r"`Mine.parent_stream_type` is a property, but is read of the class; set it"):
        type("Mine", (Contacts,), {"parent_stream_type": property(lambda _: Contacts)})


@pytest.mark.parametrize("value", [["a"], {}, "a", 7, None, lambda _: [], property(lambda _: [])])
@pytest.mark.parametrize("name", ["fields", "records", "listing", "new_fields", "resource", "host", "current", "rules"])
def test_a_name_of_the_tap_is_not_taken_by_accident(name: str, value: object) -> None:
    with pytest.raises(TypeError, match=f"`Mine.{name}` is a name that this tap needs for itself; take another name"):
        type("Mine", (Contacts,), {name: value})


def test_a_name_of_the_tap_is_replaced_on_purpose() -> None:
    class Mine(Contacts):
        @property
        @override
        def fields(self) -> StreamFields:
            return super().fields

        @cached_property
        @override
        def listing(self) -> Listing:
            return super().listing

        @override
        def rules(self, context: Context | None) -> RowRules:
            return super().rules(context)

    assert Mine(TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k"})).fields


@pytest.mark.parametrize("name", ["path", "primary_keys", "is_sorted", "paginator"])
def test_a_property_is_looked_at_when_the_stream_is_made(name: str) -> None:
    mine = type("Mine", (Contacts,), {name: property(lambda _: 7)})
    with pytest.raises(TypeError, match=f"`Mine.{name}` must be "):
        mine(TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k"}))


def test_a_paginator_of_the_sdk_is_refused_with_one_to_use() -> None:
    with pytest.raises(TypeError, match=r"`Mine.paginator` must be a paginator of this tap; .*PageNumberPaginator\("):
        type("Mine", (Contacts,), {"paginator": SinglePagePaginator()})


@pytest.mark.parametrize("schema", [{}, {"type": "object"}, {"type": "object", "properties": {}}])
def test_a_schema_without_fields_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"`Mine.schema` names no field; list .* under `properties`"):
        type("Mine", (Contacts,), {"schema": schema})


def test_a_schema_is_a_dictionary() -> None:
    properties = PropertiesList(Property("id", IntegerType))
    with pytest.raises(TypeError, match=r"`Mine.schema` is no JSON Schema; write `.to_dict\(\)`"):
        type("Mine", (Contacts,), {"schema": properties})
    assert type("Mine", (Contacts,), {"schema": properties.to_dict()})


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("name", None, "text"),
        ("path", None, "text"),
        ("url_base", None, "text"),
        ("records_jsonpath", 3, "text, such as"),
        ("primary_keys", "id", "a list of names of fields"),
        ("primary_keys", None, "a list of names of fields"),
        ("state_partitioning_keys", [1], "a list of names"),
        ("replication_key", ["id"], "the name of one field, or None"),
        ("replication_method", "incremental", "`FULL_TABLE` or `INCREMENTAL`"),
        ("partitions", ["a"], "a list of objects"),
        ("partitions", {"a": 1}, "a list of objects"),
        ("http_headers", None, "an object of names and values"),
        ("is_sorted", "yes", "True or False"),
        ("parent_stream_type", "companies", "a class of stream"),
    ],
)
def test_an_attribute_of_the_wrong_kind_is_refused(name: str, value: object, kind: str) -> None:
    with pytest.raises(TypeError, match=f"`Mine.{name}` must be {kind}"):
        type("Mine", (Contacts,), {name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("path", ""),
        ("primary_keys", ["id", "email"]),
        ("replication_key", None),
        ("replication_method", "FULL_TABLE"),
        ("partitions", [{"a": 1}]),
        ("partitions", property(lambda _: [{"a": 1}])),
        ("records_jsonpath", property(lambda _: "$.data[*]")),
        ("http_headers", {"X-Account": "7"}),
        ("post_process", lambda *_: None),
        ("get_url_params", staticmethod(dict)),
        ("get_child_context", classmethod(lambda *_, **__: {})),
        ("my_own", 7),
    ],
)
def test_an_attribute_of_the_right_kind_is_taken(name: str, value: object) -> None:
    assert type("Mine", (Contacts,), {name: value})


def test_all_that_is_wrong_is_said_at_once_and_of_a_base_too() -> None:
    base = type("Base", (), {"is_sorted": 1})
    with pytest.raises(TypeError, match=r"`Mine.is_sorted` must be True or False; `Mine.path` must be text"):
        type("Mine", (base, Contacts), {"path": 7})


@pytest.mark.parametrize("name", ["authenticator", "url_base", "http_headers", "partitions", "is_sorted"])
def test_a_property_that_is_written_as_a_method_is_refused(name: str) -> None:
    with pytest.raises(TypeError, match=f"`Mine.{name}` is a method, but is not called; write `@property` above it"):
        type("Mine", (Contacts,), {name: lambda _: None})


def test_an_attribute_that_is_written_as_a_method_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`Mine.parent_stream_type` is a method, but is not called; set a value"):
        type("Mine", (Contacts,), {"parent_stream_type": lambda _: None})


def test_a_method_that_is_written_as_an_attribute_is_refused() -> None:
    with pytest.raises(TypeError, match=r"`Mine.get_url_params` is no method, but is called; write `def`"):
        type("Mine", (Contacts,), {"get_url_params": {"sort": "id"}})


async def asynchronous(_: object, row: dict[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - as the SDK calls it
    return row


async def records(_: object, context: object) -> AsyncIterator[dict[str, Any]]:  # noqa: ARG001 - as the SDK calls it
    yield {"id": 1}


@pytest.mark.parametrize(("name", "hook"), [("post_process", asynchronous), ("get_records", records)])
def test_an_asynchronous_hook_is_refused(name: str, hook: object) -> None:
    with pytest.raises(TypeError, match=f"`Mine.{name}` is asynchronous, but is called without `await`; write `def`"):
        type("Mine", (Contacts,), {name: hook})


@pytest.mark.parametrize(
    ("schema", "fault"),
    [
        (None, "is no JSON Schema; make it a dictionary"),
        (PropertiesList(Property("id", IntegerType)), r"is no JSON Schema; write `.to_dict\(\)`"),
        ({"type": "object"}, "names no field"),
    ],
)
def test_a_schema_that_is_a_property_is_looked_at_when_the_stream_is_made(schema: object, fault: str) -> None:
    mine = type("Mine", (Contacts,), {"schema": property(lambda _: schema), "replication_key": None})
    with pytest.raises(TypeError, match=f"`Mine.schema` {fault}"):
        mine(TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k"}))
