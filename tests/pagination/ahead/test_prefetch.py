"""Pages are fetched ahead, in order, within bounds, and as fast as the API wants."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from tap_analytics.http.throttle import Throttle
from tap_analytics.pagination.ahead.prefetch import WAITS, Prefetch
from tap_analytics.pagination.page import Page, Span
from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

SPANS = [Span(offset, 10) for offset in range(0, 100, 10)]
# Seconds until a late answer: more than threads wait for each other on a busy machine.
LATE = 0.05


@pytest.fixture
def prefetch() -> Iterator[Callable[..., Prefetch[Span]]]:
    """Make sources of pages whose threads end with the test."""
    made: list[Prefetch[Span]] = []

    def make(fetch: Callable[[Span], Page], *, width: int) -> Prefetch[Span]:
        made.append(Prefetch(fetch, width=width))
        return made[-1]

    yield make
    for source in made:
        source.close()


def page_at(span: Span) -> Page:
    return Page(offset=span.offset, rows=[{"id": span.offset}])


class Gate:
    """A fetch whose pages come when the test lets them, in any order."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self._released = {span.offset: threading.Event() for span in SPANS}

    def __call__(self, span: Span) -> Page:
        self.asked.append(span.offset)
        assert self._released[span.offset].wait(5)
        return page_at(span)

    def release(self, *offsets: int) -> None:
        for offset in offsets:
            self._released[offset].set()

    def wait_until_asked(self, count: int) -> list[int]:
        for _ in range(500):
            if len(self.asked) >= count:
                break
            threading.Event().wait(0.01)
        return sorted(self.asked)


def test_pages_come_in_order_however_they_arrive(prefetch: Callable[..., Prefetch[Span]]) -> None:
    gate = Gate()
    source = prefetch(gate, width=4)
    source.plan(SPANS)
    gate.release(30, 20, 10, 0, *range(40, 100, 10))
    assert [source.take(span)[0].offset for span in SPANS] == [span.offset for span in SPANS]


def test_no_more_pages_are_asked_for_than_the_width_allows(prefetch: Callable[..., Prefetch[Span]]) -> None:
    gate = Gate()
    source = prefetch(gate, width=3)
    source.plan(SPANS)
    assert gate.wait_until_asked(3) == [0, 10, 20]
    gate.release(10, 20)
    threading.Event().wait(0.05)
    assert sorted(gate.asked) == [0, 10, 20]  # two have come, but the reader has taken none
    gate.release(0)
    source.take(SPANS[0])
    assert gate.wait_until_asked(4) == [0, 10, 20, 30]
    gate.release(*range(30, 100, 10))


def test_a_failure_is_raised_where_its_page_is_taken(prefetch: Callable[..., Prefetch[Span]]) -> None:
    def fetch(span: Span) -> Page:
        if span.offset == 20:
            raise LookupError
        return page_at(span)

    source = prefetch(fetch, width=4)
    source.plan(SPANS)
    assert [source.take(span)[0].offset for span in SPANS[:2]] == [0, 10]
    with pytest.raises(LookupError):
        source.take(SPANS[2])


def test_only_a_page_that_was_not_planned_is_fresh(prefetch: Callable[..., Prefetch[Span]]) -> None:
    source = prefetch(page_at, width=2)
    source.plan(SPANS)
    assert source.take(SPANS[0])[1] is False
    source.drop()
    assert source.take(SPANS[1])[1] is True


def test_what_is_dropped_before_it_began_is_never_asked_for(prefetch: Callable[..., Prefetch[Span]]) -> None:
    gate = Gate()
    source = prefetch(gate, width=2)
    source.plan(SPANS)
    gate.wait_until_asked(2)
    source.drop()
    gate.release(*range(0, 100, 10))
    threading.Event().wait(0.05)
    assert sorted(gate.asked) == [0, 10]


