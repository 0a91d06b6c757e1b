"""A start is written so that an API which compares text finds all rows by it; one of another kind is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from tap_analytics.instants import parse
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.date_text import DateText
from tap_analytics.state.start_text import better_bounds, kind_fault, other_starts


def bounds(bookmark: str, **words: Any) -> Bounds:  # noqa: ANN401 - any field
    return Bounds(start=parse(bookmark), bookmark=bookmark, text=DateText.of(bookmark), is_resumed=True, **words)


@pytest.mark.parametrize(
    ("bookmark", "example", "asked"),
    [
        ("2024-05-01T02:00:00+02:00", "2024-05-01T09:00:00Z", "2024-05-01T00:00:00Z"),
        ("2024-05-01T00:00:00Z", "2024-05-01T09:00:00-05:00", "2024-04-30T19:00:00-05:00"),
        ("2024-05-01T00:00:00Z", "2024-05-01 09:00:00", "2024-05-01 00:00:00"),
        ("2024-05-01 00:00:00", "2024-05-01T09:00:00-05:00", "2024-04-30T19:00:00-05:00"),
        ("2024-05-01T00:00:00Z", "2024-05-01T09:00:00.000Z", "2024-05-01T00:00:00.000Z"),
        ("2024-05-01T02:00:00Z", "2024-05-01", "2024-05-01"),
        ("2024-04-30T22:00:00-05:00", "2024-05-01", "2024-04-30"),
    ],
)
def test_a_start_that_is_later_than_the_api_would_write_it_is_written_so(
    bookmark: str, example: str, asked: str
) -> None:
    better = better_bounds(bounds(bookmark), [example])
    assert better is not None
    assert better.as_param(better.start) == asked
    assert better_bounds(better, [example]) is None


@pytest.mark.parametrize(
    ("bookmark", "examples"),
    [
        ("2024-05-01T00:00:00-05:00", ["2024-05-01T09:00:00-05:00"]),
        ("2024-05-01T00:00:00-05:00", ["2024-05-01T09:00:00Z"]),
        ("2024-05-01T00:00:00Z", ["2024-05-01T09:00:00+05:30"]),
        ("2024-05-01T00:00:00.5Z", ["2024-05-01T09:00:00Z", "2024-05-01T09:00:00.2Z"]),
        ("2024-05-01T00:00:00Z", ["2024-05-01T09:00:00.000+0000"]),
        ("2024-05-01T00:00:00Z", []),
        ("2024-05-01T00:00:00Z", ["soon"]),
        ("2024-05-01", ["2024-05-02"]),
    ],
)
def test_a_start_that_finds_all_rows_stays_as_it_is(bookmark: str, examples: list[str]) -> None:
    if examples == ["2024-05-01T09:00:00.000+0000"]:
        bookmark = "2024-05-01T00:00:00.000Z"
    assert better_bounds(bounds(bookmark), examples) is None


def test_an_end_that_the_api_would_write_otherwise_has_the_bounds_written_so() -> None:
    better = better_bounds(bounds("2024-05-01T00:00:00Z"), ["2024-05-01T09:00:00+05:30"], has_end=True)
    assert better is not None
    assert better.as_param(better.start) == "2024-05-01T05:30:00+05:30"


@pytest.mark.parametrize("words", [{"layout": "%Y-%m-%d"}, {"convert": str}, {"zone": parse("2024-01-01").tzinfo}])  # type: ignore[union-attr]
def test_how_the_user_writes_bounds_is_left_to_the_user(words: dict[str, Any]) -> None:
    assert better_bounds(bounds("2024-05-01T02:00:00+02:00", **words), ["2024-05-01T09:00:00Z"]) is None


@pytest.mark.parametrize(
    ("start", "examples", "fault"),
    [
        ("2024-05-01", [1714521600], "is a date, but `at` holds numbers"),
        ("1714521600", ["2024-05-01"], "is a number, but `at` holds dates"),
        ("1714521600000", [1714521600], "another unit"),
        ("1714521600", [1714521600000], ""),
        ("1714521600000", [1714521600000], ""),
        ("2024-05-01", ["2024-05-02", 17], ""),
        ("17", [], ""),
    ],
)
def test_a_bookmark_of_another_kind_has_a_fault(start: str, examples: list[Any], fault: str) -> None:
    found = kind_fault(Bounds(start=parse(start)), examples, name="at")
    assert fault in found
    assert bool(found) == bool(fault)


def test_a_bookmark_in_another_unit_than_the_declared_one_has_a_fault() -> None:
    start = Decimal(1714521600000)
    assert "another unit" in kind_fault(Bounds(start=start, layout="epoch"), [], name="at")
    assert kind_fault(Bounds(start=start, layout="epoch_ms"), [], name="at") == ""


@pytest.mark.parametrize(
    ("start", "asked"),
    [
        ("2024-05-03T00:00:00Z", ["2024-05-01T00:00:00Z", "1714694400"]),
        ("1714694400000", ["1714521600000", "1714694400"]),
        ("1714694400", ["0"]),
        ("0", []),
    ],
)
def test_an_empty_list_is_asked_for_from_starts_that_any_comparison_understands(start: str, asked: list[str]) -> None:
    starts = list(other_starts(Bounds(start=parse(start)), is_typed=False))
    assert [each.as_param(each.start) for each in starts] == asked


def test_a_number_is_asked_for_from_the_one_before_and_a_declared_date_from_no_number() -> None:
    counted = Bounds(start=Decimal(20240501), is_resumed=True)
    assert [each.as_param(each.start) for each in other_starts(counted, is_typed=True)] == ["20240500"]
    assert list(other_starts(replace(counted, excluded=counted.start), is_typed=True)) == []
    dated = Bounds(start=parse("2024-05-01"), layout="%d.%m.%Y", is_resumed=True)
    assert [each.as_param(each.start) for each in other_starts(dated, is_typed=False)] == ["29.04.2024"]
