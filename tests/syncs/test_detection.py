"""Resources that do not say how they are read, over real HTTP: each list is read whole, by as few requests as it takes.

The APIs here refuse a parameter that they do not have, unless they ignore it on purpose.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from contextlib import redirect_stdout
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalSyncError

from tap_analytics.tap import TapAnalytics
from tests.conftest import Run
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

Words = dict[str, Any]
Row = dict[str, Any]
Answer = Callable[[Call], Reply]

ROWS: list[Row] = [{"id": number, "label": f"Thing {number}"} for number in range(23)]
IDS = [row["id"] for row in ROWS]
SCHEMA: Words = {"properties": {"id": {"type": ["integer"]}, "label": {"type": ["string", "null"]}}}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def entry(name: str = "things", **words: Any) -> Words:  # noqa: ANN401 - any word
    """Return an entry whose fields are known, so that all its requests are those of the sync."""
    endpoint = words.pop("endpoint", {})
    return {"name": name, "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": f"/{name}"} | endpoint} | words


def of_dlt(api: Foreign, *resources: Words, **settings: Any) -> Words:  # noqa: ANN401 - any setting
    auth = {"type": "api_key", "name": "X-Token", "api_key": TOKEN, "location": "header"}
    return {"client": {"base_url": api.url, "auth": auth}, "resources": list(resources)} | _quiet(settings)


def of_ours(api: Foreign, *resources: Words, **settings: Any) -> Words:  # noqa: ANN401 - any setting
    key = {"api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
    return {"api_url": api.url, "resources": list(resources)} | key | _quiet(settings)


def _quiet(settings: Words) -> Words:
    return {"max_retries": 0, "concurrency": 1, "verify_pages": False} | settings


def sync(config: Words) -> Run:
    """Return what a sync in this process brings; its log goes where pytest keeps it."""
    out, code = io.StringIO(), 0
    with redirect_stdout(out):
        tap = TapAnalytics(config=config)
        try:
            tap.sync_all()
        except FatalSyncError as error:
            logging.getLogger("tap-analytics").log(logging.ERROR, "%s", error)
            code = 1
    return Run(code, out.getvalue(), "")


def strictly(known: set[str], answer: Answer) -> Answer:
    """Answer calls that have known parameters only."""

    def check(call: Call) -> Reply:
        unknown = call.params.keys() - known
        return Reply({"message": "unknown parameter"}, status=400) if unknown else answer(call)

    return check


def always(body: object) -> Answer:
    return lambda _: Reply(body)


def rows_from(start: int, size: int) -> list[Row]:
    return ROWS[start : start + size]


def by_header(call: Call) -> Reply:
    start = call.number("at", 0)
    more = {"Link": f'<{call.path}?at={start + 10}>; rel="next"'} if start + 10 < len(ROWS) else {}
    return Reply(rows_from(start, 10), headers=more)


def by_link(call: Call) -> Reply:
    start = call.number("at", 0)
    follows = f"{call.path}?at={start + 10}" if start + 10 < len(ROWS) else None
    return Reply({"results": rows_from(start, 10), "paging": {"next": follows}})


def by_links(call: Call) -> Reply:
    start = call.number("at", 0)
    links = [{"rel": "self", "href": call.target}]
    links += [{"rel": "next", "href": f"?at={start + 10}"}] if start + 10 < len(ROWS) else []
    return Reply({"entries": rows_from(start, 10), "links": links})


def by_cursor(path: tuple[str, str], param: str) -> Answer:
    def answer(call: Call) -> Reply:
        start = int(call.params.get(param, "c0").removeprefix("c"))
        follows = {path[1]: f"c{start + 10}"} if start + 10 < len(ROWS) else {}
        return Reply({"items": rows_from(start, 10), path[0]: follows})

    return strictly({param}, answer)


def by_number(base: int, *, told: bool) -> Answer:
    def answer(call: Call) -> Reply:
        number = call.number("page", base)
        rows = rows_from((number - base) * 10, 10)
        more = {"page": number, "total_pages": 3} if told else {}
        return Reply({"records": rows, **more} if told else rows)

    return strictly({"page"}, answer)


def by_offset(call: Call) -> Reply:
    skip, take = call.number("skip", 0), min(call.number("take", 10), 7)  # it caps its pages
    return Reply({"value": rows_from(skip, take), "skip": skip, "take": take, "total": len(ROWS)})


def without_total(call: Call) -> Reply:
    start, limit = call.number("offset", 0), call.number("limit", 10)
    return Reply({"response": {"data": {"items": rows_from(start, limit)}, "status": "ok"}})


APIS: dict[str, tuple[Answer, int]] = {
    "a link in the header of a bare list": (strictly({"at"}, by_header), 3),
    "a link in the body": (strictly({"at"}, by_link), 3),
    "a list of links": (strictly({"at"}, by_links), 3),
    "a cursor": (by_cursor(("meta", "next_cursor"), "cursor"), 3),
    "a cursor by another name": (by_cursor(("meta", "next_cursor"), "pagination_cursor"), 10),
    "a token": (by_cursor(("page_info", "nextPageToken"), "pageToken"), 3),
    "numbers from one": (by_number(1, told=True), 3),
    "numbers from nought": (by_number(0, told=True), 3),
    "numbers that nothing speaks of": (by_number(1, told=False), 6),
    "numbers from nought that nothing speaks of": (by_number(0, told=False), 7),
    "offsets by other names, capped": (strictly({"skip", "take"}, by_offset), 5),
    "offsets that nothing speaks of": (strictly({"offset", "limit"}, without_total), 5),
    "one page": (strictly(set(), lambda _: Reply(ROWS)), 4),
    "one page in an object": (strictly(set(), lambda _: Reply({"things": ROWS, "generated": "now"})), 4),
    "one page of a round number": (lambda _: Reply(ROWS[:20]), 4),
}


@pytest.mark.parametrize("kind", APIS)
def test_a_list_is_read_whole_that_goes_on_by(api: Foreign, kind: str) -> None:
    answer, most = APIS[kind]
    api.serve("/things", answer)
    run = sync(of_dlt(api, entry()))
    expected = IDS[:20] if kind == "one page of a round number" else IDS
    assert (run.code, run.ids("things")) == (0, expected)
    assert len(api.calls) <= most


@pytest.mark.parametrize("kind", APIS)
def test_pages_that_are_verified_lose_nothing(api: Foreign, kind: str) -> None:
    api.serve("/things", APIS[kind][0])
    run = sync(of_dlt(api, entry(), verify_pages=True))
    assert (run.code, run.ids("things")) == (0, IDS[:20] if kind == "one page of a round number" else IDS)


def test_what_was_found_is_told_once_and_costs_nothing_when_it_is_declared(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", by_cursor(("meta", "next_cursor"), "after"))
    caplog.set_level(logging.INFO)
    sync(of_dlt(api, {"name": "things", "primary_key": "id"}))
    told = [record.getMessage() for record in caplog.records if "to pin it" in record.getMessage()]
    assert len(told) == 1
    pinned = json.loads("{" + told[0].partition("declare ")[2] + "}")
    assert pinned == {
        "data_selector": "items",
        "paginator": {"type": "cursor", "cursor_path": "meta.next_cursor", "cursor_param": "after"},
    }
    api.calls.clear()
    assert sync(of_dlt(api, entry(endpoint=pinned))).ids("things") == IDS
    assert len(api.calls) == 3


def test_a_list_that_says_that_there_is_more_is_not_read_in_part(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", lambda _: Reply({"data": ROWS[:10], "meta": {"total": 23, "token": "s3cret"}}))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (1, [])
    assert "says that there is more (`meta.total`)" in caplog.text
    assert "declare the `paginator`" in caplog.text
    assert "s3cret" not in caplog.text


def test_records_that_may_be_either_of_two_lists_are_not_guessed(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", lambda _: Reply({"users": ROWS, "groups": ROWS}))
    assert sync(of_dlt(api, entry())).code == 1
    assert "things: the records may be `users`, `groups`" in caplog.text


def test_one_object_is_one_record_and_one_page(api: Foreign) -> None:
    api.serve("/things", strictly(set(), lambda _: Reply({"id": 7, "label": "x", "next": "/api/elsewhere"})))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.records("things"), len(api.calls)) == (0, [{"id": 7, "label": "x"}], 1)


def test_each_list_of_children_is_looked_at_until_one_of_them_goes_on(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply([{"id": 1}, {"id": 2}, {"id": 3}]))
    api.serve("/things/1/parts", lambda _: Reply([]))
    api.serve("/things/2/parts", lambda _: Reply(ROWS[:3]))
    api.serve("/things/3/parts", strictly({"at"}, by_header))
    parts = entry("parts", endpoint={"path": "things/{resources.things.id}/parts"})
    run = sync(of_dlt(api, entry(), parts))
    assert (run.code, run.ids("parts")) == (0, IDS[:3] + IDS)
    assert [len(api.calls_to(f"/things/{number}/parts")) for number in (1, 2, 3)] == [1, 1, 3]


def test_with_client_a_name_is_only_a_name(api: Foreign) -> None:
    api.serve("/contacts", lambda _: Reply({"results": [{"code": "c1", "colour": "red"}]}))
    run = sync(of_dlt(api, {"name": "contacts"}))
    assert (run.code, run.records("contacts")) == (0, [{"code": "c1", "colour": "red"}])
    schema = next(message for message in run.messages if message["type"] == "SCHEMA")
    assert (schema["key_properties"], list(schema["schema"]["properties"])) == ([], ["code", "colour"])


def test_a_ready_stream_with_another_path_has_the_fields_that_it_brings(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    row = {"id": "c1", "colour": "red", "updated_at": "2024-05-01T00:00:00Z"}
    api.serve("/v3/contacts", lambda call: Reply({"results": [row] if call.number("offset", 0) == 0 else []}))
    run = sync(of_ours(api, {"name": "contacts", "endpoint": {"path": "/v3/contacts"}}))
    assert (run.code, run.records("contacts")) == (0, [row])
    assert "contacts: its path is not that of the ready stream" in caplog.text


@pytest.mark.parametrize("verify", [True, False])
def test_by_the_settings_a_body_with_data_is_read_by_offset_as_ever(api: Foreign, *, verify: bool) -> None:
    def answer(call: Call) -> Reply:
        start = call.number("offset", 0)
        return Reply({"data": rows_from(start, call.number("limit", 100)), "total": len(ROWS)})

    api.serve("/things", strictly({"offset", "limit"}, answer))
    run = sync(of_ours(api, entry(), verify_pages=verify, page_size=10))
    assert (run.code, run.ids("things")) == (0, IDS)
    assert api.values_of("/things", "limit")[0] == "10"


def test_by_the_settings_a_body_without_data_is_looked_at(api: Foreign) -> None:
    api.serve("/bare", lambda _: Reply(ROWS))
    api.serve("/linked", by_link)
    api.serve("/offset", lambda call: Reply(rows_from(call.number("offset", 0), 10)))
    run = sync(of_ours(api, entry("bare"), entry("linked"), entry("offset")))
    assert run.code == 0
    assert {name: run.ids(name) for name in ("bare", "linked", "offset")} == dict.fromkeys(
        ("bare", "linked", "offset"), IDS
    )


def test_parents_at_any_depth_are_sampled_and_a_list_within_one_leads_to_its_children(api: Foreign) -> None:
    api.serve("/a", lambda _: Reply([{"id": n, "list": [{"field": f"x{n}"}]} for n in range(12)]))
    for n in range(12):
        api.serve(f"/a/x{n}/b", always({"data": [{"id": 10 * n, "name": "b"}] if n > 6 else []}))
        api.serve(f"/b/{10 * n}/c", always([{"id": n, "text": "c"}] if n > 8 else []))
        api.serve(f"/c/{n}/d", always({"id": n, "deep": "d", "more": [{"x": 1}]}))
    paths = {"a": "a", "b": "a/{resources.a.list[0].field}/b", "c": "b/{resources.b.id}/c", "d": "c/{resources.c.id}/d"}
    resources = [{"name": name, "primary_key": "id", "endpoint": path} for name, path in paths.items()]
    run = sync(of_dlt(api, *resources))
    assert run.code == 0
    assert run.ids("b") == [70, 80, 90, 100, 110]
    assert run.records("c") == [{"id": n, "text": "c"} for n in (9, 10, 11)]
    assert run.records("d") == [{"id": n, "deep": "d", "more": [{"x": 1}]} for n in (9, 10, 11)]


def test_records_of_a_stream_whose_fields_nobody_knows_are_not_cut_to_nothing(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    api.serve("/things", lambda _: Reply([] if len(api.calls) == 1 else ROWS))
    run = sync(of_dlt(api, {"name": "things", "primary_key": "id"}))
    assert (run.code, run.records("things")) == (0, ROWS)
    assert "Declared from here on, since the sample did not have it: " in caplog.text


@pytest.mark.parametrize("beside", [{"total_available": 250}, {"links": {"last": "/things?page=3"}}])
def test_a_count_under_another_name_proves_a_list_that_was_found_out(api: Foreign, beside: Words) -> None:
    def cut_at_150(call: Call) -> Reply:
        start = call.number("offset", 0)
        return Reply({"data": [{"id": id_} for id_ in range(start, min(150, start + 100))], **beside})

    api.serve("/things", cut_at_150)
    run = sync(of_ours(api, entry(endpoint={"paginator": "auto"})))
    assert run.code == 1


def test_a_full_page_is_no_whole_list_where_what_asks_for_another_fails(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(call: Call) -> Reply:
        return Reply({"data": [{"id": id_} for id_ in range(100)]}) if not call.pairs else Reply("down", status=503)

    api.serve("/things", answer)
    run = sync(of_ours(api, entry(endpoint={"paginator": "auto"}), backoff_factor=0))
    assert run.code == 1
    assert "nothing shows whether another one follows" in caplog.text


def test_a_full_page_is_no_whole_list_where_its_rows_move_meanwhile(api: Foreign) -> None:
    asked: list[Call] = []

    def answer(call: Call) -> Reply:
        asked.append(call)
        start = call.number("offset", 0) + 7 * min(len(asked), 4)
        return Reply({"data": [{"id": id_} for id_ in range(start, min(start + 100, 437))]})

    api.serve("/things", answer)
    run = sync(of_ours(api, entry(endpoint={"paginator": "auto"})))
    assert run.code == 1 or set(range(28, 437)) <= set(run.ids("things"))


@pytest.mark.parametrize("said", [{"has_more": False}, {"next_cursor": None}])
def test_a_full_page_is_no_whole_list_because_a_flag_or_a_null_says_so(api: Foreign, said: Words) -> None:
    def answer(call: Call) -> Reply:
        start = call.number("offset", 0)
        return Reply({"data": [{"id": id_} for id_ in range(start, min(start + 100, 237))], **said})

    api.serve("/things", answer)
    assert sync(of_ours(api, entry(endpoint={"paginator": "auto"}))).ids("things") == [*range(237)]
