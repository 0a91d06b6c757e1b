"""What a sync says of lists that end early, or that nobody knows to have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": ["integer", "null"]},
        "updated_at": {"type": ["string", "null"], "format": "date-time"},
    },
}
ROWS = [{"id": number, "updated_at": f"2024-05-{number:02}T00:00:00Z"} for number in range(1, 11)]


def things(**endpoint: Any) -> dict[str, Any]:  # noqa: ANN401 - words of a declaration
    return {"name": "things", "primary_key": "id", "schema": SCHEMA, "endpoint": {"path": "/v1/things", **endpoint}}


def by_offset(request: Request) -> Answer:
    offset, limit = int(request.params["offset"]), int(request.params["limit"])
    return Answer(200, {"data": ROWS[offset : offset + limit], "total": len(ROWS)})


def test_a_202_without_records_is_asked_for_again(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda request: Answer(202, {"data": []}) if request.number <= 2 else by_offset(request))
    run = tap(resources=[things()], concurrency=1)
    assert (run.code, run.ids("things")) == (0, [row["id"] for row in ROWS])

    api.reset()
    api.intercept(lambda _: Answer(202, {"data": []}))
    run = tap(resources=[things()], max_retries=1)
    assert (run.code, run.records("things")) == (1, [])
    assert len(api.requests) == 2


@pytest.mark.parametrize(
    "sign", [{"timed_out": True}, {"meta": {"incomplete_results": True}}, {"_shards": {"failed": 1}}]
)
def test_a_response_that_says_that_rows_are_missing_is_asked_for_again(
    api: Sandbox, tap: TapRunner, sign: dict[str, Any]
) -> None:
    part = Answer(200, {"data": ROWS[:4], **sign})
    api.intercept(lambda request: part if request.number == 1 else by_offset(request))
    assert tap(resources=[things()], concurrency=1).ids("things") == [row["id"] for row in ROWS]

    api.reset()
    api.intercept(lambda _: part)
    run = tap(resources=[things()], max_retries=1)
    assert (run.code, run.records("things")) == (1, [])
    assert "says that rows are missing from it" in run.stderr


@pytest.mark.parametrize(("count", "code"), [({"total": 10}, 0), ({}, 1)])
def test_a_206_is_all_of_a_list_only_where_a_count_says_so(
    api: Sandbox, tap: TapRunner, count: dict[str, int], code: int
) -> None:
    api.intercept(lambda _: Answer(206, {"data": ROWS, **count}))
    run = tap(resources=[things(paginator="single_page")])
    assert run.code == code


@pytest.mark.parametrize(
    ("paginator", "more", "name"),
    [
        (
            {"type": "cursor", "cursor_path": "paging.after"},
            {"body": {"paging": {"next_cursor": "abc"}}},
            "next_cursor",
        ),
        ({"type": "json_link", "next_url_path": "links.following"}, {"body": {"next": "/v1/things?after=abc"}}, "next"),
        ("header_link", {"headers": {"X-Next-Page": "/v1/things?after=abc"}}, "X-Next-Page"),
    ],
)
def test_another_field_that_may_name_the_next_page_fails_the_stream(
    api: Sandbox, tap: TapRunner, paginator: dict[str, str] | str, more: dict[str, dict[str, Any]], name: str
) -> None:
    api.intercept(lambda _: Answer(200, {"data": ROWS, **more.get("body", {})}, more.get("headers", {})))
    run = tap(resources=[things(paginator=paginator)])
    assert run.code == 1
    assert "names no next one" in run.stderr
    assert name.lower() in run.stderr.lower()


def test_a_full_page_that_names_no_next_one_is_warned_of(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": ROWS}))
    run = tap(resources=[things(paginator="cursor", params={"limit": 10})])
    assert run.code == 0
    assert "as full as was asked for (10 rows)" in run.stderr
    assert "as full as" not in tap(resources=[things(paginator="cursor", params={"limit": 11})]).stderr


def test_one_page_of_a_list_with_more_rows_is_warned_of(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"data": ROWS, "total": 250}))
    run = tap(resources=[things(paginator="single_page")])
    assert run.code == 0
    assert "The one page has 10 rows, but `total_path` is 250" in run.stderr


@pytest.mark.parametrize(("order", "bookmark"), [(None, None), ("asc", "2024-05-06T00:00:00Z")])
def test_a_list_that_is_cut_says_how_many_rows_are_left_and_moves_no_bookmark_without_an_order(
    api: Sandbox, tap: TapRunner, order: str | None, bookmark: str | None
) -> None:
    api.intercept(by_offset)
    incremental = {"cursor_path": "updated_at"} | ({"row_order": order} if order else {})
    run = tap(resources=[things(paginator={"type": "offset", "maximum_offset": 6}, incremental=incremental)])
    assert (run.code, run.ids("things")) == (0, [1, 2, 3, 4, 5, 6])
    assert "4 rows are left behind it" in run.stderr
    assert run.bookmark("things") == bookmark


@pytest.mark.parametrize("paginator", ["offset", "page_number"])
def test_rows_without_a_key_that_differ_at_each_look_do_not_keep_the_tap_for_ever(
    api: Sandbox, tap: TapRunner, paginator: str
) -> None:
    rows = [{"name": f"row {number}"} for number in range(10)]
    api.intercept(lambda request: Answer(200, {"data": [{**row, "seen": request.number} for row in rows]}))
    fields = {"type": "object", "properties": {"name": {"type": "string"}, "seen": {"type": "integer"}}}
    entry = {"name": "things", "schema": fields, "endpoint": {"path": "/v1/things", "paginator": paginator}}
    run = tap(resources=[entry], page_size=10)
    assert run.code == 1
    assert len(api.requests) < 400
