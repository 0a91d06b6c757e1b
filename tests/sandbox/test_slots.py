"""The rows of a table are found in their slots."""

from __future__ import annotations

import json

import pytest

from tap_analytics.sandbox.rows import Rows
from tap_analytics.sandbox.slots import Slots


@pytest.fixture
def slots() -> Slots:
    return Slots(Rows("plain", 1), 3)


def test_a_generated_row_is_in_the_slot_of_its_number(slots: Slots) -> None:
    assert slots.order == [1, 2, 3]
    assert [slots.key(slot) for slot in slots.order] == [1, 2, 3]
    assert json.loads(slots.encode(2))["id"] == 2


def test_a_kept_row_takes_the_place_of_the_generated_one(slots: Slots) -> None:
    slots.keep(2, {"id": "x", "updated_at": "1970-01-01T00:00:01Z"})
    assert (slots.key(2), slots.find("x"), slots.instant(2)) == ("x", 2, 1_000_000)
    assert not slots.are_keys
    with pytest.raises(KeyError):
        slots.find(2)


def test_a_row_that_is_removed_leaves_its_slot_free(slots: Slots) -> None:
    assert slots.free(2) == 4
    slots.remove(2, 2)
    assert slots.order == [1, 3]
    assert slots.free(2) == 2
    with pytest.raises(KeyError):
        slots.find(2)


def test_the_next_key_is_that_of_no_row_before(slots: Slots) -> None:
    slots.remove(3, 3)
    assert slots.next_key() == 4
