"""The rows of a resource, read and changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.sandbox.conftest import Get, instant, schema_fields

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def test_a_table_shows_the_rows_as_they_are_served(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    assert len(table) == 200
    assert table.rows() == get.data("companies", limit=1000)
    assert table.row(17) == get.data("companies", offset=16, limit=1)[0]


def test_an_updated_row_moves_to_the_end_of_the_changes(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    newest = max(instant(row["updated_at"]) for row in table.rows())
    table.update(40, name="New Name")
    table.update(3)
    assert get.ids("contacts", sort="-updated_at", limit=2) == [3, 40]
    assert table.row(40)["name"] == "New Name"
    assert newest < instant(table.row(40)["updated_at"]) < instant(table.row(3)["updated_at"]) < datetime.now(UTC)


def test_a_change_is_later_than_all_before_even_if_their_rows_are_gone(api: Sandbox) -> None:
    table = api.table("contacts")
    table.update(40)
    earlier = instant(table.row(40)["updated_at"])
    table.delete(40)
    table.update(3)
    assert instant(table.row(3)["updated_at"]) > earlier


def test_a_row_may_get_another_id(api: Sandbox) -> None:
    table = api.table("contacts")
    for old, new in ((5, 5000), (5000, "five")):
        table.update(old, id=new)
        assert table.row(new)["id"] == new
        with pytest.raises(KeyError):
            table.row(old)


def test_a_row_may_be_given_its_time_of_change(api: Sandbox, get: Get) -> None:
    api.table("contacts").update(40, updated_at="2020-01-01T01:00:00+01:00")
    assert get.ids("contacts", updated_before="2020-01-01T00:00:01Z") == [40]


def test_an_inserted_row_gets_the_next_id_and_never_that_of_a_deleted_row(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    assert table.insert(name="Newcomer") == 201
    table.delete(201)
    assert table.insert() == 202
    assert get.ids("companies", offset=198) == [199, 200, 202]
    assert set(table.row(202)) == schema_fields("companies")


def test_a_row_whose_id_is_text_comes_last(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    table.update(7)
    table.insert(id="x")
    assert get.ids("companies", offset=198) == [199, 200, "x"]
    assert get.ids("companies", sort="-id", limit=2) == ["x", 200]


def test_a_deleted_row_is_gone_and_the_rest_move_up(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    get("contacts", sort="updated_at")
    table.delete(2)
    assert get.ids("contacts", limit=3) == [1, 3, 4]
    assert 2 not in get.ids("contacts", sort="updated_at", limit=1000)
    assert get("contacts").json()["total"] == len(table) == 999
    with pytest.raises(KeyError):
        table.row(2)
    with pytest.raises(KeyError):
        table.delete(2)


def test_a_row_may_come_back_at_its_place(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    table.delete(2)
    assert table.insert(id=2, name="Back") == 2
    assert get.data("contacts", limit=3, offset=1)[0]["name"] == "Back"


def test_rows_can_be_replaced_by_any_rows_served_just_as_they_are(api: Sandbox, get: Get) -> None:
    rows: list[Any] = [{"id": "b", "updated_at": None}, {"id": None}, {"no": "id"}, 7, {"id": "a", "x": [1.5, {}]}]
    api.table("contacts").load(rows)
    assert get("contacts").json() == {"data": rows, "total": 5}
    assert api.table("contacts").rows() == rows


def test_loaded_rows_are_sorted_and_filtered_where_asked_to(api: Sandbox, get: Get) -> None:
    times = {30: "2024-01-01T00:30:00+01:00", 10: "2024-01-01T00:00:00Z", 20: None}
    table = api.table("contacts")
    table.load([{"id": key, "updated_at": moment} for key, moment in times.items()])
    assert get.ids("contacts") == [30, 10, 20]
    assert get.ids("contacts", sort="-id") == [30, 20, 10]
    assert get.ids("contacts", sort="updated_at") == [20, 30, 10]
    assert get.ids("contacts", updated_before="2025-01-01T00:00:00Z") == [30, 10]
    assert table.insert() == 31
    table.update(20, updated_at="2023-01-01T00:00:00Z")
    assert get.ids("contacts", updated_before="2024-01-01T00:00:00Z") == [30, 20]
