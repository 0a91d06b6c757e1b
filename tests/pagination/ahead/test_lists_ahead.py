"""Several lists are read side by side; each is handed over whole, when it is its turn."""

from __future__ import annotations

import threading
import time
from contextlib import closing
from functools import partial
from typing import TYPE_CHECKING

import pytest

from tap_analytics.pagination.ahead.lane import MOST_RUNS
from tap_analytics.pagination.ahead.lists_ahead import FOR_EACH_THREAD, ListsAhead, side_by_side

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

WIDTH = 4
LATENCY = 0.002


@pytest.fixture(autouse=True)
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any list be worth reading ahead, however quick this machine is."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.lane.WORTHWHILE", -60)


class Lists:
    """Lists of runs `(item, number)`: each run takes its time, and is counted."""

    def __init__(self, runs: int = 2, latency: float = LATENCY) -> None:
        self.runs = runs
        self.latency = latency
        self.read: list[tuple[int, int]] = []
        self.closed: list[int] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def open(self, item: int) -> Generator[tuple[int, int]]:
        try:
            for number in range(self.runs):
                self._wait()
                self.read.append((item, number))
                yield item, number
        finally:
            self.closed.append(item)

    def _wait(self) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(self.latency)
        with self._lock:
            self._now -= 1


def eventually(is_so: Callable[[], bool]) -> bool:
    """Return whether something comes about within some seconds."""
    end = time.monotonic() + 5
    while not (so := is_so()) and time.monotonic() < end:
        time.sleep(0.001)
    return so


@pytest.mark.parametrize("width", [1, 2, WIDTH])
def test_all_runs_come_in_the_order_of_their_lists(width: int) -> None:
    lists = Lists()
    given = [run for _, runs in side_by_side(range(30), lists.open, width=width) for run in runs]
    assert given == [(item, number) for item in range(30) for number in range(2)]
    assert sorted(lists.closed) == list(range(30))


def test_lists_are_read_side_by_side_where_they_take_their_time() -> None:
    lists = Lists()
    for _, runs in side_by_side(range(30), lists.open, width=WIDTH):
        list(runs)
    assert 1 < lists.most <= WIDTH + 1


def test_a_list_alone_is_read_in_its_turn_whatever_the_width() -> None:
    lists = Lists()
    for _, runs in side_by_side(range(1), lists.open, width=WIDTH):
        assert lists.read == []
        list(runs)


def test_one_list_alone_is_read_in_turn_with_width_1() -> None:
    lists = Lists()
    for item, runs in side_by_side(range(5), lists.open, width=1):
        list(runs)
        assert lists.read[-1] == (item, 1)
    assert lists.most == 1


def test_a_list_that_is_read_goes_out_while_those_behind_it_are_still_looked_for() -> None:
    lists, taken = Lists(), []

    def looked_for() -> Generator[int]:
        for item in range(12):
            time.sleep(0.02)  # as long as it takes to ask for a first page
            taken.append(item)
            yield item

    first, runs = next(items := side_by_side(looked_for(), lists.open, width=WIDTH))
    assert (first, list(runs)) == (0, [(0, 0), (0, 1)])
    assert len(taken) < 12
    items.close()


def test_what_waits_for_a_slow_reader_is_bounded() -> None:
    lists = Lists(runs=100, latency=0.001)
    with closing(side_by_side(range(100), lists.open, width=WIDTH)) as items:
        for _ in range(3):
            next(next(items)[1])
        time.sleep(0.2)
        assert len(lists.read) <= 3 * MOST_RUNS + WIDTH * FOR_EACH_THREAD + WIDTH
        assert max(number for item, number in lists.read if item > 2) < MOST_RUNS


def failing(item: int) -> Generator[int]:
    time.sleep(LATENCY)
    yield item
    if item % 3 == 0:
        message = f"no {item}"
        raise ValueError(message)


def test_a_failure_comes_up_at_the_turn_of_its_list_behind_its_runs() -> None:
    given: list[object] = []
    for _, runs in side_by_side(range(10), failing, width=WIDTH):
        try:
            given.extend(runs)
        except ValueError as error:
            given.append(str(error))
    assert given == [0, "no 0", 1, 2, 3, "no 3", 4, 5, 6, "no 6", 7, 8, 9, "no 9"]


@pytest.mark.parametrize("width", [1, WIDTH])
@pytest.mark.parametrize("before", [0, 1, 5])
def test_a_failure_to_find_the_next_list_comes_up_behind_the_lists_before_it(width: int, before: int) -> None:
    def looked_for() -> Generator[int]:
        yield from range(before)
        message = "there is no next one"
        raise ValueError(message)

    given: list[tuple[int, int]] = []
    with pytest.raises(ValueError, match="no next one"):
        given.extend(run for _, runs in side_by_side(looked_for(), Lists().open, width=width) for run in runs)
    assert given == [(item, number) for item in range(before) for number in range(2)]


def test_a_list_that_cannot_be_opened_fails_at_its_turn() -> None:
    def open_list(item: int) -> Generator[int]:
        if item == 6:
            message = "none"
            raise ValueError(message)
        return failing(1)

    items = side_by_side(range(8), open_list, width=WIDTH)
    for item, runs in items:
        if item == 6:
            with pytest.raises(ValueError, match="none"):
                next(runs)
        else:
            assert list(runs) == [1]


def test_whoever_ends_early_ends_all_lists_and_threads() -> None:
    before = set(threading.enumerate())
    lists = Lists(runs=50)
    items = side_by_side(range(100), lists.open, width=WIDTH)
    for _ in range(4):
        next(next(items)[1])
    assert not before.issuperset(threading.enumerate())
    items.close()
    assert eventually(lambda: before.issuperset(threading.enumerate()))
    assert {item for item, _ in lists.read} <= set(lists.closed)


def test_no_thread_is_left_at_the_end() -> None:
    before = set(threading.enumerate())
    for _, runs in side_by_side(range(20), Lists().open, width=WIDTH):
        list(runs)
    assert eventually(lambda: before.issuperset(threading.enumerate()))


def test_a_list_planned_later_is_read_first_where_its_turn_is_sooner() -> None:
    lists, is_planned = Lists(), threading.Event()

    def open_later(number: int) -> Generator[tuple[int, int]]:
        is_planned.wait()
        yield from lists.open(20 + number)

    with closing(ListsAhead[tuple[int, int]](1)) as ahead:
        for number in range(2):
            list(ahead.take("lane", ahead.plan("lane", (0, number), lambda: lists.open(0))))
        later = [ahead.plan("lane", (2, number), partial(open_later, number)) for number in range(3)]
        sooner = ahead.plan("lane", (1,), lambda: lists.open(1))
        is_planned.set()
        assert eventually(lambda: (1, 1) in lists.read)
        assert lists.read.index((1, 0)) < 6
        assert list(ahead.take("lane", sooner)) == [(1, 0), (1, 1)]
        assert list(ahead.take("lane", later[0])) == [(20, 0), (20, 1)]


def test_a_list_that_is_dropped_is_closed() -> None:
    lists = Lists(runs=50)
    with closing(ListsAhead[tuple[int, int]](WIDTH)) as ahead:
        for number in range(2):
            list(ahead.take("lane", ahead.plan("lane", (0, number), lambda: Lists(runs=1).open(0))))
        one = ahead.plan("lane", (1,), lambda: lists.open(1))
        assert eventually(lambda: bool(lists.read))
        ahead.drop("lane", one)
        assert eventually(lambda: lists.closed == [1])
        ahead.drop("lane", one)
