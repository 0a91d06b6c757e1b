"""Records within the objects of a list, with plain documents."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.columns import ColumnGroup, Columns
from tap_analytics.records.envelope.nested import NestedRecords, Nesting, nesting, with_beside

DAY = {"day": "1", "teams": [{"team": "a", "calls": [{"n": 1}, {"n": 2}]}, {"team": "b", "calls": [{"n": 3}]}]}


def nested_records(selector: str, **outer: str) -> NestedRecords:
    found = Nesting.of(selector, outer).nested
    assert found is not None
    return found


SERIES = {"name": "up", "columns": ["t", "v"], "values": [[1, "a"], [2, "b"]]}


@pytest.mark.parametrize(
    "group",
    [ColumnGroup(names=("t", "v")), ColumnGroup(path="$.series[*].columns"), ColumnGroup(path="series[*].columns")],
)
def test_rows_within_objects_get_names_for_their_cells(group: ColumnGroup) -> None:
    found = nesting("series[*].values[*]", {"name": "series[*].name"}, Columns((group,)))
    assert found.nested is not None
    assert found.nested.of(SERIES) == [{"t": 1, "v": "a", "name": "up"}, {"t": 2, "v": "b", "name": "up"}]
    with pytest.raises(FatalAPIError, match="row 1 of the response has 1 cell"):
        found.nested.of(SERIES | {"values": [[1]]})


def test_names_that_stand_elsewhere_are_those_of_all_rows() -> None:
    columns = Columns((ColumnGroup(path="meta.columns"),))
    assert nesting("series[*].values[*]", {}, columns) == Nesting(selector="series[*].values[*]")
    assert nesting("rows", {}, columns) == Nesting(selector="rows")
    assert nesting("a[*].b", {}, None, ("key",)) == Nesting(selector="a[*].b")


@pytest.mark.parametrize("selector", ["$", "data", "data.items", "data[*]", "$.data[*]", "$..data", "data.*.items"])
def test_what_is_one_list_has_its_objects_as_records(selector: str) -> None:
    assert Nesting.of(selector, {}) == Nesting(selector=selector)


@pytest.mark.parametrize(
    ("selector", "counted"),
    [
        ("data[*].lines[*]", "data"),
        ("$.data.items[*].lines", "data.items"),
        ("$[*].lines[*]", "$"),
        ("data[?(@.kind == 'a]')]", "data"),
        ("$..data[*].lines", "$..data"),
    ],
)
def test_pages_count_the_first_list_of_a_selector(selector: str, counted: str) -> None:
    assert Nesting.of(selector, {}).selector == counted


def test_records_of_every_level_get_what_is_around_them() -> None:
    found = nested_records("$[*].teams[*].calls[*]", day="$[*].day", team="[*].teams[*].team").of(DAY)
    assert found == [
        {"n": 1, "day": "1", "team": "a"},
        {"n": 2, "day": "1", "team": "a"},
        {"n": 3, "day": "1", "team": "b"},
    ]


@pytest.mark.parametrize(
    ("outer", "found"),
    [
        ({"id": 7, "lines": [{"n": 1}]}, [{"n": 1, "order": 7}]),
        ({"id": 7, "lines": {"n": 1}}, [{"n": 1, "order": 7}]),
        ({"lines": [{"n": 1}]}, [{"n": 1, "order": None}]),
        ({"id": 7, "lines": []}, []),
        ({"id": 7, "lines": None}, []),
        ({"id": 7}, []),
    ],
)
def test_an_object_has_any_number_of_records(outer: dict[str, Any], found: list[Any]) -> None:
    assert nested_records("data[*].lines", order="data[*].id").of(outer) == found


def test_a_filter_lets_some_objects_through() -> None:
    way = nested_records("data[?(@.kind == 'a')].lines[*]", order="data[?(@.kind == 'a')].id")
    assert way.of({"id": 1, "kind": "a", "lines": [{"n": 1}]}) == [{"n": 1, "order": 1}]
    assert way.of({"id": 2, "kind": "b", "lines": [{"n": 2}]}) == []
    assert nested_records("data[?(@.kind == 'a')]").of({"kind": "a"}) == [{"kind": "a"}]


def test_what_is_no_record_and_a_name_that_is_taken_fail() -> None:
    with pytest.raises(FatalAPIError, match=r"has text where a record is due; check `data_selector`"):
        nested_records("data[*].lines[*]").of({"lines": ["a"]})
    way = nested_records("data[*].lines[*]", n="data[*].id")
    with pytest.raises(FatalAPIError, match=r"a field `n` of its own; choose another name for it in `outer_fields`"):
        way.of({"id": 7, "lines": [{"n": 1}]})
    assert way.of({"id": 1, "lines": [{"n": 1}]}) == [{"n": 1}]


def test_objects_without_a_place_for_records_are_told_from_empty_ones() -> None:
    way = nested_records("data[?(@.x == 1)].lines")
    assert way.lack([{"x": 1}, {"x": 1, "other": []}])
    assert not way.lack([{"x": 1}, {"x": 1, "lines": None}])
    assert not way.lack([{"x": 2}])
    assert not way.lack([])
    assert way.place == "lines"


def test_carried_fields_come_from_the_object_itself() -> None:
    way = nested_records("data[*].lines").carrying(["_parent_id"])
    assert way.of({"_parent_id": 3, "lines": [{"n": 1}]}) == [{"n": 1, "_parent_id": 3}]
    assert nested_records("data[?(@.x == 1)]").carrying(["_parent_id"]).of({"x": 1, "_parent_id": 3}) == [
        {"x": 1, "_parent_id": 3}
    ]


def test_fields_beside_the_list_are_those_of_the_document() -> None:
    nesting = Nesting.of("data[*].lines", {"as_of": "meta.at"})
    assert with_beside([{"lines": [{"n": 1}]}], {"meta": {"at": "x"}}, nesting.beside) == [
        {"lines": [{"n": 1}], "as_of": "x"}
    ]
    assert nesting.nested is not None
    assert nesting.nested.of({"lines": [{"n": 1}], "as_of": "x"}) == [{"n": 1, "as_of": "x"}]
    assert with_beside([{"n": 1}], [], nesting.beside) == [{"n": 1, "as_of": None}]


def test_paths_to_no_object_around_the_records_are_named() -> None:
    outer = {"a": "data[*].id", "b": "other[*].id", "c": "data[*].lines[*].x[*].y", "d": "total"}
    assert Nesting.of("data[*].lines[*]", outer).unplaced == ("other[*].id", "data[*].lines[*].x[*].y")
    assert Nesting.of("data", {"a": "rows[*].id"}).unplaced == ("rows[*].id",)


@pytest.mark.parametrize("selector", ["data", "data[*]", "$.data[*]"])
def test_a_record_gets_fields_from_within_itself(selector: str) -> None:
    nesting = Nesting.of(selector, {"key": "data[*].id.record", "as_of": "at", "none": "data[*].id.x"})
    assert (nesting.nested, nesting.unplaced) == (None, ())
    document = {"at": "x", "data": [{"id": {"record": 7}}]}
    assert with_beside(document["data"], document, nesting.beside, nesting.own) == [  # type: ignore[arg-type] # a list
        {"id": {"record": 7}, "key": 7, "as_of": "x", "none": None}
    ]


def test_a_key_with_other_signs_stands_in_brackets_and_quotes() -> None:
    nesting = Nesting.of("people", {"key": "people[*]['/person/id'].value", "none": "people[*]['a.b']"})
    assert nesting.unplaced == ()
    document: dict[str, Any] = {"people": [{"/person/id": {"value": "p1"}}]}
    (record,) = with_beside(document["people"], document, nesting.beside, nesting.own)
    assert (record["key"], record["none"]) == ("p1", None)
    assert Nesting.of("people", {"key": "people[*][0]"}).unplaced == ("people[*][0]",)


def test_a_record_within_an_object_gets_fields_from_within_itself_too() -> None:
    way = nested_records("data[*].lines[*]", key="data[*].lines[*].id.no", order="data[*].id").carrying(["_parent_id"])
    assert way.of({"id": 1, "_parent_id": 3, "lines": [{"id": {"no": 5}}]}) == [
        {"id": {"no": 5}, "key": 5, "order": 1, "_parent_id": 3}
    ]
    assert Nesting.of("data[*].lines[*]", {"key": "data[*].lines[*].parts[*].id"}).unplaced
