"""A stream is read window by window: rows and state come in order, and what is finished is not read again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.windowed import alter, contacts, ends_of, ignoring, load_skewed, offsets, refusing, sync, without_total

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run

STEPS = {"step": "P60D"}
NOW = {"end_value": "now"}


def bookmarks(run: Run) -> list[str]:
    states = [message["value"] for message in run.messages if message["type"] == "STATE"]
    return [state["bookmarks"]["contacts"]["replication_key_value"] for state in states]


def rows_in_order(run: Run) -> list[str]:
    return [record["updated_at"] for record in run.records("contacts")]


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("incremental", [{}, NOW, STEPS, STEPS | {"row_order": "asc"}])
def test_every_row_is_written_once_and_a_state_comes_behind_each_window(
    api: Sandbox, incremental: dict[str, Any], concurrency: int
) -> None:
    expected = load_skewed(api, 300)
    params = {"sort": "updated_at"} if "row_order" in incremental else {}
    run = sync(api, contacts(incremental, params=params), concurrency=concurrency)
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert len(bookmarks(run)) > 3
    assert bookmarks(run) == sorted(bookmarks(run))
    assert max(offsets(api)) < 100


def test_a_row_that_is_dated_before_the_end_of_the_last_sync_is_read_all_the_same(api: Sandbox) -> None:
    load_skewed(api, 60)
    one = sync(api, contacts(NOW))
    assert bookmarks(one)[-1] == max(rows_in_order(one))
    moment = datetime.now(UTC) - timedelta(minutes=5)
    late = api.table("contacts").insert(updated_at=f"{moment:%Y-%m-%dT%H:%M:%SZ}")
    two = sync(api, contacts(NOW), state=one.state)
    assert two.code == 0
    assert late in two.ids("contacts")


def test_a_row_that_comes_late_into_a_window_of_the_last_days_is_read_all_the_same(api: Sandbox) -> None:
    now = datetime.now(UTC)
    for age in (9, 8, 2):
        api.table("contacts").insert(updated_at=f"{now - timedelta(days=age):%Y-%m-%dT%H:%M:%SZ}")
    days = STEPS | {"step": "P1D", "end_value": "now", "initial_value": f"{now - timedelta(days=10):%Y-%m-%d}"}
    one = sync(api, contacts(days))
    late = api.table("contacts").insert(updated_at=f"{now - timedelta(hours=36):%Y-%m-%dT%H:%M:%SZ}")
    assert late in sync(api, contacts(days), state=one.state).ids("contacts")


def test_the_bookmark_is_the_end_where_the_lag_says_how_late_rows_come(api: Sandbox) -> None:
    load_skewed(api, 60)
    run = sync(api, contacts(NOW | {"lag": 600}))
    age = datetime.now(UTC) - datetime.fromisoformat(bookmarks(run)[-1])
    assert age < timedelta(minutes=1)


def test_without_an_end_a_short_list_is_asked_for_as_ever(api: Sandbox) -> None:
    load_skewed(api, 60)
    run = sync(api, contacts())
    assert ends_of(api) == [("2024-01-01T00:00:00Z", None)]
    assert bookmarks(run)[-1] == max(rows_in_order(run))


@pytest.mark.parametrize("lag", [86_400, "P1D", "PT24H"])
def test_a_lag_leaves_no_new_row_out_and_reads_again_so_far_behind_the_bookmark(api: Sandbox, lag: str | float) -> None:
    load_skewed(api, 10)
    new = api.table("contacts").insert(updated_at=f"{datetime.now(UTC) - timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}")
    one = sync(api, contacts(NOW | {"lag": lag}))
    assert new in one.ids("contacts")
    late = api.table("contacts").insert(updated_at=f"{datetime.now(UTC) - timedelta(hours=20):%Y-%m-%dT%H:%M:%SZ}")
    two = sync(api, contacts(NOW | {"lag": lag}), state=one.state)
    assert set(two.ids("contacts")) == {new, late}


@pytest.mark.parametrize("step", [{}, {"step": "PT30M"}])
def test_no_bookmark_is_later_than_the_clock_of_the_server(api: Sandbox, step: dict[str, str]) -> None:
    load_skewed(api, 10)
    behind = datetime.now(UTC) - timedelta(hours=3)

    def answer(request: Request) -> Answer:
        given = api.answer(request)
        return Answer(given.status, given.body, {"date": f"{behind:%a, %d %b %Y %H:%M:%S GMT}"}, rows=given.rows)

    api.intercept(answer)
    first = {"initial_value": f"{behind - timedelta(hours=4):%Y-%m-%dT%H:%M:%SZ}"} if step else {}
    run = sync(api, contacts(NOW | {"lag": 60} | step | first))
    assert bookmarks(run)[-1] == f"{behind:%Y-%m-%dT%H:%M:%SZ}"
    assert "finished_windows" not in run.state["bookmarks"]["contacts"]  # rows of later windows are still to come


def test_an_earlier_end_of_the_settings_is_the_end(api: Sandbox) -> None:
    load_skewed(api, 10)
    run = sync(api, contacts(STEPS), end_date="2024-05-01")
    assert ends_of(api)[-1][1] == "2024-05-01T00:00:00Z"
    assert bookmarks(run)[-1] == "2024-05-01T00:00:00Z"


@pytest.mark.parametrize("incremental", [STEPS, NOW])
def test_a_backfill_that_fails_at_any_request_goes_on_at_what_is_missing(
    api: Sandbox, incremental: dict[str, Any]
) -> None:
    expected = load_skewed(api, 130)
    settings: dict[str, Any] = {"page_size": 25, "window_rows": 50}
    sync(api, contacts(incremental), **settings)
    every = len(api.requests)
    for number in range(1, every + 1, 1 if every < 30 else 3):
        api.reset()
        load_skewed(api, 130)
        api.intercept(lambda request, at=number: Answer.error(403, "no") if request.number == at else None)  # type: ignore[misc]
        one = sync(api, contacts(incremental), **settings)
        assert one.code == 1
        done = one.state["bookmarks"]["contacts"].get("replication_key_value")
        before = len(api.requests)
        two = sync(api, contacts(incremental), state=one.state, **settings)
        assert two.code == 0
        assert set(one.ids("contacts")) | set(two.ids("contacts")) == set(expected)
        assert api.requests[before].params["updated_since"] == (done or "2024-01-01T00:00:00Z")


def test_an_api_that_refuses_large_offsets_is_read_whole(api: Sandbox) -> None:
    expected = load_skewed(api, 600)
    api.intercept(refusing(100))
    assert sync(api, contacts(), window_rows=10_000).code == 1
    run = sync(api, contacts())
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected


def test_the_maximum_of_the_paginator_is_the_most_rows_of_a_window(api: Sandbox) -> None:
    expected = load_skewed(api, 300)
    paginator = {"type": "offset", "limit": 20, "maximum_offset": 60}
    run = sync(api, contacts(paginator=paginator), window_rows=10_000)
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert max(offsets(api)) < 60


def test_a_window_that_a_maximum_cuts_fails_with_its_ends_and_both_figures(api: Sandbox) -> None:
    load_skewed(api, 300)
    without_total(api)
    paginator = {"type": "offset", "limit": 20, "maximum_offset": 60}
    run = sync(api, contacts({"step": "P1Y"}, paginator=paginator))
    assert run.code == 1
    assert "window from 2024-12-31T00:00:00Z" in run.stderr or "window from 2025-01-01T00:00:00Z" in run.stderr
    assert "60 rows were read up to the maximum of the `paginator`" in run.stderr


def test_both_ends_in_one_parameter_are_sent_in_the_first_sync_too(api: Sandbox) -> None:
    expected = load_skewed(api, 60)
    spans: list[str] = []

    def split(request: Request) -> Request:
        spans.append(request.params["span"])
        since, before = request.params["span"].split("/")
        return request.with_params(updated_since=since, updated_before=before)

    alter(api, split)
    incremental = {"cursor_path": "updated_at"}
    words = {"params": {"span": "{incremental.start_value}/{incremental.end_value}"}}
    entry = {"name": "contacts", "endpoint": {"incremental": incremental, **words}}
    run = sync(api, entry, start_date="2024-01-01")
    assert run.code == 0, run.stderr
    assert sorted(run.ids("contacts")) == expected
    assert spans[0].startswith("2024-01-01T00:00:00Z/20")


def test_an_inclusive_end_is_the_next_start_less_the_granularity(api: Sandbox) -> None:
    expected = load_skewed(api, 100)

    def inclusive(request: Request) -> Request:
        day = datetime.fromisoformat(request.params["updated_before"]).replace(tzinfo=UTC) + timedelta(days=1)
        since = f"{request.params['updated_since']}T00:00:00Z"
        return request.with_params(updated_since=since, updated_before=f"{day:%Y-%m-%dT%H:%M:%SZ}")

    alter(api, inclusive)
    days = {"datetime_format": "%Y-%m-%d", "granularity": "P1D"}
    run = sync(api, contacts(STEPS | days))
    assert ends_of(api)[:2] == [("2024-01-01", "2024-02-29"), ("2024-03-01", "2024-04-29")]
    assert sorted(run.ids("contacts")) == expected


def test_a_row_between_two_seconds_is_in_a_window(api: Sandbox) -> None:
    expected = load_skewed(api, 20)
    late = api.table("contacts").insert(updated_at="2024-02-29T23:59:59.412Z")
    seconds = {"datetime_format": "%Y-%m-%dT%H:%M:%SZ", "granularity": "PT1S"}
    run = sync(api, contacts(STEPS | seconds))
    assert run.code == 0
    assert sorted(run.ids("contacts")) == sorted([*expected, late])


def test_a_record_takes_the_ends_of_its_window_which_may_be_its_key_and_its_cursor(api: Sandbox) -> None:
    def summary(request: Request) -> Answer:
        rows = [{"queue": "a", "calls": len(request.params)}, {"queue": "b", "calls": 1}]
        return Answer(body={"data": rows}, rows=2)

    api.intercept(summary)
    incremental = {
        "cursor_path": "from",
        "start_param": "since",
        "end_param": "to",
        "initial_value": "2024-01-01",
        "end_value": "2024-03-15",
        "step": "P1M",
        "include_window": {"start": "from", "end": "until"},
    }
    entry = {
        "name": "queues",
        "primary_key": ["from", "queue"],
        "endpoint": {"path": "/v1/queues", "paginator": "single_page", "incremental": incremental},
    }
    run = sync(api, entry)
    assert run.code == 0, run.stderr
    stamps = [(record["from"], record["until"], record["queue"]) for record in run.records("queues")]
    january, february, march = (f"2024-0{month}-01T00:00:00Z" for month in (1, 2, 3))
    assert stamps == [
        (start, end, queue) for start, end in ((january, february), (february, march)) for queue in ("a", "b")
    ]
    assert run.bookmark("queues") == march
    assert sync(api, entry, state=run.state).records("queues") == []


def test_an_api_that_ignores_both_ends_is_read_as_one_list(api: Sandbox) -> None:
    expected = load_skewed(api, 300)
    alter(api, ignoring("updated_since", "updated_before"))
    run = sync(api, contacts())
    assert run.code == 0
    assert sorted(run.ids("contacts")) == expected
    assert bookmarks(run) == [max(rows_in_order(run))]


def test_an_end_param_of_the_settings_does_for_the_ready_streams(api: Sandbox) -> None:
    expected = load_skewed(api, 300)
    settings: dict[str, Any] = {
        "start_param": "updated_since",
        "end_param": "updated_before",
        "start_date": "2024-01-01",
    }
    run = sync(api, "contacts", **settings)
    assert sorted(run.ids("contacts")) == expected
    assert max(offsets(api)) < 100
    # Without a date to begin at, the windows begin where nobody has data.
    run = sync(api, "contacts", **{name: value for name, value in settings.items() if name != "start_date"})
    assert sorted(run.ids("contacts")) == expected
    assert ends_of(api)[0] == ("2024-01-01T00:00:00Z", None)
