"""Whole syncs over real HTTP: every record once, in order; bookmarks; failures and their exit codes."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer, Request
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import Run, TapRunner

LISTS = ["companies", "contacts", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]
INCREMENTAL: dict[str, Any] = {"start_param": "updated_since"}


def test_every_record_of_every_stream_is_emitted_once_in_the_order_of_the_api(api: Sandbox, tap: TapRunner) -> None:
    run = tap()
    assert run.code == 0
    for stream in LISTS:
        assert run.ids(stream) == [row["id"] for row in api.table(stream).rows()]
    for stream in SNAPSHOTS:
        assert len(run.records(stream)) == sum(request.rows for request in api.requests_to(stream)) > 0


def test_records_arrive_as_the_api_sent_them(api: Sandbox, tap: TapRunner) -> None:
    question = Request.parse("GET", "/v1/contacts?limit=250", {"x-api-key": api.api_key})
    served = json.loads(api.answer(question).content(), parse_float=Decimal)["data"]
    assert tap(streams=["contacts"]).records("contacts") == served


def test_a_catalog_that_selects_nothing_is_warned_of(api: Sandbox, tap: TapRunner) -> None:
    run = tap(streams=[])
    assert (run.code, run.records("contacts"), api.requests) == (0, [], [])
    assert "WARNING  | tap-analytics                  | No stream is selected, so nothing was read" in run.stderr
    assert "No stream is selected" not in tap(streams=["deals"]).stderr


@pytest.mark.parametrize("location", ["query", "header", "bearer"])
def test_the_key_goes_where_the_settings_say(api: Sandbox, tap: TapRunner, location: str) -> None:
    api.reset(api_key="plain-key-0123456789", key_name="x-key")
    assert tap(streams=["deals"], api_key_location=location, api_key_name="x-key").code == 0
    request = api.requests_to("deals")[0]
    assert [
        location
        for location, carried in {
            "query": request.params.get("x-key") == api.api_key,
            "header": request.headers.get("x-key") == api.api_key,
            "bearer": request.headers.get("authorization") == f"Bearer {api.api_key}",
        }.items()
        if carried
    ] == [location]


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_oauth2_needs_one_token_for_all_streams(api: Sandbox, tap: TapRunner, method: str) -> None:
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    run = tap(api_key=None, token_endpoint_auth_method=method, **secrets)
    assert run.code == 0
    assert len(run.records("contacts")) == 250
    assert len([request for request in api.requests if request.path == "/oauth/token"]) == 1


def test_a_server_that_caps_its_pages_loses_no_row(api: Sandbox, tap: TapRunner) -> None:
    api.reset(page_cap=50)
    run = tap(streams=["contacts"], page_size=100)
    assert run.ids("contacts") == [row["id"] for row in api.table("contacts").rows()]


def test_the_first_sync_begins_at_the_start_date_and_the_next_at_the_bookmark(api: Sandbox, tap: TapRunner) -> None:
    changes = sorted(row["updated_at"] for row in api.table("contacts").rows())
    first = tap(streams=["contacts"], start_date=changes[100], **INCREMENTAL)
    assert api.requests_to("contacts")[0].params["updated_since"] == changes[100]
    assert len(first.records("contacts")) == 150
    assert first.bookmark("contacts") == changes[-1]

    api.table("contacts").update(7, name="Changed")
    second = tap(streams=["contacts"], state=first.state, **INCREMENTAL)
    assert api.requests_to("contacts")[-1].params["updated_since"] == changes[-1]
    at_the_bookmark = [row["id"] for row in api.table("contacts").rows() if row["updated_at"] == changes[-1]]
    assert second.ids("contacts") == [7, *at_the_bookmark]
    assert second.records("contacts")[0]["name"] == "Changed"
    assert second.bookmark("contacts") == api.table("contacts").row(7)["updated_at"]


def test_without_a_start_parameter_all_rows_are_read_and_the_old_ones_left_out(api: Sandbox, tap: TapRunner) -> None:
    changes = sorted(row["updated_at"] for row in api.table("contacts").rows())
    run = tap(streams=["contacts"], start_date=changes[200])
    assert len(run.records("contacts")) == 50
    assert "updated_since" not in api.requests_to("contacts")[0].params


def test_the_end_date_is_exclusive_and_the_bookmark_stays_before_it(api: Sandbox, tap: TapRunner) -> None:
    changes = sorted(row["updated_at"] for row in api.table("contacts").rows())
    run = tap(streams=["contacts"], end_date=changes[200], end_param="updated_before")
    assert len(run.records("contacts")) == 200
    assert run.bookmark("contacts") == changes[199]
    assert api.requests_to("contacts")[0].params["updated_before"] == changes[200]


def test_the_lookback_reads_again_behind_the_bookmark(api: Sandbox, tap: TapRunner) -> None:
    bookmark = {"replication_key": "updated_at", "replication_key_value": "2025-01-01T12:00:00Z"}
    tap(streams=["contacts"], state={"bookmarks": {"contacts": bookmark}}, lookback_seconds=3600, **INCREMENTAL)
    assert api.requests_to("contacts")[0].params["updated_since"] == "2025-01-01T11:00:00Z"


def test_without_state_everything_is_read_again(api: Sandbox, tap: TapRunner) -> None:
    tap(streams=["deals"], **INCREMENTAL)
    assert len(tap(streams=["deals"], **INCREMENTAL).records("deals")) == 30
    assert "updated_since" not in api.requests[-1].params


def test_snapshots_get_a_key_and_a_time_of_their_own(api: Sandbox, tap: TapRunner) -> None:  # noqa: ARG001 - tap reads it
    first, second = (tap(streams=SNAPSHOTS) for _ in range(2))
    overview, agents, queues = (first.records(stream) for stream in SNAPSHOTS)
    assert overview[0]["id"].startswith(f"account_overview:{overview[0]['current_timestamp']}")
    assert [agent["id"] for agent in agents] == [
        f"agents_overview:{agent['current_timestamp']}:{agent['name']}" for agent in agents
    ]
    assert len({queue["current_timestamp"] for queue in queues}) == 1
    assert len({queue["id"] for queue in queues}) == len(queues) > 1
    assert not set(first.ids("account_overview")) & set(second.ids("account_overview"))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_transient_status_is_tried_again(api: Sandbox, tap: TapRunner, status: int) -> None:
    api.intercept(lambda request: Answer.error(status, "later") if request.number in {2, 3, 4} else None)
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.ids("contacts") == [row["id"] for row in api.table("contacts").rows()]


def test_503_for_ever_makes_four_requests_and_fails(api: Sandbox, tap: TapRunner) -> None:
    api.fault("unavailable", resource="contacts")
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(api.requests_to("contacts")) == 4
    assert "contacts: /v1/contacts failed at offset 0, tried 4 times: 503" in run.stderr
    assert "where it fails at the same place each time, ask for less at once (`page_size`)" in run.stderr


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 501, 505])
def test_a_final_status_fails_at_once(api: Sandbox, tap: TapRunner, status: int) -> None:
    api.intercept(lambda _: Answer.error(status, "no"))
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(api.requests_to("contacts")) == 1
    assert f"contacts: /v1/contacts failed at offset 0: {status}" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_wrong_key_is_refused_with_advice(tap: TapRunner) -> None:
    run = tap(streams=["contacts"], api_key="not-the-key-at-all")
    assert run.code == 1
    assert "check the credentials" in run.stderr
    assert "not-the-key-at-all" not in run.stderr


def test_connection_refused_is_retried_and_names_no_key(api: Sandbox, tap: TapRunner) -> None:  # noqa: ARG001
    run = tap(streams=["contacts"], api_url="http://127.0.0.1:9", max_retries=1)
    assert run.code == 1
    assert "tried 2 times: the connection failed" in run.stderr


def bookmarked_streams(run: Run) -> set[str]:
    return set(run.state["bookmarks"])


def test_state_goes_in_and_comes_out(tap: TapRunner) -> None:
    first = tap()
    again = tap(state=first.state, **INCREMENTAL)
    assert again.state == first.state
    assert bookmarked_streams(first) == set(STREAMS)
