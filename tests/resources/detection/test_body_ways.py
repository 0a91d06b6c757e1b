"""Lists that are asked for by POST, with the page in the body; over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import IDS, ROWS, entry, of_dlt, rows_from, sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def by_offset(call: Call) -> Reply:
    return Reply(rows_from(call.json.get("offset", 0), call.json.get("limit", 10)))


def by_skip(call: Call) -> Reply:
    start = call.json["skip"]
    return Reply({"data": rows_from(start, call.json["take"]), "total": len(ROWS)})


def by_number(call: Call) -> Reply:
    return Reply(rows_from((call.json.get("page", 1) - 1) * 10, 10))


def by_cursor(call: Call) -> Reply:
    start = int(call.json.get("cursor", "c0").removeprefix("c"))
    follows = {"next_cursor": f"c{start + 10}"} if start + 10 < len(ROWS) else {}
    return Reply({"results": rows_from(start, 10), **follows})


def by_start_row(call: Call) -> Reply:
    return Reply({"rows": rows_from(call.json.get("startRow", 0), call.json["rowLimit"])})


@pytest.mark.parametrize(
    ("answer", "json"),
    [
        (by_offset, {"query": "x"}),
        (by_skip, {"skip": 0, "take": 10}),
        (by_start_row, {"rowLimit": 10}),
        (by_number, {}),
        (by_number, {"page": 1}),
        (by_cursor, {"query": "x"}),
    ],
)
def test_a_list_that_is_asked_for_in_the_body_is_read_whole(
    api: Foreign, answer: Callable[[Call], Reply], json: dict[str, Any]
) -> None:
    api.serve("/things", answer)
    run = sync(of_dlt(api, entry(endpoint={"method": "POST", "json": json})))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_one_page_that_is_asked_for_by_post_is_one_page(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply(ROWS[:20]))
    run = sync(of_dlt(api, entry(endpoint={"method": "POST", "json": {"query": "x"}})))
    assert (run.code, run.ids("things")) == (0, IDS[:20])
