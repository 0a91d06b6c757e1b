"""Declared resources over real HTTP, against an API that is none of the sandbox's: what every word asks for."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row
from singer_sdk.exceptions import ConfigValidationError, FatalAPIError, FatalSyncError

from tap_analytics.tap import TapAnalytics
from tests.conftest import Run, surroundings
from tests.foreign import (
    TOKEN,
    Call,
    Foreign,
    Reply,
    by_cursor,
    by_link,
    by_number,
    by_offset,
    in_envelope,
    query,
    since,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.postgres import Postgres
    from tests.ready import Ready

Words = dict[str, Any]
Row = dict[str, Any]

PARTS: list[Row] = [{"ref": f"p{number}", "label": f"Part {number}"} for number in range(10)]
REFS = [row["ref"] for row in PARTS]
SCHEMA: Words = {"properties": {"ref": {"type": ["string"]}, "label": {"type": ["string", "null"]}}}
OFFSET: Words = {"type": "offset", "limit_param": "count", "offset_param": "first", "total_path": "result.count"}
DATED: Words = {
    "properties": {
        "ref": {"type": ["string"]},
        "changed": {"type": ["string", "null"], "format": "date-time"},
        "day": {"type": ["string", "null"], "format": "date"},
        "seq": {"type": ["integer", "null"]},
        "stamp": {"type": ["integer", "null"]},
        "meta": {
            "type": ["object", "null"],
            "properties": {"changed": {"type": ["string", "null"], "format": "date-time"}},
        },
    }
}


def row_of_day(number: int) -> Row:
    changed = f"2024-05-{number:02}T06:00:00Z"
    stamp = 1_714_543_200 + (number - 1) * 86_400  # 2024-05-01T06:00:00Z
    day = f"2024-05-{number:02}"
    return {
        "ref": f"p{number}",
        "changed": changed,
        "day": day,
        "seq": number,
        "stamp": stamp,
        "meta": {"changed": changed},
    }


CHANGES = [row_of_day(number) for number in range(1, 13)]
LAST = CHANGES[-1]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def settings(api: Foreign, *resources: object, **changes: Any) -> Words:  # noqa: ANN401 - any setting
    usual: Words = {
        "api_url": api.url,
        "api_key": TOKEN,
        "api_key_name": api.key or "X-Token",
        "api_key_location": "query" if api.key else "header",
        "data_selector": "result.items",
        "total_path": "result.count",
        "limit_param": "count",
        "offset_param": "first",
        "max_retries": 0,
        "concurrency": 1,
        "resources": list(resources),
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def sync(
    api: Foreign,
    *resources: object,
    state: Words | None = None,
    catalog: Words | None = None,
    **changes: Any,  # noqa: ANN401 - any setting
) -> Run:
    """Return what a sync in this process brings; its log goes where pytest keeps it."""
    out = io.StringIO()
    code = 0
    with redirect_stdout(out):
        tap = TapAnalytics(config=settings(api, *resources, **changes), state=state, catalog=catalog)
        try:
            tap.sync_all()
        except FatalSyncError as error:
            logging.getLogger("tap-analytics").log(logging.ERROR, "%s", error)
            code = 1
    return Run(code, out.getvalue(), "")


def discover(api: Foreign, *resources: object, **changes: Any) -> Words:  # noqa: ANN401 - any setting
    return TapAnalytics(config=settings(api, *resources, **changes)).catalog_dict


def entry(name: str = "parts", **words: Any) -> Words:  # noqa: ANN401 - any word
    """Return an entry whose fields are known, so that all its requests are those of the sync."""
    endpoint = {name: words.pop(name) for name in list(words) if name in ENDPOINT_WORDS}
    known = {"name": name, "primary_key": "ref", "schema": SCHEMA, "endpoint": {"path": f"/{name}"} | endpoint}
    return known | words


ENDPOINT_WORDS = ("path", "params", "headers", "data_selector", "paginator", "incremental")


def refs(run: Run, stream: str = "parts") -> list[Any]:
    return [record["ref"] for record in run.records(stream)]


def schemas(run: Run, stream: str = "parts") -> list[Words]:
    return [each for each in run.messages if each["type"] == "SCHEMA" and each["stream"] == stream]


def selecting(catalog: Words, **chosen: bool) -> Words:
    """Return the catalog with these streams selected, or not."""
    for stream in catalog["streams"]:
        for each in stream["metadata"]:
            if not each["breadcrumb"] and stream["stream"] in chosen:
                each["metadata"]["selected"] = chosen[stream["stream"]]
    return catalog


# Pages by offset


def test_offsets_go_by_the_names_of_the_paginator(api: Foreign) -> None:
    api.serve("/parts", by_offset(PARTS, first="skip", count="page[take]"))
    paginator = {"type": "offset", "limit": 4, "offset_param": "skip", "limit_param": "page[take]"}
    run = sync(api, entry(paginator=paginator | {"total_path": "result.count"}))
    assert refs(run) == REFS
    assert api.pairs("/parts")[0] == [("page[take]", "4"), ("skip", "0")]
    assert {name for pairs in api.pairs("/parts") for name, _ in pairs} == {"page[take]", "skip"}
    assert api.calls_to("/parts")[0].query == "page%5Btake%5D=4&skip=0"


def test_pages_share_a_row_unless_the_settings_say_otherwise(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    paginator = OFFSET | {"limit": 4}
    assert refs(sync(api, entry(paginator=paginator))) == REFS
    assert api.values_of("/parts", "first")[:3] == ["0", "3", "6"]
    api.calls.clear()
    assert refs(sync(api, entry(paginator=paginator), verify_pages=False)) == REFS
    assert api.pairs("/parts") == [[("count", "4"), ("first", first)] for first in ("0", "4", "8")]


@pytest.mark.parametrize("verify", [True, False], ids=["chained", "plain"])
def test_an_offset_to_begin_at_leaves_out_the_rows_before_it(api: Foreign, *, verify: bool) -> None:
    api.serve("/parts", PARTS)
    run = sync(api, entry(paginator=OFFSET | {"limit": 4, "offset": 3}), verify_pages=verify)
    assert (run.code, refs(run)) == (0, REFS[3:])
    assert api.values_of("/parts", "first")[0] == "3"
    assert min(map(int, filter(None, api.values_of("/parts", "first")))) == 3


@pytest.mark.parametrize("verify", [True, False], ids=["chained", "plain"])
def test_nothing_is_read_from_the_maximum_offset_on(api: Foreign, *, verify: bool) -> None:
    api.serve("/parts", PARTS)
    run = sync(api, entry(paginator=OFFSET | {"limit": 4, "maximum_offset": 6}), verify_pages=verify)
    assert (run.code, refs(run)) == (0, REFS[:6])
    assert max(call.number("first", 0) + call.number("count", 0) for call in api.calls_to("/parts")) <= 6


@pytest.mark.parametrize("verify", [True, False], ids=["chained", "plain"])
def test_no_page_is_asked_for_behind_the_one_that_says_there_is_no_more(api: Foreign, *, verify: bool) -> None:
    api.serve("/parts", by_offset(PARTS[:8], total=False))
    paginator = OFFSET | {"limit": 4, "total_path": "", "has_more_path": "result.more"}
    run = sync(api, entry(paginator=paginator), verify_pages=verify)
    assert (run.code, refs(run)) == (0, REFS[:8])
    assert max(call.number("first", 0) for call in api.calls_to("/parts")) < 8
    if not verify:
        assert api.values_of("/parts", "first") == ["0", "4"]


@pytest.mark.parametrize("verify", [True, False], ids=["chained", "plain"])
@pytest.mark.parametrize("total_path", ["result.count", None, "", "nowhere.at.all"])
def test_a_server_that_caps_its_pages_loses_no_row(api: Foreign, total_path: str | None, *, verify: bool) -> None:
    api.serve("/parts", by_offset(PARTS, cap=3))
    run = sync(api, entry(paginator=OFFSET | {"limit": 100, "total_path": total_path}), verify_pages=verify)
    assert (run.code, refs(run)) == (0, REFS)
    assert set(api.values_of("/parts", "count")) == {"100"}


def test_rows_that_are_fewer_than_the_total_at_its_path_are_an_error(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS[:2], inner={"all": 5}))
    assert sync(api, entry(paginator=OFFSET | {"total_path": "result.inner.all"}), verify_pages=False).code == 1
    assert "parts" in caplog.text


@pytest.mark.parametrize("count", [1, 2, 5])
def test_an_api_that_ignores_the_offset_is_soon_told_to(
    api: Foreign, caplog: pytest.LogCaptureFixture, count: int
) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS[:count]))
    run = sync(api, entry(paginator=OFFSET))
    assert (run.code, refs(run)) == (1, REFS[:count])
    assert "check `offset_param`" in caplog.text
    assert len(api.calls) <= 20


@pytest.mark.parametrize("paginator", ["offset", "auto", {"type": "offset"}, None])
def test_a_paginator_without_options_takes_the_settings(api: Foreign, paginator: object) -> None:
    api.serve("/parts", PARTS)
    run = sync(api, entry(paginator=paginator), page_size=7)
    assert refs(run) == REFS
    assert api.pairs("/parts")[0] == [("count", "7"), ("first", "0")]


# Pages by page_number

NUMBERED: Words = {"type": "page_number", "base_page": 1, "page_param": "p", "total_path": "result.pages"}


@pytest.mark.parametrize(
    ("options", "asked", "read"),
    [
        ({}, ["1", "2", "3"], slice(10)),
        ({"page": 2}, ["2", "3"], slice(4, 10)),
        ({"maximum_page": 3}, ["1", "2"], slice(8)),
        ({"total_path": None}, ["1", "2", "3", "4"], slice(10)),
        ({"total_path": None, "has_more_path": "result.more"}, ["1", "2", "3"], slice(10)),
        ({"total_path": "result.nothing"}, ["1", "2", "3", "4"], slice(10)),
    ],
    ids=["all", "page", "maximum", "no total", "has more", "missing total"],
)
@pytest.mark.parametrize("verify", [True, False], ids=["verified", "plain"])
def test_pages_go_by_their_number(api: Foreign, options: Words, asked: list[str], read: slice, *, verify: bool) -> None:
    api.serve("/parts", by_number(PARTS, 4))
    run = sync(api, entry(paginator=NUMBERED | options), verify_pages=verify)
    assert (run.code, refs(run)) == (0, REFS[read])
    if verify:
        assert sorted(set(filter(None, api.values_of("/parts", "p")))) == asked
    else:
        assert api.pairs("/parts") == [[("p", number)] for number in asked]


def test_pages_may_begin_at_nought_under_the_usual_names(api: Foreign) -> None:
    api.serve("/parts", by_number(PARTS, 4, base=0, param="page"))
    assert refs(sync(api, entry(paginator="page_number"), verify_pages=False)) == REFS
    assert api.pairs("/parts") == [[("page", number)] for number in "0123"]


@pytest.mark.parametrize("stops", [True, False])
def test_an_empty_page_is_the_end_or_not_as_declared(api: Foreign, *, stops: bool) -> None:
    def answer(call: Call) -> Reply:
        pages = {1: PARTS[:4], 2: [], 3: PARTS[4:8]}
        return in_envelope(pages[call.number("p", 1)], pages=3)

    api.serve("/parts", answer)
    run = sync(api, entry(paginator=NUMBERED | {"stop_after_empty_page": stops}), verify_pages=False)
    assert refs(run) == (REFS[:4] if stops else REFS[:8])


@pytest.mark.parametrize("verify", [True, False])
def test_a_row_that_goes_from_an_earlier_page_hides_no_other_while_pages_are_verified(
    api: Foreign, *, verify: bool
) -> None:
    rows = list(PARTS)

    def answer(call: Call) -> Reply:
        reply = by_number(list(rows), 4)(call)
        if call.number("p", 1) == 1 and len(rows) == len(PARTS):
            del rows[0]
        return reply

    api.serve("/parts", answer)
    run = sync(api, entry(paginator=NUMBERED), verify_pages=verify)
    assert run.code == 0
    assert ("p4" in refs(run)) is verify
    assert set(REFS) - {"p4"} <= set(refs(run))


# Pages by cursor

CURSOR: Words = {
    "type": "cursor",
    "cursor_path": "paging.after",
    "cursor_param": "after",
    "has_more_path": "paging.more",
}


def test_a_cursor_is_sent_as_the_page_before_names_it(api: Foreign) -> None:
    api.serve("/parts", by_cursor(PARTS, 4))
    run = sync(api, entry(paginator=CURSOR, params={"order": "up"}))
    assert (run.code, refs(run)) == (0, REFS)
    assert api.pairs("/parts") == [
        [("order", "up")],
        [("order", "up"), ("after", "+/=&4")],
        [("order", "up"), ("after", "+/=&8")],
    ]
    assert api.calls_to("/parts")[1].query == query(("order", "up"), ("after", "+/=&4"))


def test_a_cursor_has_the_names_that_are_usual(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        start = call.number("cursor", 0)
        return Reply({"result": {"items": PARTS[start : start + 5]}, "cursors": {"next": 5} if not start else {}})

    api.serve("/parts", answer)
    assert refs(sync(api, entry(paginator="cursor"))) == REFS
    assert api.pairs("/parts") == [[], [("cursor", "5")]]


def test_an_empty_page_ends_a_list_by_cursor_if_declared(api: Foreign) -> None:
    api.serve("/parts", by_cursor(PARTS[:8], 4))
    paginator = {name: CURSOR[name] for name in ("type", "cursor_path", "cursor_param")}
    run = sync(api, entry(paginator=paginator | {"stop_after_empty_page": True}))
    assert (run.code, refs(run)) == (0, REFS[:8])
    # A page without rows behind a full one is asked for again: it may be a passing failure.
    assert api.values_of("/parts", "after") == [None, "+/=&4", "+/=&8", "+/=&8"]


# Pages by links

LINKS: dict[str, tuple[Words, Words]] = {
    "json_link": ({"type": "json_link", "next_url_path": "result.forward"}, {}),
    "header_link": ({"type": "header_link", "links_next_key": "forward"}, {}),
}


@pytest.mark.parametrize("kind", LINKS)
@pytest.mark.parametrize("form", ["absolute", "rooted", "relative", "query"])
def test_links_are_followed_as_they_stand(api: Foreign, kind: str, form: str) -> None:
    base = {"absolute": f"{api.url}/parts", "rooted": "/api/parts", "relative": "parts", "query": ""}[form]
    api.serve("/parts", by_link(PARTS, 4, lambda _, at: f"{base}?at={at}&mark=a%2Bb+c"))
    run = sync(api, entry(paginator=LINKS[kind][0], params={"order": "up"}))
    assert (run.code, refs(run)) == (0, REFS)
    assert [call.query for call in api.calls_to("/parts")] == [
        "order=up",
        "at=4&mark=a%2Bb+c",
        "at=8&mark=a%2Bb+c",
    ]


@pytest.mark.parametrize("kind", LINKS)
def test_no_link_leads_to_another_origin(api: Foreign, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    with Foreign() as other:
        other.serve("/parts", by_link(PARTS, 4, lambda _, at: f"/api/parts?at={at}"))
        api.serve("/parts", by_link(PARTS, 4, lambda _, at: f"{other.url}/parts?at={at}"))
        run = sync(api, entry(paginator=LINKS[kind][0]))
        assert run.code == 1
        assert other.calls == []
    assert refs(run) == REFS[:4]
    assert f"leads to {other.origin}" in caplog.text


@pytest.mark.parametrize("kind", LINKS)
def test_a_link_does_not_carry_the_key_twice(kind: str) -> None:
    with Foreign(key="token") as api:
        api.serve("/parts", by_link(PARTS, 4, lambda call, at: f"?{call.query}&at={at}"))
        run = sync(api, entry(paginator=LINKS[kind][0]))
        assert (run.code, refs(run)) == (0, REFS)
        assert [[name for name, _ in pairs].count("token") for pairs in api.pairs("/parts")] == [1, 1, 1]


def test_links_have_the_places_that_are_usual(api: Foreign) -> None:
    def in_body(call: Call) -> Reply:
        at = call.number("at", 0)
        return Reply({"result": {"items": PARTS[at : at + 5]}, "next": None if at else "?at=5"})

    def in_header(call: Call) -> Reply:
        at = call.number("at", 0)
        link = '</api/first>; rel="prev first", </api/other?at=5>; title="a, b; c"; rel="last next"'
        return Reply({"result": {"items": PARTS[at : at + 5]}}, headers={} if at else {"Link": link})

    api.serve("/parts", in_body)
    api.serve("/other", in_header)
    run = sync(api, entry(paginator="json_link"), entry("other", paginator="header_link"))
    assert run.code == 0
    assert refs(run) == refs(run, "other") == REFS
    assert api.pairs("/other") == [[], [("at", "5")]]


@pytest.mark.parametrize("paginator", ["single_page", {"type": "single_page"}])
def test_a_single_page_is_asked_for_once_without_a_word_of_paging(api: Foreign, paginator: object) -> None:
    api.serve("/parts", by_offset(PARTS, cap=4))
    run = sync(api, entry(paginator=paginator))
    assert (run.code, refs(run)) == (0, REFS[:4])
    assert api.pairs("/parts") == [[]]


@pytest.mark.parametrize("concurrency", [2, 4])
@pytest.mark.parametrize("verify", [True, False], ids=["verified", "plain"])
def test_pages_that_are_fetched_ahead_are_the_same(api: Foreign, concurrency: int, *, verify: bool) -> None:
    api.serve("/parts", by_offset(PARTS, cap=3))
    api.serve("/numbers", by_number(PARTS, 2))
    api.serve("/cursors", by_cursor(PARTS, 4))
    api.serve("/links", by_link(PARTS, 4, lambda _, at: f"?at={at}"))
    run = sync(
        api,
        entry(paginator=OFFSET | {"limit": 4, "maximum_offset": 9}),
        entry("numbers", paginator=NUMBERED | {"maximum_page": 5}),
        entry("cursors", paginator=CURSOR),
        entry("links", paginator=LINKS["json_link"][0]),
        concurrency=concurrency,
        verify_pages=verify,
    )
    assert run.code == 0
    assert (refs(run), refs(run, "numbers")) == (REFS[:9], REFS[:8])
    assert refs(run, "cursors") == refs(run, "links") == REFS
    assert max(call.number("first", 0) + call.number("count", 0) for call in api.calls_to("/parts")) <= 9
    assert max(call.number("p", 0) for call in api.calls_to("/numbers")) == 4


# Endpoints


def test_parameters_are_sent_as_they_are_declared(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    params = {
        "sort": "label",
        "field": ["a", "b&c", 3],
        "deep": True,
        "shallow": False,
        "size": 1.5,
        "none": None,
        "filter[state][$in]": "on+off",
        "$top": "100%",
        "text": "a b/ü?#{{x}}",
    }
    run = sync(api, entry(params=params, paginator="single_page"))
    assert refs(run) == REFS
    (call,) = api.calls_to("/parts")
    assert call.pairs == [
        ("sort", "label"),
        ("field", "a"),
        ("field", "b&c"),
        ("field", "3"),
        ("deep", "true"),
        ("shallow", "false"),
        ("size", "1.5"),
        ("filter[state][$in]", "on+off"),
        ("$top", "100%"),
        ("text", "a b/ü?#{x}"),
    ]
    for raw in ("filter%5Bstate%5D%5B%24in%5D=on%2Boff", "%24top=100%25"):
        assert raw in call.query


def test_every_page_carries_the_parameters(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    sync(api, entry(params={"sort": "label"}, paginator=OFFSET | {"limit": 4}))
    assert set(api.values_of("/parts", "sort")) == {"label"}


def test_an_endpoint_has_headers_of_its_own(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    api.serve("/other", PARTS)
    run = sync(
        api,
        entry(headers={"X-Team": "stock", "X-Both": "of the endpoint"}, paginator=OFFSET | {"limit": 4}),
        entry("other"),
        headers={"X-Both": "of all", "X-All": "yes"},
    )
    assert run.code == 0
    for call in api.calls_to("/parts"):
        assert (call.headers["x-team"], call.headers["x-both"], call.headers["x-all"]) == (
            "stock",
            "of the endpoint",
            "yes",
        )
    assert [("x-team" in call.headers, call.headers["x-both"]) for call in api.calls_to("/other")] == [
        (False, "of all")
    ] * len(api.calls_to("/other"))


def test_each_resource_has_its_own_selector(api: Foreign) -> None:
    api.serve("/parts", lambda _: Reply({"inner": {"list": PARTS}}))
    api.serve("/bare", lambda _: Reply(PARTS))
    api.serve("/deep", lambda _: Reply({"groups": [{"list": PARTS[:4]}, {"list": PARTS[4:]}]}))
    api.serve("/one", lambda _: Reply({"result": {"items": PARTS[0]}}))
    run = sync(
        api,
        entry(data_selector="inner.list", paginator="single_page"),
        entry("bare", data_selector="$", paginator="single_page"),
        entry("deep", data_selector="$.groups[*].list[*]", paginator="single_page"),
        entry("one", paginator="single_page"),
    )
    assert run.code == 0
    assert refs(run) == refs(run, "bare") == refs(run, "deep") == REFS
    assert refs(run, "one") == REFS[:1]


def test_defaults_lie_under_every_entry(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    api.serve("/v2/other", PARTS)
    defaults = {
        "primary_key": "ref",
        "write_disposition": "merge",
        "schema": SCHEMA,
        "endpoint": {
            "params": {"lang": "en", "sort": "label"},
            "headers": {"X-Team": "stock"},
            "paginator": OFFSET | {"limit": 5},
        },
    }
    other = {
        "name": "other",
        "endpoint": {"path": "/v2/other", "params": {"sort": "ref", "x": 1}, "paginator": {"limit": 6}},
    }
    run = sync(api, "parts", other, resource_defaults=defaults)
    assert refs(run) == refs(run, "other") == REFS
    assert schemas(run, "other")[0]["key_properties"] == ["ref"]
    assert api.pairs("/parts")[0] == [("lang", "en"), ("sort", "label"), ("count", "5"), ("first", "0")]
    assert api.pairs("/v2/other")[0] == [("lang", "en"), ("sort", "ref"), ("x", "1"), ("count", "6"), ("first", "0")]
    assert {call.headers["x-team"] for call in api.calls} == {"stock"}


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("parts", "/parts"),
        ({"name": "parts"}, "/parts"),
        ({"name": "parts", "endpoint": "/v3/all-parts"}, "/v3/all-parts"),
        ({"name": "parts", "endpoint": {"path": "v3/all-parts"}}, "/v3/all-parts"),
        ({"name": "parts", "endpoint": {"params": {"x": "y"}}}, "/parts"),
    ],
)
def test_the_path_is_what_is_said_or_the_name(api: Foreign, resource: object, path: str) -> None:
    api.serve(path, PARTS)
    run = sync(api, resource, resource_defaults={"schema": SCHEMA, "primary_key": "ref"})
    assert (run.code, refs(run)) == (0, REFS)


def test_a_path_may_hold_parameters(api: Foreign) -> None:
    api.serve("/regions/north%2Fwest/parts", PARTS)
    run = sync(api, entry(path="/regions/{region}/parts", params={"region": "north%2Fwest"}))
    assert (run.code, refs(run)) == (0, REFS)
    assert "region" not in dict(api.calls[0].pairs)


def test_a_configuration_in_the_shape_of_dlt_says_the_same(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    config = {
        "client": {
            "base_url": api.url,
            "auth": {"type": "api_key", "name": "X-Token", "api_key": TOKEN},
            "paginator": OFFSET | {"limit": 4},
            "headers": {"X-Team": "stock"},
        },
        "resource_defaults": {"primary_key": "ref", "endpoint": {"data_selector": "result.items"}},
        "resources": ["parts"],
    }
    out = io.StringIO()
    with redirect_stdout(out):
        TapAnalytics(config=config).sync_all()
    run = Run(0, out.getvalue(), "")
    assert refs(run) == REFS
    assert schemas(run)[0]["key_properties"] == ["ref"]
    assert {call.headers["x-team"] for call in api.calls} == {"stock"}
    assert set(api.values_of("/parts", "count")) == {"4"}


# Incremental


def bookmark(run: Run, stream: str = "parts") -> Any:  # noqa: ANN401 - any cursor
    return run.bookmark(stream)


@pytest.mark.parametrize(
    ("cursor", "options", "first", "again"),
    [
        ("changed", {}, None, LAST["changed"]),
        ("changed", {"initial_value": "2024-05-03"}, "2024-05-03T00:00:00Z", LAST["changed"]),
        ("changed", {"lag": 3600}, None, "2024-05-12T05:00:00Z"),
        (
            "changed",
            {"initial_value": "2024-05-03T00:00:00Z", "lag": 3600},
            "2024-05-03T00:00:00Z",
            "2024-05-12T05:00:00Z",
        ),
        ("changed", {"datetime_format": "%Y-%m-%d", "initial_value": "2024-05-03"}, "2024-05-03", "2024-05-12"),
        ("changed", {"datetime_format": "%d.%m.%Y %H:%M+"}, None, "12.05.2024 06:00+"),
        ("changed", {"datetime_format": "epoch", "initial_value": 1714700000}, "1714700000", "1715493600"),
        ("changed", {"datetime_format": "epoch_ms", "initial_value": "2024-05-03"}, "1714694400000", "1715493600000"),
        ("meta.changed", {"initial_value": "2024-05-03"}, "2024-05-03T00:00:00Z", LAST["changed"]),
        ("day", {"initial_value": "2024-05-03"}, "2024-05-03", "2024-05-12"),
        ("day", {"lag": 2}, None, "2024-05-10"),
        ("seq", {}, None, "12"),
        ("seq", {"initial_value": 3}, "3", "12"),
        ("seq", {"initial_value": "3", "lag": 2}, "3", "10"),
        ("stamp", {"datetime_format": "epoch", "initial_value": "2024-05-03"}, "1714694400", str(LAST["stamp"])),
        ("stamp", {"datetime_format": "epoch", "lag": 60}, None, str(LAST["stamp"] - 60)),
    ],
)
def test_a_sync_begins_at_the_first_value_and_the_next_at_the_bookmark(
    api: Foreign, cursor: str, options: Words, first: str | None, again: str
) -> None:
    api.serve("/parts", CHANGES)
    incremental = {"cursor_path": cursor, "start_param": "from", "end_param": "to"} | options
    parts = entry(incremental=incremental, schema=DATED)
    one = sync(api, parts)
    assert one.code == 0
    assert set(api.values_of("/parts", "from")) == {first}
    assert refs(one) == [row["ref"] for row in CHANGES[0 if first is None else 2 :]]
    value = LAST["meta"]["changed"] if cursor == "meta.changed" else LAST[cursor]
    assert bookmark(one) == value
    assert one.state["bookmarks"]["parts"]["replication_key"] == cursor

    api.calls.clear()
    two = sync(api, parts, state=one.state)
    assert set(api.values_of("/parts", "from")) == {again}
    assert not any("to" in call.params for call in api.calls)
    assert refs(two)[-1] == LAST["ref"]
    assert len(refs(two)) <= 3
    assert bookmark(two) == value


def test_without_a_start_no_parameter_is_sent_that_needs_one(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    params = {
        "filter[changed][_gte]": "{incremental.start_value}",
        "where": "(changed,gte,exactDate,{incremental.start_value})",
        "until": "{incremental.end_value}",
        "list": ["x", ">={incremental.start_value}"],
        "sort": "changed",
    }
    parts = entry(incremental={"cursor_path": "changed"}, params=params, schema=DATED)
    one = sync(api, parts)
    assert [set(call.params) for call in api.calls] == [{"sort", "list", "count", "first"}] * len(api.calls)
    api.calls.clear()
    sync(api, parts, state=one.state)
    call = api.calls[0]
    start = LAST["changed"]
    assert call.pairs == [
        ("filter[changed][_gte]", start),
        ("where", f"(changed,gte,exactDate,{start})"),
        ("list", "x"),
        ("list", f">={start}"),
        ("sort", "changed"),
        ("count", "100"),
        ("first", "0"),
    ]
    assert "filter%5Bchanged%5D%5B_gte%5D=2024-05-12T06%3A00%3A00Z" in call.query


def test_bounds_stand_in_headers_too(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    headers = {"X-Since": "after {incremental.start_value}"}
    parts = entry(incremental={"cursor_path": "seq"}, headers=headers, schema=DATED)
    one = sync(api, parts)
    assert all("x-since" not in call.headers for call in api.calls)
    api.calls.clear()
    sync(api, parts, state=one.state)
    assert {call.headers["x-since"] for call in api.calls} == {"after 12"}


@pytest.mark.parametrize(
    ("cursor", "end", "sent"),
    [("changed", "2024-05-04", "2024-05-04T00:00:00Z"), ("seq", 4, "4"), ("day", "2024-05-04", "2024-05-04")],
)
def test_an_end_is_sent_and_kept_though_the_api_does_not(api: Foreign, cursor: str, end: object, sent: str) -> None:
    api.serve("/parts", CHANGES)
    incremental = {"cursor_path": cursor, "end_param": "to", "end_value": end}
    run = sync(api, entry(incremental=incremental, params={"max": "<{incremental.end_value}"}, schema=DATED))
    assert set(api.values_of("/parts", "to")) == {sent}
    assert set(api.values_of("/parts", "max")) == {f"<{sent}"}
    assert refs(run) == ["p1", "p2", "p3"]
    assert bookmark(run) == CHANGES[2][cursor]


def test_the_dates_of_the_settings_bound_what_declares_none(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    incremental = {"cursor_path": "changed", "start_param": "from", "end_param": "to"}
    run = sync(api, entry(incremental=incremental, schema=DATED), start_date="2024-05-02", end_date="2024-05-05")
    assert (api.calls[0].params["from"], api.calls[0].params["to"]) == ("2024-05-02T00:00:00Z", "2024-05-05T00:00:00Z")
    assert refs(run) == ["p2", "p3", "p4"]


def test_the_dates_of_the_settings_say_nothing_to_a_counter(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    incremental = {"cursor_path": "seq", "start_param": "from", "end_param": "to"}
    run = sync(api, entry(incremental=incremental, schema=DATED), start_date="2024-05-02", end_date="2024-05-05")
    assert {"from", "to"}.isdisjoint(api.calls[0].params)
    assert len(refs(run)) == 12
    assert bookmark(run) == 12


@pytest.mark.parametrize("order", [[8, 9, 10], [10, 9, 8], [9, 10, 8]])
def test_a_counter_goes_from_nine_to_ten(api: Foreign, order: list[int]) -> None:
    api.serve("/parts", since([row_of_day(number) for number in order], "from", lambda row: row["seq"]))
    parts = entry(incremental={"cursor_path": "seq", "start_param": "from"}, schema=DATED)
    one = sync(api, parts, state={"bookmarks": {"parts": {"replication_key": "seq", "replication_key_value": 9}}})
    assert sorted(refs(one)) == ["p10", "p9"]
    assert json.dumps(bookmark(one)) == "10"
    assert refs(sync(api, parts, state=one.state)) == ["p10"]
    assert api.calls[-1].params["from"] == "10"


def test_the_fields_that_are_found_may_be_the_cursor(api: Foreign) -> None:
    api.serve("/parts", since(CHANGES, "from", lambda row: row["seq"]))
    api.serve("/days", since(CHANGES, "from", lambda row: row["day"]))
    parts = {
        "name": "parts",
        "primary_key": "ref",
        "endpoint": {"incremental": {"cursor_path": "seq", "start_param": "from"}},
    }
    days = {
        "name": "days",
        "primary_key": "ref",
        "endpoint": {"incremental": {"cursor_path": "meta.changed", "start_param": "from"}},
    }
    one = sync(api, parts, days)
    assert (bookmark(one), bookmark(one, "days")) == (12, LAST["changed"])
    catalog = discover(api, parts, days)
    api.calls.clear()
    two = sync(api, parts, days, state=one.state, catalog=catalog)
    assert set(api.values_of("/parts", "from")) == {"12"}
    assert api.values_of("/days", "from")[0] == LAST["changed"]
    assert refs(two) == ["p12"]


def test_ascending_rows_leave_a_state_behind_each_page_to_go_on_from(api: Foreign) -> None:
    failing = True

    def answer(call: Call) -> Reply:
        if failing and call.number("first", 0) >= 8:
            return Reply({"fault": "broken"}, status=500)
        return since(CHANGES, "from", lambda row: row["changed"])(call)

    api.serve("/parts", answer)
    incremental = {"cursor_path": "changed", "start_param": "from", "row_order": "asc"}
    parts = entry(incremental=incremental, paginator=OFFSET | {"limit": 4}, schema=DATED)
    one = sync(api, parts, verify_pages=False)
    assert one.code == 1
    assert refs(one) == [f"p{number}" for number in range(1, 9)]
    states = [message["value"] for message in one.messages if message["type"] == "STATE"]
    told = [state.get("bookmarks", {}).get("parts", {}).get("replication_key_value") for state in states]
    # The state is one page behind: only the next page shows that the rows of a page are in order.
    assert [each for each in dict.fromkeys(told) if each] == [CHANGES[3]["changed"]]

    failing = False
    api.calls.clear()
    two = sync(api, parts, state=one.state, verify_pages=False)
    assert set(api.values_of("/parts", "from")) == {CHANGES[3]["changed"]}
    assert refs(two) == [f"p{number}" for number in range(4, 13)]


def test_without_an_order_a_failure_moves_no_bookmark(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        return by_offset(CHANGES)(call) if call.number("first", 0) < 8 else Reply({}, status=500)

    api.serve("/parts", answer)
    parts = entry(incremental={"cursor_path": "changed"}, paginator=OFFSET | {"limit": 4}, schema=DATED)
    run = sync(api, parts, verify_pages=False)
    assert run.code == 1
    assert bookmark(run) is None


@pytest.mark.parametrize(("layout", "unit"), [("epoch", 1), ("epoch_ms", 1000)])
def test_a_stamp_that_is_dated_in_the_future_is_no_bookmark(api: Foreign, layout: str, unit: int) -> None:
    now = int(time.time())
    api.serve("/parts", [{"ref": "a", "stamp": (now - 100) * unit}, {"ref": "b", "stamp": (now + 10**7) * unit}])
    incremental = {"cursor_path": "stamp", "start_param": "from", "datetime_format": layout, "lag": 60}
    parts = entry(incremental=incremental, schema=DATED)
    one = sync(api, parts)
    assert refs(one) == ["a", "b"]
    assert bookmark(one) == (now - 100) * unit
    sync(api, parts, state=one.state)
    assert api.calls[-1].params["from"] == str((now - 160) * unit)


@pytest.mark.parametrize(
    ("layout", "dates", "initial"),
    [
        pytest.param("%Y%m%d", ["20240501", "20240512"], "20240502", id="compact date"),
        pytest.param("%d/%m/%Y", ["12/05/2024", "01/06/2024"], "13/05/2024", id="in a format of its own"),
    ],
)
def test_a_cursor_may_be_written_as_the_bounds_are(api: Foreign, layout: str, dates: list[str], initial: str) -> None:
    api.serve("/parts", [{"ref": date, "at": date} for date in dates])
    schema = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"]}}}
    incremental = {"cursor_path": "at", "start_param": "from", "datetime_format": layout}
    one = sync(api, entry(incremental=incremental | {"initial_value": initial}, schema=schema))
    assert set(api.values_of("/parts", "from")) == {initial}
    assert refs(one) == dates[1:]
    assert bookmark(one) == dates[1]
    api.calls.clear()
    two = sync(api, entry(incremental=incremental, schema=schema), state=one.state)
    assert set(api.values_of("/parts", "from")) == {dates[1]}
    assert refs(two) == dates[1:]


def test_a_cursor_may_be_null_or_absent_within_an_object(api: Foreign) -> None:
    rows: list[Row] = [
        {"ref": "a", "m": {"d": "2024-05-01T00:00:00Z"}},
        {"ref": "b", "m": None},
        {"ref": "c", "m": {"d": "2024-05-02T02:00:00+02:00"}},
        {"ref": "d"},
    ]
    api.serve("/parts", rows)
    endpoint = {"incremental": {"cursor_path": "m.d", "start_param": "from"}}
    parts = {"name": "parts", "primary_key": "ref", "endpoint": endpoint}
    one = sync(api, parts)
    assert bookmark(one) == "2024-05-02T00:00:00Z"
    assert refs(sync(api, parts, state=one.state)) == ["b", "c", "d"]


def test_a_stream_that_the_catalog_makes_full_is_read_as_a_whole(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    parts = entry(incremental={"cursor_path": "changed", "start_param": "from"}, schema=DATED)
    one = sync(api, parts)
    catalog = discover(api, parts)
    for stream in catalog["streams"]:
        stream["replication_method"] = "FULL_TABLE"
        for each in stream["metadata"]:
            if not each["breadcrumb"]:
                each["metadata"]["replication-method"] = "FULL_TABLE"
    api.calls.clear()
    assert len(refs(sync(api, parts, state=one.state, catalog=catalog))) == len(CHANGES)
    assert set(api.values_of("/parts", "from")) == {None}


# Dispositions, keys, fields


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ({"write_disposition": "merge"}, ["ref"]),
        ({"write_disposition": "append"}, []),
        ({"write_disposition": "replace"}, ["ref"]),
        ({"write_disposition": {"disposition": "merge", "strategy": "upsert"}}, ["ref"]),
        ({}, ["ref"]),
        ({"primary_key": None}, []),
        ({"primary_key": ["label", "ref"]}, ["label", "ref"]),
    ],
)
def test_the_target_is_told_by_what_to_merge(api: Foreign, words: Words, keys: list[str]) -> None:
    api.serve("/parts", PARTS)
    run = sync(api, entry(**words))
    assert refs(run) == REFS
    assert [message["key_properties"] for message in schemas(run)] == [keys]
    versions = [message["version"] for message in run.messages if message["type"] == "ACTIVATE_VERSION"]
    is_replaced = words.get("write_disposition") == "replace"
    assert bool(versions) is is_replaced
    sent = {message.get("version") for message in run.messages if message["type"] == "RECORD"}
    assert sent == ({versions[-1]} if is_replaced else {None})


def test_what_is_replaced_gets_a_new_version_with_each_sync(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    parts = entry(write_disposition="replace")
    one = sync(api, parts)
    two = sync(api, parts, state=one.state)
    versions = [{message["version"] for message in run.messages if "version" in message} for run in (one, two)]
    assert [len(each) for each in versions] == [1, 1]
    assert max(versions[0]) <= min(versions[1])  # seconds
    assert [message["type"] for message in two.messages if message["type"] != "STATE"][-1] == "ACTIVATE_VERSION"


def test_a_child_that_is_replaced_is_activated_once_behind_all_its_records(api: Foreign) -> None:
    api.serve("/firms", FIRMS)
    for number, quoted in enumerate(QUOTED.values()):
        api.serve(f"/firms/{quoted}/notes", [{"ref": f"n{number}"}])
    run = sync(api, firms(), notes(write_disposition="replace"))
    told = [each["type"] for each in run.messages if each.get("stream") == "notes" and each["type"] != "SCHEMA"]
    assert told == ["RECORD"] * 4 + ["ACTIVATE_VERSION"]
    assert len({each["version"] for each in run.messages if "version" in each}) == 1


def test_a_replaced_stream_that_fails_activates_nothing(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        return by_offset(PARTS)(call) if not call.number("first", 0) else Reply({}, status=500)

    api.serve("/parts", answer)
    run = sync(api, entry(write_disposition="replace", paginator=OFFSET | {"limit": 4}), verify_pages=False)
    assert run.code == 1
    assert "ACTIVATE_VERSION" not in [message["type"] for message in run.messages]


def test_rows_are_told_apart_by_all_fields_of_their_key(api: Foreign) -> None:
    rows = [{"ref": f"p{number // 2}", "label": "ab"[number % 2]} for number in range(10)]
    api.serve("/parts", rows)
    run = sync(api, entry(primary_key=["ref", "label"], paginator=OFFSET | {"limit": 3}))
    assert run.records("parts") == rows


@pytest.mark.parametrize("disposition", ["append", "merge"])
def test_appended_rows_are_chained_by_their_key_all_the_same(api: Foreign, disposition: str) -> None:
    api.serve("/parts", PARTS)
    run = sync(api, entry(write_disposition=disposition, paginator=OFFSET | {"limit": 3}))
    assert refs(run) == REFS
    assert api.values_of("/parts", "first")[:2] == ["0", "2"]


def test_rows_without_a_key_arrive_though_some_are_alike(api: Foreign) -> None:
    rows = [{"ref": "x", "label": str(number // 3)} for number in range(10)]
    api.serve("/parts", rows)
    run = sync(api, entry(primary_key=None, paginator=OFFSET | {"limit": 4}))
    assert (run.code, run.records("parts")) == (0, rows)


def test_a_record_without_its_key_fails_the_stream(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    api.serve("/parts", [*PARTS, {"label": "none"}])
    assert sync(api, entry()).code == 1
    assert "record 11 of the response has no `ref`" in caplog.text


def test_a_schema_may_be_in_the_entry_or_in_a_file(api: Foreign, tmp_path: Path) -> None:
    file = tmp_path / "parts.json"
    file.write_text(json.dumps(SCHEMA))
    api.serve("/parts", PARTS)
    for schema in (SCHEMA, str(file)):
        api.calls.clear()
        run = sync(api, entry(schema=schema, paginator="single_page"))
        assert schemas(run)[0]["schema"]["properties"] == SCHEMA["properties"]
        assert run.records("parts") == PARTS
        assert len(api.calls) == 1


def test_columns_lie_over_the_fields_that_are_found(api: Foreign) -> None:
    rows = [{"ref": 1, "price": "12.50", "made": "2024-01-02", "extra": True}]
    api.serve("/parts", rows)
    columns = {
        "price": {"data_type": "decimal"},
        "made": {"data_type": "text", "nullable": False},
        "later": {"data_type": "timestamp"},
    }
    run = sync(api, {"name": "parts", "primary_key": "ref", "columns": columns})
    fields = schemas(run)[0]["schema"]["properties"]
    assert fields["price"]["type"] == ["number", "null"]
    assert fields["made"] == {"type": ["string"]}
    assert fields["later"] == {"type": ["string", "null"], "format": "date-time"}
    assert fields["extra"]["type"] == ["boolean", "null"]
    assert fields["ref"]["type"] == ["integer"]
    (record,) = run.records("parts")
    assert json.dumps(record, default=str) == json.dumps(
        {"ref": 1, "price": "12.50", "made": "2024-01-02", "extra": True}
    )


def test_what_is_not_selected_is_not_asked_for(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    api.serve("/other", PARTS)
    run = sync(api, entry(selected=False), entry("other"))
    assert api.calls_to("/parts") == []
    assert schemas(run) == run.records("parts") == []
    assert refs(run, "other") == REFS
    catalog = discover(api, entry(selected=False), entry("other"))
    (told,) = [each["metadata"] for each in catalog["streams"] if each["stream"] == "parts"]
    assert next(each for each in told if not each["breadcrumb"])["metadata"]["selected-by-default"] is False
    assert refs(sync(api, entry(selected=False), catalog=selecting(catalog, parts=True))) == REFS


# Ready streams

CONTACT = {"id": "1", "name": "Ada", "updated_at": "2024-05-01T00:00:00Z", "shoe": {"size": 38}}


def test_fields_that_are_found_may_be_added_to_a_ready_stream(api: Foreign) -> None:
    api.serve("/v1/contacts", [CONTACT])
    plain = sync(api, "contacts")
    added = sync(api, "contacts", discover_fields=True)
    known = schemas(plain, "contacts")[0]["schema"]["properties"]
    assert "shoe" not in known
    fields = schemas(added, "contacts")[0]["schema"]["properties"]
    assert {name: fields[name] for name in known} == known
    assert [name for name in fields if name not in known] == ["shoe"]
    assert added.records("contacts")[0]["shoe"] == {"size": 38}


def test_an_entry_with_the_name_of_a_ready_stream_changes_it_and_keeps_its_fields(api: Foreign) -> None:
    api.serve("/v1/contacts", [CONTACT])
    (ready,) = schemas(sync(api, "contacts"), "contacts")
    api.calls.clear()
    changed = {
        "name": "contacts",
        "endpoint": {
            "params": {"sort": "id"},
            "paginator": {"type": "offset", "limit": 7},
            "incremental": {"start_param": "since", "initial_value": "2024-01-01"},
        },
    }
    run = sync(api, changed)
    assert schemas(run, "contacts") == [ready]
    assert api.pairs("/v1/contacts")[0] == [
        ("sort", "id"),
        ("since", "2024-01-01T00:00:00Z"),
        ("count", "7"),
        ("first", "0"),
    ]
    assert run.bookmark("contacts") == CONTACT["updated_at"]


def test_a_snapshot_that_is_changed_still_gets_its_key(api: Foreign) -> None:
    figures = {"current_timestamp": "2024-05-01T00:00:00Z", "average_hold_time": 3}
    api.serve("/v1/account_overview", lambda _: Reply({"result": {"items": figures}}))
    run = sync(api, {"name": "account_overview", "endpoint": {"params": {"tz": "UTC"}}})
    assert run.code == 0
    assert run.ids("account_overview") == ["account_overview:2024-05-01T00:00:00Z"]
    assert api.calls[0].params["tz"] == "UTC"


# Parents and children

FIRMS: list[Row] = [{"ref": ref, "label": f"Firm {ref}", "owner": {"no": 7}} for ref in ("a/b", "c d", "ü?#", "%2F")]
FIRM_SCHEMA: Words = {
    "properties": SCHEMA["properties"]
    | {"owner": {"type": ["object", "null"], "properties": {"no": {"type": ["integer", "null"]}}}}
}
QUOTED = {"a/b": "a%2Fb", "c d": "c%20d", "ü?#": "%C3%BC%3F%23", "%2F": "%252F"}
NOTES = "/firms/{resources.firms.ref}/notes"


def firms(**words: Any) -> Words:  # noqa: ANN401 - any word
    return entry("firms", **({"schema": FIRM_SCHEMA} | words))


def notes(**words: Any) -> Words:  # noqa: ANN401 - any word
    return entry("notes", **({"path": NOTES} | words))


@pytest.fixture
def family(api: Foreign) -> Foreign:
    """An API with firms, and notes for each of them."""
    api.serve("/firms", FIRMS)
    for number, quoted in enumerate(QUOTED.values()):
        api.serve(f"/firms/{quoted}/notes", [{"ref": f"n{number}{each}", "label": None} for each in "xy"])
    return api


NOTE_REFS = ["n0x", "n0y", "n1x", "n1y", "n2x", "n2y", "n3x", "n3y"]


def test_each_record_of_a_parent_is_asked_for_its_children(family: Foreign) -> None:
    run = sync(family, firms(), notes())
    assert run.code == 0
    assert refs(run, "firms") == list(QUOTED)
    assert refs(run, "notes") == NOTE_REFS
    paths = [call.path for call in family.calls if call.path.endswith("/notes")]
    assert list(dict.fromkeys(paths)) == [f"/api/firms/{quoted}/notes" for quoted in QUOTED.values()]
    assert set(run.records("notes")[0]) == {"ref", "label"}


def test_children_may_be_declared_before_their_parent(family: Foreign) -> None:
    assert refs(sync(family, notes(), firms()), "notes") == NOTE_REFS


def test_children_take_fields_of_their_parent(family: Foreign) -> None:
    run = sync(family, firms(), notes(include_from_parent=["ref", "label"], primary_key=["ref", "_firms_ref"]))
    assert run.code == 0
    first = run.records("notes")[0]
    assert first == {"ref": "n0x", "label": None, "_firms_ref": "a/b", "_firms_label": "Firm a/b"}
    (message,) = schemas(run, "notes")
    assert message["key_properties"] == ["ref", "_firms_ref"]
    assert {"_firms_ref", "_firms_label"} <= set(message["schema"]["properties"])


def test_the_older_way_of_naming_a_parent_works_too(family: Foreign) -> None:
    params = {"firm": {"type": "resolve", "resource": "firms", "field": "ref"}}
    run = sync(family, firms(), entry("notes", path="/firms/{firm}/notes", params=params))
    assert refs(run, "notes") == NOTE_REFS


def test_a_parent_may_stand_in_parameters_and_headers(api: Foreign) -> None:
    api.serve("/firms", FIRMS)
    api.serve("/notes", lambda call: by_offset([{"ref": f"n:{call.params['firm']}"}])(call))
    child = notes(
        path="/notes",
        params={"firm": "{resources.firms.ref}", "owner": "no {resources.firms.owner.no}"},
        headers={"X-Firm": "{resources.firms.owner.no}"},
    )
    run = sync(api, firms(), child)
    assert refs(run, "notes") == [f"n:{ref}" for ref in QUOTED]
    assert list(dict.fromkeys(api.values_of("/notes", "firm"))) == list(QUOTED)
    assert set(api.values_of("/notes", "owner")) == {"no 7"}
    assert {call.headers["x-firm"] for call in api.calls_to("/notes")} == {"7"}


def test_one_record_for_each_of_its_parent_is_the_body_itself(api: Foreign) -> None:
    api.serve("/firms", FIRMS[:1])
    api.serve("/firms/a%2Fb", lambda _: Reply({"ref": "detail", "label": "more"}))
    run = sync(
        api, firms(), entry("detail", path="/firms/{resources.firms.ref}", data_selector="$", paginator="single_page")
    )
    assert refs(run, "detail") == ["detail"]
    assert api.pairs("/firms/a%2Fb") == [[]]


def test_a_child_may_have_children(api: Foreign) -> None:
    api.serve("/firms", FIRMS[:2])
    for quoted in ("a%2Fb", "c%20d"):
        api.serve(f"/firms/{quoted}/teams", [{"ref": f"t{quoted[0]}"}])
        team = f"t{quoted[0]}"
        api.serve(f"/teams/{team}/people", [{"ref": f"{team}1"}, {"ref": f"{team}2"}])
    teams = entry("teams", path="/firms/{resources.firms.ref}/teams", include_from_parent=["ref"])
    people = entry("people", path="/teams/{resources.teams.ref}/people", include_from_parent=["ref", "_firms_ref"])
    run = sync(api, firms(), teams, people)
    assert run.code == 0
    assert refs(run, "people") == ["ta1", "ta2", "tc1", "tc2"]
    assert [record["_teams__firms_ref"] for record in run.records("people")] == ["a/b", "a/b", "c d", "c d"]
    assert [len(schemas(run, stream)) for stream in ("firms", "teams", "people")] == [1, 1, 1]


def test_two_children_of_one_parent_are_both_read(family: Foreign) -> None:
    run = sync(family, firms(), notes(), entry("more", path=NOTES))
    assert refs(run, "notes") == refs(run, "more") == NOTE_REFS


def test_each_child_stream_has_its_schema_told_once(family: Foreign) -> None:
    run = sync(family, firms(), notes())
    assert len(schemas(run, "firms")) == len(schemas(run, "notes")) == 1
    kinds = [(message["type"], message["stream"]) for message in run.messages if message["type"] != "STATE"]
    assert kinds.index(("SCHEMA", "notes")) < kinds.index(("RECORD", "notes"))


def test_the_state_does_not_grow_with_the_records_of_a_parent(api: Foreign) -> None:
    states = []
    for count in (2, 12):
        api.serve("/firms", [{"ref": f"f{number}"} for number in range(count)])
        for number in range(count):
            api.serve(f"/firms/f{number}/notes", [{"ref": f"n{number}"}])
        run = sync(api, firms(), notes())
        assert len(refs(run, "notes")) == count
        states.append(json.dumps(run.state))
    assert states[0] == states[1]


def test_children_that_are_incremental_have_a_bookmark_for_each_parent(api: Foreign) -> None:
    api.serve("/firms", FIRMS[:2])
    days = {"a%2Fb": [1, 2, 3], "c%20d": [7, 9]}
    for quoted, numbers in days.items():
        api.serve(f"/firms/{quoted}/notes", [row_of_day(number) for number in numbers])
    child = notes(incremental={"cursor_path": "changed", "start_param": "from"}, schema=DATED)
    one = sync(api, firms(), child)
    assert refs(one, "notes") == ["p1", "p2", "p3", "p7", "p9"]
    assert {sent for quoted in days for sent in api.values_of(f"/firms/{quoted}/notes", "from")} == {None}
    api.calls.clear()
    two = sync(api, firms(), child, state=one.state)
    assert set(api.values_of("/firms/a%2Fb/notes", "from")) == {"2024-05-03T06:00:00Z"}
    assert set(api.values_of("/firms/c%20d/notes", "from")) == {"2024-05-09T06:00:00Z"}
    assert refs(two, "notes") == ["p3", "p9"]
    # A parent that is new begins at the beginning.
    api.serve("/firms", FIRMS[:3])
    api.serve("/firms/%C3%BC%3F%23/notes", [row_of_day(1)])
    assert refs(sync(api, firms(), child, state=two.state), "notes") == ["p3", "p9", "p1"]


def test_children_have_bookmarks_whatever_else_of_their_parent_is_taken(api: Foreign) -> None:
    api.serve("/firms", [{"ref": "f", "size": 5}])
    api.serve("/firms/f/notes", [row_of_day(1), row_of_day(3)])
    api.serve("/firms/5/sizes", [{"ref": "s"}])
    sizes = entry("sizes", path="/firms/{resources.firms.size}/sizes")
    child = notes(incremental={"cursor_path": "changed", "start_param": "from"}, schema=DATED)
    fields = {"schema": {"properties": {"ref": {"type": "string"}, "size": {"type": "integer"}}}}
    for others, more in (([], {"include_from_parent": ["size"]}), ([sizes], {})):
        api.calls.clear()
        one = sync(api, firms(**fields), child | more, *others)
        (bookmark,) = one.state["bookmarks"]["notes"]["partitions"]
        assert bookmark["replication_key_value"] == "2024-05-03T06:00:00Z"
        assert "progress_markers" not in bookmark
        two = sync(api, firms(**fields), child | more, *others, state=one.state)
        assert refs(two, "notes") == ["p3"]


def test_a_parent_and_its_children_may_both_be_incremental(api: Foreign) -> None:
    api.serve("/firms", since(CHANGES, "from", lambda row: row["changed"]))
    for row in CHANGES:
        api.serve(f"/firms/{row['ref']}/notes", [row_of_day(row["seq"])])
    words: Words = {"incremental": {"cursor_path": "changed", "start_param": "from"}, "schema": DATED}
    one = sync(api, firms(**words), notes(**words))
    assert one.bookmark("firms") == LAST["changed"]
    api.calls.clear()
    two = sync(api, firms(**words), notes(**words), state=one.state)
    assert refs(two, "firms") == refs(two, "notes") == ["p12"]
    assert two.bookmark("firms") == LAST["changed"]
    assert len(two.state["bookmarks"]["notes"]["partitions"]) == len(CHANGES)


def test_a_child_that_fails_is_named_and_the_other_streams_run(
    family: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    family.serve("/parts", PARTS)
    del family.routes["/api/firms/c%20d/notes"]
    run = sync(family, firms(), notes(), entry())
    assert run.code == 1
    assert refs(run) == REFS
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert any(error.startswith("notes: ") and "404" in error for error in errors)
    assert any("1 of 3 streams failed: notes" in error for error in errors)
    assert not any(record.exc_info for record in caplog.records if record.levelno == logging.ERROR)


def test_after_a_child_that_fails_no_bookmark_passes_its_parent(api: Foreign) -> None:
    api.serve("/firms", CHANGES)
    for row in CHANGES[:5]:
        api.serve(f"/firms/{row['ref']}/notes", [row_of_day(row["seq"])])
    words: Words = {"incremental": {"cursor_path": "changed", "row_order": "asc"}, "schema": DATED}
    run = sync(api, firms(paginator=OFFSET | {"limit": 4}, **words), notes(**words), verify_pages=False)
    assert run.code == 1
    assert (run.bookmark("firms") or "") <= CHANGES[5]["changed"]


@pytest.mark.parametrize("field", [None, "label"])
def test_a_child_is_read_though_its_parent_is_not_selected(family: Foreign, field: str | None) -> None:
    child = notes(include_from_parent=["label"])
    catalog = selecting(discover(family, firms(), child), firms=False)
    for stream in catalog["streams"]:
        for each in stream["metadata"]:
            if stream["stream"] == "firms" and field and each["breadcrumb"] == ["properties", field]:
                each["metadata"]["selected"] = False
    run = sync(family, firms(), child, catalog=catalog)
    assert run.code == 0
    assert refs(run, "firms") == schemas(run, "firms") == []
    assert refs(run, "notes") == NOTE_REFS
    assert run.records("notes")[0]["_firms_label"] == "Firm a/b"


def test_a_field_that_children_need_reaches_them_though_it_is_not_selected(family: Foreign) -> None:
    by_owner = entry(
        "owners", path="/owners", params={"no": "{resources.firms.owner.no}", "l": "{resources.firms.label}"}
    )
    family.serve("/owners", lambda call: by_offset([{"ref": call.params.get("l", "nothing")}])(call))
    catalog = discover(family, firms(), by_owner)
    for stream in catalog["streams"]:
        for each in stream["metadata"]:
            if stream["stream"] == "firms" and each["breadcrumb"][1:2] in (["label"], ["owner"]):
                each["metadata"]["selected"] = False
    run = sync(family, firms(), by_owner, catalog=catalog)
    assert run.code == 0
    assert [set(record) for record in run.records("firms")] == [{"ref"}] * 4
    assert refs(run, "owners") == [f"Firm {ref}" for ref in QUOTED]


def test_a_child_that_is_not_selected_is_not_asked_for(family: Foreign) -> None:
    run = sync(family, firms(), notes(selected=False))
    assert refs(run, "firms") == list(QUOTED)
    assert schemas(run, "notes") == []
    assert [call for call in family.calls if call.path.endswith("/notes")] == []


def test_a_parent_without_the_value_asks_for_no_nonsense(family: Foreign) -> None:
    family.serve(
        "/firms", [{"ref": "a/b", "label": "a/b"}, {"ref": "none", "label": None}, {"ref": "c d", "label": "c d"}]
    )
    child = entry("notes", path="/firms/{resources.firms.label}/notes")
    run = sync(family, firms(), child)
    assert not [call.path for call in family.calls if "None" in call.path]
    assert refs(run, "notes") == NOTE_REFS[:4]


def test_the_parent_of_a_declared_child_may_be_a_ready_stream(api: Foreign) -> None:
    api.serve("/v1/contacts", [CONTACT])
    api.serve("/v1/contacts/1/notes", [{"ref": "n1"}])
    child = notes(path="/v1/contacts/{resources.contacts.id}/notes", include_from_parent=["name"])
    run = sync(api, child)
    assert run.code == 0
    assert run.records("notes") == [{"ref": "n1", "_contacts_name": "Ada"}]
    assert run.records("contacts") == []


# Inference


def test_fields_are_found_in_a_sample(api: Foreign) -> None:
    rows: list[Row] = [
        {"ref": number, "at": f"2024-05-{number:02}T00:00:00+02:00", "day": "2024-05-01", "n": 1.5, "tags": ["a"]}
        for number in range(1, 31)
    ]
    rows[3] |= {"n": None, "late": {"deep": True}}
    rows[29] |= {"mixed": "text"}
    rows[28] |= {"mixed": 4}
    api.serve("/parts", by_offset(rows, cap=7))
    catalog = discover(api, {"name": "parts", "primary_key": "ref"})
    (stream,) = catalog["streams"]
    fields = stream["schema"]["properties"]
    assert list(stream["key_properties"]) == ["ref"]
    assert fields["ref"] == {"type": ["integer"]}
    assert fields["at"] == {"type": ["string", "null"], "format": "date-time"}
    assert fields["day"] == {"type": ["string", "null"], "format": "date"}
    assert fields["n"] == {"type": ["number", "null"]}
    assert fields["tags"] == {"type": ["array", "null"], "items": {"type": ["string", "null"]}}
    assert fields["late"]["properties"] == {"deep": {"type": ["boolean", "null"]}}
    assert set(fields["mixed"]["type"]) == {"integer", "string", "null"}
    run = sync(api, {"name": "parts", "primary_key": "ref"}, catalog=catalog)
    assert refs(run) == list(range(1, 31))
    assert run.records("parts")[0]["at"] == "2024-04-30T22:00:00Z"


def test_a_sample_is_as_large_as_the_settings_say(api: Foreign) -> None:
    api.serve("/parts", [{"ref": number} for number in range(1000)])
    discover(api, {"name": "parts", "primary_key": "ref"}, sample_size=20, page_size=10)
    assert 2 <= len(api.calls) <= 12


def test_an_empty_resource_gives_its_key_alone_and_a_warning(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    api.serve("/parts", [])
    (stream,) = discover(api, {"name": "parts", "primary_key": ["ref", "no"]})["streams"]
    assert set(stream["schema"]["properties"]) == {"ref", "no"}
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [warning for warning in warnings if warning.startswith("parts: ")] != []
    assert sync(api, {"name": "parts", "primary_key": ["ref", "no"]}).code == 0


@pytest.mark.parametrize("cursor", ["at", "meta.at"])
def test_an_empty_resource_with_a_cursor_is_synced_all_the_same(api: Foreign, cursor: str) -> None:
    api.serve("/parts", [])
    endpoint = {"incremental": {"cursor_path": cursor, "start_param": "from"}}
    run = sync(api, {"name": "parts", "primary_key": "ref", "endpoint": endpoint})
    assert run.code == 0
    assert set(schemas(run)[0]["schema"]["properties"]) >= {"ref"}


def test_a_catalog_wins_over_what_would_be_found(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    parts = {"name": "parts", "primary_key": "ref"}
    catalog = discover(api, parts)
    (stream,) = catalog["streams"]
    stream["schema"]["properties"]["label"] = {"type": ["string", "null"], "maxLength": 99}
    api.calls.clear()
    tap = TapAnalytics(config=settings(api, parts), catalog=catalog)
    assert tap.streams["parts"].schema["properties"]["label"]["maxLength"] == 99
    assert api.calls == []
    run = sync(api, parts, catalog=catalog)
    assert api.values_of("/parts", "first") == ["0", "9"]  # a page that may have been cut, and what would follow it
    assert schemas(run)[0]["schema"]["properties"]["label"]["maxLength"] == 99


def test_a_stream_that_the_catalog_does_not_have_is_still_none_of_a_sync(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    api.serve("/other", PARTS)
    catalog = discover(api, entry())
    run = sync(api, entry(), entry("other"), catalog=catalog)
    assert refs(run) == REFS
    assert run.records("other") == []


def test_children_are_sampled_below_some_records_of_their_parent(family: Foreign) -> None:
    catalog = discover(
        family, {"name": "firms", "primary_key": "ref"}, {"name": "notes", "primary_key": "ref", "endpoint": NOTES}
    )
    fields = {stream["stream"]: stream["schema"]["properties"] for stream in catalog["streams"]}
    assert set(fields["firms"]) == {"ref", "label", "owner"}
    assert set(fields["notes"]) == {"ref", "label"}
    child = {"name": "notes", "primary_key": "ref", "endpoint": NOTES, "include_from_parent": ["owner"]}
    run = sync(family, {"name": "firms", "primary_key": "ref"}, child)
    assert run.code == 0
    assert run.records("notes")[0] == {"ref": "n0x", "label": None, "_firms_owner": {"no": 7}}


def test_a_sample_sees_rows_of_before_the_bookmark(api: Foreign) -> None:
    api.serve("/parts", since(CHANGES, "from", lambda row: row["changed"]))
    incremental = {"cursor_path": "changed", "start_param": "from", "initial_value": "2030-01-01"}
    (stream,) = discover(api, {"name": "parts", "primary_key": "ref", "endpoint": {"incremental": incremental}})[
        "streams"
    ]
    assert set(stream["schema"]["properties"]) == set(LAST)
    assert list(dict.fromkeys(api.values_of("/parts", "from"))) == ["2030-01-01T00:00:00Z", None]


def test_a_bound_in_a_parameter_does_not_keep_a_sample_from_being_read(api: Foreign) -> None:
    api.serve("/parts", CHANGES)
    endpoint = {
        "incremental": {"cursor_path": "changed", "initial_value": "2024-01-01"},
        "params": {"q": "changed>={incremental.start_value}"},
    }
    (stream,) = discover(api, {"name": "parts", "primary_key": "ref", "endpoint": endpoint})["streams"]
    assert set(stream["schema"]["properties"]) == set(LAST)
    run = sync(api, {"name": "parts", "primary_key": "ref", "endpoint": endpoint})
    assert len(refs(run)) == len(CHANGES)
    assert api.calls[-1].params["q"] == "changed>=2024-01-01T00:00:00Z"


def test_a_sample_that_cannot_be_read_names_its_resource(api: Foreign) -> None:
    with pytest.raises(FatalAPIError, match=r"^parts: .*404"):
        discover(api, {"name": "parts", "primary_key": "ref"})


# Refusals, and secrets


def test_all_that_is_wrong_is_told_before_the_first_request(api: Foreign) -> None:
    api.serve("/parts", PARTS)
    wrong = [
        {"name": "a", "endpoint": {"paginator": {"type": "ofset"}}},
        {"name": "b", "primary_kye": "ref"},
        {"name": "b", "write_disposition": "merge"},
        {"name": "c", "endpoint": {"path": "/firms/{resources.frims.ref}/x"}},
        {"name": "d", "primary_key": "reff", "schema": SCHEMA},
        {"name": "firms"},
    ]
    with pytest.raises(ConfigValidationError) as refused:
        sync(api, *wrong, page_size="many")
    told = "\n".join(refused.value.errors)
    for place in (
        "`page_size`",
        "`resources[0].endpoint.paginator.type`",
        "`resources[1].primary_kye` is not known; did you mean `primary_key`?",
        "`resources[2].name`",
        "`resources[3].endpoint`",
        "`resources[4].primary_key`",
    ):
        assert place in told
    assert "did you mean `offset`?" in told
    assert "did you mean `firms`?" in told
    assert "did you mean `ref`?" in told
    assert api.calls == []


Command = Callable[..., Run]


@pytest.fixture
def command(ready: Ready) -> Command:
    """Run the tap in a folder, with a configuration."""

    def at_once(folder: Path, config: Words, *options: str) -> Run:
        (folder / "config.json").write_text(json.dumps(config))
        return Run(*ready.run(["--config", str(folder / "config.json"), *options], folder, surroundings()))

    return at_once


SECRET = "s3cret-Header/Value"


def test_a_refusal_is_a_line_for_each_fault_and_no_secret(api: Foreign, tmp_path: Path, command: Command) -> None:
    headers = {"X-Team": SECRET, "X-Bad": 5}
    run = command(tmp_path, settings(api, entry(headers=headers), {"name": "b", "endpoint": {"pth": SECRET}}))
    assert run.code == 1
    assert run.stdout == ""
    assert "`resources[0].endpoint.headers`" in run.stderr
    assert "`resources[1].endpoint.pth` is not known; did you mean `path`?" in run.stderr
    assert "Traceback" not in run.stderr
    assert SECRET not in run.stderr
    assert TOKEN not in run.stderr
    assert api.calls == []


def test_headers_of_an_endpoint_are_secrets(
    api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_LOGLEVEL", "DEBUG")
    api.serve("/parts", lambda call: Reply({"echo": call.headers["x-team"]}, status=418))
    run = command(tmp_path, settings(api, entry(headers={"X-Team": SECRET})))
    assert run.code == 1
    assert api.calls[0].headers["x-team"] == SECRET
    assert "parts" in run.stderr
    assert "Traceback" not in run.stderr
    for text in (run.stdout, run.stderr):
        assert SECRET not in text
        assert TOKEN not in text


def test_a_header_with_a_scheme_hides_its_credentials_too(
    api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_LOGLEVEL", "DEBUG")
    api.serve("/parts", lambda call: Reply({"echo": call.headers["x-auth"].split()[1]}, status=418))
    run = command(tmp_path, settings(api, entry(headers={"X-Auth": f"Bearer {SECRET}"})))
    assert run.code == 1
    assert SECRET not in run.stderr + run.stdout


def test_a_header_that_is_filled_from_a_parent_leaves_the_secret_in_it_hidden(
    family: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_LOGLEVEL", "DEBUG")
    family.serve("/firms/a%2Fb/notes", lambda call: Reply({"echo": call.headers["x-firm"]}, status=418))
    child = notes(headers={"X-Firm": f"{SECRET}:{{resources.firms.ref}}"})
    run = command(tmp_path, settings(family, firms(), child))
    assert run.code == 1
    assert SECRET not in run.stderr + run.stdout


# Into a database


def load(command: Command, postgres: Postgres, folder: Path, config: Words, *options: str) -> Words:
    """Run the tap into the target, as a shell would; return the state that the target gives back."""
    run = command(folder, config, *options)
    assert run.code == 0, run.stderr
    return load_messages(postgres, folder, run)


def load_messages(postgres: Postgres, folder: Path, run: Run, **options: object) -> Words:
    """Load what the tap has written."""
    target = {"sqlalchemy_url": postgres.sqlalchemy_url, "default_target_schema": "foreign_api", "use_copy": False}
    (folder / "target.json").write_text(json.dumps(target | options))
    process = subprocess.run(
        [str(Path(sys.executable).with_name("target-postgres")), "--config", str(folder / "target.json")],
        input=run.stdout,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=folder,
    )
    assert process.returncode == 0, process.stderr
    return dict(json.loads(process.stdout.splitlines()[-1]))


def table(postgres: Postgres, name: str) -> list[Row]:
    with psycopg.connect(postgres.url, row_factory=dict_row) as connection:
        where = sql.Identifier("foreign_api", name)
        rows = connection.execute(sql.SQL("SELECT * FROM {} ORDER BY ref").format(where)).fetchall()
    return [{name: row[name] for name in row if not name.startswith("_sdc_")} for row in rows]


def test_a_resource_of_five_lines_arrives_in_a_database_twice_without_a_duplicate(
    api: Foreign, postgres: Postgres, tmp_path: Path, command: Command
) -> None:
    rows = [row_of_day(number) for number in range(1, 9)]
    api.serve("/v2/parts", since(rows, "from", lambda row: row["changed"]))
    parts = {
        "name": "parts",
        "primary_key": "ref",
        "endpoint": {"path": "/v2/parts", "incremental": {"cursor_path": "changed", "start_param": "from"}},
    }
    config = settings(api, parts, concurrency=4, page_size=3)
    found = command(tmp_path, config, "--discover")
    assert found.code == 0, found.stderr
    (tmp_path / "catalog.json").write_text(found.stdout)
    catalog = ["--catalog", str(tmp_path / "catalog.json")]

    state = load(command, postgres, tmp_path, config, *catalog)
    first = table(postgres, "parts")
    assert [row["ref"] for row in first] == [f"p{number}" for number in range(1, 9)]
    assert (first[0]["seq"], first[0]["meta"]) == (1, {"changed": "2024-05-01T06:00:00Z"})
    assert first[0]["changed"].isoformat() == "2024-05-01T06:00:00"

    rows[0] = rows[0] | {"changed": "2024-05-09T06:00:00Z", "seq": 100}
    rows.append(row_of_day(10))
    (tmp_path / "state.json").write_text(json.dumps(state))
    api.calls.clear()
    load(command, postgres, tmp_path, config, *catalog, "--state", str(tmp_path / "state.json"))
    assert set(api.values_of("/v2/parts", "from")) == {"2024-05-08T06:00:00Z"}
    second = table(postgres, "parts")
    assert sorted(row["ref"] for row in second) == sorted({*(f"p{number}" for number in range(1, 9)), "p10"})
    assert next(row["seq"] for row in second if row["ref"] == "p1") == 100

    load_messages(postgres, tmp_path, sync(api, parts))
    assert table(postgres, "parts") == second


def test_what_is_replaced_loses_in_a_database_what_is_gone_and_nothing_by_a_failure(
    api: Foreign, postgres: Postgres, tmp_path: Path
) -> None:
    replaced = entry("replaced", write_disposition="replace", paginator=OFFSET | {"limit": 4})
    api.serve("/replaced", PARTS)
    load_messages(postgres, tmp_path, sync(api, replaced, verify_pages=False), hard_delete=True)
    assert [row["ref"] for row in table(postgres, "replaced")] == REFS

    # Versions are seconds: loading takes longer than that.
    rows = by_offset(PARTS[1:])
    api.serve("/replaced", lambda call: Reply({}, status=500) if call.number("first", 0) else rows(call))
    failed = sync(api, replaced, verify_pages=False)
    assert failed.code == 1
    load_messages(postgres, tmp_path, failed, hard_delete=True)
    assert [row["ref"] for row in table(postgres, "replaced")] == REFS

    api.serve("/replaced", rows)
    load_messages(postgres, tmp_path, sync(api, replaced, verify_pages=False), hard_delete=True)
    assert [row["ref"] for row in table(postgres, "replaced")] == REFS[1:]
