"""A list that never ends is told from one that is long."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.endless import (
    DISORDERED_PAGES,
    GROWING_PAGES,
    IDLE_PAGES,
    RESTARTS,
    EndlessGuard,
    Order,
)
from tap_analytics.pagination.guards.repetition import REPEATED_CHANGING_PAGES
from tap_analytics.pagination.guards.seen import SeenRows
from tap_analytics.pagination.page import Page

if TYPE_CHECKING:
    from collections.abc import Sequence


def page(*rows: int, offset: int = 0, total: int | None = None) -> Page:
    return Page(offset=offset, rows=rows, total=total)


def guard(*, limit: int = 2, head: Sequence[int] = (1, 2), keyed: bool = True) -> EndlessGuard:
    memory = SeenRows((lambda row: row) if keyed else None, None, size=4)
    return EndlessGuard(limit=limit, memory=memory, look=lambda _: page(*head))


def test_all_rows_at_once_whatever_is_asked_for_are_the_end() -> None:
    assert not guard(limit=2).is_over(page(1, 2), page(1, 2), new=0, longest=2)
    assert guard(limit=1).is_over(page(1, 2), page(1, 2), new=0, longest=2)


def test_pages_that_stay_the_same_with_the_head_of_the_list_are_an_error() -> None:
    ignoring, growing = guard(head=(1, 2)), guard(head=(8, 9))
    for _ in range(REPEATED_CHANGING_PAGES - 1):
        assert not ignoring.is_over(page(1, 2), page(1, 2), new=1, longest=2)
        assert not growing.is_over(page(1, 2), page(1, 2), new=1, longest=2)
    with pytest.raises(FatalAPIError, match="same rows at offset 7 as before it; check `offset_param`"):
        ignoring.is_over(page(1, 2), page(1, 2, offset=7), new=1, longest=2)
    assert not growing.is_over(page(1, 2), page(1, 2), new=1, longest=2)


@pytest.mark.parametrize("keyed", [True, False])
def test_one_row_without_a_key_may_be_like_another(*, keyed: bool) -> None:
    watched = guard(head=(1,), keyed=keyed)
    repeats = 0
    try:
        for repeats in range(1, 2 * REPEATED_CHANGING_PAGES):  # noqa: B007 - counted until the error
            watched.is_over(page(1), page(1), new=1, longest=1)
    except FatalAPIError:
        assert (keyed, repeats) == (True, REPEATED_CHANGING_PAGES)
    else:
        assert not keyed


def test_pages_without_a_new_row_are_an_error_when_too_many_follow_each_other() -> None:
    watched = guard()
    pages = [page(number, number + 1) for number in range(0, 2 * IDLE_PAGES, 2)]
    ends = (watched.is_over(before, after, new=0, longest=2) for before, after in pairwise(pages * 3))
    with pytest.raises(FatalAPIError, match=r"never settles: \d+ pages in a row held no new row; ask the API"):
        assert not any(ends)


def test_tail_that_grows_by_short_pages_is_left_alone() -> None:
    watched = guard(limit=10)
    short = [watched.is_over(page(1), page(number), new=1, longest=10) for number in range(2, 2 + GROWING_PAGES)]
    assert short == [False] * (GROWING_PAGES - 1) + [True]


def test_tail_is_not_left_alone_where_its_total_says_that_much_is_to_come() -> None:
    watched = guard(limit=10)
    ends = [watched.is_over(page(1), page(number, total=500), new=1, longest=10) for number in range(2, 20)]
    assert True not in ends


@pytest.mark.parametrize("keyed", [True, False])
def test_a_list_that_begins_again_behind_its_end_is_an_error(*, keyed: bool) -> None:
    memory = SeenRows((lambda row: row) if keyed else None, None, size=4)
    memory.emit(range(1, 8))
    watched = EndlessGuard(limit=9, memory=memory, look=lambda _: page(*range(1, 8)))
    again = page(9, *range(1, 8), offset=20)
    assert not watched.is_over(page(8, 9), again, new=0, longest=9)
    with pytest.raises(FatalAPIError, match="the beginning of the list again at offset 20: it gives no end"):
        watched.is_over(again, again, new=0, longest=9)


@pytest.mark.parametrize(("size", "total", "is_whole"), [(7, 7, True), (12, 12, False), (20, 20, False), (7, 9, False)])
def test_a_list_that_is_given_whole_wherever_it_is_asked_for_ends_where_it_counts_all(
    size: int, total: int, *, is_whole: bool
) -> None:
    memory = SeenRows(lambda row: row, None, size=4)
    rows = range(size)
    memory.emit(rows)
    watched = EndlessGuard(limit=100 if size != 12 else 12, memory=memory, look=lambda _: page(*rows, total=total))
    again = page(*rows, offset=size, total=total)
    assert not watched.is_over(page(*rows, total=total), again, new=0, longest=size)
    if is_whole:
        assert watched.is_over(again, again, new=0, longest=size)
    else:
        with pytest.raises(FatalAPIError, match="it gives no end"):
            watched.is_over(again, again, new=0, longest=size)


@pytest.mark.parametrize("keyed", [True, False])
def test_a_beginning_that_has_moved_on_is_no_new_round(*, keyed: bool) -> None:
    memory = SeenRows((lambda row: row) if keyed else None, None, size=4)
    memory.emit(range(1, 8))
    watched = EndlessGuard(limit=9, memory=memory, look=lambda _: page(*range(50, 58)))
    again = page(9, *range(1, 8), offset=20)
    assert not any(watched.is_over(page(8, 9), again, new=0, longest=9) for _ in range(5))


def order_behind(*rows: int) -> Order:
    """Return the order of a list of which these rows were read."""
    memory = SeenRows(lambda row: row, None, size=4)
    memory.emit(rows)
    memory.advance(rows)
    return Order(memory)


def test_the_last_row_that_was_passed_is_the_place_of_the_reader() -> None:
    order = order_behind(1, 2, 3)
    assert (order.anchor((2, 3, 4)), order.anchor((8, 9)), order.is_doubtful) == (1, None, False)
    order.restart()
    assert (order.anchor((2, 3, 4)), order.is_doubtful) == (None, True)
    order.confirm()
    assert not order.is_doubtful


def test_an_order_that_changes_again_and_again_never_settles_unless_its_limits_are_lifted() -> None:
    order = order_behind(1, 2, 3)
    for _ in range(DISORDERED_PAGES - 1):
        assert order.anchor((3, 2, 1)) is None
    with pytest.raises(FatalAPIError, match="never settles: rows have changed places"):
        order.anchor((3, 2, 1))
    order.is_limited = False
    assert order.anchor((3, 2, 1)) is None


def test_a_reader_that_begins_anew_again_and_again_gives_up() -> None:
    order = order_behind(1)
    for _ in range(RESTARTS - 1):
        order.restart()
    with pytest.raises(FatalAPIError, match="never settles"):
        order.restart()


def test_short_pages_that_hold_other_rows_when_asked_for_again_are_no_growing_tail() -> None:
    # A server caps pages by bytes, and rows are inserted at the head meanwhile.
    watched = guard(head=(7, 8))
    assert not any(watched.is_over(page(1), page(number), new=1, longest=10) for number in range(2, 30))
