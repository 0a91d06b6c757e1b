"""Entries without their wrong parts are read for further faults."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.declaration.pruning import without_faulty

ENTRY: dict[str, Any] = {
    "name": "a",
    "primary_key": ["id"],
    "write_disposition": {"disposition": "merge"},
    "endpoint": {"path": "/a/{k}", "params": {"k": 5, "page[size]": {}}, "response_actions": [{}, {}]},
}


@pytest.mark.parametrize(
    ("place", "gone"),
    [
        ("selected", {}),
        ("primary_key", {"primary_key": None, "write_disposition": None}),
        ("endpoint.response_actions[1].action", {"endpoint": {"response_actions": None}}),
        ("endpoint.paginator.limmit", {}),
        ("endpoint.params.k", {"endpoint": {"params": {"k": "any", "page[size]": {}}}}),
        ("endpoint.params.page[size].resource", {"endpoint": {"params": {"k": 5, "page[size]": "any"}}}),
    ],
)
def test_the_part_that_is_wrong_is_left_out(place: str, gone: dict[str, Any]) -> None:
    changed = ENTRY | gone
    if "endpoint" in gone:
        changed["endpoint"] = ENTRY["endpoint"] | gone["endpoint"]
    for words in (changed, changed["endpoint"]):
        for key in [key for key, value in words.items() if value is None]:
            del words[key]
    assert without_faulty(ENTRY, [f"`resources[0].{place}` is wrong"], "resources[0]") == changed
    assert ENTRY["endpoint"]["params"]["k"] == 5


@pytest.mark.parametrize("place", ["resources[0]", "resources[0].name", "resources[0].endpoint.incremental", "other"])
def test_nothing_can_be_told_of_what_all_depends_on(place: str) -> None:
    assert without_faulty(ENTRY, [f"`{place}` is wrong"], "resources[0]") is None


def test_what_is_no_entry_cannot_be_read() -> None:
    assert without_faulty(5, [], "resources[0]") is None