def test_a_narrowed_width_grows_back_with_each_page(prefetch: Callable[..., Prefetch[Span]]) -> None:
    gate = Gate()
    source = prefetch(gate, width=4)
    source.plan(SPANS)
    gate.wait_until_asked(4)
    gate.release(*range(0, 40, 10))
    source.narrow()
    source.narrow()
    source.take(SPANS[0])
    source.take(SPANS[1])
    threading.Event().wait(0.05)
    assert sorted(gate.asked) == [0, 10, 20, 30, 40]  # three at once again: two taken, three under way
    gate.release(*range(40, 100, 10))


def test_threads_end_when_the_source_is_closed() -> None:
    before = set(threading.enumerate())
    source = Prefetch(page_at, width=4)
    source.plan(SPANS)
    source.take(SPANS[0])
    source.close()
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()


def test_a_ceiling_and_a_pause_hold_requests_back() -> None:
    pace = Throttle(requests_per_second=100)
    began = time.monotonic()
    for _ in range(6):
        pace.wait()
    assert time.monotonic() - began >= 0.05
    pace.pause(0.05)
    began = time.monotonic()
    pace.wait()
    assert time.monotonic() - began >= 0.04


@pytest.mark.parametrize("concurrency", [1, 2, 8, 32])
def test_any_concurrency_reads_the_same_rows_and_asks_for_nothing_behind_the_end(
    api: Sandbox, tap: TapRunner, concurrency: int
) -> None:
    api.reset(rows={"contacts": 2500}, latency=0.01)
    run = tap(streams=["contacts"], concurrency=concurrency)
    assert run.ids("contacts") == api.table("contacts").ids()
    # 2500 rows in steps of 99, and the head once more; the end once more too, if it was fetched ahead.
    assert len(api.requests) == 27 + (concurrency > 1)
    assert all(int(request.params["offset"]) < 2500 for request in api.requests)


def test_the_first_page_is_waited_for_before_any_other_is_asked_for(api: Sandbox, tap: TapRunner) -> None:
    api.reset(latency=0.1)
    tap(streams=["contacts"], concurrency=8)
    first, *others = api.requests_to("contacts")
    assert first.answered_at is not None
    assert all(other.received_at >= first.answered_at for other in others)


def test_a_429_pauses_all_requests(api: Sandbox, tap: TapRunner) -> None:
    api.reset(rows={"contacts": 3000})
    api.intercept(lambda request: Answer(429, b"", {"Retry-After": "1"}) if request.number == 6 else None)
    run = tap(streams=["contacts"], concurrency=4)
    assert run.ids("contacts") == api.table("contacts").ids()
    refused = next(request for request in api.requests if request.status == 429)
    assert refused.answered_at is not None
    during = [r for r in api.requests if refused.answered_at + 0.2 < r.received_at < refused.answered_at + 0.95]
    assert during == []


def test_requests_per_second_is_kept_over_all_threads(api: Sandbox, tap: TapRunner) -> None:
    tap(streams=["contacts", "companies", "deals"], page_size=20, concurrency=8, requests_per_second=40)
    times = [request.received_at for request in api.requests]
    assert times[-1] - times[0] >= (len(times) - 1) / 40 * 0.9


def test_a_page_that_fails_ends_the_stream_behind_all_rows_before_it(api: Sandbox, tap: TapRunner) -> None:
    def refuse_one(request: Request) -> Answer | None:
        return Answer.error(403, "no") if int(request.params["offset"]) == 99 * 5 else None

    api.reset(rows={"contacts": 2000})
    api.intercept(refuse_one)
    run = tap(streams=["contacts"], concurrency=8)
    assert run.code == 1
    assert run.ids("contacts") == api.table("contacts").ids()[: 99 * 5 + 1]
    assert "failed at offset 495: 403" in run.stderr


