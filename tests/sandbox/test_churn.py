"""A list that changes while it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.sandbox.conftest import Get


def test_churn_changes_the_list_before_each_request_but_the_first(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=3, inserts=2, updates=1)
    totals = [get("contacts").json()["total"] for _ in range(4)]
    get("deals")
    assert totals == [1000, 999, 998, 997]
    assert (len(churn.deleted), len(churn.inserted), len(churn.updated)) == (9, 6, 3)


def test_churn_knows_which_rows_were_there_all_along(api: Sandbox, get: Get) -> None:
    before = set(api.table("contacts").ids())
    churn = api.churn("contacts", deletes=30, inserts=5)
    for _ in range(4):
        get("contacts")
    now = set(api.table("contacts").ids())
    assert now == before - set(churn.deleted) | set(churn.inserted) - set(churn.deleted)
    assert churn.stayed == before & now
    assert len(churn.stayed) >= 910


def test_churn_makes_offsets_lose_rows(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=3, inserts=0, updates=0)
    seen: set[Any] = set()
    for offset in range(0, 1000, 100):
        seen.update(get.ids("contacts", offset=offset))
    assert 0 < len(churn.stayed - seen) < 50


def test_updated_rows_move_in_a_list_by_time_of_change(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=0, inserts=0, updates=2)
    get("contacts")
    assert get.ids("contacts", sort="-updated_at", limit=2) == churn.updated[::-1]


def test_churn_is_the_same_for_the_same_seed(api: Sandbox, get: Get) -> None:
    deleted = []
    for seed in (1, 1, 2):
        api.reset()
        churn = api.churn("contacts", seed=seed)
        for _ in range(3):
            get("contacts")
        deleted.append(churn.deleted)
    assert deleted[0] == deleted[1] != deleted[2]
