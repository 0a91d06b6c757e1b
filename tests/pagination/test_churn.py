"""A list that changes while it is read, over real HTTP: no row that stayed is lost."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

KINDS = {
    "deletes": {"deletes": 3, "inserts": 0, "updates": 0},
    "inserts": {"deletes": 0, "inserts": 3, "updates": 0},
    "updates": {"deletes": 0, "inserts": 0, "updates": 3},
    "mixed": {"deletes": 2, "inserts": 2, "updates": 2},
}


def in_order(api: Sandbox, order: str) -> None:
    """Let the contacts come in this order."""

    def keep_order(request: Request) -> Answer | None:
        return api.answer(request.with_params(sort=order)) if request.resource == "contacts" else None

    api.intercept(keep_order)


@pytest.mark.parametrize("cap", [None, 30], ids=["uncapped", "capped"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["id", "-id", "updated_at", "-updated_at"])
def test_no_row_that_stayed_is_lost(api: Sandbox, tap: TapRunner, order: str, kind: str, cap: int | None) -> None:
    api.reset(rows={"contacts": 600}, page_cap=cap)
    churn = api.churn("contacts", seed=7, **KINDS[kind])
    in_order(api, order)
    run = tap(streams=["contacts"], page_size=50)
    assert run.code == 0, run.stderr
    assert churn.deleted or churn.inserted or churn.updated
    assert set(churn.stayed) - set(run.ids("contacts")) == set()


def in_flight(requests: Sequence[Request]) -> int:
    """Return how many of these requests were under way at once, at most."""
    times = [(request.received_at, 1) for request in requests]
    times += [(request.answered_at, -1) for request in requests if request.answered_at is not None]
    return max(accumulate(change for _, change in sorted(times)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["id", "-id", "updated_at", "-updated_at"])
def test_no_row_that_stayed_is_lost_while_pages_are_fetched_ahead(
    api: Sandbox, tap: TapRunner, order: str, kind: str
) -> None:
    api.reset(rows={"contacts": 600}, latency=0.004)
    churn = api.churn("contacts", seed=11, **KINDS[kind])
    in_order(api, order)
    run = tap(streams=["contacts"], page_size=30, concurrency=4)
    assert run.code == 0, run.stderr
    assert churn.deleted or churn.inserted or churn.updated
    assert set(churn.stayed) - set(run.ids("contacts")) == set()
    assert 2 <= in_flight(api.requests) <= 4


@pytest.mark.parametrize(("concurrency", "at_once"), [(1, 1), (4, 4), (8, 8)])
def test_as_many_requests_as_wanted_are_under_way_at_once(
    api: Sandbox, tap: TapRunner, concurrency: int, at_once: int
) -> None:
    # So long that the last of them leaves before the first is answered, on a busy machine too.
    api.reset(rows={"contacts": 1000}, latency=0.02 * concurrency)
    run = tap(streams=["contacts"], page_size=50, concurrency=concurrency)
    assert run.ids("contacts") == api.table("contacts").ids()
    assert in_flight(api.requests) == at_once
    assert len(api.requests) <= 23  # 1000 rows in steps of 49, the head once more, and the end


def test_a_row_that_changed_in_the_same_second_as_another_is_found(api: Sandbox, tap: TapRunner) -> None:
    moment = "2026-02-01T00:00:00Z"
    table = api.table("contacts")
    table.load([{"id": number, "updated_at": f"2025-01-01T00:00:{number:02d}Z"} for number in range(1, 11)])
    table.update(9, updated_at=moment)

    def newest_first(request: Request) -> Answer:
        if request.number == 2:
            table.update(2, updated_at=moment)
        return api.answer(request.with_params(sort="-updated_at"))

    api.intercept(newest_first)
    run = tap(streams=["contacts"], page_size=4, concurrency=1, total_path="none")
    assert run.code == 0
    assert set(run.ids("contacts")) == set(range(1, 11))


def test_values_that_differ_from_response_to_response_break_no_seam(api: Sandbox, tap: TapRunner) -> None:
    def sign(request: Request) -> Answer:
        answer = api.answer(request)
        rows = [{**row, "name": f"{row['id']}?signature={request.number}"} for row in answer.json()["data"]]
        return Answer(200, {"data": rows, "total": 250})

    api.intercept(sign)
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.ids("contacts") == api.table("contacts").ids()
    assert len(api.requests) < 7


def test_the_closing_line_says_what_became_of_the_list(api: Sandbox, tap: TapRunner) -> None:
    quiet = tap(streams=["contacts"], concurrency=1)
    assert "Read 250 rows of 250 in 4 pages" in quiet.stderr

    api.churn("contacts", deletes=3, inserts=0, updates=0, seed=1)
    assert " seams mended" in tap(streams=["contacts"]).stderr
