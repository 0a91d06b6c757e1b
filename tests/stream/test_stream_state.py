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
from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.stream.stream_state import StreamState
from tap_analytics.tap import TapAnalytics
from tests.conftest import catalog

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner


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
        (["2024-05-01T09:00:00+09:00", "2024-05-01T01:00:00Z"], "2024-05-01T10:00:00+09:00"),
        (["2024-05-01T00:00:00-05:00", "2024-05-01T01:00:00Z"], "2024-05-01T00:00:00-05:00"),
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


def ids_of(messages: list[dict[str, Any]]) -> list[Any]:
    return [message["record"]["id"] for message in messages if message["type"] == "RECORD"]


@pytest.mark.parametrize("page", range(1, 7))
def test_nothing_is_skipped_after_a_failure_at_any_page(api: Sandbox, page: int) -> None:
    def refuse_one(request: Request) -> Answer | None:
        return Answer.error(403, "no") if request.number == page else None

    api.intercept(refuse_one)
    first, succeeded = sync(api, {})
    assert not succeeded
    states = [message["value"] for message in first if message["type"] == "STATE"]
    second, succeeded = sync(api, states[-1])
    assert succeeded
    assert sorted({*ids_of(first), *ids_of(second)}) == api.table("contacts").ids()
    if page > 1:  # it went on where it stopped, and did not begin anew
        page = 50  # the state is a page behind
        assert len(ids_of(second)) <= 250 - len(ids_of(first)) + page + 1


def test_in_ascending_order_each_page_is_followed_by_the_bookmark_of_the_one_before(api: Sandbox) -> None:
    messages, _ = sync(api, {})
    seen: list[str] = []
    states = []
    for message in messages:
        if message["type"] == "RECORD":
            seen.append(message["record"]["updated_at"])
        elif message["type"] == "STATE" and seen:
            bookmark = message["value"]["bookmarks"]["contacts"]["replication_key_value"]
            states.append(len(seen) - 1 - seen.index(bookmark))
    assert states[-1] == 0
    assert len(states) >= 5
    assert all(0 < behind <= 50 for behind in states[:-2])
    assert "unfinished_list" not in messages[-1]["value"]["bookmarks"]["contacts"]


@pytest.mark.parametrize("page", range(2, 6))
def test_a_list_whose_order_is_none_is_read_again_from_where_a_sync_that_was_interrupted_began_it(
    api: Sandbox, page: int
) -> None:
    """The later half comes first: in the first sync nothing shows that before it ends."""
    rows = api.table("contacts").rows()
    rows.sort(key=lambda row: str(row["updated_at"]))
    last = rows[-1]["updated_at"]

    def halves(request: Request) -> Answer:
        if request.number == page:
            return Answer.error(403, "no")
        since = request.params.get("updated_since", "")
        wanted = [row for row in rows if str(row["updated_at"]) >= since]
        middle = len(wanted) // 2
        offset, limit = int(request.params["offset"]), int(request.params["limit"])
        return Answer(
            200, {"data": [*wanted[middle:], *wanted[:middle]][offset : offset + limit], "total": len(wanted)}
        )

    api.intercept(halves)
    first, succeeded = sync(api, {})
    assert not succeeded
    second, succeeded = sync(api, first[-1]["value"])
    assert succeeded
    assert sorted({*ids_of(first), *ids_of(second)}) == api.table("contacts").ids()
    assert second[-1]["value"]["bookmarks"]["contacts"] == {
        "replication_key": "updated_at",
        "replication_key_value": last,
    }


def test_an_order_that_is_not_ascending_after_all_moves_nothing_before_the_end(api: Sandbox) -> None:
    api.intercept(lambda request: api.answer(request.with_params(sort="id")))
    messages, _ = sync(api, {})
    before_the_end = messages[: max(i for i, message in enumerate(messages) if message["type"] == "RECORD")]
    assert not [message for message in before_the_end if message["type"] == "STATE" and bookmarks(message)]


def bookmarks(message: dict[str, Any]) -> bool:
    return "replication_key_value" in message["value"].get("bookmarks", {}).get("contacts", {})


def manager(cursor: str = "updated_at", layout: str | None = None) -> StreamState:
    schema = {"properties": {"updated_at": {"type": ["string"], "format": "date-time"}}}
    key = ReplicationKey.of(cursor, schema, Incremental(cursor_path=cursor, datetime_format=layout))
    return StreamState(tap_name="tap", stream_name="contacts", tap_state={}, key=key)


