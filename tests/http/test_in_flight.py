"""One number bounds the requests that are on their way at once."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from tap_analytics.http.in_flight import InFlight


def most_at_once(in_flight: InFlight, threads: int = 6) -> int:
    """Return how many of so many threads were let through at the same time."""
    now, seen, lock = [0], [0], threading.Lock()

    def go() -> None:
        with in_flight:
            with lock:
                now[0] += 1
                seen[0] = max(seen[0], now[0])
            time.sleep(0.03)
            with lock:
                now[0] -= 1

    all_of_them = [threading.Thread(target=go) for _ in range(threads)]
    for each in all_of_them:
        each.start()
    for each in all_of_them:
        each.join()
    return seen[0]


@pytest.mark.parametrize(("most", "seen"), [(1, 1), (3, 3), (None, 6)])
def test_so_many_are_on_their_way_and_no_more(most: int | None, seen: int) -> None:
    assert most_at_once(InFlight(most)) == seen


def test_half_as_many_are_let_through_once_it_is_narrowed() -> None:
    in_flight = InFlight(5)
    in_flight.narrow()
    assert most_at_once(in_flight) == 2


def test_one_is_let_through_however_often_it_is_narrowed() -> None:
    in_flight = InFlight(2)
    for _ in range(3):
        in_flight.narrow()
    assert most_at_once(in_flight) == 1


def test_it_widens_by_one_when_as_many_as_may_be_have_succeeded() -> None:
    in_flight = InFlight(3)
    in_flight.narrow()
    widths = []
    for _ in range(7):
        widths.append(in_flight.width)
        in_flight.widen()
    assert widths == [1, 2, 2, 2, 3, 3, 3]


def test_who_fails_makes_room_for_the_next() -> None:
    in_flight = InFlight(1)
    with pytest.raises(ValueError, match="no"), in_flight:
        raise ValueError("no")  # noqa: EM101 - a test
    assert most_at_once(in_flight) == 1


def test_those_who_wait_go_in_the_order_in_which_they_came() -> None:
    """Who asks again at once leaves room for those who wait."""
    in_flight, went = InFlight(1), []

    def go(name: str) -> None:
        with in_flight:
            went.append(name)

    with in_flight:
        waiting = []
        for number, name in enumerate("abc", 1):
            waiting.append(threading.Thread(target=go, args=name))
            waiting[-1].start()
            while len(in_flight._waiting) < number:  # noqa: SLF001 - nothing else shows who waits
                time.sleep(0.001)
    go("again")
    for each in waiting:
        each.join()
    assert went == ["a", "b", "c", "again"]


def test_who_gives_up_waiting_takes_no_room() -> None:
    in_flight = InFlight(1)

    def give_up(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, give_up)
    try:
        with in_flight:
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(KeyboardInterrupt), in_flight:
                pass
    finally:
        signal.signal(signal.SIGALRM, before)
    with in_flight:
        assert in_flight.width == 1
