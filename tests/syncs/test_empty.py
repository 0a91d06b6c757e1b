"""An empty list is a success in whatever words; a failure beside one is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import Run, TapRunner

SCHEMA: dict[str, Any] = {"type": "object", "properties": {"id": {"type": ["integer", "null"]}}}
ROWS = [{"id": number} for number in range(1, 11)]


def things(**endpoint: Any) -> dict[str, Any]:  # noqa: ANN401 - words of a declaration
    return {"name": "things", "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": "/v1/things", **endpoint}}


def by_offset(rows: list[dict[str, Any]], nothing: Answer) -> Callable[[Request], Answer]:
    """Answer rows by offset without a total, and `nothing` behind the last one."""

    def answer(request: Request) -> Answer:
        offset, limit = int(request.params["offset"]), int(request.params["limit"])
        found = rows[offset : offset + limit]
        return Answer(200, {"data": found}) if found else nothing

    return answer


@pytest.mark.parametrize("status", [204, 205, 304])
def test_a_response_without_content_is_an_empty_list(api: Sandbox, tap: TapRunner, status: int) -> None:
    api.intercept(lambda _: Answer(status))
    run = tap(streams=["contacts"])
    assert (run.code, run.records("contacts")) == (0, [])
    assert len(api.requests) == 1


@pytest.mark.parametrize("verify_pages", [True, False])
@pytest.mark.parametrize("status", [204, 205])
def test_a_response_without_content_is_the_end_behind_the_last_page(
    api: Sandbox,
    tap: TapRunner,
    status: int,
    verify_pages: bool,  # noqa: FBT001 - a case
) -> None:
    api.intercept(by_offset(ROWS, Answer(status)))
    run = tap(resources=[things()], page_size=5, verify_pages=verify_pages)
    assert run.code == 0
    assert run.ids("things") == [row["id"] for row in ROWS]


@pytest.mark.parametrize(("total", "code"), [({}, 1), ({"total": 10}, 0)])
def test_a_304_is_the_end_behind_a_page_only_where_a_count_says_so(
    api: Sandbox, tap: TapRunner, total: dict[str, int], code: int
) -> None:
    answer = by_offset(ROWS, Answer(304))

    def with_total(request: Request) -> Answer:
        given = answer(request)
        return Answer(200, {**given.body, **total}) if isinstance(given.body, dict) else given

    api.intercept(with_total)
    run = tap(resources=[things()], page_size=5)
    assert (run.code, run.ids("things")) == (code, [row["id"] for row in ROWS])


def test_a_quiet_day_leaves_the_bookmark_where_it_was(api: Sandbox, tap: TapRunner) -> None:
    state = {
        "bookmarks": {"contacts": {"replication_key": "updated_at", "replication_key_value": "2024-05-01T00:00:00Z"}}
    }
    api.intercept(lambda _: Answer(204))
    run = tap(streams=["contacts"], state=state)
    assert (run.code, run.bookmark("contacts")) == (0, "2024-05-01T00:00:00Z")


@pytest.mark.parametrize(
    ("empty_when", "answer"),
    [
        ({"status": [404]}, Answer.error(404, "nothing here")),
        ({"status": 404}, Answer(404, "<html>")),
        ({"status": ["404", 410]}, Answer(410)),
        ({"status": [500]}, Answer.error(500, "nothing here")),
        ({"data": ["null"]}, Answer(200, {"data": None})),
        ({"data": "null"}, Answer(200, {"data": None, "status": "ok"})),
        ({"data": [None]}, Answer(200, {"data": None})),
        ({"data": ["missing"]}, Answer(200, {"status": "ok"})),
        ({"data": "empty"}, Answer(200, {"data": {}})),
        ({"data": "empty"}, Answer(200, {"data": ""})),
        ({"message": "no things"}, Answer(200, {"status": "error", "message": "There are no things.", "data": []})),
        ({"message": ["No Things"]}, Answer.error(400, "There are no things.")),
    ],
)
def test_what_is_declared_is_an_empty_list(
    api: Sandbox, tap: TapRunner, empty_when: dict[str, Any], answer: Answer
) -> None:
    api.intercept(lambda _: answer)
    run = tap(resources=[things(empty_when=empty_when)])
    assert (run.code, run.records("things")) == (0, [])
    assert len(api.requests) == 1
    assert tap(resources=[things()], max_retries=0).code == 1


def test_what_is_declared_is_the_end_behind_the_last_page(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(by_offset(ROWS, Answer.error(404, "nothing here")))
    run = tap(resources=[things(empty_when={"status": [404]})], page_size=5)
    assert (run.code, run.ids("things")) == (0, [row["id"] for row in ROWS])


def test_it_may_be_declared_for_all_resources_and_for_one_beside(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer.error(404, "no"))
    defaults = {"endpoint": {"empty_when": {"status": [404]}}}
    assert tap(resources=[things()], resource_defaults=defaults).code == 0
    assert tap(resources=[things(empty_when={"data": ["null"]})], resource_defaults=defaults).code == 0
    assert tap(resources=[things(empty_when={"status": [410]})], resource_defaults=defaults).code == 1
    assert tap(resources=[things(empty_when=None)], resource_defaults=defaults).code == 1
    assert tap(resources=["contacts"], resource_defaults=defaults).code == 0


@pytest.mark.parametrize(
    ("empty_when", "fault"),
    [
        ("404", "`resources[0].endpoint.empty_when` must be an object"),
        ({"status": "none"}, "empty_when.status[0]` must be a status from 400 to 599, other than 401, 407 and 429"),
        ({"status": [200]}, "empty_when.status[0]` must be a status from 400 to 599, other than 401, 407 and 429"),
        ({"status": [401]}, "empty_when.status[0]` is not supported: it says that the request may not be made"),
        ({"data": ["nothing"]}, "empty_when.data[0]` must be one of `null`, `missing`, `empty`"),
        ({"message": [""]}, "empty_when.message[0]` must be text that is not empty"),
        ({"statuses": [404]}, "empty_when.statuses` is not known; did you mean `status`? The keys are"),
    ],
)
def test_a_wrong_declaration_is_refused(tap: TapRunner, empty_when: object, fault: str) -> None:
    run = tap(resources=[things(empty_when=empty_when)])
    assert run.code == 1
    assert fault in run.stderr


NOTES = {"name": "notes", "endpoint": {"path": "/v1/things/{resources.things.uuid}/notes", "paginator": "single_page"}}


def family(tap: TapRunner, parents: dict[str, Any], **settings: Any) -> Run:  # noqa: ANN401 - any setting
    return tap(resources=[parents, NOTES], **settings)


@pytest.mark.parametrize("answer", [Answer(200, {"data": []}), Answer(204)])
def test_without_parents_there_are_no_children_and_no_failure(api: Sandbox, tap: TapRunner, answer: Answer) -> None:
    api.intercept(lambda _: answer)
    run = family(tap, {"name": "things", "primary_key": "id", "endpoint": "/v1/things"})
    assert (run.code, run.records("things"), run.records("notes")) == (0, [], [])
    assert {request.path for request in api.requests} == {"/v1/things"}
    assert "notes: its parent has no record, so it has none to infer fields from" in run.stderr


def test_a_parent_without_the_value_that_its_children_need_is_told_and_passed_over(
    api: Sandbox, tap: TapRunner
) -> None:
    parents = [{"id": 1, "uuid": None}, {"id": 2}, {"id": 3, "uuid": ""}, {"id": 4, "uuid": "ok"}]

    def answer(request: Request) -> Answer:
        return Answer(200, {"data": parents if request.path == "/v1/things" else [{"text": "x"}]})

    api.intercept(answer)
    run = family(
        tap, {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things", "paginator": "single_page"}}
    )
    assert (run.code, run.records("notes")) == (0, [{"text": "x"}])
    assert {request.path for request in api.requests} == {"/v1/things", "/v1/things/ok/notes"}
    assert run.stderr.count("A record of the parent is passed over: it has no `uuid`, which requests need") == 3


def test_a_parent_without_children_fails_nothing(api: Sandbox, tap: TapRunner) -> None:
    parents = [{"id": 1, "uuid": "a"}, {"id": 2, "uuid": "b"}, {"id": 3, "uuid": "c"}]

    def answer(request: Request) -> Answer:
        if request.path == "/v1/things":
            return Answer(200, {"data": parents, "total": 3})
        return Answer(204) if request.path == "/v1/things/b/notes" else Answer(200, {"data": [{"text": request.path}]})

    api.intercept(answer)
    run = family(
        tap, {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things", "paginator": "single_page"}}
    )
    assert run.code == 0
    assert len(run.records("notes")) == 2


@pytest.mark.parametrize("selector", ["data", "$"])
@pytest.mark.parametrize(
    "body",
    [
        {"code": 401, "message": "Bad key", "data": []},
        {"success": "false", "msg": "Bad key", "data": []},
        {"meta": {"status": 401, "reason": "Bad key"}, "data": []},
        {"fault": {"faultstring": "Bad key"}, "data": []},
    ],
)
def test_a_failure_beside_an_empty_list_fails_and_is_quoted(
    api: Sandbox, tap: TapRunner, body: dict[str, Any], selector: str
) -> None:
    api.intercept(lambda _: Answer(200, body))
    run = tap(resources=[things(data_selector=selector)])
    assert (run.code, run.records("things")) == (1, [])
    assert "Bad key" in run.stderr
    assert len(api.requests) == 1


@pytest.mark.parametrize("paginator", ["offset", "single_page"])
@pytest.mark.parametrize(
    "body", [{"code": 401, "message": "Bad key"}, {"message": "Bad key"}, [{"errorCode": "E1", "message": "Bad key"}]]
)
def test_an_error_is_never_written_as_a_record(
    api: Sandbox, tap: TapRunner, body: dict[str, Any] | list[Any], paginator: str
) -> None:
    api.intercept(lambda _: Answer(200, body))
    run = tap(resources=[{"name": "things", "endpoint": {"data_selector": "$", "paginator": paginator}}])
    assert (run.code, run.records("things")) == (1, [])
    assert "Bad key" in run.stderr


@pytest.mark.parametrize(
    "endpoint",
    [
        {"path": "/v1/things/{resources.contacts.id}"},
        {"path": "/v1/things/{number}/", "params": {"number": "5"}},
        {"path": "/v1/things", "paginator": "single_page"},
    ],
)
def test_an_object_is_a_record_where_one_was_asked_for(api: Sandbox, tap: TapRunner, endpoint: dict[str, Any]) -> None:
    api.table("contacts").load([{"id": 5}])
    api.intercept(lambda request: Answer(200, {"data": {"id": 5}}) if "things" in request.path else None)
    resource = {"name": "things", "primary_key": "id", "schema": SCHEMA, "endpoint": endpoint}
    run = tap(resources=["contacts", resource])
    assert (run.code, run.ids("things")) == (0, [5])


def test_an_object_is_no_record_where_a_list_is_due(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": {"id": 5, "name": "Ann"}}))
    run = tap(resources=[things()])
    assert (run.code, run.records("things")) == (1, [])
    assert "has an object as `data`, not a list of records" in run.stderr
    assert 'The API says: {"id":5,"name":"Ann"}' in run.stderr


def test_a_changed_statistics_stream_may_still_be_one_object(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": {"agents_online": 5, "extra": 1}}))
    overview = {"name": "account_overview", "endpoint": {"params": {"day": "today"}}}
    run = tap(resources=[overview], discover_fields=True)
    assert (run.code, len(run.records("account_overview"))) == (0, 1)


def test_one_object_of_objects_is_told_for_it_may_be_many_records(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": {"2025-01-01": {"open": 1}, "2025-01-02": {"open": 2}}}))
    run = tap(resources=[{"name": "prices", "endpoint": {"paginator": "single_page"}}])
    assert run.code == 0
    assert "prices: the only record is an object of objects; if each is a record, set `key_field` to" in run.stderr
    advised = tap(resources=[{"name": "prices", "endpoint": {"paginator": "single_page", "key_field": "day"}}])
    assert advised.records("prices") == [{"day": "2025-01-01", "open": 1}, {"day": "2025-01-02", "open": 2}]
    assert "object of objects" not in advised.stderr


def test_a_secret_in_a_long_quotation_is_masked_and_the_rest_is_cut(api: Sandbox, tap: TapRunner) -> None:
    said = f"{'x' * 590} {api.api_key} {'y' * 100_000}"
    for body in ({"data": [], "error": said}, said, {"data": said}):
        api.intercept(lambda _, body=body: Answer(200, body))  # type: ignore[misc] # a body of its own for each
        run = tap(streams=["contacts"], max_retries=1)
        assert run.code == 1
        told = [line for line in run.stderr.splitlines() if "failed at" in line or "Trying again" in line]
        assert told
        assert max(map(len, told)) < 1_500


def test_a_resource_whose_records_cannot_be_looked_at_fails_alone(tap: TapRunner) -> None:
    run = tap(resources=["companies", {"name": "broken", "endpoint": "/nothing"}])
    assert run.code == 1
    assert len(run.records("companies")) == 120
    assert "1 of 2 streams failed: broken" in run.stderr
    assert "Traceback" not in run.stderr


@pytest.mark.parametrize("told", [{"status": "error"}, {"code": 500}, {"meta": {"error": "shard 3"}}, {"success": 0}])
def test_a_response_that_failed_fails_although_it_has_rows(api: Sandbox, tap: TapRunner, told: dict[str, Any]) -> None:
    api.intercept(lambda _: Answer(200, {"data": ROWS, **told}))
    run = tap(resources=[things(paginator="single_page")])
    assert run.code == 1
    assert "the response reports an error in `" in run.stderr


def test_a_row_that_is_nothing_but_an_error_is_no_record(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": [*ROWS, {"error": "timeout", "code": 504}]}))
    asked = things(paginator="single_page") | {"primary_key": []}
    run = tap(resources=[asked])
    assert (run.code, run.records("things")) == (1, [])
    assert "record 11 of the response is an error, and no record: timeout" in run.stderr


def test_rows_that_may_be_a_part_are_warned_of_once(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": ROWS, "warnings": ["Results are partial"]}))
    run = tap(resources=[things(paginator="single_page")])
    assert run.ids("things") == [row["id"] for row in ROWS]
    assert run.stderr.count("`warnings` in a response of `things` says that rows may be missing") == 1


@pytest.mark.parametrize("entity", [{"id": 1}, {"number": 1}])
def test_an_order_that_failed_has_its_lines(api: Sandbox, tap: TapRunner, entity: dict[str, Any]) -> None:
    name = next(iter(entity))
    order = {**entity, "status": "failed", "partial": True, "lines": ROWS}
    api.intercept(lambda request: Answer(200, order if request.path == "/v1/orders/1" else {"data": [entity]}))
    orders = {"name": "orders", "primary_key": name, "endpoint": {"path": "/v1/orders", "paginator": "single_page"}}
    path = f"/v1/orders/{{resources.orders.{name}}}"
    lines = {"path": path, "data_selector": "lines", "paginator": "single_page"}
    run = tap(resources=[orders, {"name": "lines", "primary_key": "id", "endpoint": lines}])
    assert (run.code, run.ids("lines")) == (0, [row["id"] for row in ROWS])
    assert "rows may be missing" not in run.stderr


@pytest.mark.parametrize("told", [{"status": "pending"}, {"job": {"state": "running"}}, {"ready": False}])
def test_an_empty_list_that_is_not_ready_is_asked_for_again(api: Sandbox, tap: TapRunner, told: dict[str, Any]) -> None:
    answers = iter([{"data": [], **told}, {"data": ROWS}])
    api.intercept(lambda _: Answer(200, next(answers, {"data": [], **told})))
    asked = things(paginator="single_page")
    run = tap(resources=[asked], max_retries=1, backoff_factor=0)
    assert (run.code, run.ids("things")) == (0, [row["id"] for row in ROWS])
    run = tap(resources=[asked], max_retries=1, backoff_factor=0)
    assert (run.code, len(api.requests)) == (1, 4)
    assert "says that it is not ready" in run.stderr


@pytest.mark.parametrize("told", [{"status": "cancelled"}, {"code": "AUTH-001"}])
def test_an_empty_list_that_will_never_be_ready_is_a_failure(
    api: Sandbox, tap: TapRunner, told: dict[str, Any]
) -> None:
    api.intercept(lambda _: Answer(200, {"data": [], **told}))
    assert tap(resources=[things()]).code == 1
    assert len(api.requests) == 1


@pytest.mark.parametrize("told", [{"status": "failed"}, {"meta": {"status": "FAILED"}}])
@pytest.mark.parametrize("rows", [[], ROWS])
def test_a_filter_that_the_api_repeats_is_no_failure(
    api: Sandbox, tap: TapRunner, told: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    api.intercept(lambda _: Answer(200, {"data": rows, **told}))
    run = tap(resources=[things(paginator="single_page", params={"filter[status]": "failed"})])
    assert (run.code, run.ids("things")) == (0, [row["id"] for row in rows])
    assert tap(resources=[things(paginator="single_page", params={"sort": "failed"})]).code == 1
