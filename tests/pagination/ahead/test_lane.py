"""How far the lists of one kind are read ahead of their turn."""

from __future__ import annotations

from contextlib import ExitStack
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from tap_analytics.pagination.ahead.lane import MOST_RUNS, Lane, ListAhead
from tap_analytics.pagination.ahead.prefetch import WAITS

if TYPE_CHECKING:
    from collections.abc import Generator


def endless() -> Generator[int]:
    while True:
        yield 1


def empty() -> Generator[int]:
    yield from ()


@pytest.fixture(autouse=True)
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any list be worth reading ahead, however quick this machine is."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", -60)


def lane(most: int = 3) -> Lane[int]:
    """Return a lane whose first lists have let their reader wait."""
    of = Lane[int](most)
    for number in range(WAITS):
        of.advance(ListAhead((0, number), endless))
    return of


def test_a_list_is_not_read_ahead_before_some_have_let_their_reader_wait() -> None:
    of = Lane[int](3)
    of.plan(one := ListAhead((1,), endless))
    assert of.candidate() is None
    for number in range(WAITS):
        of.advance(ListAhead((0, number), endless))
    assert of.candidate() is one


def test_a_list_that_is_there_at_once_is_no_reason_to_read_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    of = lane()
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 60)
    one = ListAhead((1,), lambda: (number for number in range(2)))
    while not one.is_ended:
        of.advance(one)
    of.plan(ListAhead((2,), endless))
    assert of.candidate() is None


def test_a_list_counts_by_the_runs_that_let_its_reader_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there at once, such as what a list begins with, says nothing of an API."""
    of = Lane[int](3)
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 60)
    of.advance(one := ListAhead((1,), endless))
    of.plan(following := ListAhead((2,), endless))
    assert of.candidate() is None
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", -60)
    of.advance(one)
    assert of.candidate() is following


def test_lists_of_an_eager_lane_are_read_ahead_though_nobody_has_waited() -> None:
    of = Lane[int](3, is_eager=True)
    of.plan(one := ListAhead((1,), endless))
    assert of.candidate() is one


def test_the_list_with_the_first_place_is_read_first() -> None:
    of = lane()
    lists = [ListAhead((place,), endless) for place in (3, 1, 2)]
    for each in lists:
        of.plan(each)
    assert of.candidate() is lists[1]


def test_so_many_lists_are_begun_and_no_more() -> None:
    of = lane(most=2)
    for place in range(1, 5):
        of.plan(ListAhead((place,), endless))
    for _ in range(2):
        one = of.candidate()
        assert one is not None
        of.begin(one)
    assert of.candidate() is None


def test_so_many_runs_of_one_list_wait_and_no_more() -> None:
    of = lane(most=100)
    of.plan(one := ListAhead((1,), endless))
    for _ in range(MOST_RUNS):
        assert of.candidate() is one
        of.begin(one)
        one.advance()
        one.is_busy = False
    assert of.candidate() is None


def test_a_list_whose_turn_it_is_counts_no_more() -> None:
    of = lane(most=1)
    of.plan(one := ListAhead((1,), endless))
    of.plan(two := ListAhead((2,), endless))
    of.begin(one)
    of.leave(one)
    assert of.candidate() is two
    of.leave(two)
    assert of.candidate() is None


def test_a_list_that_fails_keeps_its_error() -> None:
    def failing() -> Generator[int]:
        yield 1
        raise ValueError

    one = ListAhead((1,), failing)
    one.advance()
    one.advance()
    assert list(one.waiting) == [1]
    assert one.is_ended
    assert isinstance(one.error, ValueError)


def test_lists_that_are_dropped_are_returned_unless_somebody_reads_them() -> None:
    of = lane()
    busy, idle = ListAhead((1,), endless), ListAhead((2,), endless)
    of.plan(ListAhead((3,), endless))  # nobody has begun it, so there is nothing to close
    for each in (busy, idle):
        of.plan(each)
        of.begin(each)
    idle.is_busy = False
    assert of.drop() == [idle]
    assert busy.is_dropped
    assert of.candidate() is None
    assert of.drop() == []


def at_once(place: int) -> ListAhead[int]:
    """Return a list of which nothing is to be waited for: it has no runs."""
    return ListAhead((place,), empty)


def test_it_takes_two_lists_that_let_their_reader_wait_however_long_one_of_them_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = Lane[int](3)
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 60)
    of.advance(at_once(0))
    of.plan(following := ListAhead((9,), endless))
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", -60)
    one, two = ListAhead((1,), endless), ListAhead((2,), endless)
    for _ in range(WAITS):
        of.advance(one)
    assert of.candidate() is None
    of.advance(two)
    assert of.candidate() is following


def test_a_list_that_let_its_reader_wait_counts_though_its_end_is_there_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = lane()
    of.advance(one := ListAhead((1,), lambda: (number for number in range(1))))
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 60)
    of.advance(one)
    assert one.is_ended
    of.plan(following := ListAhead((2,), endless))
    assert of.candidate() is following


def test_a_list_that_has_ended_or_whose_turn_it_is_is_not_read_ahead() -> None:
    ended, gone = ListAhead((1,), empty), ListAhead((2,), endless)
    assert [each.is_ready for each in (ended, gone)] == [True, True]
    ended.advance()
    gone.is_gone = True
    assert [each.is_ready for each in (ended, gone)] == [False, False]


def test_a_list_that_is_closed_is_read_no_more() -> None:
    ends: list[str] = []

    def rows() -> Generator[int]:
        with ExitStack() as stack:
            stack.callback(ends.append, "closed")
            yield 1
            yield 2

    one = ListAhead((1,), rows)
    one.advance()
    one.close()
    assert (one.is_ended, list(one.waiting), ends) == (True, [], ["closed"])
    ListAhead((2,), rows).close()
    assert ends == ["closed"]


def test_a_list_that_is_being_read_counts_as_a_run_that_waits() -> None:
    of = lane(most=2)
    of.plan(one := ListAhead((1,), endless))
    of.plan(ListAhead((2,), endless))
    of.begin(one)
    one.advance()
    assert of.candidate() is None


def test_lists_that_are_read_to_their_end_take_a_place_until_it_is_their_turn() -> None:
    of = lane(most=2)
    ended = [ListAhead((place,), empty) for place in (1, 2)]
    for each in ended:
        of.plan(each)
        of.begin(each)
        each.advance()
        each.is_busy = False
    of.plan(third := ListAhead((3,), endless))
    assert of.candidate() is None
    of.leave(ended[0])
    assert of.candidate() is third


def test_a_list_whose_turn_came_before_that_of_an_earlier_one_is_not_read_ahead() -> None:
    of = lane()
    lists = [ListAhead((place,), endless) for place in (1, 2, 3)]
    for each in lists:
        of.plan(each)
    of.leave(lists[1])
    of.begin(lists[0])
    assert of.candidate() is lists[2]


@pytest.mark.parametrize(("waited", "is_worthwhile"), [(1.0, True), (0.0, False)])
def test_what_this_machine_works_is_no_waiting(
    monkeypatch: pytest.MonkeyPatch, waited: float, *, is_worthwhile: bool
) -> None:
    worked = [100.0]

    def working() -> Generator[int]:
        while True:
            worked[0] += 5
            yield 1

    clock = SimpleNamespace(monotonic=lambda: worked[0] * (1 + waited), thread_time=lambda: worked[0])
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.time", clock)
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", 0.5)
    of = Lane[int](3)
    of.advance(ListAhead((1,), working))
    of.plan(ListAhead((2,), endless))
    assert (of.candidate() is not None) is is_worthwhile
