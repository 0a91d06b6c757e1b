"""A configuration in dlt's own shape over real HTTP: what each word of it asks for, and what is read."""

from __future__ import annotations

import base64
import io
import logging
from contextlib import redirect_stdout
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalSyncError

from tap_analytics.tap import TapAnalytics
from tests.foreign import TOKEN, Call, Foreign, Reply, by_number, by_offset, in_envelope
from tests.syncs.dlt_shape import PARTS, REFS, SINGLE, Words, configure, faults, parts, refs, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IGNORE: Words = {"status_code": 404, "action": "ignore"}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


# Requests with a body


def by_body(answer: Callable[[Words], Reply]) -> Callable[[Call], Reply]:
    return lambda call: answer(call.json)


@pytest.mark.parametrize(
    "paginator",
    [
        {"type": "cursor", "cursor_path": "result.after", "cursor_body_path": "page.after"},
        {"type": "offset", "limit": 3, "offset_body_path": "page.after", "limit_body_path": "page.size"},
        {"type": "page_number", "page_body_path": "page.number", "total_path": None, "has_more_path": "result.more"},
    ],
)
def test_pages_are_asked_for_in_the_body(api: Foreign, paginator: Words) -> None:
    def answer(body: Words) -> Reply:
        page = body.get("page", {})
        start = page["number"] * 3 if "number" in page else int(page.get("after", 0))
        end = start + page.get("size", 3)
        more = {"after": str(end)} if end < len(PARTS) else {}
        return in_envelope(PARTS[start:end], more=end < len(PARTS), **more)

    api.serve("/parts", by_body(answer))
    run = sync(api, parts(method="post", json={"where": {"open": True}}, paginator=paginator))
    assert refs(run) == REFS
    assert {call.method for call in api.calls} == {"POST"}
    assert all(call.json["where"] == {"open": True} and call.query == "" for call in api.calls)
    assert {call.headers["content-type"] for call in api.calls} == {"application/json"}


