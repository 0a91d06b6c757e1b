"""One row that an API gives wherever it is asked is told from a list that comes row by row."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.lone_rows import PAGES_BEFORE_LOOK, LoneRows

if TYPE_CHECKING:
    from collections.abc import Callable

PAGES = 4 * PAGES_BEFORE_LOOK
_MADE = count()


def read(row_at: Callable[[int], Any]) -> int:
    """Read pages of one row each, and return how often the first one was looked at again."""
    looks = 0

    def look() -> list[Any]:
        nonlocal looks
        looks += 1
        return [row_at(0)]

    lone = LoneRows(look)
    for place in range(PAGES):
        lone.check([row_at(place)], offset=place)
    return looks


def test_the_same_row_at_each_offset_is_an_error() -> None:
    with pytest.raises(FatalAPIError, match=f"same rows at offset {2 * PAGES_BEFORE_LOOK - 1} .* `offset_param`"):
        read(lambda _: {"name": "x"})


def test_another_row_at_each_look_is_an_error() -> None:
    with pytest.raises(FatalAPIError, match="same rows"):
        read(lambda _: {"name": next(_MADE)})


def test_a_list_that_comes_row_by_row_is_read() -> None:
    assert read(lambda place: {"id": place}) == 3


def test_a_list_that_has_grown_at_its_head_is_read() -> None:
    length = count(2)
    assert read(lambda place: {"id": -next(length) // 9 if place == 0 else place}) == 3


def test_pages_of_more_rows_are_not_looked_at() -> None:
    looks: list[list[Any]] = []
    lone = LoneRows(lambda: looks.append([]) or [])  # type: ignore[func-returns-value]
    for place in range(PAGES):
        lone.check([{"name": "x"}] * 2, offset=place)
    assert not looks
