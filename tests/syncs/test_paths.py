"""Records a page at a time or one by one through the SDK: the target reads the same, whichever way they went."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalSyncError

from tap_analytics.client import AnalyticsStream
from tap_analytics.sandbox import Answer
from tap_analytics.stream.hooks.each_record import wants_each_record
from tap_analytics.stream.stream_state import StreamState
from tap_analytics.tap import TapAnalytics
from tests.conftest import STREAMS, catalog

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from tap_analytics.sandbox import Request, Sandbox

Message = dict[str, Any]
Breadcrumb = tuple[str, ...]

LISTS = ["contacts", "companies", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]
# A stream map of no stream of the tap changes nothing, but has the SDK look at each record.
BY_THE_SDK: dict[str, Any] = {"stream_maps": {"nobody": {}}}
START = "2024-01-01T00:00:00Z"
LONG = "0.123456789012345678901234567890"
LARGE = "123456789012345678901234567890"


def number(text: str) -> tuple[str, str]:
    """Return a number as it was written: 1.0 is not 1 here."""
    return ("number", text)


def sync(
    api: Sandbox,
    *,
    by_page: bool,
    deselected: Collection[Breadcrumb] = (),
    state: Message | None = None,
    **settings: object,
) -> list[Message]:
    """Return the messages of a sync without the time of extraction; its failure, if it failed, for the last."""
    config = {"api_url": api.url, "api_key": api.api_key, "backoff_factor": 0, **settings}
    chosen: dict[str, Any] = {"catalog": without(deselected)} if deselected else {}
    tap = TapAnalytics(config=config | ({} if by_page else BY_THE_SDK), state=state, **chosen)
    streams = [stream for stream in tap.streams.values() if isinstance(stream, AnalyticsStream)]
    # A stream that is cut within a field is left to the SDK.
    assert (False in {wants_each_record(stream, stream.fields) for stream in streams}) == by_page
    with redirect_stdout(io.StringIO()) as out:
        try:
            tap.sync_all()
        except FatalSyncError as error:
            print(json.dumps({"type": "FAILURE", "value": str(error)}))  # noqa: T201 - to where the messages go
    lines = out.getvalue().split("\n")[:-1]
    messages: list[Message] = [json.loads(line, parse_float=number, parse_int=number) for line in lines]
    return [{name: part for name, part in message.items() if name != "time_extracted"} for message in messages]


def without(deselected: Collection[Breadcrumb]) -> Message:
    """Return the catalog with some properties deselected, nested ones by all names on the way to them."""
    entries = catalog(*STREAMS)
    for entry in entries["streams"]:
        for metadata in entry["metadata"]:
            if tuple(name for name in metadata["breadcrumb"] if name != "properties") in deselected:
                metadata["metadata"]["selected"] = False
    return entries


def both_ways(api: Sandbox, **options: Any) -> list[Message]:  # noqa: ANN401 - those of `sync`
    """Return the messages of a sync, having seen that those of the other way are the same in the same order."""
    mine, theirs = (sync(api, by_page=by_page, **options) for by_page in (True, False))
    for pair in zip(mine, theirs, strict=False):
        assert pair[0] == pair[1]
    assert len(mine) == len(theirs)
    return mine


def records(messages: Sequence[Message]) -> list[Message]:
    return [message["record"] for message in messages if message["type"] == "RECORD"]


def serve(api: Sandbox, stream: str, rows: Sequence[str]) -> None:
    """Let the API answer these rows, as they are written here, and no rows of any other stream."""

    def page(request: Request) -> Answer:
        offset, limit = (int(request.params[name]) for name in ("offset", "limit"))
        given = rows if request.resource == stream else []
        return Answer(body=f'{{"data": [{",".join(given[offset : offset + limit])}], "total": {len(given)}}}')

    api.intercept(page)


def hold_still(api: Sandbox) -> None:
    """Let the snapshots have a time and a key of their own, not those of the response."""
    for stream in SNAPSHOTS:
        rows = api.table(stream).rows()
        api.table(stream).load([{**row, "id": row["name"], "current_timestamp": START} for row in rows])


def fields(stream: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in catalog()["streams"] if entry["stream"] == stream)
    properties: dict[str, Any] = found["schema"]["properties"]
    return properties


VALUES: Mapping[str, list[str]] = {
    "null": ["null"],
    "string": ['"x"', '""', '"ü€\\ud83d\\ude00\\u2028\\n\\"\\\\"', '"12"', "7", "1.50", "true", LARGE],
    "integer": ["7", '"12"', "0", "-0", "7.0", "1E+2", LARGE, '"1e3"'],
    "number": ["7", "-0.0", "1E+2", "1e-7", "2.50", LONG, LARGE, '"12.50"', f'"{LONG}"', '"-1"', "1E+305"],
    "boolean": ["true", "false", "0", "1", '"0"', '"TRUE"'],
}
DATES = [
    "2024-02-29T23:59:59Z",
    "2024-02-29T23:59:59.123456789+05:30",
    "2024-02-29 23:59:59-08",
    "2024-02-29T23:59:59",
    "2024-02-29",
    "soon",
]


def values(schema: Mapping[str, Any]) -> Iterator[str]:
    """Give values of a schema, and such as can be made into one, as JSON."""
    kinds = schema.get("type", [])
    if schema.get("format") == "date-time":
        yield from (f'"{date}"' for date in DATES)
        yield "null"
        return
    for kind in kinds:
        yield from VALUES.get(kind, [])
    if "array" in kinds:
        yield "[]"
        yield from (f"[{item}]" for item in values(schema["items"]))
        yield f"[{','.join(values(schema['items']))}]"
    if "object" in kinds:
        yield "{}"
        yield '{"beyond": {"a": [1.10, {"b": -0.0}], "at": "2024-01-01T00:00:00+01:00"}}'
        for name, field in schema.get("properties", {}).items():
            yield from (f'{{"beyond": {LONG}, "{name}": {value}}}' for value in values(field))
            yield from (f'{{"{name}": {value}}}' for value in values(field))


def awkward(stream: str) -> list[str]:
    """Return rows that all fit, with an awkward value each."""
    usual = '"id": {}' if stream in LISTS else '"id": {}, "customer_id": 7, "current_timestamp": "2024-02-29T00:00:00Z"'
    awkward = [
        f"{json.dumps(name)}: {value}"
        for name, field in [*fields(stream).items(), ("beyond", {"type": ["object", "null"]})]
        for value in values(field)
        if name != "id" and (name, value) != ("current_timestamp", "null")
    ]
    ids = (number if number % 2 else f'"{number}"' for number in range(len(awkward)))
    return [f"{{{usual.format(identity)}, {value}}}" for identity, value in zip(ids, awkward, strict=True)]


SELECTIONS: Mapping[str, list[Breadcrumb]] = {
    "all": [],
    "some": [("name",), ("email",), ("amount",), ("created_at",), ("address",), ("products",), ("total_calls",)],
    "lists": [("emails",), ("phones",), ("tags",), ("custom_fields",), ("score",), ("max_calls_waiting",)],
    "nested": [("address", "street"), ("address", "country")],
    "keys": [("id",), ("updated_at",)],
    "time": [("current_timestamp",)],
    "none": [(name,) for stream in STREAMS for name in fields(stream)],
}


@pytest.mark.parametrize("selection", SELECTIONS)
def test_both_ways_write_the_same_of_usual_rows(api: Sandbox, selection: str) -> None:
    hold_still(api)
    messages = both_ways(api, deselected=SELECTIONS[selection])
    assert len(records(messages)) > 400
    assert messages[-1]["type"] == "STATE"
    assert {message["stream"] for message in messages if message["type"] == "SCHEMA"} == set(STREAMS)


@pytest.mark.parametrize(
    ("stream", "selection"),
    [
        *((stream, "all") for stream in STREAMS),
        ("contacts", "some"),
        ("companies", "nested"),
        ("agents_overview", "time"),
    ],
)
def test_both_ways_write_the_same_of_awkward_rows(api: Sandbox, stream: str, selection: str) -> None:
    rows = awkward(stream)
    serve(api, stream, rows)
    messages = both_ways(api, deselected=SELECTIONS[selection], page_size=20)
    assert len(records(messages)) == len(rows)


@pytest.mark.parametrize(
    "misfit",
    [
        '"score": "many"',
        '"score": "NaN"',
        '"score": 1E+309',
        '"open_deals_count": 1.5',
        '"is_deleted": 2',
        '"email": []',
        '"emails": [{"value": {}}]',
        '"address": {"street": ["x"]}',
        '"tags": "x"',
        '"updated_at": 7',
        '"score": "many", "updated_at": null',
    ],
)
def test_both_ways_fail_alike_at_a_value_that_does_not_fit(
    api: Sandbox, misfit: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = '{{"id": {}, "updated_at": "2024-05-01T00:00:00Z"{}}}'
    serve(api, "contacts", [row.format(number, f", {misfit}" if number == 25 else "") for number in range(40)])
    messages = both_ways(api, page_size=10)
    assert len(records(messages)) == 19
    assert messages[-1] == {"type": "FAILURE", "value": f"1 of {len(STREAMS)} streams failed: contacts"}
    told = [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert len(told) == 2
    assert told[0] == told[1]
    assert told[0].startswith(f"contacts: record 25: `{misfit.partition(':')[0][1:-1]}")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"start_param": "updated_since"},
        {"start_date": "2025-11-01"},
        {"start_date": START, "end_date": "2025-06-01", "start_param": "updated_since"},
        {"lookback_seconds": 86400 * 30},
    ],
)
@pytest.mark.parametrize("before", [None, "2025-09-01T02:00:00+02:00"])
def test_both_ways_go_on_from_a_state_and_leave_the_same(
    api: Sandbox, settings: dict[str, Any], before: str | None
) -> None:
    bookmark = {"replication_key": "updated_at", "replication_key_value": before}
    state = {"bookmarks": {"contacts": bookmark, "deals": bookmark}} if before else {}
    hold_still(api)
    messages = both_ways(api, state=state, **settings)
    assert messages[-1]["type"] == "STATE"


@pytest.mark.parametrize(
    "dates",
    [
        ["2024-05-01T00:00:00Z", "2024-05-01T00:00:00.500Z", "2024-05-01T03:00:00+02:00"],
        ["2024-05-01T00:00:00Z", "2099-01-01T00:00:00Z", None],
        [None, "soon", "1700000000", "2024-05-01T00:00:00Z", "20240601", "2024-W30-1"],
        ["2024-05-01", "2024-05-01T00:00:00", "2024-04-30T23:59:59-01:00"],
        ["2099-01-01", "2098-01-01"],
        ["2024-04-01T00:00:00Z", "2024-05-01T00:00:00Z", "2099-01-01T00:00:00Z"],
    ],
)
def test_both_ways_move_the_bookmark_alike(api: Sandbox, dates: list[str | None]) -> None:
    serve(api, "contacts", [json.dumps({"id": number, "updated_at": date}) for number, date in enumerate(dates)])
    assert both_ways(api, page_size=3)


def test_both_ways_activate_the_same_version(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)  # a version is a time
    monkeypatch.setattr("tap_analytics.streams.Deals.replication_key", None)
    hold_still(api)
    messages = both_ways(api, emit_activate_version_messages=True)
    assert [message["stream"] for message in messages if message["type"] == "ACTIVATE_VERSION"]
    assert {message["stream"] for message in messages if message["type"] == "RECORD" and "version" in message} == {
        "deals"
    }


@pytest.mark.parametrize("settings", [{"data_selector": "$.data[*]"}, {"total_path": "none"}, {"verify_pages": False}])
def test_both_ways_read_the_same_whatever_the_settings(api: Sandbox, settings: dict[str, Any]) -> None:
    serve(api, "deals", [json.dumps(row) for row in api.table("deals").rows()])
    assert len(records(both_ways(api, page_size=7, **settings))) == 30


def test_both_ways_read_the_same_while_pages_are_fetched_ahead(api: Sandbox) -> None:
    api.reset(rows={"contacts": 1000}, latency=0.004)
    hold_still(api)
    assert len(records(both_ways(api, concurrency=4, page_size=50))) > 1000


DATED = ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+02:00", "2024-01-01T00:00:00.5Z", "2024-01-02", "2099-01-01"]
cursors = st.sampled_from([*DATED, "2024-01-01T00:00:00", "20240101", "5", "soon", None, 7, Decimal("7.5")])


@settings(deadline=None)
@given(st.lists(st.lists(cursors, max_size=4), max_size=3), st.sampled_from([None, "2024-06-01T00:00:00Z", 6]))
def test_many_cursors_say_what_each_of_them_says(pages: list[list[Any]], latest: str | None) -> None:
    one_by_one, many = (StreamState(stream_name="s", tap_state={}) for _ in range(2))
    for bookmarks in (one_by_one, many):
        bookmarks.write_replication_key_signpost(latest)
    for page in pages:
        many.advance(page, context=None, replication_key="at")
        for cursor in page:
            one_by_one.increment_state({"at": cursor}, replication_key="at")
    moved: list[dict[str, Any]] = [{}, {}]
    for bookmarks, state in zip((one_by_one, many), moved, strict=True):
        state |= {"is_ascending": bookmarks.cursors.is_ascending}
        context = bookmarks.get_context_state(None)
        bookmarks.move(context)
        state |= {"state": context}
    assert moved[0] == moved[1]
