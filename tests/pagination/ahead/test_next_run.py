"""The next run of a list is read while the one before it is used, where that is worth it."""

from __future__ import annotations

import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tap_analytics.pagination.ahead.next_run import one_ahead

if TYPE_CHECKING:
    from collections.abc import Generator

PATIENCE = 10


class Runs:
    """Runs by number, of which somebody may wait for the next to be read; `closed` is set when they are closed."""

    def __init__(self, count: int = 5, failure: Exception | None = None) -> None:
        self.count = count
        self.failure = failure
        self.readers: list[threading.Thread] = []
        self.read = [threading.Event() for _ in range(count)]
        self.closed = threading.Event()

    def __iter__(self) -> Generator[int]:
        try:
            for number in range(self.count):
                self.readers.append(threading.current_thread())
                self.read[number].set()
                yield number
            if self.failure:
                raise self.failure
        finally:
            self.closed.set()


@pytest.fixture(autouse=True)
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let any list be worth reading ahead, however quick this machine is."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.next_run.WORTHWHILE", -60)


def test_the_next_run_is_read_while_one_is_used_and_no_more_than_that() -> None:
    runs = Runs()
    with closing(one_ahead(iter(runs))) as taken:
        for number in range(3):
            assert next(taken) == number
            assert runs.read[number + 1].wait(PATIENCE)
            assert not runs.read[number + 2].is_set()
    assert runs.closed.wait(PATIENCE)
    assert not runs.read[4].is_set()


def test_all_runs_are_given_in_their_order() -> None:
    runs = Runs()
    assert list(one_ahead(iter(runs))) == [0, 1, 2, 3, 4]
    assert runs.closed.wait(PATIENCE)
    assert list(one_ahead(iter(Runs(0)))) == []


def test_what_goes_wrong_with_a_run_is_raised_in_its_place() -> None:
    taken = one_ahead(iter(Runs(2, ValueError("broken"))))
    assert [next(taken), next(taken)] == [0, 1]
    with pytest.raises(ValueError, match="broken"):
        next(taken)


def test_runs_that_are_there_at_once_are_read_by_whoever_takes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tap_analytics.pagination.ahead.next_run.WORTHWHILE", 60)
    runs = Runs()
    with closing(one_ahead(iter(runs))) as taken:
        assert [next(taken), next(taken)] == [0, 1]
    assert {*runs.readers} == {threading.current_thread()}
    assert not runs.read[2].is_set()
    assert runs.closed.is_set()
