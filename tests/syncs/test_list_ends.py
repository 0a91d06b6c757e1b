"""What a sync says about lists that end early, or whose end nothing proves."""

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
    assert "The last page is full (10 rows)" in run.stderr
    assert "is full" not in tap(resources=[things(paginator="cursor", params={"limit": 11})]).stderr


def test_a_full_page_at_the_end_of_several_is_warned_of_unless_a_count_says_that_it_is_the_last(
    api: Sandbox, tap: TapRunner
) -> None:
    def answer(request: Request, **said: int) -> Answer:
        is_last = "cursor" in request.params
        return Answer(200, {"data": ROWS[5 * is_last :][:5], "next": None if is_last else "b", **said})

    cursor = {"type": "cursor", "cursor_path": "next"}
    api.intercept(answer)
    run = tap(resources=[things(paginator=cursor)])
    assert (run.code, len(run.ids("things"))) == (0, 10)
    assert "The last page is full (5 rows)" in run.stderr
    api.reset()
    api.intercept(lambda request: answer(request, total=10))
    assert "is full" not in tap(resources=[things(paginator=cursor)]).stderr


@pytest.mark.parametrize("word", ["none", "undefined", "-1"])
@pytest.mark.parametrize("refusal", [Answer(400, {"error": "no such cursor"}), Answer(200, {"data": ROWS[:5]})])
def test_a_cursor_that_is_a_word_for_nothing_is_followed_and_may_be_the_end(
    api: Sandbox, tap: TapRunner, word: str, refusal: Answer
) -> None:
    pages = {None: (ROWS[:5], "b"), "b": (ROWS[5:9], word)}

    def answer(request: Request) -> Answer:
        rows, following = pages.get(request.params.get("cursor"), (None, None))
        return refusal if rows is None else Answer(200, {"data": rows, "next": following})

    api.intercept(answer)
    run = tap(resources=[things(paginator={"type": "cursor", "cursor_path": "next"})])
    assert (run.code, run.ids("things")) == (0, list(range(1, 10)))
    pages[word] = (ROWS[9:], None)  # type: ignore[assignment] # one that leads on is a cursor
    assert len(tap(resources=[things(paginator={"type": "cursor", "cursor_path": "next"})]).ids("things")) == 10


def test_an_empty_page_that_names_itself_and_says_that_there_is_more_is_an_error(api: Sandbox, tap: TapRunner) -> None:
    def answer(request: Request) -> Answer:
        is_first = "cursor" not in request.params
        return Answer(200, {"data": ROWS[:5] if is_first else [], "next": "b", "has_more": True})

    api.intercept(answer)
    run = tap(resources=[things(paginator={"type": "cursor", "cursor_path": "next"})])
    assert run.code == 1
    assert "says that there is more (`has_more`)" in run.stderr


def test_a_416_that_counts_more_rows_is_no_end(api: Sandbox, tap: TapRunner) -> None:
    def answer(request: Request) -> Answer:
        rows = ROWS[:8][int(request.params["offset"]) :][:4]
        range_ = {"Content-Range": "items */10"}
        return Answer(206, {"data": rows}) if rows else Answer(416, {"error": "range"}, range_)

    api.intercept(answer)
    run = tap(resources=[things(paginator={"type": "offset", "limit": 4})])
    assert run.code == 1
    assert "416" in run.stderr


def test_a_total_that_falls_to_what_was_given_fails_where_the_first_page_counts_more_still(
    api: Sandbox, tap: TapRunner
) -> None:
    def answer(request: Request) -> Answer:
        rows = ROWS[:6][int(request.params["offset"]) :][:4]
        return Answer(200, {"data": rows, "total": 10 if len(rows) == 4 else 6})

    api.intercept(answer)
    run = tap(resources=[things(paginator={"type": "offset", "limit": 4})])
    assert run.code == 1
    assert "the responses contradict each other" in run.stderr


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
