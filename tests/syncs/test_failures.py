"""What fails is told and never a success; what is transient is tried again; nothing else stops."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer
from tests.conftest import STREAMS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

BODIES = {
    "data missing": ({"items": []}, "has no `data`"),
    "data null": ({"data": None}, "has null as `data`"),
    "data text": ({"data": "no"}, "has text as `data`"),
    "data number": ({"data": 3}, "has a number as `data`"),
    "error object": ({"error": {"code": 7, "message": "no such account"}}, "no such account"),
    "error beside an empty list": ({"error": "shard 3 did not answer", "data": []}, "shard 3 did not answer"),
    "list of numbers": ({"data": [1, 2]}, "record 1 of the response is a number, not an object"),
    "record without its key": ({"data": [{"id": 1}, {"name": "x"}]}, "record 2 of the response has no `id`"),
    "record with a null key": ({"data": [{"id": None}]}, "record 1 of the response has null as `id`"),
}
GARBLED = {
    "HTML": (b"<html><body>login</body></html>", "is HTML"),
    "empty": (b"", "is empty"),
    "half": (b'{"data": [{"id": 1}', "is cut short"),
    "text": (b"try again", "is not JSON"),
}


def answers(api: Sandbox, *answers: Answer | None) -> None:
    """Let the API answer these, one after the other, and then as usual; None is as usual too."""
    given = iter(answers)
    api.intercept(lambda _: next(given, None))


@pytest.mark.parametrize(("body", "told"), BODIES.values(), ids=BODIES)
def test_a_200_without_records_fails_at_once_and_says_where(
    api: Sandbox, tap: TapRunner, body: dict[str, Any], told: str
) -> None:
    answers(api, Answer(200, body))
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(api.requests) == 1
    assert "contacts: /v1/contacts failed at offset 0: " in run.stderr
    assert told in run.stderr
    assert "Traceback" not in run.stderr


def test_an_empty_list_is_fine(api: Sandbox, tap: TapRunner) -> None:
    answers(api, Answer(200, {"data": []}))
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.records("contacts") == []


@pytest.mark.parametrize(("body", "told"), GARBLED.values(), ids=GARBLED)
def test_a_body_that_is_no_json_is_tried_four_times(api: Sandbox, tap: TapRunner, body: bytes, told: str) -> None:
    api.intercept(lambda _: Answer(200, body))
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(api.requests) == 4
    assert told in run.stderr


@pytest.mark.parametrize(
    "answer",
    [Answer(200, body) for body, _ in GARBLED.values()]
    + [Answer(reset=True), Answer(200, {"data": [{"id": 1}]}, cut=9), Answer.error(503, "busy")],
    ids=[*GARBLED, "reset", "cut short", "503"],
)
def test_what_is_over_in_a_moment_loses_no_row(api: Sandbox, tap: TapRunner, answer: Answer) -> None:
    answers(api, None, answer, answer, answer)
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.ids("contacts") == api.table("contacts").ids()


def test_retries_are_counted_per_page_whatever_the_mixture(api: Sandbox, tap: TapRunner) -> None:
    mixture = cycle([Answer(reset=True), Answer.error(503, "busy"), Answer(200, b"{"), Answer.error(429, "slowly")])
    api.intercept(lambda _: next(mixture))
    assert tap(streams=["contacts"]).code == 1
    assert len(api.requests) == 4


def test_each_page_has_retries_of_its_own(api: Sandbox, tap: TapRunner) -> None:
    def interceptor(request: Request) -> Answer | None:
        tried = [earlier for earlier in api.requests if earlier.params.get("offset") == request.params["offset"]]
        return Answer.error(500, "no") if len(tried) <= 3 else None

    api.intercept(interceptor)
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.ids("contacts") == api.table("contacts").ids()


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "1"},
        {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)},
        {"X-RateLimit-Reset": str(int(time.time()) + 86400)},
    ],
    ids=["seconds", "date", "reset"],
)
def test_a_wait_longer_than_allowed_fails_at_once_and_names_its_setting(
    api: Sandbox, tap: TapRunner, headers: dict[str, str]
) -> None:
    answers(api, Answer(429, {"error": "slowly"}, headers))
    run = tap(streams=["contacts"], max_retry_wait=0.5)
    assert run.code == 1
    assert len(api.requests) == 1
    assert next(iter(headers)) in run.stderr
    assert "`max_retry_wait`" in run.stderr


def test_the_wait_that_the_server_asks_for_is_kept(api: Sandbox, tap: TapRunner) -> None:
    answers(api, Answer(429, {"error": "slowly"}, {"Retry-After": "1"}))
    assert tap(streams=["deals"]).code == 0
    first, second = api.requests[:2]
    assert second.received_at - first.received_at >= 1


@pytest.mark.parametrize("useless", ["soon", "", "-5", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_a_useless_wait_is_ignored(api: Sandbox, tap: TapRunner, useless: str) -> None:
    answers(api, Answer(503, b"", {"Retry-After": useless}))
    assert tap(streams=["deals"]).code == 0


def test_a_redirect_is_not_followed_and_names_the_setting(api: Sandbox, tap: TapRunner) -> None:
    answers(api, Answer(302, b"", {"Location": f"http://localhost:{api.port}/elsewhere?x=1"}))
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert [request.path for request in api.requests] == ["/v1/contacts"]
    assert f"a redirect to http://localhost:{api.port}/elsewhere" in run.stderr
    assert "`api_url`" in run.stderr


def test_a_slow_answer_is_a_timeout_that_names_its_setting(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": []}, delay=5))
    run = tap(streams=["contacts"], read_timeout=0.2, max_retries=1)
    assert run.code == 1
    assert len(api.requests) == 2
    assert "no response within 0.2 s (`read_timeout`)" in run.stderr


def test_a_stream_that_fails_leaves_the_others_alone(api: Sandbox, tap: TapRunner) -> None:
    api.fault("forbidden", resource="companies")
    run = tap()
    assert run.code == 1
    assert run.ids("contacts") == api.table("contacts").ids()
    assert run.ids("deals") == api.table("deals").ids()
    assert run.bookmark("contacts") is not None
    assert run.bookmark("companies") is None
    assert run.stderr.rstrip().endswith(f"1 of {len(STREAMS)} streams failed: companies")
    assert "Traceback" not in run.stderr


def test_every_stream_that_failed_is_named_at_the_end(api: Sandbox, tap: TapRunner) -> None:
    for stream in ("companies", "deals"):
        api.fault("no_data", resource=stream)
    assert tap().stderr.rstrip().endswith(f"2 of {len(STREAMS)} streams failed: companies, deals")


def test_where_every_stream_failed_the_last_line_says_why(api: Sandbox, tap: TapRunner) -> None:
    api.fault("no_data")
    last = tap(streams=["companies", "deals"]).stderr.splitlines()[-1]
    assert "2 of 2 streams failed: companies, deals. The first failure: companies: /v1/companies failed" in last
    assert "check `data_selector`" in last


def test_values_are_converted_where_nothing_is_lost(api: Sandbox, tap: TapRunner) -> None:
    api.table("contacts").load(
        [
            {"id": 1, "score": "12.50", "open_deals_count": "12", "email_opt_out": "true", "name": 7},
            {"id": 2, "open_deals_count": 3.0, "is_deleted": 0, "updated_at": "2024-03-01T05:30:00.125+05:30"},
        ]
    )
    first, second = tap(streams=["contacts"]).records("contacts")
    assert str(first["score"]) == "12.50"
    assert first["open_deals_count"] == 12
    assert first["email_opt_out"] is True
    assert first["name"] == "7"
    assert second["open_deals_count"] == 3
    assert second["is_deleted"] is False
    assert second["updated_at"] == "2024-03-01T00:00:00.125Z"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("open_deals_count", "many", "`open_deals_count` is a text that does not fit, not a whole number"),
        ("open_deals_count", 2.5, "`open_deals_count` is a number, not a whole number"),
        ("email_opt_out", "maybe", "`email_opt_out` is a text that does not fit, not true or false"),
        ("address", "Main Street 1", "`address` is a text that does not fit, not an object"),
        ("emails", [{"value": "a@b.example"}, {"primary": "often"}], "`emails[1].primary` is a text"),
        ("tags", [["nested"]], "`tags[0]` is a list, not text"),
    ],
)
def test_a_value_that_does_not_fit_fails_and_names_stream_record_and_field(
    api: Sandbox, tap: TapRunner, field: str, value: object, told: str
) -> None:
    api.table("contacts").load([{"id": 41}, {"id": 42, field: value}])
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert "contacts: record 42: " in run.stderr
    assert told in run.stderr
    assert run.bookmark("contacts") is None


def test_a_field_that_is_not_selected_may_hold_anything(api: Sandbox, tap: TapRunner) -> None:
    api.table("contacts").load([{"id": 1, "open_deals_count": "many"}])
    run = tap(streams=["contacts"], without=("open_deals_count",))
    assert run.code == 0
    assert run.records("contacts") == [{"id": 1}]


def test_an_unknown_field_is_left_out_with_one_warning(api: Sandbox, tap: TapRunner) -> None:
    api.table("contacts").load([{"id": number, "shoe_size": 42} for number in range(1, 251)])
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.records("contacts")[0] == {"id": 1}
    assert run.stderr.count("`shoe_size`") == 1


def test_of_very_many_unknown_fields_a_hundred_are_named(api: Sandbox, tap: TapRunner) -> None:
    api.table("contacts").load([{"id": 1, **{f"beyond_{number}": 1 for number in range(300)}}])
    run = tap(streams=["contacts"])
    assert run.code == 0
    assert run.stderr.count("The API sends a field that the schema does not have") == 100
    assert run.stderr.count("The API sends 200 more fields") == 1


@pytest.mark.parametrize("levels", [900, 5_000])
@pytest.mark.parametrize("resource", ["contacts", {"name": "people", "primary_key": "id", "endpoint": "/v1/contacts"}])
def test_records_that_are_nested_too_deeply_end_their_stream_only(
    api: Sandbox, tap: TapRunner, levels: int, resource: object
) -> None:
    body = b'{"data": [{"id": 1, "beyond": %s%s}], "total": 1}' % (b"[" * levels, b"]" * levels)
    api.intercept(lambda request: Answer(200, body) if request.path == "/v1/contacts" else None)
    run = tap(resources=[resource, "deals"])
    assert run.ids("deals") == api.table("deals").ids()
    assert "Traceback" not in run.stderr
    assert run.code == 0 or "nested too deeply" in run.stderr


def test_a_response_that_is_never_whole_ends_its_stream_only(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(delay=60) if request.path == "/v1/contacts" else None)
    run = tap(streams=["contacts", "deals"], response_timeout=0.3, max_retries=1)
    assert run.code == 1
    assert "tried 2 times: no whole response within 0.3 s (`response_timeout`)" in run.stderr
    assert run.ids("deals") == api.table("deals").ids()


def test_a_response_that_is_too_large_ends_its_stream_only(api: Sandbox, tap: TapRunner) -> None:
    size = 1_000_000
    api.intercept(lambda request: Answer(200, b" " * (size + 1)) if request.path == "/v1/contacts" else None)
    run = tap(streams=["contacts", "deals"], max_response_size=size)
    assert run.code == 1
    assert "`max_response_size`" in run.stderr
    assert len([request for request in api.requests if request.path == "/v1/contacts"]) == 1
    assert run.ids("deals") == api.table("deals").ids()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, {"error": "slowly"}),
        Answer(403, {"error": "slowly"}, {"X-RateLimit-Remaining": "0"}),
        Answer(400, {"error": "slowly"}, {"Retry-After": "0"}),
    ],
    ids=["429", "403", "Retry-After"],
)
def test_a_limit_that_stays_names_the_settings_that_may_help(api: Sandbox, tap: TapRunner, answer: Answer) -> None:
    api.intercept(lambda _: answer)
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(api.requests) == 4
    assert "may not read it" not in run.stderr
    assert "ask less often (`requests_per_second`, `concurrency`), or raise `max_retries`" in run.stderr


def test_statuses_to_retry_are_tried_again(api: Sandbox, tap: TapRunner) -> None:
    answers(api, Answer(409), Answer(423))
    run = tap(streams=["deals"], retry_statuses=[409, 423])
    assert run.code == 0
    assert run.ids("deals") == api.table("deals").ids()


def test_a_plain_failure_is_not_waited_for_as_long_as_a_limit(api: Sandbox, tap: TapRunner) -> None:
    answers(api, Answer(500, headers={"X-RateLimit-Reset": str(int(time.time()) + 3600)}))
    assert tap(streams=["deals"]).code == 0


def test_a_nested_object_is_kept_whole_with_exact_numbers(api: Sandbox, tap: TapRunner) -> None:
    nested = b'{"data": [{"id": 1, "custom_fields": {"a": {"b": [1.10, 12345678901234567890.123]}}}]}'
    answers(api, *[Answer(200, nested)] * 2)
    assert b"1.10, 12345678901234567890.123" in tap(streams=["contacts"]).stdout.replace(",", ", ").encode()


def test_fewer_rows_than_the_total_is_a_failure(api: Sandbox, tap: TapRunner) -> None:
    api.reset(total=300)
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert len(run.records("contacts")) == 250
    assert "there are 300 rows, but gave 250" in run.stderr
    assert run.bookmark("contacts") is None


def test_an_api_that_ignores_the_offset_does_not_keep_the_tap_for_ever(api: Sandbox, tap: TapRunner) -> None:
    api.fault("ignores_offset")
    run = tap(streams=["contacts"])
    assert run.code == 1
    assert "`offset_param`" in run.stderr
    assert len(api.requests) < 20


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"token_type": "bearer"}),
        Answer(200, {"access_token": "t0ken", "token_type": "mac"}),
        Answer(200, b"<html>"),
        Answer.error(400, "unknown client"),
    ],
)
def test_without_a_token_the_streams_fail_and_say_why(api: Sandbox, tap: TapRunner, answer: Answer) -> None:
    api.intercept(lambda request: answer if request.path == "/oauth/token" else None)
    run = tap(streams=["contacts"], api_key=None, client_id="sandbox-client", client_secret="not-the-secret")
    assert run.code == 1
    assert "token" in run.stderr
    assert not api.requests_to("contacts")


def test_a_token_endpoint_that_is_busy_is_tried_again(api: Sandbox, tap: TapRunner) -> None:
    given = iter([Answer.error(503, "busy")] * 3)
    api.intercept(lambda request: next(given, None) if request.path == "/oauth/token" else None)
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    assert tap(streams=["contacts"], api_key=None, **secrets).code == 0


def test_a_token_that_is_refused_midway_is_renewed_once(api: Sandbox, tap: TapRunner) -> None:
    def revoke(request: Request) -> None:
        if request.resource == "contacts" and request.number == 2:
            api.revoke_tokens()

    api.intercept(revoke)
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    run = tap(streams=["contacts"], api_key=None, **secrets)
    assert run.code == 0
    assert run.ids("contacts") == api.table("contacts").ids()
    assert len([request for request in api.requests if request.path == "/oauth/token"]) == 2


def test_a_401_for_ever_asks_for_one_new_token_only(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer.error(401, "no") if request.resource else None)
    secrets: dict[str, Any] = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    assert tap(streams=["contacts"], api_key=None, **secrets).code == 1
    assert len([request for request in api.requests if request.path == "/oauth/token"]) == 2
    assert len(api.requests_to("contacts")) == 2


@pytest.mark.parametrize("number", ["1e400", "1e99999999", "1e99999999999999999999", "-1E+9999"])
@pytest.mark.parametrize("field", ["score", "open_deals_count"])
def test_a_number_that_no_target_can_hold_is_refused_and_not_lost(
    api: Sandbox, tap: TapRunner, field: str, number: str
) -> None:
    api.intercept(lambda _: Answer(200, f'{{"data": [{{"id": 1, "{field}": {number}}}], "total": 1}}'))
    run = tap(streams=["contacts"], max_retries=0)
    assert run.code == 1
    assert run.records("contacts") == []
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "none of the fields of the stream"),
        ({"quota": 5}, "none of the fields of the stream"),
        ({"error": "quota exceeded"}, "reports an error in `error`: quota exceeded"),
        ({"message": "Unauthorized", "code": 401}, "reports an error in `code`: 401, Unauthorized"),
    ],
)
def test_a_snapshot_without_any_of_its_fields_is_a_failure(
    api: Sandbox, tap: TapRunner, data: dict[str, Any], told: str
) -> None:
    api.intercept(lambda _: Answer(200, {"data": data}))
    run = tap(streams=["account_overview"])
    assert run.code == 1
    assert told in run.stderr


@pytest.mark.parametrize("named", [True, False])
def test_statistics_that_come_in_another_order_each_time_do_not_keep_the_tap_for_ever(
    api: Sandbox,
    tap: TapRunner,
    named: bool,  # noqa: FBT001 - a case
) -> None:
    def shuffle(request: Request) -> Answer:
        rows = [{"agents_online": request.number + place} for place in range(5)]
        for place, row in enumerate(rows if named else []):
            row |= {"name": f"queue {(place + request.number) % 5}"}  # type: ignore[dict-item] # a name beside a figure
        return Answer(200, {"data": rows})

    api.intercept(shuffle)
    run = tap(streams=["current_queue_activity"])
    assert run.code == 1
    assert "`offset_param`" in run.stderr
    assert len(api.requests) < 10
