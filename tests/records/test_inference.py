"""A schema is inferred from a sample, and every record of the sample fits it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tap_analytics.records.inference import MOST_FIELDS, MOST_LEVELS, SAMPLED_PAGES, infer, merge, sample

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.records.inference import Row, Schema


def field(*values: object) -> Schema:
    """Return the schema of a field that has these values."""
    inferred = infer([{"id": number, "field": value} for number, value in enumerate(values)], keys=["id"])
    schema: Schema = inferred["properties"]["field"]
    return schema


@pytest.mark.parametrize("levels", [MOST_LEVELS + 5, 900])
def test_what_is_nested_very_deeply_is_kept_whole(levels: int) -> None:
    value: Any = 1
    for number in range(levels):
        value = {"a": value} if number % 2 else [value]
    schema, depth = field(value), 0
    while inner := schema.get("properties", {}).get("a") or schema.get("items"):
        schema, depth = inner, depth + 1
    assert depth < MOST_LEVELS
    assert {"properties", "items"}.isdisjoint(schema)


def types(*values: object) -> list[str]:
    kinds: list[str] = field(*values)["type"]
    return kinds


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
records = st.fixed_dictionaries({"id": st.integers() | st.text()}, optional=dict.fromkeys(("x", "y", "z"), json_values))


def plain(value: Any) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return JSON with its decimals as floats, which a validator knows."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return float(value) if isinstance(value, Decimal) else value


@given(st.lists(records, max_size=6))
def test_every_record_of_the_sample_fits_the_schema(rows: list[Row]) -> None:
    schema = infer(rows, keys=["id"])
    Draft7Validator.check_schema(schema)
    for row in rows:
        Draft7Validator(schema).validate(plain(row))
    assert infer(rows, keys=["id"]) == schema
    assert not {"required", "$schema", "anyOf"} & set(str(schema).replace("'", " ").split())


def test_schema_of_a_record_has_its_fields_in_their_order() -> None:
    row: Row = {"id": 7, "name": "Ada", "score": Decimal("1.5"), "active": True, "count": 3}
    assert infer([row], keys=["id"]) == {
        "type": "object",
        "properties": {
            "id": {"type": ["integer"]},
            "name": {"type": ["string", "null"]},
            "score": {"type": ["number", "null"]},
            "active": {"type": ["boolean", "null"]},
            "count": {"type": ["integer", "null"]},
        },
        "additionalProperties": True,
    }


def test_fields_come_in_the_order_of_their_first_appearance() -> None:
    rows: list[Row] = [{"b": 1, "id": 1}, {"z": 1, "a": 1, "id": 2}, {"c": 1}]
    assert list(infer(rows, keys=["id"])["properties"]) == ["b", "id", "z", "a", "c"]


def test_empty_sample_gives_the_key_fields_alone() -> None:
    either = {"type": ["string", "integer"]}
    assert infer([], keys=["id", "day"])["properties"] == {"id": either, "day": either}
    assert infer([], keys=[])["properties"] == {}


def test_key_fields_are_never_null() -> None:
    rows: list[Row] = [{"id": None, "day": "2024-01-01", "other": None}, {"id": "a", "day": "2024-01-02"}]
    fields = infer(rows, keys=["id", "day"])["properties"]
    assert fields["id"] == {"type": ["string"]}
    assert fields["day"] == {"type": ["string"], "format": "date"}
    assert infer([{"id": None}], keys=["id"])["properties"]["id"] == {"type": ["string", "integer"]}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((1, "a"), ["integer", "string", "null"]),
        ((1, Decimal("1.5")), ["number", "null"]),
        ((Decimal("1.5"), 1), ["number", "null"]),
        ((1.5,), ["number", "null"]),
        ((Decimal("2.00"),), ["number", "null"]),
        ((10**30,), ["integer", "null"]),
        ((True, 1), ["boolean", "integer", "null"]),
        (("a", None, Decimal(1), False), ["boolean", "number", "string", "null"]),
        (({}, "a"), ["object", "string", "null"]),
    ],
)
def test_mixed_types_are_one_list_of_types(values: tuple[object, ...], expected: list[str]) -> None:
    assert types(*values) == expected


def test_field_that_is_always_null_is_text() -> None:
    assert field(None, None) == {"type": ["string", "null"]}
    assert field([None]) == {"type": ["array", "null"], "items": {"type": ["string", "null"]}}


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-01T00:00:00Z",
        "2024-02-29T23:59:59.123456789Z",
        "2024-01-01T00:00:00+02:00",
        "2024-01-01T00:00:00.1-0330",
        "2024-01-01t10:00z",
        "2024-01-01 10:00:00",
    ],
)
def test_text_that_is_a_moment_each_time_is_a_date_time(text: str) -> None:
    assert field(text, None, "2020-05-05T05:05:05Z") == {"type": ["string", "null"], "format": "date-time"}


def test_text_that_is_a_day_each_time_is_a_date() -> None:
    assert field("2024-02-29", None) == {"type": ["string", "null"], "format": "date"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024",
        "20240101",
        "2024-01",
        "2024-1-1",
        "2024-W01-1",
        "2023-02-29",
        "0000-00-00",
        "2024-01-01T",
        "2024-01-01T10",
        "20240101T100000Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01T10:00:00,5Z",
        "2024-01-01T10:00:00+1",
        "2024-01-01T10:00:00+25:00",
        "2024-01-01_10:00:00",
        " 2024-01-01",
        "2024-01-01\n",
        "\u0662\u0660\u0662\u0664-01-01",
        "10:00:00",
    ],
)
def test_other_text_is_no_date(text: str) -> None:
    assert field(text) == {"type": ["string", "null"]}
    assert field("2024-01-01", text) == {"type": ["string", "null"]}
    assert field("2024-01-01T00:00:00Z", text) == {"type": ["string", "null"]}


def test_one_value_of_another_kind_takes_the_format_away() -> None:
    assert field("2024-01-01", "2024-01-01T00:00:00Z") == {"type": ["string", "null"]}
    assert field("2024-01-01", 1704067200) == {"type": ["integer", "string", "null"]}


def test_nested_object_has_its_fields_and_may_have_others() -> None:
    assert field({"at": "2024-01-01", "n": 1}, {"n": None, "deep": {"x": True}}) == {
        "type": ["object", "null"],
        "properties": {
            "at": {"type": ["string", "null"], "format": "date"},
            "n": {"type": ["integer", "null"]},
            "deep": {
                "type": ["object", "null"],
                "properties": {"x": {"type": ["boolean", "null"]}},
                "additionalProperties": True,
            },
        },
        "additionalProperties": True,
    }
    assert field({}) == {"type": ["object", "null"], "additionalProperties": True}


def test_names_that_are_data_are_not_declared_as_fields() -> None:
    by_id = [{f"user_{number}": 1} for number in range(MOST_FIELDS + 1)]
    assert len(field(*by_id[:-1])["properties"]) == MOST_FIELDS
    assert field(*by_id) == {"type": ["object", "null"], "additionalProperties": True}


def test_list_has_the_schema_of_its_items() -> None:
    assert field([1, None], ["a"], []) == {"type": ["array", "null"], "items": {"type": ["integer", "string", "null"]}}
    assert field([{"x": 1}], [{"y": "2024-01-01"}])["items"] == {
        "type": ["object", "null"],
        "properties": {"x": {"type": ["integer", "null"]}, "y": {"type": ["string", "null"], "format": "date"}},
        "additionalProperties": True,
    }
    assert field([]) == {"type": ["array", "null"]}


def test_list_among_other_types_is_declared_without_its_items() -> None:
    assert field([1], "a") == {"type": ["array", "string", "null"]}


def test_merge_adds_the_fields_that_are_not_declared_behind_those_that_are() -> None:
    declared: Schema = {"title": "t", "properties": {"b": {"type": "string"}}, "required": ["b"]}
    inferred = infer([{"a": 1, "b": 2, "id": 3}], keys=["id"])
    merged = merge(declared, inferred)
    assert merged == {
        "title": "t",
        "properties": {"b": {"type": "string"}, "a": {"type": ["integer", "null"]}, "id": {"type": ["integer"]}},
        "required": ["b"],
    }
    assert list(merged["properties"]) == ["b", "a", "id"]
    assert declared["properties"] == {"b": {"type": "string"}}


class Pages:
    """Pages of rows, and how many of them were read."""

    def __init__(self, *lengths: int) -> None:
        self.read = 0
        self._lengths = lengths

    def __iter__(self) -> Iterator[list[Row]]:
        for page, length in enumerate(self._lengths):
            self.read += 1
            yield [{"page": page, "row": row} for row in range(length)]


def counts(rows: list[Row]) -> list[int]:
    """Return how many rows come from each page that gave any."""
    pages = [row["page"] for row in rows]
    return [pages.count(page) for page in dict.fromkeys(pages)]


def test_sample_is_spread_over_ten_pages_and_over_each_of_them() -> None:
    pages = Pages(*[100] * 50)
    rows = sample(pages, 500)
    assert counts(rows) == [50] * SAMPLED_PAGES
    assert pages.read == SAMPLED_PAGES
    assert [row["row"] for row in rows[:4]] == [0, 2, 4, 6]


def test_sample_takes_more_short_pages_until_they_hold_enough() -> None:
    pages = Pages(*[10] * 100)
    assert counts(sample(pages, 500)) == [10] * 50
    assert pages.read == 50


def test_sample_of_few_rows_reads_few_pages() -> None:
    pages = Pages(*[100] * 50)
    assert counts(sample(pages, 3)) == [1, 1, 1]
    assert pages.read == 3
    assert sample(Pages(5), 0) == []


def test_sample_takes_from_long_pages_what_short_ones_lack() -> None:
    assert counts(sample(Pages(10, 1000, 30), 500)) == [10, 460, 30]
    assert counts(sample(Pages(7, 8), 500)) == [7, 8]


def test_sample_ends_where_pages_hold_no_rows() -> None:
    assert sample(Pages()) == []
    pages = Pages(*[0] * 9999)
    assert sample(pages, 20) == []
    assert pages.read == 20 + SAMPLED_PAGES


@given(st.lists(st.integers(0, 40), max_size=40), st.integers(0, 60))
def test_sample_has_as_many_rows_as_wanted_or_as_there_are_each_once_in_order(lengths: list[int], size: int) -> None:
    pages = Pages(*lengths)
    rows = sample(pages, size)
    places = [(row["page"], row["row"]) for row in rows]
    assert places == sorted(set(places))
    assert len(rows) == min(size, sum(lengths[: pages.read]))
