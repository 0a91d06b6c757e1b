"""A value is found by its name, at a dotted path, or by a JSONPath."""

from __future__ import annotations

from typing import Any

import pytest
from jsonpath_ng.exceptions import JSONPathError
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.paths import (
    MISSING,
    MOST_CHARACTERS,
    field_of,
    first_name,
    has_field,
    lists_at,
    matches,
    may_find_none,
    names_in,
    row_values,
    syntax_fault,
    value_at,
)

RECORD: dict[str, Any] = {"id": 7, "a": {"b": {"c": 1}, "none": None}, "a.b": "whole", "list": [{"x": 1}], "none": None}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("id", 7),
        ("a.b", "whole"),
        ("a.b.c", 1),
        ("a.none", None),
        ("a.absent.c", None),
        ("id.x", None),
        ("list.x", None),
        ("absent", None),
    ],
)
def test_a_field_is_found_by_its_name_then_by_its_path(path: str, value: object) -> None:
    assert field_of(RECORD, path) == value


@pytest.mark.parametrize("path", ["id", "none", "a.none", "a.b", "a.b.c", "a"])
def test_a_record_has_a_field_though_it_is_null(path: str) -> None:
    assert has_field(RECORD, path)


@pytest.mark.parametrize("path", ["absent", "a.absent", "id.x", "none.x", "list.x", "a.", ""])
def test_a_record_has_no_field_where_the_path_leads_nowhere(path: str) -> None:
    assert not has_field(RECORD, path)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("data", ("data",)),
        ("data.items", ("data", "items")),
        ("$.data.items[*]", ("data", "items")),
        ("data[*]", ("data",)),
        ("$", ()),
        ("$[*]", ()),
        ("", ()),
        ("with space.$ref", ("with space", "$ref")),
        ("$['data']", ("data",)),
        ("['hydra:view'][\"next\"].href", ("hydra:view", "next", "href")),
    ],
)
def test_a_dotted_path_is_its_names(path: str, names: tuple[str, ...]) -> None:
    assert names_in(path) == names


@pytest.mark.parametrize(
    "path", ["data[0]", "$..data", "data.*", "$['a','b']", "a['b']c", "['*']", "data[?(@.x)]", "data[*].items"]
)
def test_a_path_that_says_more_than_names_is_none(path: str) -> None:
    assert names_in(path) is None


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("$.data[*]", [{"id": 1}, {"id": 2}]),
        ("data[*].id", [1, 2]),
        ("data[1]", [{"id": 2}]),
        ("$..id", [1, 2]),
        ("data[?(@.id > 1)].id", [2]),
        ("absent", []),
    ],
)
def test_a_jsonpath_finds_all_of_its_values_in_their_order(path: str, values: list[object]) -> None:
    assert matches({"data": [{"id": 1}, {"id": 2}]}, path) == values


def test_what_is_no_jsonpath_is_refused() -> None:
    with pytest.raises(JSONPathError):
        matches({}, "data[")


DOCUMENT: dict[str, Any] = {
    "page.next": "own",
    "meta": {"page.next": "within", "list": [{"n": 1}, {"n": 2}]},
    "no": None,
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("page.next", "own"),
        ("meta.page.next", "within"),
        ("$.meta.list[*]", [{"n": 1}, {"n": 2}]),
        ("meta.list[1].n", 2),
        ("$", DOCUMENT),
        ("no", None),
        ("meta.absent", MISSING),
        ("absent.next", MISSING),
        ("no.next", MISSING),
        ("meta.list[7].n", MISSING),
    ],
)
def test_a_path_leads_to_a_key_with_dots_to_names_or_to_the_first_match(path: str, value: object) -> None:
    assert value_at(DOCUMENT, path) == value


def test_what_leads_nowhere_whatever_it_is_followed_in_is_refused() -> None:
    with pytest.raises(FatalAPIError, match=r"`data\[` is neither a dotted path nor a JSONPath"):
        value_at(DOCUMENT, "data[")


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("meta.list", None),
        ("meta.list[*].n", None),
        ("data[", "neither a dotted path nor a JSONPath"),
        ("data[?(@.n =~ 'x+')]", "regular expression"),
        ("a." * MOST_CHARACTERS + "b", "longer than 500"),
    ],
)
def test_a_path_with_a_fault_is_found_out_before_it_is_followed(path: str, fault: str | None) -> None:
    found = syntax_fault(path)
    assert found is None if fault is None else fault in str(found)


@pytest.mark.parametrize("path", ["a", "a.b", "$.a.b", "a[0].b", "$.a[*]"])
def test_a_path_begins_with_a_field(path: str) -> None:
    assert first_name(path) == "a"


@pytest.mark.parametrize(
    ("path", "lists"),
    [
        ("data", 1),
        ("data[*]", 1),
        ("$..lines", 2),
        ("$..lines[*]", 2),
        ("$..data", 1),
        ("$..none", 1),
        ("data[0:2]", 0),
    ],
)
def test_the_lists_that_a_path_leads_to_are_counted(path: str, lists: int) -> None:
    assert lists_at({"data": [{"lines": [1]}, {"lines": []}]}, path) == lists


@pytest.mark.parametrize(
    ("document", "path", "is_so"),
    [
        ({"days": {}}, "days.*[*]", True),
        ({"days": []}, "days.*[*]", True),
        ({"days": [{"x": 1}]}, "days[*].rows[*]", True),
        ({"days": {}}, "days[*].rows", False),
        ({}, "days.*[*]", False),
        ({"days": {"a": None}}, "days.*[*]", False),
    ],
)
def test_a_path_through_what_is_empty_may_find_nothing(document: object, path: str, *, is_so: bool) -> None:
    assert may_find_none(document, path) is is_so


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("data[-1].at", [1, None]),
        ("$.data[-1].of.at", [None, 2]),
        ("data[-1]['at']", [1, None]),
        ("data.at", []),
        ("none[-1].at", []),
    ],
)
def test_a_path_to_a_value_of_the_last_row_finds_that_of_each_row(path: str, values: list[Any]) -> None:
    assert row_values({"data": [{"at": 1}, {"of": {"at": 2}}], "none": None}, path) == values
