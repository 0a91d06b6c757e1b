"""Code of the operator over real HTTP: steps, actions on responses, bounds, paginators and credentials."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tests.conftest import surroundings
from tests.foreign import TOKEN, Call, Foreign, Reply, by_number, by_offset, in_envelope
from tests.syncs.dlt_shape import PARTS, REFS, SINGLE, Words, configure, faults, parts, refs, sync

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA: Words = {"properties": {"ref": {"type": "string"}}}
OFFSET: Words = {"type": "offset", "limit": 3, "limit_param": "count", "offset_param": "first", "total_path": None}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "steps.py"


def with_steps(*steps: Words, **endpoint: Any) -> Words:  # noqa: ANN401 - any word
    return parts(**endpoint) | {"processing_steps": list(steps)}


# Processing steps


@pytest.mark.parametrize("verify", [True, False])
def test_steps_change_the_number_of_records_behind_the_pages(api: Foreign, code: Path, *, verify: bool) -> None:
    code.write_text(
        "def keep(record):\n    return record['ref'] != 'p3'\n"
        "def named(record):\n    record['size'] = len(record.pop('label'))\n    return record\n"
        "def twice(record):\n    for part in 'ab':\n        yield {**record, 'ref': record['ref'] + part}\n"
    )
    api.serve("/parts", by_offset(PARTS))
    steps = ({"filter": "steps.py:keep"}, {"map": "steps.py:named"}, {"yield_map": "steps.py:twice"})
    run = sync(api, with_steps(*steps, paginator=OFFSET), verify_pages=verify)
    assert run.records("parts") == [{"ref": ref + part, "size": 6} for ref in REFS if ref != "p3" for part in "ab"]
    schema = next(each for each in run.messages if each["type"] == "SCHEMA")["schema"]
    assert {name: field["type"] for name, field in schema["properties"].items()} == {
        "ref": ["string"],
        "size": ["integer", "null"],
    }


def test_a_page_of_which_nothing_is_kept_does_not_end_the_list(api: Foreign, code: Path) -> None:
    code.write_text("def keep(record):\n    return record['ref'] == 'p6'\n")
    api.serve("/parts", by_number(PARTS, 2))
    paginator = {"type": "page_number", "base_page": 1, "page_param": "p", "total_path": "result.pages"}
    assert refs(sync(api, with_steps({"filter": "steps.py:keep"}, paginator=paginator))) == ["p6"]


def test_a_key_and_a_cursor_may_be_made_by_a_step(api: Foreign, code: Path) -> None:
    code.write_text(
        "def keyed(record):\n    return {'ref': f'x{record[\"n\"]}', 'at': f'2024-05-0{record[\"n\"]}T00:00:00Z'}\n"
    )
    api.serve("/parts", by_offset([{"n": number} for number in range(1, 8)]))
    new = {"cursor_path": "at", "initial_value": "2024-05-03T00:00:00Z"}
    run = sync(api, with_steps({"map": "steps.py:keyed"}, paginator=OFFSET, incremental=new))
    assert refs(run) == ["x3", "x4", "x5", "x6", "x7"]
    assert run.bookmark("parts") == "2024-05-07T00:00:00Z"


def test_a_step_that_fails_names_file_line_and_record_and_shows_no_secret(
    api: Foreign, code: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code.write_text(
        "def check(record):\n    if record['ref'] == 'p4':\n"
        f"        raise ValueError('with {TOKEN}')\n    return record\n"
    )
    api.serve("/parts", by_offset(PARTS))
    run = sync(api, with_steps({"map": "steps.py:check"}, paginator=OFFSET) | {"schema": SCHEMA})
    assert run.code == 1
    (told, *_) = [each.getMessage() for each in caplog.records if "steps.py" in each.getMessage()]
    assert told.startswith("parts: record 5: `steps.py:check` failed at line 3 of `steps.py`: ValueError: with ")


def test_a_record_without_its_key_behind_the_steps_fails(
    api: Foreign, code: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code.write_text("def drop(record):\n    return {'label': record['label']}\n")
    api.serve("/parts", by_offset(PARTS))
    schema = {"properties": {"ref": {"type": "string"}, "label": {"type": "string"}}}
    assert sync(api, with_steps({"map": "steps.py:drop"}, paginator=OFFSET) | {"schema": schema}).code == 1
    assert "made by `processing_steps`, has no `ref`, its primary key" in caplog.text


def test_children_are_read_for_the_records_that_steps_leave_of_their_parents(api: Foreign, code: Path) -> None:
    code.write_text("def keep(record):\n    return record['ref'] == 'g1'\n")
    api.serve("/groups", lambda _: in_envelope([{"ref": f"g{number}"} for number in range(3)]))
    api.serve("/groups/g1/parts", lambda _: in_envelope(PARTS))
    groups = {
        "name": "groups",
        "endpoint": {"path": "/groups", **SINGLE},
        "processing_steps": [{"filter": "steps.py:keep"}],
    }
    run = sync(api, groups, parts(path="/groups/{resources.groups.ref}/parts", **SINGLE))
    assert (run.code, refs(run, "groups"), refs(run)) == (0, ["g1"], REFS)


# Actions, bounds


@pytest.mark.parametrize(
    "action", ["steps.py:mend", {"action": "steps.py:mend"}, {"status_code": 200, "action": ["steps.py:mend"]}]
)
def test_code_may_change_a_response(api: Foreign, code: Path, action: object) -> None:
    code.write_text(
        "import json\n\n"
        "def mend(response):\n    rows = response.json()['odd']\n"
        "    response._content = json.dumps({'result': {'items': rows}}).encode()\n"
    )
    api.serve("/parts", lambda _: Reply({"odd": PARTS}))
    assert refs(sync(api, parts(response_actions=[action], **SINGLE))) == REFS


def test_code_may_ignore_a_response_or_want_another_try(api: Foreign, code: Path) -> None:
    code.write_text(
        "from singer_sdk.exceptions import RetriableAPIError\n"
        "from tap_analytics.http.actions import IgnoredResponse\n\n"
        "def look(response):\n"
        "    if response.status_code == 404:\n        raise IgnoredResponse\n"
        "    if 'not yet' in response.text:\n        raise RetriableAPIError('not yet')\n"
    )
    answers = iter([Reply({"fault": "not yet"}), in_envelope(PARTS)])
    api.serve("/parts", lambda _: next(answers))
    run = sync(
        api,
        parts(response_actions=["steps.py:look"], **SINGLE) | {"schema": SCHEMA},
        {"name": "absent", "endpoint": {"path": "/absent", "response_actions": ["steps.py:look"]}, "schema": SCHEMA},
    )
    assert (run.code, refs(run), refs(run, "absent")) == (0, REFS, [])


def test_code_that_fails_at_a_response_is_a_failure_without_the_key(
    api: Foreign, code: Path, caplog: pytest.LogCaptureFixture
) -> None:
    code.write_text("def look(response):\n    raise ValueError(response.request.headers['X-Token'])\n")
    api.serve("/parts", lambda _: in_envelope(PARTS))
    run = sync(api, parts(response_actions=["steps.py:look"], **SINGLE) | {"schema": SCHEMA})
    assert run.code == 1
    assert "`steps.py:look` failed at line 2 of `steps.py`: ValueError: ***" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("word", ["convert", "transform"])
@pytest.mark.parametrize("is_old", [True, False])
def test_code_writes_the_bounds(api: Foreign, code: Path, word: str, *, is_old: bool) -> None:
    code.write_text("def day(value):\n    return f'day {value[:10]}'\n")
    api.serve("/parts", lambda _: in_envelope([{"ref": "p1", "at": "2024-05-02T06:00:00Z"}]))
    new = {"cursor_path": "at", "initial_value": "2024-05-01T00:00:00Z", word: "steps.py:day"}
    words: Words = (
        {"params": {"since": {"type": "incremental"} | new}}
        if is_old
        else {"incremental": new | {"start_param": "since"}}
    )
    run = sync(api, parts(**words, **SINGLE))
    assert (refs(run), api.values_of("/parts", "since")[0]) == (["p1"], "day 2024-05-01")


# Paginators and credentials


def test_a_paginator_may_be_a_class_of_ones_own(api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pages.py").write_text(
        "from __future__ import annotations\n"
        "from dataclasses import dataclass, field\n"
        "from tap_analytics.pagination.linked.cursor import CursorPaginator\n"
        "from tap_analytics.pagination.paginator import option\n\n"
        "@dataclass(frozen=True, kw_only=True)\n"
        "class Prefixed(CursorPaginator):\n"
        "    prefix: str = field(default='', metadata=option({'type': 'string'}, 'What stands before a cursor.'))\n\n"
        "    def params(self, token):\n"
        "        return {'after': self.prefix + token.value} if token.value else {}\n"
    )

    def answer(call: Call) -> Reply:
        start = int(call.params.get("after", "c-0").removeprefix("c-"))
        return in_envelope(PARTS[start : start + 3], next=start + 3 if start + 3 < len(PARTS) else None)

    api.serve("/parts", answer)
    paginator = {"type": "pages.py:Prefixed", "cursor_path": "result.next", "prefix": "c-"}
    assert refs(sync(api, parts(paginator=paginator))) == REFS
    assert refs(sync(api, parts(), client={"paginator": paginator})) == REFS
    (told,) = faults(api, parts(paginator=paginator | {"prefx": 5}))
    assert told.startswith("`resources[0].endpoint.paginator.prefx` is not known; did you mean `prefix`?")


SIGNING = (
    "from requests.auth import AuthBase\n\n"
    "class Two(AuthBase):\n"
    "    def __init__(self, key, account='a'):\n        self.key, self.account = key, account\n\n"
    "    def __call__(self, request):\n"
    "        request.headers.update({'X-Token': self.key, 'X-Account': self.account})\n        return request\n"
)


def test_requests_may_be_signed_by_a_class_of_ones_own(
    api: Foreign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THE_KEY", TOKEN)
    (tmp_path / "auth.py").write_text(SIGNING)
    api.serve("/parts", lambda _: in_envelope(PARTS))
    api.serve("/others", lambda _: in_envelope(PARTS))
    auth = {"type": "auth.py:Two", "key": "$THE_KEY"}
    others = {"name": "others", "endpoint": {"path": "/others", "auth": auth | {"account": "b"}, **SINGLE}}
    run = sync(api, parts(**SINGLE), others, client={"auth": auth})
    assert (refs(run), refs(run, "others")) == (REFS, REFS)
    accounts = {call.path: call.headers["x-account"] for call in api.calls}
    assert accounts == {"/api/parts": "a", "/api/others": "b"}
    (told,) = faults(api, parts(), client={"auth": {"type": "auth.py:Two", "kez": "s3cret"}})
    assert told.startswith("`client.auth` cannot be made: `auth.py:Two` failed")
    assert "s3cret" not in told


SESSION = """
import requests

