"""Each stream that needs no declaration is a class of attributes only, and reads its resource of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.snapshots import SnapshotStream
from tap_analytics.streams import STREAM_TYPES
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY, STREAMS

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.sandbox import Sandbox


def entries() -> dict[str, dict[str, Any]]:
    """Return the catalog of a tap without a configuration, by stream."""
    return {each["stream"]: each for each in TapAnalytics(config={}, validate_config=False).catalog_dict["streams"]}


@pytest.mark.parametrize("stream", STREAM_TYPES)
def test_a_stream_says_where_it_is_in_attributes_alone(stream: type[AnalyticsStream]) -> None:
    said = {name for name in vars(stream) if not name.startswith("_")}
    assert {"name", "path"} <= said <= {"name", "path", "replication_key"}
    assert vars(stream)["path"] == f"/v1/{vars(stream)['name']}"
    assert stream.__doc__


def test_records_that_change_are_read_from_the_bookmark_and_figures_of_the_moment_are_not() -> None:
    catalog = entries()
    assert sorted(catalog) == sorted(STREAMS)
    for stream in STREAM_TYPES:
        entry = catalog[str(vars(stream)["name"])]
        assert list(entry["key_properties"]) == ["id"]
        assert entry.get("replication_key") == (None if issubclass(stream, SnapshotStream) else "updated_at")
        assert entry["replication_method"] == ("FULL_TABLE" if issubclass(stream, SnapshotStream) else "INCREMENTAL")


def test_every_field_of_a_stream_is_described() -> None:
    bare = {
        (name, field)
        for name, entry in entries().items()
        for field, schema in entry["schema"]["properties"].items()
        if not schema.get("description")
    }
    assert bare == set()


@pytest.mark.parametrize("stream", STREAM_TYPES)
def test_a_stream_reads_its_resource_of_the_api(api: Sandbox, stream: type[AnalyticsStream]) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY})
    name = str(vars(stream)["name"])
    records = list(stream(tap).request_records(None))
    assert len(records) == len(api.table(name).ids())
    assert {request.resource for request in api.requests} == {name}
