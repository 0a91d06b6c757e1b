"""Rows that come again tell a list whose order changes from one that grows."""

from __future__ import annotations

import random
from itertools import repeat
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.returning import RECENT_PAGES, ReturningRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.pagination.page import Row


def rows(*ids: int, at: int = 0) -> list[Row]:
    return [{"id": id_, "at": at} for id_ in ids]


def check(pages: Iterable[Sequence[Row]], *looks: Sequence[Row]) -> int:
    """Read pages, look at the first one again, and return how often it was asked for."""
    returning = ReturningRows(itemgetter("id"))
    for page in pages:
        returning.add(page)
    left = list(looks)
    returning.check(lambda: left.pop(0))
    return len(looks) - len(left)


def test_list_whose_rows_come_once_is_not_looked_at_again() -> None:
    assert check([rows(1, 2), rows(3, 4)]) == 0


def test_rows_that_a_growing_list_gives_again_are_at_the_beginning_of_the_next_page() -> None:
    assert check([rows(1, 2, 3), rows(2, 3, 4)]) == 0


def test_row_that_is_in_the_list_twice_is_no_other_order() -> None:
    assert check([rows(1, 2), rows(3, 1)], rows(1, 2), rows(1, 2)) == 2


def test_row_that_has_changed_may_have_moved() -> None:
    now = [*rows(2), *rows(3), *rows(1, at=5)]
    assert check([rows(1, 2, 3), rows(4, 1)], now, now) == 2


@pytest.mark.parametrize(
    "looks",
    [
        (rows(2, 1), rows(2, 1)),
        (rows(1, 2), rows(2, 1)),
        (rows(8, 9), rows(6, 7), rows(4, 5)),
        (rows(8, 9, 3), rows(3, 6, 7), rows(3, 4, 5)),
    ],
    ids=["other than before", "other than just now", "nothing in common", "less than half in common"],
)
def test_first_page_in_another_order_or_with_other_rows_at_each_look_is_an_error(
    looks: Sequence[Sequence[Row]],
) -> None:
    with pytest.raises(FatalAPIError, match="never settles: rows have changed places"):
        check([rows(1, 2), rows(3, 1)], *looks)


def test_pages_are_forgotten_so_that_memory_does_not_grow() -> None:
    pages = [rows(id_) for id_ in range(1, RECENT_PAGES + 1)]
    assert check([*pages, rows(99, 2)], rows(1), rows(1)) == 2
    assert check([*pages, rows(98, 99), rows(97, 1)]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_random_order_is_told_within_three_pages(seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret
    pages = [rows(*dice.sample(range(250), 100)) for _ in repeat(None, 5)]
    with pytest.raises(FatalAPIError, match="never settles"):
        check(pages[:3], *pages[3:])
