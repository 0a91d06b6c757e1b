"""Lists of odd APIs: they are read whole, or fail with what was seen; none ends in success with rows missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import IDS, ROWS, entry, of_dlt, rows_from, strictly, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def by_key(name: str, **more: Any) -> Callable[[Call], Reply]:  # noqa: ANN401 - any part of a body
    def answer(call: Call) -> Reply:
        start = call.number(name, -1) + 1
        rows = rows_from(start, 10)
        return Reply({"data": rows, "has_more": start + 10 < len(ROWS)} if more else rows)

    return answer


def newest_first(name: str, *, is_inclusive: bool = False) -> Callable[[Call], Reply]:
    def answer(call: Call) -> Reply:
        last = call.number(name, len(ROWS)) + is_inclusive
        return Reply([row for row in reversed(ROWS) if row["id"] < last][:10])

    return answer


def by_header_cursor(name: str) -> Callable[[Call], Reply]:
    def answer(call: Call) -> Reply:
        start = int(call.params.get("cursor", "c0").removeprefix("c"))
        return Reply(rows_from(start, 10), headers={name: f"c{start + 10}"} if start + 10 < len(ROWS) else {})

    return answer


NEWEST_FIRST = {
    "the key of the last row": newest_first("before"),
    "the largest key that is wanted": newest_first("max_id", is_inclusive=True),
}
READ = {
    "the key of the last row, and a flag": by_key("starting_after", has_more=True),
    "the key of the last row": by_key("since_id"),
    "the key of the last row, strictly": strictly({"after_id"}, by_key("after_id")),
    "a cursor in a header": by_header_cursor("X-Next-Cursor"),
    "a page of an unusual size": lambda call: Reply(rows_from((call.number("page", 1) - 1) * 12, 12)),
    "rows from one on": lambda call: Reply(
        {"Resources": rows_from(call.number("startIndex", 1) - 1, 10), "startIndex": 1, "totalResults": len(ROWS)}
    ),
    "a next link that is a query": lambda call: Reply(
        {"list": rows_from(call.number("at", 0), 10)}
        | ({"next": "?at=10"} if "at" not in call.params else {"next": "?at=20"})
        if call.number("at", 0) < 20
        else {"list": rows_from(20, 10), "next": None}
    ),
}
READ["page numbers, and a truth value for the next page"] = lambda call: Reply(
    {
        "list": rows_from((call.number("page", 1) - 1) * 10, 10),
        "next": call.number("page", 1) * 10 < len(IDS),
    }
)
FAIL = {
    "no row, though the response counts some": (
        lambda _: Reply({"list": [], "total": 23}),
        "the first response has no record, though it says that there are some (`total`)",
    ),
    "an offset that counts pages": (
        lambda call: Reply(rows_from(call.number("offset", 0) * call.number("limit", 10), call.number("limit", 10))),
        "`offset` changes the page, but nothing shows how it leads from page to page",
    ),
    "a number of rows alone": (
        lambda call: Reply(rows_from(0, call.number("limit", 10))),
        "`limit` changes the page",
    ),
    "a header that counts the rows": (
        lambda _: Reply(rows_from(0, 10), headers={"Content-Range": "items 0-9/23"}),
        "says that there is more (`total`)",
    ),
}


@pytest.mark.parametrize("kind", NEWEST_FIRST)
def test_a_list_whose_newest_rows_come_first_is_read_whole_by(api: Foreign, kind: str) -> None:
    api.serve("/things", NEWEST_FIRST[kind])
    run = sync(of_dlt(api, entry()))
    assert (run.code, sorted(set(run.ids("things")))) == (0, IDS)


@pytest.mark.parametrize("kind", READ)
def test_a_list_is_read_whole_by(api: Foreign, kind: str) -> None:
    api.serve("/things", READ[kind])
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


@pytest.mark.parametrize("kind", FAIL)
def test_a_list_fails_with_what_was_seen_by(api: Foreign, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    answer, seen = FAIL[kind]
    api.serve("/things", answer)
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (1, [])
    assert seen in caplog.text


def test_figures_that_differ_from_request_to_request_are_one_page(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply([{"name": f"n{n}", "figure": len(api.calls) * n} for n in range(10)]))
    schema = {"properties": {"name": {"type": ["string"]}, "figure": {"type": ["integer"]}}}
    run = sync(of_dlt(api, {"name": "things", "schema": schema, "endpoint": {"path": "/things"}}))
    assert (run.code, len(run.records("things"))) == (0, 10)


def test_a_header_that_names_a_next_page_which_nothing_leads_to_is_no_end(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", lambda _: Reply(rows_from(0, 20), headers={"X-Next-Row-Number": "21"}))
    run = sync(of_dlt(api, entry()))
    assert run.code == 1
    assert "the header `X-Next-Row-Number` names a next page behind the 20 rows of the first" in caplog.text
