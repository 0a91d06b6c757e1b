"""A catalog that was written by hand is brought into the shape that the SDK needs, or refused with every fault."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.cli.catalogs import catalog_faults, with_keys, with_metadata, with_parts

SOUND = {
    "tap_stream_id": "deals",
    "key_properties": ["id"],
    "schema": {"properties": {"id": {"type": "integer"}, "name": {}}},
    "metadata": [{"breadcrumb": [], "metadata": {"selected": True}}],
}


def faults(**changes: Any) -> list[str]:  # noqa: ANN401 - any JSON
    entry = {name: value for name, value in {**SOUND, **changes}.items() if value != "absent"}
    return list(catalog_faults({"streams": [entry]}))


@pytest.mark.parametrize(
    "changes", [{}, {"metadata": "absent"}, {"key_properties": None}, {"replication_key": None}, {"stream": "other"}]
)
def test_a_catalog_that_can_be_used_has_no_fault(changes: dict[str, Any]) -> None:
    assert faults(**changes) == []


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"tap_stream_id": "absent"}, "`streams[0]` must be an object with the name of a stream as `tap_stream_id`"),
        ({"schema": None}, "`streams[0].schema` must be an object with `properties` (the stream `deals`)"),
        ({"schema": {"properties": []}}, "`streams[0].schema` must be an object with `properties`"),
        ({"schema": {"properties": {"a": True}}}, "`streams[0].schema.properties.a` must be an object"),
        ({"metadata": None}, "`streams[0].metadata` must be a list of objects, each with a list as `breadcrumb`"),
        ({"metadata": [{"breadcrumb": None}]}, "`streams[0].metadata` must be a list of objects"),
        ({"key_properties": "id"}, "`streams[0].key_properties` must be a list of names"),
        ({"table_key_properties": "id"}, "`streams[0].table_key_properties` must be a list of names"),
        (
            {"metadata": [{"breadcrumb": [], "metadata": {"table-key-properties": "id"}}]},
            "`streams[0].table-key-properties` must be a list of names",
        ),
        (
            {"metadata": [{"breadcrumb": [], "metadata": {"replication-method": 1}}]},
            "`streams[0].replication-method` must be text",
        ),
        ({"replication_key": ["at"]}, "`streams[0].replication_key` must be text"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changes: dict[str, Any], fault: str) -> None:
    (said,) = faults(**changes)
    assert said.startswith(fault)
    assert said.endswith("make it anew with `--discover`")


@pytest.mark.parametrize("catalog", [{}, {"streams": {"deals": SOUND}}, {"streams": None}])
def test_a_catalog_without_a_list_of_streams_is_refused(catalog: dict[str, Any]) -> None:
    assert list(catalog_faults(catalog)) == ["`streams` must be a list of streams; make it anew with `--discover`"]


def test_two_entries_for_one_stream_are_refused() -> None:
    assert list(catalog_faults({"streams": [SOUND, SOUND]})) == [
        "`streams[1]` is another entry for `deals`; keep one of them"
    ]


def test_a_key_that_is_not_selected_is_sent() -> None:
    deselected = {"breadcrumb": ["properties", "id"], "metadata": {"selected": False}}
    other = {"breadcrumb": ["properties", "name"], "metadata": {"selected": False}}
    (entry,) = with_keys({"streams": [SOUND | {"metadata": [deselected, other]}]})["streams"]
    assert [each["metadata"].get("inclusion") for each in entry["metadata"]] == ["automatic", None]


@pytest.mark.parametrize(
    ("entry", "in_metadata", "keys"),
    [
        ({"key_properties": ["id"]}, ["day"], ["id"]),
        ({"key_properties": []}, ["day"], ["day"]),
        ({"key_properties": ["id"], "table_key_properties": ["id", "day"]}, ["id", "day"], ["id", "day"]),
        ({"key_properties": []}, [], []),
    ],
)
def test_the_key_that_the_metadata_names_counts_where_the_user_wrote_it(
    entry: dict[str, Any], in_metadata: list[str], keys: list[str]
) -> None:
    said = [{"breadcrumb": [], "metadata": {"table-key-properties": in_metadata}}]
    (found,) = with_metadata({"streams": [SOUND | entry | {"metadata": said}]})["streams"]
    assert found["key_properties"] == keys


def test_the_replication_method_that_the_metadata_names_counts() -> None:
    said = [{"breadcrumb": [], "metadata": {"replication-method": "FULL_TABLE"}}]
    (found,) = with_metadata({"streams": [SOUND | {"replication_method": "INCREMENTAL", "metadata": said}]})["streams"]
    assert found["replication_method"] == "FULL_TABLE"


@pytest.mark.parametrize(
    ("address", "city", "postcode", "is_selected"),
    [(False, True, False, True), (False, True, True, False), (False, False, False, False), (True, True, False, True)],
)
def test_a_field_is_selected_where_one_part_of_it_is(
    *, address: bool, city: bool, postcode: bool, is_selected: bool
) -> None:
    places = {("address",): address, ("address", "city"): city, ("address", "postcode"): postcode}
    metadata = [
        {"breadcrumb": [part for name in place for part in ("properties", name)], "metadata": {"selected": selected}}
        for place, selected in places.items()
    ]
    (entry,) = with_parts({"streams": [SOUND | {"metadata": metadata}]})["streams"]
    assert [each["metadata"]["selected"] for each in entry["metadata"]] == [is_selected, city, postcode]