class Answering:
    """A fetch that answers at once or late, and knows who asked for what, and when."""

    def __init__(self) -> None:
        self.is_slow = False
        self.asked: list[int] = []
        self.by_others: list[int] = []

    def __call__(self, span: Span) -> Page:
        self.asked.append(span.offset)
        if threading.current_thread() is not threading.main_thread():
            self.by_others.append(span.offset)
        if self.is_slow:
            threading.Event().wait(LATE)
        return page_at(span)


@pytest.fixture
def in_use(
    prefetch: Callable[..., Prefetch[Span]], monkeypatch: pytest.MonkeyPatch
) -> tuple[Answering, Prefetch[Span]]:
    """An API that answers at once, and a source that has seen it do so once; a busy machine makes neither late."""
    monkeypatch.setattr("tap_analytics.pagination.ahead.prefetch.WORTHWHILE", LATE / 2)
    api = Answering()
    source = prefetch(api, width=4)
    source.take(Span(-10, 10))
    return api, source


def test_pages_of_an_api_that_answers_at_once_are_asked_for_in_turn(
    in_use: tuple[Answering, Prefetch[Span]],
) -> None:
    api, source = in_use
    source.plan(SPANS)
    for number, span in enumerate(SPANS, start=1):
        assert source.take(span)[1] is True
        assert len(api.asked) == 1 + number  # this one, and none behind it
    assert api.by_others == []


def test_one_late_answer_is_no_reason_to_ask_ahead(in_use: tuple[Answering, Prefetch[Span]]) -> None:
    api, source = in_use
    source.plan(SPANS)
    for number, span in enumerate(SPANS):
        api.is_slow = number % 2 == 0
        source.take(span)
    assert api.by_others == []


def test_pages_of_an_api_that_becomes_slow_are_asked_for_ahead(
    in_use: tuple[Answering, Prefetch[Span]],
) -> None:
    api, source = in_use
    source.plan(SPANS)
    for span in SPANS[:3]:
        source.take(span)
    api.is_slow = True
    taken = [source.take(span) for span in SPANS[3:]]
    assert [page.offset for page, _ in taken] == [span.offset for span in SPANS[3:]]
    assert [is_fresh for _, is_fresh in taken] == [True] * WAITS + [False] * (7 - WAITS)
    assert sorted(api.by_others) == [span.offset for span in SPANS[3 + WAITS :]]
    assert sorted(api.asked[1:]) == [span.offset for span in SPANS]  # each of them once


def test_an_api_that_has_become_quick_is_asked_in_turn_again(in_use: tuple[Answering, Prefetch[Span]]) -> None:
    api, source = in_use
    api.is_slow = True
    source.plan(SPANS)
    for span in SPANS[:4]:
        source.take(span)
    assert api.by_others
    source.drop()
    api.is_slow = False
    source.take(SPANS[4])  # out of order: asked for alone
    before = len(api.by_others)
    source.plan(SPANS[5:])
    for span in SPANS[5:]:
        assert source.take(span)[1] is True
    assert len(api.by_others) == before


def test_as_many_requests_as_the_width_are_under_way_at_once(prefetch: Callable[..., Prefetch[Span]]) -> None:
    gate = Gate()
    gate.release(0)
    source = prefetch(gate, width=4)
    source.plan(SPANS)
    assert gate.wait_until_asked(4) == [0, 10, 20, 30]
    source.take(SPANS[0])
    assert gate.wait_until_asked(5) == [0, 10, 20, 30, 40]  # four of them still wait
    gate.release(*range(10, 100, 10))
    for span in SPANS[1:]:
        source.take(span)
    assert sorted(gate.asked) == [span.offset for span in SPANS]


def test_hardly_more_is_asked_for_than_is_read_over_http(api: Sandbox, tap: TapRunner) -> None:
    run = tap(streams=["contacts"], concurrency=8, page_size=20)
    assert run.ids("contacts") == api.table("contacts").ids()
    read = 14 + 1  # 250 rows in steps of 19, and the head once more
    assert read <= len(api.requests) <= read + 8  # on a busy machine the API seems slow, and pages are asked for ahead
