from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.config.nesting import MOST_LEVELS, nesting_fault

DEEP = f"is nested more than {MOST_LEVELS} levels deep"


def nest(levels: int, kind: type) -> Any:  # noqa: ANN401 - JSON
    value: Any = 1
    for _ in range(levels):
        value = [value] if kind is list else {"a": value}
    return value


@pytest.mark.parametrize("kind", [list, dict])
def test_so_many_levels_are_fine_and_one_more_is_too_deep(kind: type) -> None:
    assert nesting_fault(nest(MOST_LEVELS - 1, kind)) is None
    assert nesting_fault(nest(MOST_LEVELS, kind)) == DEEP
    assert nesting_fault(nest(100_000, kind)) == DEEP


def test_what_is_deep_is_found_wherever_it_stands() -> None:
    assert nesting_fault({"a": [1, {"b": [nest(MOST_LEVELS, list)]}], "c": 2}) == DEEP
    assert nesting_fault({"a": [1, {"b": [nest(10, list)]}] * 100, "c": "text"}) is None


def test_what_holds_itself_is_too_deep() -> None:
    endless: list[Any] = []
    endless.append(endless)
    assert nesting_fault(endless) == DEEP


def test_a_value_counts_wherever_it_stands() -> None:
    laughs: list[Any] = ["lol"]
    for _ in range(9):
        laughs = [laughs] * 9
    fault = "has more than 1,000 values, with those that its aliases stand for"
    assert nesting_fault(laughs, most=1_000) == fault
    assert nesting_fault(["lol"] * 999, most=1_000) is None
    assert nesting_fault(["lol"] * 1_000, most=1_000) == fault