sent = []


class Counting(requests.Session):
    def __init__(self):
        super().__init__()
        self.auth = ("ada", "lovelace")
        self.headers["X-Team"] = "blue"

    def send(self, request, **options):
        sent.append(request.url)
        return super().send(request, **options)


def made():
    return Counting()


one = Counting()
number = 5
"""


@pytest.mark.parametrize("name", ["Counting", "made", "one"])
def test_a_session_of_ones_own_sends_and_signs_the_requests(api: Foreign, code: Path, name: str) -> None:
    code.write_text(SESSION)
    api.serve("/parts", by_offset(PARTS))
    client = {"session": f"steps.py:{name}", "auth": None, "headers": {"X-Token": TOKEN}}
    run = sync(api, parts(paginator=OFFSET), client=client)
    assert refs(run) == REFS
    assert {call.headers["x-team"] for call in api.calls} == {"blue"}
    assert {call.headers["authorization"] for call in api.calls} == {"Basic YWRhOmxvdmVsYWNl"}


def test_a_session_gives_its_credentials_to_no_other_server(api: Foreign, code: Path) -> None:
    code.write_text(SESSION)
    with Foreign(is_open=True) as other:
        other.serve("/parts", lambda _: in_envelope(PARTS))
        words = parts(path=f"{other.url}/parts", **SINGLE)
        assert refs(sync(api, words, client={"session": "steps.py:one"})) == REFS
        assert {"authorization", "x-team"}.isdisjoint(other.calls[0].headers)


def test_what_is_no_session_is_refused_with_its_place(api: Foreign, code: Path) -> None:
    code.write_text(SESSION + "\ndef other():\n    return 5\n")
    for name, reason in (
        ("number", "which is not a `requests"),
        ("other", "which gives no `requests"),
        ("none", "not there"),
    ):
        (told,) = faults(api, parts(), client={"session": f"steps.py:{name}"})
        assert told.startswith(f"`client.session` names `steps.py:{name}`")
        assert reason in told


def test_a_status_that_code_calls_a_failure_is_tried_again_as_ever(api: Foreign, code: Path) -> None:
    code.write_text("def look(response, *_):\n    response.raise_for_status()\n")
    answers = iter([Reply({}, status=503)])
    api.serve("/parts", lambda _: next(answers, in_envelope(PARTS)))
    run = sync(api, parts(response_actions=["steps.py:look"], **SINGLE), backoff_factor=0)
    assert refs(run) == REFS


def test_code_may_say_in_what_encoding_a_body_is(api: Foreign, code: Path) -> None:
    code.write_text("def say(response, *_):\n    response.encoding = 'latin-1'\n")
    body = json.dumps({"result": {"items": [{"ref": "p1", "label": "\u00e9"}]}}, ensure_ascii=False).encode("latin-1")
    api.serve("/parts", lambda _: Reply(body))
    run = sync(api, parts(response_actions=["steps.py:say"], **SINGLE))
    assert run.records("parts") == [{"ref": "p1", "label": "\u00e9"}]


def test_a_resource_may_be_code_and_the_parent_of_others(api: Foreign, code: Path) -> None:
    code.write_text("def boxes():\n    yield [{'box': 'a'}, {'box': 'b'}]\n")
    api.serve("/boxes/a", lambda _: in_envelope(PARTS[:1]))
    api.serve("/boxes/b", lambda _: in_envelope(PARTS[1:2]))
    below = parts(path="boxes/{resources.boxes.box}", **SINGLE)
    for given in ("steps.py:boxes", {"name": "boxes", "python": "steps.py:boxes"}):
        run = sync(api, given, below)
        assert (refs(run), run.records("boxes")) == (REFS[:2], [{"box": "a"}, {"box": "b"}])


def test_code_is_looked_for_beside_the_configuration(api: Foreign, tmp_path: Path) -> None:
    folder = tmp_path / "configuration"
    folder.mkdir()
    (folder / "steps.py").write_text("def keep(record):\n    return record['ref'] < 'p2'\n")
    api.serve("/parts", lambda _: in_envelope(PARTS))
    (folder / "c.json").write_text(json.dumps(configure(api, with_steps({"filter": "steps.py:keep"}, **SINGLE))))
    command = [sys.executable, "-m", "tap_analytics", "--config", "configuration/c.json"]
    path = {"PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    done = subprocess.run(command, cwd=tmp_path, env=surroundings() | path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["record"]["ref"] for line in done.stdout.splitlines() if '"RECORD"' in line] == REFS[:2]


def test_code_that_is_not_there_is_refused_before_the_first_request(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    told = faults(api, with_steps({"map": "absent.py:f"}, response_actions=["absent.py:g"]))
    assert [each.partition(",")[0] for each in told] == [
        "`resources[0].endpoint.response_actions[0].action` names `absent.py:g`",
        "`resources[0].processing_steps[0].map` names `absent.py:f`",
    ]
    assert api.calls == []
