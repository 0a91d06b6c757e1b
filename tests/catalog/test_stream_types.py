"""Each discovered resource gets a class: that of a stream of its name, its parent, its keys and its replication key."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from tap_analytics.catalog.stream_types import builtin, stream_types
from tap_analytics.client import AnalyticsStream
from tap_analytics.resources.discovery import Discovered
from tap_analytics.resources.resource import Parent, Resource
from tap_analytics.snapshots import SnapshotStream
from tap_analytics.state.replication import Incremental
from tap_analytics.streams import STREAM_TYPES, AccountOverview, Contacts
from tests.conftest import STREAMS

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"id": {"type": ["integer"]}, "at": {"type": ["string"]}}}
PARENT = Parent(resource="things", field="id", placeholder="resources.things.id")
THINGS = Resource(
    name="things",
    path="/v2/things",
    primary_key=("id",),
    write_disposition="merge",
    incremental=Incremental(cursor_path="at"),
)
PARTS = Resource(name="parts", path="/things/{resources.things.id}/parts", parents=(PARENT,))


def attributes(*resources: Resource) -> list[dict[str, Any]]:
    """Return what the classes of these resources say, in their order."""
    types = stream_types(Discovered(resource=each, schema=SCHEMA) for each in resources)
    assert list(types) == [each.name for each in resources]
    return [dict(vars(each)) for each in types.values()]


def test_every_stream_that_needs_no_declaration_is_a_resource_by_its_name() -> None:
    assert list(builtin()) == STREAMS
    assert {name: resource.name for name, resource in builtin().items()} == {name: name for name in STREAMS}
    assert len(STREAM_TYPES) == len(STREAMS)


def test_a_class_says_what_its_resource_does() -> None:
    (said,) = attributes(replace(THINGS, selected=False))
    expected = {
        "name": "things",
        "path": "/v2/things",
        "schema": SCHEMA,
        "primary_keys": ("id",),
        "replication_key": "at",
        "selected_by_default": False,
        "parent_stream_type": None,
    }
    assert said.items() >= expected.items()


@pytest.mark.parametrize(
    ("disposition", "keys", "method"),
    [("merge", ("id",), None), ("append", (), None), ("replace", ("id",), "FULL_TABLE")],
)
def test_the_disposition_decides_on_keys_and_what_is_read(
    disposition: str, keys: tuple[str, ...], method: str | None
) -> None:
    (said,) = attributes(replace(THINGS, write_disposition=disposition))
    assert (said["primary_keys"], said["replication_key"]) == (keys, "at")
    assert said.get("replication_method") == method


def test_a_resource_with_the_name_of_a_stream_keeps_its_class() -> None:
    resources = [builtin()["contacts"], builtin()["account_overview"], THINGS]
    types = stream_types(Discovered(resource=each, schema=SCHEMA) for each in resources)
    assert issubclass(types["contacts"], Contacts)
    assert issubclass(types["account_overview"], AccountOverview)
    assert types["things"].__mro__[1] is AnalyticsStream
    assert not issubclass(types["things"], SnapshotStream)


def test_a_child_has_the_class_of_its_parent_and_bookmarks_of_its_own_where_it_has_any() -> None:
    types = stream_types(Discovered(resource=each, schema=SCHEMA) for each in (THINGS, PARTS))
    assert types["parts"].parent_stream_type is types["things"]
    _, said = attributes(THINGS, PARTS)
    assert said["state_partitioning_keys"] == []
    new = replace(PARTS, incremental=Incremental(cursor_path="at"))
    _, said = attributes(THINGS, new)
    assert said["state_partitioning_keys"] == ["resources.things.id"]
    _, said = attributes(THINGS, replace(new, write_disposition="replace"))
    assert said["state_partitioning_keys"] == []
    assert "state_partitioning_keys" not in attributes(THINGS)[0]