def test_the_present_bounds_the_bookmark() -> None:
    of = manager()
    of.write_replication_key_signpost(datetime(2024, 6, 1, tzinfo=UTC))
    for update in (START, "2024-07-01T00:00:00Z"):
        of.increment_state({"updated_at": update}, replication_key="updated_at")
    of.finalize_state(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == START


def test_a_replication_key_may_stand_within_an_object() -> None:
    of = manager("meta.at")
    of.increment_state({"meta": {"at": START}}, replication_key="meta.at")
    of.finalize_state(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == START


def test_many_records_at_once_move_the_bookmark_as_each_by_itself_does() -> None:
    of = manager("day", "%d.%m.%Y")
    of.advance(["02.01.2024", "01.02.2024", "31.01.2024"], context=None, replication_key="day")
    of.move(of.get_context_state(None))
    assert of.get_context_state(None)["replication_key_value"] == "01.02.2024"
    assert not of.cursors.is_ascending


def test_after_a_failure_the_state_moves_no_more() -> None:
    of = manager()
    of.increment_state({"updated_at": START}, replication_key="updated_at")
    of.close(of.get_context_state(None))
    of.finalize_state(of.get_context_state(None))
    assert "replication_key_value" not in of.get_context_state(None)


# Bounds are written as the API writes its cursors


TEXTS = [
    "2024-05-12T06:00:00.000Z",
    "2024-05-12T06:00:00.120000Z",
    "2024-05-12T06:00:00+00:00",
    "2024-05-12 06:00:00",
    "2024-05-12T06:00:00",
    "2024-05-12T06:00Z",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_bookmark_is_asked_for_as_the_api_wrote_it(api: Sandbox, tap: TapRunner, text: str) -> None:
    asked = answering(api, contacts("2024-05-11T06:00:00Z" if text.endswith("Z") else text, text))
    first = tap(streams=["contacts"], start_param="updated_since")
    assert (first.code, first.bookmark("contacts")) == (0, text)
    second = tap(streams=["contacts"], state=first.state, start_param="updated_since")
    assert (second.code, second.state) == (0, first.state)
    assert asked[-1] == text


def test_an_offset_without_a_colon_is_not_sent_back(api: Sandbox, tap: TapRunner) -> None:
    text = "2024-05-12T06:00:00.5+0000"
    asked = answering(api, contacts(text))
    first = tap(streams=["contacts"], start_param="updated_since")
    tap(streams=["contacts"], state=first.state, start_param="updated_since")
    assert (first.bookmark("contacts"), asked[-1]) == (text, "2024-05-12T06:00:00.5Z")


@pytest.mark.parametrize(
    ("bookmark", "sent"),
    [
        ("2024-05-12T06:00:00.000Z", "2024-05-12T05:00:00.000Z"),
        ("2024-05-12T06:00:00+00:00", "2024-05-12T05:00:00+00:00"),
        ("2024-05-12 06:00:00", "2024-05-12 05:00:00"),
        ("2024-05-12T06:00:00.123456789Z", "2024-05-12T05:00:00.123456000Z"),
        ("2024-05-12T06:00:00+02:00", "2024-05-12T05:00:00+02:00"),
        ("2024-05-12T06:00:00.500+0000", "2024-05-12T05:00:00.500Z"),
        ("2024-05-12", "2024-05-11T23:00:00Z"),
    ],
)
def test_an_earlier_bound_is_written_alike(api: Sandbox, tap: TapRunner, bookmark: str, sent: str) -> None:
    asked = answering(api, [])
    assert tap(streams=["contacts"], state=state(bookmark), start_param="since", lookback_seconds=3600).code == 0
    assert asked[0] == sent


def test_an_end_is_written_like_the_bookmark_and_loses_nothing(api: Sandbox, tap: TapRunner) -> None:
    asked = answering(api, [], param="before")
    end = "2025-01-01T00:00:00.5Z"
    run = tap(streams=["contacts"], state=state("2024-05-12 06:00:00"), end_param="before", end_date=end)
    assert run.code == 0
    assert list(dict.fromkeys(asked)) == ["2025-01-01 00:00:00.5"]


def page(request: Request, rows: list[dict[str, Any]], **headers: str) -> Answer:
    body = {"data": rows[int(request.params["offset"]) :], "total": len(rows)}
    return Answer(200, body, headers=headers)


def answering(api: Sandbox, rows: list[dict[str, Any]], *, param: str | None = None) -> list[str | None]:
    """Answer these rows, and return the bound of each request, as they come."""
    asked: list[str | None] = []

    def answer(request: Request) -> Answer:
        names = [param] if param else ["updated_since", "since"]
        asked.append(next((request.params[name] for name in names if name in request.params), None))
        return page(request, rows)

    api.intercept(answer)
    return asked


def in_zone(**words: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    incremental = {"cursor_path": "updated_at", "start_param": "since", "timezone": "Asia/Kolkata"}
    return {"name": "contacts", "endpoint": {"incremental": incremental | words}}


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ({}, "2024-05-12T06:00:00"),
        ({"lag": 3600}, "2024-05-12T05:00:00"),
        ({"datetime_format": "%d.%m.%Y %H:%M"}, "12.05.2024 06:00"),
    ],
)
def test_a_cursor_without_an_offset_is_in_the_zone_that_is_declared(
    api: Sandbox, tap: TapRunner, words: dict[str, Any], sent: str
) -> None:
    asked = answering(api, contacts("2024-05-12T06:00:00"))
    first = tap(streams=["contacts"], resources=[in_zone(**words)])
    tap(streams=["contacts"], resources=[in_zone(**words)], state=first.state)
    assert list(dict.fromkeys(asked)) == [None, sent]


def test_a_bound_of_the_settings_is_sent_in_the_zone(api: Sandbox, tap: TapRunner) -> None:
    asked = answering(api, contacts("2024-05-12T06:00:00"))
    tap(streams=["contacts"], resources=[in_zone()], start_date="2024-05-12T00:00:00Z")
    tap(streams=["contacts"], resources=[in_zone(initial_value="2024-05-12")])
    tap(streams=["contacts"], resources=[in_zone()], state=state("2024-05-12T00:00:00.25Z"))
    bookmark = ["2024-05-12T05:30:00.25", "2024-05-12T05:29:59.25"]  # no row has it: once more, from a moment before
    row = "2024-05-12T06:00:00"  # shows whether the rows of the start are given
    assert list(dict.fromkeys(asked)) == ["2024-05-12T05:30:00", row, "2024-05-12T00:00:00", *bookmark]


# What the future is


def test_a_server_whose_clock_is_behind_says_when_the_future_begins(api: Sandbox, tap: TapRunner) -> None:
    rows = contacts("2024-05-01T00:00:00Z", "2024-05-03T00:00:00Z")
    api.intercept(lambda request: page(request, rows, date="Thu, 02 May 2024 00:00:00 GMT"))
    assert tap(streams=["contacts"]).bookmark("contacts") == "2024-05-01T00:00:00Z"


@pytest.mark.parametrize("date", ["yesterday", "", "Thu, 02 May 2999 00:00:00 GMT"])
def test_a_clock_that_is_none_or_ahead_says_nothing(api: Sandbox, tap: TapRunner, date: str) -> None:
    rows = contacts("2024-05-01T00:00:00Z", "2099-05-03T00:00:00Z")
    api.intercept(lambda request: page(request, rows, date=date))
    assert tap(streams=["contacts"]).bookmark("contacts") == "2024-05-01T00:00:00Z"


def counting(**words: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    fields = {"id": {"type": "integer"}, "seq": {"type": "integer"}}
    incremental = {"cursor_path": "seq"} | words
    endpoint = {"path": "/v1/contacts", "incremental": incremental}
    return {"name": "things", "primary_key": "id", "endpoint": endpoint, "schema": {"properties": fields}}


@pytest.mark.parametrize(("early", "late"), [(1_700_000_000, 1_900_000_000), (1_700_000_000_000, 1_900_000_000_000)])
def test_numbers_that_are_likely_times_are_no_bookmark_in_the_future(
    api: Sandbox, tap: TapRunner, early: int, late: int
) -> None:
    answering(api, [{"id": 1, "seq": early}, {"id": 2, "seq": late}])
    run = tap(resources=[counting()])
    assert run.bookmark("things") == early
    assert "`lag`" not in run.stderr


@pytest.mark.parametrize(("words", "count"), [({}, 1), ({"lag": 5}, 0), ({"row_order": "asc"}, 0)])
def test_numbers_that_say_no_time_are_told_once(
    api: Sandbox, tap: TapRunner, words: dict[str, Any], count: int
) -> None:
    answering(api, [{"id": 1, "seq": 7}, {"id": 2, "seq": 9_999_999_999}])
    run = tap(resources=[counting(**words)])
    assert run.bookmark("things") == 9_999_999_999
    assert run.stderr.count("say no time") == count


# Bookmarks that do not fit


def test_a_number_for_a_date_is_refused(api: Sandbox, tap: TapRunner) -> None:
    run = tap(streams=["contacts"], state=state(1_700_000_000))
    assert (run.code, api.requests) == (1, [])
    assert "is a number, but `updated_at` holds dates" in run.stderr


def test_a_date_for_a_number_is_refused(api: Sandbox, tap: TapRunner) -> None:
    bookmark = {"replication_key": "seq", "replication_key_value": START}
    run = tap(resources=[counting()], state={"bookmarks": {"things": bookmark}})
    assert (run.code, api.requests) == (1, [])
    assert "is a date, but `seq` holds numbers" in run.stderr


def test_a_bookmark_in_the_future_is_told(tap: TapRunner) -> None:
    run = tap(streams=["contacts"], state=state("2099-01-01T00:00:00Z"))
    assert (run.code, run.records("contacts")) == (0, [])
    assert run.stderr.count("is in the future") == 1


def test_a_bookmark_of_another_replication_key_is_told_and_not_used(tap: TapRunner) -> None:
    before = {"bookmarks": {"contacts": {"replication_key": "seq", "replication_key_value": 7}}}
    run = tap(streams=["contacts"], state=before)
    assert len(run.records("contacts")) == 250
    assert "one of `seq`, not of `updated_at`" in run.stderr
    assert run.state["bookmarks"]["contacts"]["replication_key"] == "updated_at"


# Replication methods


@pytest.mark.parametrize("method", ["FULL_TABLE", "full_table", "Full_Table"])
def test_a_full_table_minds_the_dates_and_no_bookmark(api: Sandbox, tap: TapRunner, method: str) -> None:
    answering(api, contacts("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"))
    options = {"start_date": "2024-01-15", "end_date": "2024-02-15"}
    run = by_method(tap, method, state=state("2024-02-20T00:00:00Z"), **options)
    assert run.code == 0
    assert run.ids("contacts") == [2]
    assert run.bookmark("contacts") == "2024-02-20T00:00:00Z"


def test_an_incremental_method_goes_on_in_any_case_of_letters(api: Sandbox, tap: TapRunner) -> None:
    answering(api, contacts("2024-01-01T00:00:00Z", "2024-03-01T00:00:00Z"))
    run = by_method(tap, "incremental", state=state("2024-02-01T00:00:00Z"))
    assert (run.ids("contacts"), run.bookmark("contacts")) == ([2], "2024-03-01T00:00:00Z")


@pytest.mark.parametrize("method", ["LOG_BASED", "FULL"])
def test_a_method_that_is_not_known_is_refused_by_name(api: Sandbox, tap: TapRunner, method: str) -> None:
    run = by_method(tap, method)
    assert (run.code, api.requests) == (1, [])
    assert f"`{method}` for `contacts`" in run.stderr
    assert "Traceback" not in run.stderr


def by_method(tap: TapRunner, method: str, *, state: dict[str, Any] | None = None, **settings: Any) -> Run:  # noqa: ANN401
    """Run the tap with a catalog that names a replication method for the contacts."""
    entries = catalog("contacts")
    for entry in entries["streams"]:
        if entry["stream"] == "contacts":
            entry["replication_method"] = method
    files = {"config": tap.settings(**settings), "catalog": entries, "state": state or {}}
    return tap.run(*tap.write(**files))


# A list that was not read to its end


def test_a_list_that_is_held_moves_no_bookmark() -> None:
    bookmarks = StreamState(stream_name="s", tap_state={})
    bookmarks.advance([START], context=None, replication_key="at")
    bookmarks.hold(None)
    bookmarks.finalize_state(bookmarks.stream_state)
    assert bookmarks.stream_state == {}
    assert not bookmarks.is_whole
