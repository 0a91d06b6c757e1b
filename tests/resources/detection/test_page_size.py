"""The largest page, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.test_findings import find
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import ROWS, strictly

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def find_size(api: Foreign) -> tuple[dict[str, Any], str]:
    entry, comments = find(api, {"name": "things", "endpoint": {"path": "things"}})
    return entry["endpoint"], " ".join(comments["endpoint", "paginator"])


def by_number(call: Call, *, cap: int = 20) -> Reply:
    size = min(call.number("per_page", 5), cap)
    start = (call.number("page", 1) - 1) * size
    return Reply({"items": ROWS[start : start + size], "page": call.number("page", 1), "total": len(ROWS)})


def test_numbered_pages_are_asked_for_as_large_as_they_come(api: Foreign) -> None:
    api.serve("/things", by_number)
    endpoint, comment = find_size(api)
    assert endpoint["params"] == {"per_page": "20"}
    assert "`per_page=1000` brought 20 rows: the API gives no more on a page" in comment


def test_an_api_that_refuses_large_pages_is_asked_for_smaller_ones(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        refused = Reply({"error": "at most 200"}, status=422)
        return refused if call.number("per_page", 5) > 200 else by_number(call, cap=200)

    api.serve("/things", strictly({"page", "per_page"}, answer))
    endpoint, _ = find_size(api)
    assert endpoint["params"] == {"per_page": "200"}


def test_a_number_that_may_be_that_of_all_rows_is_not_asked_for(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        start, end = call.number("after", 0), min(len(ROWS), call.number("limit", 1000))
        follows = {"next_cursor": str(start + 5)} if start + 5 < end and "limit" not in call.params else {}
        return Reply({"items": ROWS[start : end if "limit" in call.params else start + 5], **follows})

    api.serve("/things", answer)
    endpoint, _ = find_size(api)
    assert endpoint["paginator"]["type"] == "cursor"
    assert "params" not in endpoint