def test_a_body_lies_over_that_of_the_defaults_key_by_key(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    endpoint = {"data_selector": "result.items", "method": "POST", "json": {"size": 5, "sort": "ref"}}
    sync(api, parts(json={"sort": "at", "open": True}, **SINGLE), defaults={"endpoint": endpoint})
    assert api.calls[0].json == {"size": 5, "sort": "at", "open": True}


def test_declared_bounds_are_sent_as_they_are_written(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope([{"ref": "p", "at": "2024-01-05T00:00:00Z"}]))
    incremental = {"cursor_path": "at", "initial_value": "2024-01-01", "end_value": "2024-02-01 00:00:00"}
    params = {
        "from": "{incremental.start_value}",
        "to": "{incremental.end_value}",
        "first": "{incremental.initial_value}",
    }
    run = sync(api, parts(incremental=incremental, params=params, **SINGLE))
    sent = {"from": "2024-01-01", "to": "2024-02-01 00:00:00", "first": "2024-01-01"}
    assert (api.calls[0].params, refs(run)) == (sent, ["p"])


def test_a_bound_stands_in_the_path_too(api: Foreign) -> None:
    api.serve("/parts/since/2024-01-03", lambda _: in_envelope([{"ref": "p", "at": "2024-01-05"}]))
    words = {"path": "/parts/since/{incremental.start_value}", **SINGLE}
    run = sync(api, parts(incremental={"cursor_path": "at", "initial_value": "2024-01-03"}, **words))
    assert (run.code, refs(run)) == (0, ["p"])


def test_a_record_without_a_key_that_does_not_fit_is_said_without_a_name(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/parts", lambda _: in_envelope([{"n": 1}, {"n": "two"}]))
    entry = parts(**SINGLE) | {"primary_key": None, "columns": {"n": {"data_type": "bigint"}}}
    assert sync(api, entry).code == 1
    assert "parts: a record: `n` is a text that does not fit" in caplog.text


def test_a_sample_is_asked_for_with_the_bounds_of_the_first_sync(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        return in_envelope([{"ref": "p", "n": 7}]) if call.json.get("since") == 5 else Reply({}, status=400)

    api.serve("/parts", answer)
    incremental = {"cursor_path": "n", "initial_value": 5}
    run = sync(
        api, parts(method="POST", json={"since": "{incremental.start_value}"}, incremental=incremental, **SINGLE)
    )
    assert (run.code, run.records("parts")) == (0, [{"ref": "p", "n": 7}])


def test_a_post_is_tried_again_as_the_read_that_it_is(api: Foreign) -> None:
    answers = iter([Reply({}, status=503), in_envelope(PARTS)])
    entry = parts(method="POST", json={}, **SINGLE) | {"schema": {"properties": {"ref": {"type": "string"}}}}
    api.serve("/parts", lambda _: next(answers))
    assert refs(sync(api, entry)) == REFS
    assert [call.body for call in api.calls] == [b"{}", b"{}"]


def test_data_is_sent_as_a_form(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    run = sync(api, parts(method="POST", data={"state": "a&b", "size": 5}, **SINGLE))
    assert refs(run) == REFS
    assert [call.form for call in api.calls] == [{"state": "a&b", "size": "5"}]
    assert api.calls[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_text_as_data_is_sent_as_it_is_and_the_kind_of_body_that_a_header_says_holds(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    sync(api, parts(method="POST", data="<all/>", headers={"Content-Type": "text/xml"}, **SINGLE))
    assert [(call.body, call.headers["content-type"]) for call in api.calls] == [(b"<all/>", "text/xml")]
    client = {"headers": {"Content-Type": "application/vnd.parts+json"}}
    sync(api, parts(method="POST", json={}, **SINGLE), client=client)
    assert [call.headers["content-type"] for call in api.calls] == ["application/vnd.parts+json"]


def test_placeholders_in_json_keep_their_type_where_they_are_the_whole_value(api: Foreign) -> None:
    api.serve("/groups", lambda _: in_envelope([{"ref": "g1", "number": 5, "price": 1.5}]))
    api.serve("/parts", lambda _: in_envelope(PARTS))
    body = {
        "n": "{resources.groups.number}",
        "p": ["{resources.groups.price}"],
        "text": "no. {resources.groups.number}",
        "braces": "{{x}}",
        "none": None,
        "true": True,
    }
    run = sync(
        api, {"name": "groups", "endpoint": {"path": "/groups", **SINGLE}}, parts(json=body, method="POST", **SINGLE)
    )
    assert refs(run) == REFS
    assert [call.json for call in api.calls_to("/parts")] == [
        {"n": 5, "p": [1.5], "text": "no. 5", "braces": "{x}", "none": None, "true": True}
    ]


def test_bounds_in_json_are_numbers_where_the_cursor_is_one_and_are_not_sent_where_there_is_none(api: Foreign) -> None:
    rows = [{"ref": f"p{number}", "seq": number} for number in range(5)]
    api.serve("/parts", lambda _: in_envelope(rows))
    schema = {"properties": {"ref": {"type": "string"}, "seq": {"type": "integer"}}}
    body = {
        "seq": {"from": "{incremental.start_value}", "to": "{incremental.end_value}"},
        "note": "from {incremental.start_value}",
        "text": {"from": "{incremental.start_value!s}", "to": "{incremental.end_value!s}"},
    }
    entry = parts(method="POST", json=body, incremental={"cursor_path": "seq", "initial_value": 3}, **SINGLE)
    run = sync(api, entry | {"schema": schema})
    assert [call.json for call in api.calls] == [{"seq": {"from": 3}, "note": "from 3", "text": {"from": "3"}}]
    assert (refs(run), run.bookmark("parts")) == (["p3", "p4"], Decimal(4))


# Actions on responses


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        (IGNORE, Reply({}, status=404)),
        ({"content": "no such list", "action": "ignore"}, Reply({"fault": "no such list"}, status=400)),
        ({"content": "no such list", "action": "ignore"}, Reply({"fault": "no such list"})),
        ({"status_code": 400, "content": "list", "action": "ignore"}, Reply({"fault": "no such list"}, status=400)),
    ],
)
def test_a_response_that_is_ignored_is_an_empty_list_with_a_warning(
    api: Foreign, action: Words, reply: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/parts", lambda _: reply)
    run = sync(api, parts(response_actions=[action]))
    assert (run.code, refs(run)) == (0, [])
    (told,) = [record for record in caplog.records if "response_actions" in record.getMessage()]
    assert told.levelno == logging.WARNING
    assert told.getMessage().startswith("parts: 1 response was ignored, as `response_actions` says; 0 rows were read")


@pytest.mark.parametrize(
    ("action", "reply"),
    [
        (IGNORE, Reply({"fault": "no such list"}, status=403)),
        ({"status_code": 403, "content": "nothing", "action": "ignore"}, Reply({"fault": "no such list"}, status=403)),
    ],
)
def test_a_response_that_fits_only_in_part_is_not_ignored(api: Foreign, action: Words, reply: Reply) -> None:
    entry = parts(response_actions=[action]) | {"schema": {"properties": {"ref": {"type": "string"}}}}
    api.serve("/parts", lambda _: reply)
    assert sync(api, entry).code == 1


def test_a_later_page_that_is_ignored_is_the_end(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    pages = by_number(PARTS, 3)
    api.serve("/parts", lambda call: Reply({}, status=404) if call.number("p", 1) > 2 else pages(call))
    paginator = {"type": "page_number", "base_page": 1, "page_param": "p", "total_path": None}
    run = sync(api, parts(response_actions=[IGNORE], paginator=paginator))
    assert (run.code, refs(run)) == (0, REFS[:6])
    (told,) = [record for record in caplog.records if "ignored, as" in record.getMessage()]
    assert (told.levelno, told.getMessage().endswith("; 6 rows were read")) == (logging.INFO, True)


def test_a_list_that_is_ignored_before_its_total_fails(api: Foreign) -> None:
    rows = by_offset(PARTS)
    api.serve("/parts", lambda call: Reply({}, status=404) if call.number("first", 0) > 1 else rows(call))
    paginator = {
        "type": "offset",
        "limit": 3,
        "limit_param": "count",
        "offset_param": "first",
        "total_path": "result.count",
    }
    assert sync(api, parts(response_actions=[IGNORE], paginator=paginator)).code == 1


def test_children_whose_response_is_ignored_are_none_and_the_others_are_read(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.serve("/groups", lambda _: in_envelope([{"ref": f"g{number}"} for number in range(3)]))
    for group in ("g0", "g2"):
        api.serve(f"/groups/{group}/parts", [{"ref": f"p-{group}"}])
    groups = {"name": "groups", "endpoint": {"path": "/groups", **SINGLE}}
    run = sync(api, groups, parts(path="/groups/{resources.groups.ref}/parts", response_actions=[IGNORE], **SINGLE))
    assert (run.code, refs(run)) == (0, ["p-g0", "p-g2"])
    assert "parts: 1 response was ignored, as `response_actions` says; 2 rows were read" in caplog.text


def test_a_response_may_be_worth_another_try_by_its_content(api: Foreign) -> None:
    entry = parts(response_actions=[{"content": "not yet", "action": "retry"}], **SINGLE)
    answers = iter([Reply({"fault": "not yet"}), in_envelope(PARTS)])
    api.serve("/parts", lambda _: next(answers))
    run = sync(api, entry | {"schema": {"properties": {"ref": {"type": "string"}}}})
    assert (refs(run), len(api.calls)) == (REFS, 2)


def test_a_response_may_be_a_failure_although_its_status_is_a_success(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    entry = parts(response_actions=[{"content": "partial", "action": "fail"}], **SINGLE)
    api.serve("/parts", lambda _: in_envelope(PARTS, note="partial"))
    run = sync(api, entry | {"schema": {"properties": {"ref": {"type": "string"}}}})
    assert (run.code, refs(run), len(api.calls)) == (1, [], 1)
    assert "status 200, which `response_actions` calls a failure" in caplog.text


# Credentials, servers and headers


def test_a_resource_may_have_credentials_of_its_own(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    auth = {"type": "http_basic", "username": "a-name", "password": ""}
    run = sync(api, parts(headers={"X-Token": TOKEN}, auth=auth, **SINGLE), client={"auth": {"token": "0f-the-client"}})
    assert refs(run) == REFS
    pair = base64.b64encode(b"a-name:").decode()
    assert [call.headers["authorization"] for call in api.calls] == [f"Basic {pair}"]


def test_another_server_gets_no_key_and_no_header_of_the_client_or_the_defaults(api: Foreign) -> None:
    defaults = {
        "primary_key": "ref",
        "endpoint": {"headers": {"X-Default": "d3fault"}, "data_selector": "result.items"},
    }
    with Foreign() as other:
        other.serve("/parts", lambda _: in_envelope(PARTS))
        entry = parts(path=f"{other.url}/parts", headers={"X-Token": TOKEN, "X-Own": "own"}, **SINGLE)
        client = {"auth": {"token": "s3cret"}, "headers": {"X-Client": "cl1ent"}}
        run = sync(api, entry, client=client, defaults=defaults)
        (call,) = other.calls[-1:]
    assert refs(run) == REFS
    assert call.headers["x-own"] == "own"
    assert not {"authorization", "x-client", "x-default"} & call.headers.keys()
    assert not {"s3cret", "cl1ent", "d3fault"} & set(call.headers.values())


def test_another_server_may_have_credentials_and_links_of_its_own(api: Foreign) -> None:
    with Foreign() as other:

        def answer(call: Call) -> Reply:
            start = call.number("at", 0)
            follows = f"{other.url}/parts?at={start + 4}" if start + 4 < len(PARTS) else None
            return in_envelope(PARTS[start : start + 4], next=follows)

        other.serve("/parts", answer)
        auth = {"type": "api_key", "name": "X-Token", "api_key": TOKEN}
        paginator = {"type": "json_link", "next_url_path": "result.next"}
        run = sync(
            api, parts(path=f"{other.url}/parts", auth=auth, paginator=paginator), client={"auth": {"token": "s3cret"}}
        )
    assert refs(run) == REFS


def test_a_whole_url_of_the_same_server_is_signed_as_ever(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    assert refs(sync(api, parts(path=f"{api.url}/parts", **SINGLE))) == REFS


def test_an_empty_path_is_the_whole_base_address(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    run = sync(api, parts(path="", **SINGLE), client={"base_url": f"{api.url}/parts"})
    assert refs(run) == REFS


def test_a_query_in_the_path_is_parameters(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    sync(api, parts(path="/parts?state=a%26b&state=c&sort=old", params={"sort": "new"}, **SINGLE))
    assert api.pairs("/parts") == [[("state", "a&b"), ("state", "c"), ("sort", "new")]]


# Variables, the session, pages by a header, null


def test_variables_stand_in_any_text_and_a_double_dollar_is_one(
    api: Foreign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("PARTS_KEY", TOKEN)
    monkeypatch.setenv("ACCOUNT", "acc0unt/1")
    api.serve("/acc0unt/1/parts", lambda _: in_envelope(PARTS))
    client = {
        "auth": {"type": "api_key", "name": "X-Token", "api_key": "$PARTS_KEY"},
        "headers": {"X-A": "a ${ACCOUNT} b"},
    }
    caplog.set_level(logging.DEBUG)
    run = sync(api, parts(path="/$ACCOUNT/parts", params={"$$select": "ref,$ACCOUNT"}, **SINGLE), client=client)
    assert refs(run) == REFS
    (call,) = api.calls
    assert (call.pairs, call.headers["x-a"]) == ([("$$select", "ref,acc0unt/1")], "a acc0unt/1 b")


def test_a_variable_that_is_not_set_is_refused_by_its_place(api: Foreign) -> None:
    told = faults(api, parts(json={"a": ["$NOT_SET"]}, method="POST"))
    (fault,) = told
    assert fault.startswith("`resources[0].endpoint.json` needs the environment variable `NOT_SET`, which is not set")


def test_the_session_says_how_often_and_how_long_it_is_tried(api: Foreign) -> None:
    api.serve("/parts", lambda _: Reply({}, status=500))
    words = configure(api, parts() | {"schema": {"properties": {"ref": {"type": "string"}}}})
    del words["max_retries"]
    words["client"]["session"] = {"request_max_attempts": 3, "timeout": [2, 4], "raise_for_status": False}
    tap = TapAnalytics(config=words)
    with pytest.raises(FatalSyncError), redirect_stdout(io.StringIO()):
        tap.sync_all()
    assert len(api.calls) == 3
    assert (tap.config["connect_timeout"], tap.config["read_timeout"]) == (2, 4)


def test_pages_by_a_cursor_in_a_header(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        start = call.number("after", 0)
        follows = {"X-Next": str(start + 3)} if start + 3 < len(PARTS) else {}
        return Reply(in_envelope(PARTS[start : start + 3]).body, headers=follows)

    api.serve("/parts", answer)
    paginator = {"type": "header_cursor", "cursor_key": "x-next", "cursor_param": "after"}
    assert refs(sync(api, parts(paginator=paginator))) == REFS
    assert api.values_of("/parts", "after") == [None, "3", "6"]


def test_words_that_are_null_are_not_there(api: Foreign) -> None:
    api.serve("/parts", lambda _: in_envelope(PARTS))
    none = dict.fromkeys(("json", "data", "response_actions", "incremental", "params", "headers"))
    run = sync(api, parts(**none, **SINGLE) | {"primary_key": None, "processing_steps": None, "table_name": None})
    assert refs(run) == REFS
    assert [(call.method, call.body) for call in api.calls] == [("GET", b"")]


def test_words_that_change_nothing_are_told_once_and_those_that_dlt_does_not_have_as_a_warning(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.serve("/parts", lambda _: in_envelope(PARTS))
    words = {"table_name": "x", "max_table_nesting": 0, "pk": "ref"}
    assert refs(sync(api, parts(**SINGLE) | words)) == REFS
    said = [record for record in caplog.records if "changes nothing" in record.getMessage()]
    assert [(record.levelno, record.getMessage().partition(":")[0]) for record in said] == [
        (logging.INFO, "`max_table_nesting`, `table_name`"),
        (logging.WARNING, "`resources[0].pk` is not known, and changes nothing"),
    ]


def test_a_parent_that_is_not_selected_needs_no_key_of_the_defaults(api: Foreign) -> None:
    api.serve("/sites", lambda _: in_envelope([{"gid": "s1"}, {"gid": "s2"}]))
    api.serve("/parts", lambda call: in_envelope([{"ref": f"{call.query}"}]))
    sites: Words = {"name": "sites", "selected": False, "endpoint": SINGLE}
    run = sync(api, sites, parts(params={"site": "{resources.sites.gid}"}, **SINGLE))
    assert refs(run) == ["site=s1", "site=s2"]
    assert run.records("sites") == []
    assert sync(api, {**sites, "selected": True}).code == 1
