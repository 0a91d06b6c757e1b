from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tap_analytics.http.throttle import Throttle


class Clock:
    """Stands for the module `time`: a sleep takes no time of ours."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tap_analytics.http.throttle.time", clock)
    return clock


def starts(throttle: Throttle, clock: Clock, count: int) -> list[float]:
    """Return when so many requests may be sent, in seconds from now."""
    began, times = clock.now, []
    for _ in range(count):
        throttle.wait()
        times.append(round(clock.now - began, 6))
    return times


def test_without_a_ceiling_nothing_waits(clock: Clock) -> None:
    assert starts(Throttle(), clock, 3) == [0, 0, 0]


def test_requests_keep_their_distance(clock: Clock) -> None:
    assert starts(Throttle(4), clock, 4) == [0, 0.25, 0.5, 0.75]


def test_time_that_was_not_used_is_not_saved_up(clock: Clock) -> None:
    throttle = Throttle(4)
    throttle.wait()
    clock.now += 60
    assert starts(throttle, clock, 3) == [0, 0.25, 0.5]


def test_nothing_is_sent_in_a_pause(clock: Clock) -> None:
    throttle = Throttle()
    throttle.pause(5)
    assert starts(throttle, clock, 2) == [5, 5]


def test_a_pause_holds_those_that_wait_for_their_turn_already() -> None:
    throttle, sent = Throttle(100), []
    throttle.wait()

    def send(_: int) -> None:
        throttle.wait()
        sent.append(time.monotonic())

    with ThreadPoolExecutor(8) as pool:
        until = time.monotonic() + 0.5
        throttle.pause(0.5)  # the first of them may be on their way to their turn before this
        list(pool.map(send, range(8)))
    assert len(sent) == 8
    assert min(sent) >= until


def test_a_turn_that_falls_into_a_pause_is_given_again(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    throttle, sleep = Throttle(1), clock.sleep
    throttle.wait()

    def pause_once(seconds: float) -> None:
        monkeypatch.setattr(clock, "sleep", sleep)
        throttle.pause(5)
        sleep(seconds)

    monkeypatch.setattr(clock, "sleep", pause_once)
    assert starts(throttle, clock, 3) == [5, 6, 7]


def test_a_shorter_pause_ends_no_longer_one(clock: Clock) -> None:
    throttle = Throttle(1)
    throttle.pause(5)
    throttle.pause(2)
    assert starts(throttle, clock, 2) == [5, 6]


def test_the_ceiling_is_that_of_all_threads_together() -> None:
    throttle, together = Throttle(100), threading.Barrier(5)

    def send(_: int) -> float:
        together.wait(5)
        throttle.wait()
        return time.monotonic()

    with ThreadPoolExecutor(5) as pool:
        times = sorted(pool.map(send, range(5)))
    assert times[-1] - times[0] >= 0.03


def test_a_pause_halves_how_many_are_on_their_way() -> None:
    throttle = Throttle(width=8)
    throttle.pause(0)
    assert throttle.in_flight.width == 4


def test_it_counts_how_long_requests_waited(clock: Clock) -> None:
    throttle = Throttle(4)
    starts(throttle, clock, 3)
    assert throttle.waited == pytest.approx(0.5)
