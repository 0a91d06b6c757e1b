"""A catalog by hand, which says nothing of the keys of a stream, leaves them to the stream."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.tap import TapAnalytics

FIELDS = {name: {"type": ["string", "null"]} for name in ("id", "at", "day")}
ROWS = {
    "name": "rows",
    "primary_key": "id",
    "columns": {name: {"data_type": "text"} for name in FIELDS},
    "endpoint": {"path": "/rows", "incremental": {"cursor_path": "at", "start_param": "since"}},
}


def tap_with(entry: dict[str, Any], said: dict[str, Any]) -> TapAnalytics:
    metadata = [{"breadcrumb": [], "metadata": {"selected": True, **said}}]
    stream = {"tap_stream_id": "rows", "schema": {"properties": FIELDS}, "metadata": metadata, **entry}
    config = {"api_url": "http://127.0.0.1:9", "api_key": "k", "resources": [ROWS]}
    return TapAnalytics(config=config, catalog={"streams": [stream]})


@pytest.mark.parametrize(
    ("entry", "said", "keys", "cursor", "method"),
    [
        ({}, {}, ["id"], "at", "INCREMENTAL"),
        ({}, {"forced-replication-method": "incremental"}, ["id"], "at", "INCREMENTAL"),
        ({"metadata": []}, {}, ["id"], "at", "INCREMENTAL"),
        # What it says counts, also that there is no key.
        ({"key_properties": []}, {}, [], "at", "INCREMENTAL"),
        ({}, {"table-key-properties": ["day"]}, ["day"], "at", "INCREMENTAL"),
        ({"replication_key": "day"}, {}, ["id"], "day", "INCREMENTAL"),
        ({}, {"replication-key": "day"}, ["id"], "day", "INCREMENTAL"),
        ({}, {"forced-replication-method": "Full_Table"}, ["id"], None, "FULL_TABLE"),
        ({"replication_method": "FULL_TABLE"}, {}, ["id"], None, "FULL_TABLE"),
    ],
)
def test_a_catalog_that_names_no_key_leaves_it_to_the_stream(
    entry: dict[str, Any], said: dict[str, Any], keys: list[str], cursor: str | None, method: str
) -> None:
    tap = tap_with(entry, said)
    stream, (map_,) = tap.streams["rows"], tap.mapper.stream_maps["rows"]
    assert list(stream.primary_keys or ()) == keys
    assert (stream.replication_key, stream.replication_method) == (cursor, method)
    assert list(map_.transformed_key_properties or ()) == keys  # which the target merges by


def test_a_catalog_without_the_stream_changes_nothing() -> None:
    tap = tap_with({"tap_stream_id": "others"}, {})
    assert tap.streams["rows"].replication_key == "at"


@pytest.mark.parametrize("inclusion", [{}, {"inclusion": "available"}, {"inclusion": "unsupported"}])
def test_keys_and_the_cursor_are_written_whatever_a_catalog_selects(inclusion: dict[str, Any]) -> None:
    metadata = [{"breadcrumb": ["properties", name], "metadata": {"selected": False, **inclusion}} for name in FIELDS]
    root = {"breadcrumb": [], "metadata": {"selected": True}}
    stream = tap_with({"metadata": [root, *metadata]}, {}).streams["rows"]
    assert [name for name in FIELDS if stream.mask["properties", name]] == ["id", "at"]
