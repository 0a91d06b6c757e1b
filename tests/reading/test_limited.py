"""A list in ascending order that a maximum cuts is read on from its last cursor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.windowed import alter, ends_of, ignoring, load_skewed, offsets, sync, without_total

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox

CAP = {"type": "offset", "limit": 20, "maximum_offset": 60}
INCREMENTAL = {
    "cursor_path": "updated_at",
    "start_param": "updated_since",
    "initial_value": "2024-01-01",
    "row_order": "asc",
}


def contacts(incremental: dict[str, Any] | None = None, **words: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    """Return an entry of the contacts in ascending order, of which 60 rows can be read from each start on."""
    endpoint = {"incremental": INCREMENTAL | (incremental or {}), "paginator": CAP, "params": {"sort": "updated_at"}}
    return {"name": "contacts", "endpoint": endpoint | words}


def together(api: Sandbox, count: int, *, at: str = "2024-06-01T00:00:00Z") -> list[Any]:
    """Give the last rows of the table one instant, and return the ids of all."""
    rows = api.table("contacts").rows()
    api.table("contacts").load([*rows[:-count], *({**row, "updated_at": at} for row in rows[-count:])])
    return sorted(row["id"] for row in rows)


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("incremental", [{}, {"initial_value": None}, {"end_param": "updated_before", "step": "P300D"}])
def test_every_row_is_read_once_behind_the_maximum_too(
    api: Sandbox, incremental: dict[str, Any], concurrency: int
) -> None:
    expected = load_skewed(api, 300)
    without_total(api)
    run = sync(api, contacts(incremental), concurrency=concurrency)
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert max(offsets(api)) < 60
    newest = max(row["updated_at"] for row in run.records("contacts"))
    again = sync(api, contacts(incremental), state=run.state)
    assert {row["updated_at"] for row in again.records("contacts")} <= {newest}


def test_a_total_says_that_nothing_is_missing(api: Sandbox) -> None:
    expected = load_skewed(api, 300)
    run = sync(api, contacts())
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert "maximum" not in run.stderr


def test_rows_of_one_instant_on_both_sides_of_the_maximum_are_given_once(api: Sandbox) -> None:
    load_skewed(api, 90)
    expected = together(api, 50)
    run = sync(api, contacts())
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected


def test_a_start_that_is_no_part_of_what_is_given_loses_no_row(api: Sandbox) -> None:
    load_skewed(api, 90)
    expected = together(api, 50)

    def later(request: Request) -> Request:
        moment = datetime.fromisoformat(request.params["updated_since"]) + timedelta(seconds=1)
        return request.with_params(updated_since=f"{moment:%Y-%m-%dT%H:%M:%SZ}")

    alter(api, later)
    run = sync(api, contacts())
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected


@pytest.mark.parametrize(("has_total", "left"), [(True, "10"), (False, "nobody knows how many")])
def test_more_rows_of_one_instant_than_can_be_read_fail_with_it_and_both_figures(
    api: Sandbox, left: str, *, has_total: bool
) -> None:
    load_skewed(api, 70)
    together(api, 70)
    if not has_total:
        without_total(api)
    run = sync(api, contacts())
    assert run.code == 1
    assert "2024-06-01T00:00:00Z" in run.stderr
    assert f"60 rows were read, and {left} are behind the maximum" in run.stderr
    assert len(ends_of(api)) == 2


def test_an_api_that_does_not_heed_the_start_fails_at_once(api: Sandbox) -> None:
    load_skewed(api, 300)
    alter(api, ignoring("updated_since"))
    run = sync(api, contacts())
    assert run.code == 1
    assert "check that the API heeds the start" in run.stderr
    assert len(api.requests_to("contacts")) < 20


@pytest.mark.parametrize("words", [{"incremental": INCREMENTAL | {"row_order": "desc"}}, {"params": {}}])
def test_rows_that_come_in_no_order_are_cut_and_the_bookmark_stays(api: Sandbox, words: dict[str, Any]) -> None:
    load_skewed(api, 300)
    run = sync(api, contacts(**words))
    assert run.code == 0
    assert len(run.ids("contacts")) == 60
    assert "replication_key_value" not in run.state["bookmarks"]["contacts"]


def test_a_sync_that_ends_at_any_request_goes_on_where_it_ended(api: Sandbox) -> None:
    expected = set(load_skewed(api, 130))
    sync(api, contacts())
    for number in range(1, len(api.requests) + 1):
        api.reset()
        load_skewed(api, 130)
        api.intercept(lambda request, at=number: Answer.error(403, "no") if request.number == at else None)  # type: ignore[misc]
        one = sync(api, contacts())
        assert one.code == 1
        two = sync(api, contacts(), state=one.state)
        assert two.code == 0
        assert set(one.ids("contacts")) | set(two.ids("contacts")) == expected


def test_pages_by_number_are_read_on_too(api: Sandbox) -> None:
    expected = load_skewed(api, 130)

    def by_offset(request: Request) -> Request:
        return request.with_params(page=None, limit="20", offset=str(20 * int(request.params["page"])))

    alter(api, by_offset)
    run = sync(api, contacts(paginator={"type": "page_number", "maximum_page": 3}))
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert max(int(request.params["page"]) for request in api.requests_to("contacts")) < 3
