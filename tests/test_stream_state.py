"""Bookmarks in a sync are instants: they move forward only, never into the future, and never past a row not read."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalSyncError

from tap_analytics.instants import order
from tap_analytics.sandbox import Answer
from tap_analytics.stream_state import StreamState
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner


START = "2024-01-01T00:00:00Z"


def contacts(*updates: str | None) -> list[dict[str, Any]]:
    return [{"id": number, "updated_at": update} for number, update in enumerate(updates, start=1)]


def state(bookmark: Any) -> dict[str, Any]:  # noqa: ANN401 - any cursor
    return {"bookmarks": {"contacts": {"replication_key": "updated_at", "replication_key_value": bookmark}}}


@pytest.mark.parametrize(
    ("updates", "latest"),
    [
        (["2024-05-01T00:00:00Z", "2024-05-01T00:00:00.500Z"], "2024-05-01T00:00:00.500Z"),
        (["2024-05-01T00:00:00.500Z", "2024-05-01T00:00:00Z"], "2024-05-01T00:00:00.500Z"),
        (["2024-05-01T09:00:00+09:00", "2024-05-01T01:00:00Z"], "2024-05-01T01:00:00Z"),
        (["2024-05-01T00:00:00-05:00", "2024-05-01T01:00:00Z"], "2024-05-01T05:00:00Z"),
        (["2024-05-01T00:00:00Z", "2099-01-01T00:00:00Z"], "2024-05-01T00:00:00Z"),
        (["2024-05-01T00:00:00Z", None], "2024-05-01T00:00:00Z"),
    ],
    ids=["fraction last", "fraction first", "east", "west", "future", "null"],
)
def test_the_bookmark_is_the_latest_instant(
    api: Sandbox, tap: TapRunner, updates: list[str | None], latest: str
) -> None:
    api.table("contacts").load(contacts(*updates))
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert len(run.records("contacts")) == len(updates)
    assert run.bookmark("contacts") == latest


@pytest.mark.parametrize("cursor", ["12345", "1700000000", "soon"])
def test_a_date_that_is_none_moves_nothing(api: Sandbox, tap: TapRunner, cursor: str) -> None:
    api.table("contacts").load(contacts(START, cursor))
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.bookmark("contacts") == START


def test_a_record_without_its_date_is_emitted_and_moves_nothing(api: Sandbox, tap: TapRunner) -> None:
    api.table("contacts").load([{"id": 1}, {"id": 2, "updated_at": None}, {"id": 3, "updated_at": START}])
    run = tap(streams=["contacts"], state=state(START))
    assert run.ids("contacts") == [1, 2, 3]
    assert run.bookmark("contacts") == START


def test_a_server_that_ignores_the_start_parameter_does_not_move_the_bookmark_back(
    api: Sandbox, tap: TapRunner
) -> None:
    api.fault("ignores_filter")
    bookmark = "2025-12-30T00:00:00Z"
    run = tap(streams=["contacts"], state=state(bookmark), start_param="updated_since", lookback_seconds=86400 * 30)
    assert run.code == 0
    assert order(run.bookmark("contacts")) >= order(bookmark)  # type: ignore[operator] # neither is None


def test_nothing_new_leaves_the_bookmark_where_it_was(tap: TapRunner) -> None:
    run = tap(streams=["contacts"], state=state("2026-06-01T00:00:00Z"), start_param="updated_since")
    assert run.records("contacts") == []
    assert run.bookmark("contacts") == "2026-06-01T00:00:00Z"


def test_the_last_message_is_the_state_also_where_nothing_moved(tap: TapRunner) -> None:
    first = tap(streams=["deals"])
    again = tap(streams=["deals"], state=first.state)
    assert again.records("deals")
    assert again.messages[-1] == {"type": "STATE", "value": first.state}


def test_a_bookmark_that_is_no_date_is_refused_with_advice(api: Sandbox, tap: TapRunner) -> None:
    run = tap(streams=["contacts"], state=state("page 7"), start_date=START)
    assert run.code == 1
    assert "`--full-refresh`" in run.stderr
    assert not api.requests


def test_a_failure_leaves_the_bookmark_of_an_unordered_list_alone(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer.error(403, "no") if request.params["offset"] != "0" else None)
    run = tap(streams=["contacts"], state=state(START))
    assert run.code == 1
    assert len(run.records("contacts")) == 100
    assert run.state == state(START)


IN_ORDER = {
    "name": "contacts",
    "endpoint": {
        "params": {"sort": "updated_at"},
        "incremental": {"cursor_path": "updated_at", "start_param": "updated_since", "row_order": "asc"},
    },
}


def sync(api: Sandbox, before: dict[str, Any]) -> tuple[list[dict[str, Any]], bool]:
    """Return the messages of a sync of the contacts in the order of their change, and whether it succeeded."""
    settings = {"api_url": api.url, "api_key": api.api_key, "page_size": 50, "resources": [IN_ORDER]}
    tap = TapAnalytics(config=settings, state=before)
    with redirect_stdout(io.StringIO()) as out:
        try:
            tap.sync_all()
            succeeded = True
        except FatalSyncError:
            succeeded = False
    return [json.loads(line) for line in out.getvalue().splitlines()], succeeded


def emitted(messages: list[dict[str, Any]]) -> list[Any]:
    return [message["record"]["id"] for message in messages if message["type"] == "RECORD"]


@pytest.mark.parametrize("page", range(1, 7))
def test_nothing_is_skipped_after_a_failure_at_any_page(api: Sandbox, page: int) -> None:
    def broken(request: Request) -> Answer | None:
        return Answer.error(403, "no") if request.number == page else None

    api.intercept(broken)
    first, succeeded = sync(api, {})
    assert not succeeded
    states = [message["value"] for message in first if message["type"] == "STATE"]
    second, succeeded = sync(api, states[-1])
    assert succeeded
    assert sorted({*emitted(first), *emitted(second)}) == api.table("contacts").ids()
    if page > 1:  # it went on where it stopped, and did not begin anew
        assert len(emitted(second)) <= 250 - len(emitted(first)) + 1


def test_in_ascending_order_each_page_is_followed_by_its_bookmark(api: Sandbox) -> None:
    messages, _ = sync(api, {})
    seen = None
    for message in messages:
        if message["type"] == "RECORD":
            seen = message["record"]["updated_at"]
        elif message["type"] == "STATE" and seen:
            assert message["value"]["bookmarks"]["contacts"]["replication_key_value"] == seen
    assert sum(message["type"] == "STATE" for message in messages) > 5


def test_an_order_that_is_not_ascending_after_all_moves_nothing_before_the_end(api: Sandbox) -> None:
    api.intercept(lambda request: api.answer(request.altered(sort="id")))
    messages, _ = sync(api, {})
    before_the_end = messages[: max(i for i, message in enumerate(messages) if message["type"] == "RECORD")]
    assert not [message for message in before_the_end if message["type"] == "STATE" and bookmarks(message)]


def bookmarks(message: dict[str, Any]) -> bool:
    return "replication_key_value" in message["value"].get("bookmarks", {}).get("contacts", {})


def manager(**options: Any) -> StreamState:  # noqa: ANN401 - those of the SDK
    return StreamState(tap_name="tap", stream_name="contacts", tap_state={}, **options)


def test_the_present_bounds_the_bookmark() -> None:
    of = manager()
    of.write_replication_key_signpost(datetime(2024, 6, 1, tzinfo=UTC))
    for update in (START, "2024-07-01T00:00:00Z"):
        of.increment_state({"updated_at": update}, replication_key="updated_at")
    of.finalize_state(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == START


def test_a_replication_key_may_stand_within_an_object() -> None:
    of = manager()
    of.increment_state({"meta": {"at": START}}, replication_key="meta.at")
    of.finalize_state(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == START


def test_many_records_at_once_move_the_bookmark_as_each_by_itself_does() -> None:
    of = manager(layout="%d.%m.%Y")
    of.advance(["02.01.2024", "01.02.2024", "31.01.2024"], context=None, replication_key="day")
    of.move(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == "01.02.2024"
    assert not of.is_ascending


def test_after_a_failure_the_state_moves_no_more() -> None:
    of = manager()
    of.increment_state({"updated_at": START}, replication_key="updated_at")
    of.close(of.get_context_state(None))
    of.finalize_state(of.get_context_state(None))
    assert "replication_key_value" not in of.get_context_state(None)
