"""Rows that were seen are recognized, within what is remembered."""

from __future__ import annotations

from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tap_analytics.pagination.guards.seen import MARKS, SeenRows

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Row


def row(id_: int, at: int = 0) -> Row:
    return {"id": id_, "at": at}


def memory_of(*pages: Sequence[Row], size: int = 100) -> SeenRows:
    memory = SeenRows(itemgetter("id"), itemgetter("at"), size=size)
    for page in pages:
        memory.advance(page)
        memory.emit(page)
    return memory


def test_emitted_row_is_recognized_until_it_changes() -> None:
    memory = memory_of([row(1), row(2)])
    assert memory.recognize([row(1), row(2, at=5), row(3)], memory.versions()) == [True, False, False]
    assert memory.has_other_versions([row(2, at=5)])
    assert not memory.has_other_versions([row(1), row(3)])


def test_anchor_is_the_last_row_that_was_passed_as_it_is() -> None:
    memory = memory_of([row(1), row(2)], [row(3)])
    assert memory.anchor([row(2), row(3), row(4)]) == 1
    assert memory.anchor([row(2), row(3, at=1), row(4)]) == 0
    assert memory.anchor([row(4)]) is None


def test_restart_forgets_what_was_passed_but_not_what_was_emitted() -> None:
    memory = memory_of([row(1)])
    memory.restart()
    assert memory.anchor([row(1)]) is None
    assert memory.recognize([row(1)], memory.versions()) == [True]


def test_order_is_kept_where_rows_of_one_page_stand_as_they_stood() -> None:
    memory = memory_of([row(1), row(2)], [row(3), row(4)])
    assert memory.keeps_order([row(1), row(9), row(2)])
    assert memory.keeps_order([row(3), row(1)])
    assert not memory.keeps_order([row(2), row(1)])


def test_row_between_two_of_a_page_that_was_passed_before_that_page_is_out_of_order() -> None:
    memory = memory_of([row(1), row(2)], [row(3), row(4)])
    assert memory.keeps_order([row(2), row(3), row(4)])
    assert memory.keeps_order([row(3), row(9), row(4), row(1)])
    assert not memory.keeps_order([row(3), row(1), row(4)])
    assert memory.keeps_order([row(3), row(1, at=5), row(4)])


def test_row_is_held_at_its_place_where_those_around_it_keep_their_order() -> None:
    memory = memory_of([row(1), row(2), row(3)])
    assert memory.holds([row(2), row(3)], 1, row(3))
    assert not memory.holds([row(2), row(3)], 0, row(3))
    assert not memory.holds([row(3)], 1, row(3))
    assert not memory.holds([row(2), row(1), row(3)], 2, row(3))


def test_rows_without_a_key_have_no_order() -> None:
    memory = SeenRows(None, None, size=10)
    memory.advance([1, 2])
    assert memory.keeps_order([2, 1])


def test_only_the_very_row_that_was_emitted_last_is_the_last() -> None:
    last = row(2)
    memory = memory_of([row(1), last])
    assert memory.is_last(last)
    assert not memory.is_last(row(2))
    assert not SeenRows(None, None, size=1).is_last(last)


@given(pages=st.integers(1, 3_000), length=st.integers(1, 3))
def test_what_is_remembered_does_not_grow_with_the_list(*, pages: int, length: int) -> None:
    memory = SeenRows(itemgetter("id"), itemgetter("at"), size=10)
    for number in range(pages):
        memory.emit([row(number * length + each) for each in range(length)])
    assert len(memory.versions()) <= length + MARKS + 10


@pytest.mark.parametrize(("runs", "step"), [(MARKS, 1), (2 * MARKS, 2), (4 * MARKS, 4)])
def test_rows_all_over_the_list_are_remembered_in_equal_steps(runs: int, step: int) -> None:
    memory = SeenRows(itemgetter("id"), itemgetter("at"), size=1)
    memory.emit([row(-1)])
    for number in range(2, runs + 1):
        memory.emit([row(number)])
    marks = sorted({int(str(each)) for each in memory.versions()} - {-1, runs})
    assert {after - before for before, after in pairwise(marks)} == {step}
    assert len(marks) >= MARKS // 2 - 1
    assert -1 in memory.versions()


def test_a_run_without_rows_leaves_nothing_to_remember() -> None:
    memory = memory_of([], [row(1)], [])
    assert list(memory.versions()) == [1]


def test_the_beginning_of_a_list_is_told_from_the_rest() -> None:
    memory = SeenRows(lambda row: row[0], lambda _: None, size=3)
    assert not memory.begins_again([(1, "a")], is_thorough=True)
    assert not memory.is_first([(1, "a")])
    memory.emit([(number, "a") for number in range(9)])
    assert memory.begins_again([(7, "a"), (0, "a")], is_thorough=False)
    assert not memory.begins_again([(7, "a"), (0, "b")], is_thorough=False)
    assert memory.begins_again([(7, "a"), (0, "b")], is_thorough=True)
    assert not memory.begins_again([(7, "a"), (8, "a")], is_thorough=True)
    assert memory.is_first([(0, "b"), (1, "a")])
    assert not memory.is_first([(1, "a"), (0, "a")])
    assert not memory.is_first([])


@pytest.mark.parametrize("key", [attrgetter("id"), None], ids=["with a key", "without"])
def test_a_list_begins_again_though_its_rows_are_of_another_type_by_then(key: Callable[[Row], Hashable] | None) -> None:
    """A row has a place for the fields that have come so far: later rows are of types with more of them."""
    small = msgspec.defstruct("Small", [("id", int)])
    large = msgspec.defstruct("Large", [("id", int), ("at", int | msgspec.UnsetType, msgspec.UNSET)])
    memory = SeenRows(key, lambda _: None, size=100)
    memory.emit([small(number) for number in range(7)])
    assert memory.begins_again([large(9), *map(large, range(7))], is_thorough=False)
    assert not memory.begins_again([large(number) for number in range(1, 9)], is_thorough=False)
