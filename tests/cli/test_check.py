"""`--test`: one request per stream, and a table of what each of them shows about the settings."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner


def verdicts(run: Run) -> dict[str, tuple[str, str]]:
    """Return what the table says of each stream: ok or failed, and the rest of its line."""
    lines = re.findall(r"^ ?(\S+) +(ok|failed) +(.*?) *$", run.stdout, re.MULTILINE)
    return {stream: (result, " ".join(rest.split())) for stream, result, rest in lines}


def resource(name: str, path: str = "/v1/deals", **endpoint: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"name": name, "primary_key": "id", "endpoint": {"path": path, **endpoint}}


def test_each_stream_is_asked_for_its_first_page_and_the_next(api: Sandbox, tap: TapRunner) -> None:
    run = tap("--test")
    assert run.code == 0
    assert {request.resource for request in api.requests} == set(STREAMS)
    assert all(len(api.requests_to(stream)) <= 2 for stream in STREAMS)
    assert verdicts(run).keys() == set(STREAMS)
    assert (
        verdicts(run).items()
        >= {
            "contacts": ("ok", "100 the second page is another"),
            "companies": ("ok", "100 the second page is another"),
            "deals": ("ok", "30"),
            "account_overview": ("ok", "1"),
            "agents_overview": ("ok", "5"),
            "current_queue_activity": ("ok", "3"),
        }.items()
    )
    assert run.stdout.endswith(f"{len(STREAMS)} streams are fine.\n")


def test_success_has_neither_errors_nor_messages(tap: TapRunner) -> None:
    run = tap("--test")
    assert "ERROR" not in run.stderr
    assert "Traceback" not in run.stderr
    assert '"type"' not in run.stdout


def test_no_row_is_fine_but_said(api: Sandbox, tap: TapRunner) -> None:
    api.reset(rows={"contacts": 0})
    run = tap("--test")
    assert run.code == 0
    assert verdicts(run)["contacts"] == ("ok", "0 the API gives no row")


def test_a_wrong_key_is_told_for_every_stream(tap: TapRunner) -> None:
    run = tap("--test", api_key="not-the-key-at-all")
    assert run.code == 1
    assert [result for result, _ in verdicts(run).values()] == ["failed"] * len(STREAMS)
    assert all("401 Unauthorized" in rest and "check the credentials" in rest for _, rest in verdicts(run).values())
    assert f"{len(STREAMS)} of {len(STREAMS)} streams failed: {', '.join(STREAMS)}" in run.stdout
    assert "Traceback" not in run.stderr


def test_a_wrong_client_secret_is_told(api: Sandbox, tap: TapRunner) -> None:
    run = tap("--test", api_key=None, client_id=api.options.client_id, client_secret="not-the-secret")
    assert run.code == 1
    assert all("client_secret" in rest for _, rest in verdicts(run).values())


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("no_data", "check `data_selector`"),
        ("null_data", "check `data_selector`"),
        ("error_object", "the response reports an error"),
        ("without_id", "has no `id`, its primary key"),
        ("wrong_type", "`score` is a text that does not fit"),
        ("forbidden", "403 Forbidden"),
        ("redirect", "change `api_url`"),
        ("html", "the body of the response is HTML"),
    ],
)
def test_what_is_wrong_with_one_stream_is_told_with_what_to_do(
    api: Sandbox, tap: TapRunner, fault: str, told: str
) -> None:
    api.fault(fault, resource="contacts")
    run = tap("--test")
    assert run.code == 1
    result, rest = verdicts(run).pop("contacts")
    assert result == "failed"
    assert told in rest
    assert [name for name, (result, _) in verdicts(run).items() if result == "failed"] == ["contacts"]
    assert "Traceback" not in run.stderr


def test_a_stream_is_tried_twice_at_most(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(503, {}) if request.resource == "deals" else None)
    run = tap("--test", max_retries=5)
    assert len(api.requests_to("deals")) == 2
    assert "tried 2 times: 503" in verdicts(run)["deals"][1]


def test_without_retries_a_stream_is_tried_once(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(503, {}) if request.resource == "deals" else None)
    tap("--test", max_retries=0)
    assert len(api.requests_to("deals")) == 1


def test_a_failure_that_is_over_with_the_retry_is_none(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(503, {}) if request.resource == "deals" and request.number == 1 else None)
    assert tap("--test").code == 0


def test_resources_whose_fields_are_not_declared_are_asked_for_too(api: Sandbox, tap: TapRunner) -> None:
    run = tap("--test", resources=[resource("plain"), "companies"])
    assert run.code == 0
    assert len(api.requests) == 4
    assert verdicts(run) == {"plain": ("ok", "30"), "companies": ("ok", "100 the second page is another")}
    assert "WARNING" not in run.stderr


def test_second_page_that_is_the_first_again_is_a_fault(tap: TapRunner) -> None:
    pages = {"type": "page_number", "base_page": 1}
    run = tap("--test", resources=[resource("numbered", paginator=pages, params={"limit": 10})])
    assert run.code == 1
    assert "same rows as page 2" in verdicts(run)["numbered"][1]


def test_declared_resources_are_told_what_to_change(tap: TapRunner) -> None:
    wrong = [
        resource("path", path="/v1/nothing"),
        resource("selector", data_selector="items"),
        {"name": "key", "primary_key": "number", "endpoint": "/v1/deals"},
        {**resource("fields"), "columns": {"name": {"data_type": "bigint"}}},
    ]
    found = verdicts(tap("--test", resources=[*wrong, resource("fine")]))
    assert found.pop("fine") == ("ok", "30")
    assert {result for result, _ in found.values()} == {"failed"}
    assert "404 Not Found" in found["path"][1]
    assert "check `data_selector`" in found["selector"][1]
    assert "has no `number`, its primary key" in found["key"][1]
    assert "`name` is a text that does not fit" in found["fields"][1]


def children(request: Request) -> Answer | None:
    rows = [{"id": 7}] if request.params.get("offset") == "0" else []
    return Answer(200, {"data": rows}) if request.path == "/v1/companies/1/calls" else None


def test_a_child_is_asked_for_with_the_first_record_of_its_parent(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(children)
    run = tap("--test", resources=[resource("calls", path="/v1/companies/{resources.companies.id}/calls")])
    assert run.code == 0
    assert len(api.requests) == 4
    assert verdicts(run) == {"companies": ("ok", "100 the second page is another"), "calls": ("ok", "1")}


def test_a_child_is_not_asked_for_without_a_parent(api: Sandbox, tap: TapRunner) -> None:
    calls = resource("calls", path="/v1/companies/{resources.companies.id}/calls")
    api.reset(rows={"companies": 0})
    run = tap("--test", resources=[calls])
    assert (run.code, verdicts(run)["calls"][1]) == (0, "0 not asked for: its parent `companies` has no row")
    api.fault("forbidden", resource="companies")
    run = tap("--test", resources=[calls])
    assert (run.code, verdicts(run)["calls"][1]) == (1, "0 not asked for, since its parent `companies` failed")


def test_wrong_settings_are_told_before_the_first_request(api: Sandbox, tap: TapRunner) -> None:
    run = tap("--test", page_size=0)
    assert run.code == 1
    assert "`page_size`" in run.stderr
    assert run.stdout == ""
    assert not api.requests


def test_a_key_that_the_api_says_again_is_masked(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(403, {"error": f"no access for {request.target}"}))
    run = tap("--test")  # which looks for the key in all that is printed
    assert run.code == 1
    assert "***" in run.stdout


def test_a_stream_that_is_to_be_incremental_has_to_say_when_a_row_was_changed(tap: TapRunner) -> None:
    run = tap("--test", resources=[resource("misspelt", incremental={"cursor_path": "updated"}), "contacts"])
    assert run.code == 1
    assert "no record has a date or a number in `updated`, so no bookmark can move; check `cursor_path`" in run.stdout
    assert verdicts(run)["contacts"][0] == "ok"


def test_rows_that_never_changed_are_fine(api: Sandbox, tap: TapRunner) -> None:
    api.table("companies").load([{"id": 1, "name": "New", "updated_at": None}])
    assert tap("--test").code == 0


@pytest.mark.parametrize("cursor", ["a.b", "c.d"])
def test_a_cursor_may_have_a_dot_in_its_name_or_stand_within(api: Sandbox, tap: TapRunner, cursor: str) -> None:
    rows = [{"id": 1, "a.b": "2025-01-01", "c": {"d": "2025-01-01"}}]
    api.intercept(lambda _: Answer(200, {"data": rows, "total": 1}))
    assert tap("--test", resources=[resource("dotted", incremental={"cursor_path": cursor})]).code == 0


def test_one_resource_that_hangs_does_not_hide_the_others(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(200, {}, delay=5) if request.resource == "contacts" else None)
    found = verdicts(tap("--test", read_timeout=0.2))
    assert "no response within 0.2 s (`read_timeout`)" in found.pop("contacts")[1]
    assert {result for result, _ in found.values()} == {"ok"}


def test_an_api_that_does_not_answer_is_not_asked_again_for_each_stream(tap: TapRunner) -> None:
    run = tap("--test", api_url="http://127.0.0.1:9")
    assert run.code == 1
    found = verdicts(run)
    assert "(connection refused); check `api_url`" in found.pop("contacts")[1]
    assert {rest for _, rest in found.values()} == {"0 not asked for, since the API did not answer for `contacts`"}
    assert run.stderr.count("Trying again") == 1


def test_a_long_wait_is_not_waited_for(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(429, {}, headers={"Retry-After": "11"}))
    run = tap("--test")
    assert run.code == 1
    assert "asks to wait 11 s (`Retry-After`)" in verdicts(run)["contacts"][1]
    assert len(api.requests) == len(STREAMS)


def test_a_child_may_be_asked_for_with_any_field_of_its_parent(api: Sandbox, tap: TapRunner) -> None:
    rows = [{"id": 1, "links": {"rows": f"{api.url}/v1/rows"}}]
    api.intercept(lambda request: Answer(200, {"data": rows}) if request.path == "/v1/files" else None)
    api.intercept(lambda request: Answer(200, {"data": [{"id": 7}]}) if request.path == "/v1/rows" else None)
    paths = {"files": "/v1/files", "rows": "{resources.files.links.rows}"}
    run = tap("--test", resources=[resource(name, path, paginator="single_page") for name, path in paths.items()])
    assert (run.code, verdicts(run)["rows"][0]) == (0, "ok"), run.stdout


def test_a_field_of_the_parent_that_is_not_there_is_named(tap: TapRunner) -> None:
    firms = resource("firms", path="/v1/companies")
    run = tap("--test", resources=[firms, resource("calls", path="/v1/companies/{resources.firms.number}/calls")])
    assert run.code == 1
    assert "the first record of its parent `firms` has no `number`; check the path" in run.stdout


def test_advice_on_tokens_is_that_on_tokens(tap: TapRunner) -> None:
    wrong = tap("--test", api_key=None, client_id="nobody", client_secret="not-the-secret")
    assert "check `client_id`, `client_secret`, `token_url` and `scope`" in wrong.stdout
    assert "api_key_name" not in wrong.stdout
    dead = tap("--test", api_key=None, client_id="nobody", client_secret="not-it", token_url="http://127.0.0.1:9")
    assert re.search(
        r"no token from `token_url`: the connection failed: .*connection refused.; check `token_url`", dead.stdout
    )


def test_a_key_in_the_name_of_a_stream_is_masked(api: Sandbox, tap: TapRunner) -> None:
    api.reset(api_key="letters_only")
    run = tap("--test", api_key="letters_only", resources=[resource("letters_only")])
    assert "letters_only" not in run.stdout
    assert verdicts(run) == {"***": ("ok", "30")}


def test_an_output_that_cannot_be_written_is_told_in_one_line(tap: TapRunner) -> None:
    command = shlex.join([sys.executable, "-m", "tap_analytics", *tap.write(config=tap.settings()), "--test"])
    process = subprocess.run(
        ["/bin/sh", "-c", f"{command} > /dev/full"], stderr=subprocess.PIPE, text=True, check=False
    )
    assert process.returncode == 1
    assert process.stderr.endswith("Error: the output cannot be written: No space left on device\n")
