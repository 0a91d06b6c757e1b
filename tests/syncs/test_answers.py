"""Syncs of answers that are no plain lists: columns and rows, objects by key, and files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.files import PEOPLE, gzip_of, lines, written, zipped
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run, TapRunner


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def synced(tap: TapRunner, foreign: Foreign, *arguments: str, **endpoint: Any) -> Run:  # noqa: ANN401 - any value
    keys = endpoint.pop("primary_key", None)
    entry = {"name": "rows", "primary_key": keys, "endpoint": {"path": "/rows"} | endpoint}
    return tap(
        *arguments,
        api_url=foreign.url,
        api_key=TOKEN,
        api_key_name="X-Token",
        api_key_location="header",
        resources=[entry],
    )


BODIES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "zipped csv": (zipped(a=written(PEOPLE[:1]).encode(), b=written(PEOPLE[1:]).encode()), {"format": "csv"}),
    "lines": (lines(PEOPLE), {"format": "jsonl"}),
    "packed json": (gzip_of(json.dumps(PEOPLE).encode()), {"data_selector": "$", "paginator": "single_page"}),
}


@pytest.mark.parametrize(("body", "endpoint"), BODIES.values(), ids=BODIES)
def test_a_file_is_read_whole_with_the_types_of_its_values(
    tap: TapRunner, foreign: Foreign, body: bytes, endpoint: dict[str, Any]
) -> None:
    foreign.serve("/rows", lambda _: Reply(body, headers={"Content-Type": "text/plain"}))
    run = synced(tap, foreign, primary_key="id", **endpoint)
    assert run.code == 0
    assert [{name: record.get(name) for name in PEOPLE[0]} for record in run.records("rows")] == PEOPLE


def test_columns_and_rows_are_read_page_by_page_with_the_fields_inferred(tap: TapRunner, foreign: Foreign) -> None:
    rows = [[number, f"row {number}"] for number in range(250)]

    def answer(call: Call) -> Reply:
        offset, limit = call.number("offset", 0), call.number("limit", 100)
        return Reply({"columns": ["id", "text"], "results": rows[offset : offset + limit], "total": len(rows)})

    foreign.serve("/rows", answer)
    paginator = {"type": "offset", "limit": 100, "total_path": "total"}
    run = synced(tap, foreign, data_selector="results", columns_path="columns", paginator=paginator, primary_key="id")
    assert run.code == 0
    assert run.records("rows") == [{"id": number, "text": text} for number, text in rows]


def test_names_of_the_request_name_what_comes_back(tap: TapRunner, foreign: Foreign) -> None:
    def answer(call: Call) -> Reply:
        assert call.json["metrics"] == ["visits"]
        return Reply({"results": [{"metrics": [3], "dimensions": ["2025-01-01"]}]})

    foreign.serve("/rows", answer)
    body = {"dimensions": ["time:day"], "metrics": ["visits"]}
    columns = {"request": ["dimensions", "metrics"]}
    run = synced(
        tap, foreign, method="POST", json=body, data_selector="results", columns_path=columns, paginator="single_page"
    )
    assert run.records("rows") == [{"time:day": "2025-01-01", "visits": 3}]


def test_an_object_by_date_is_read_with_its_dates(tap: TapRunner, foreign: Foreign) -> None:
    days = {f"2025-01-{day:02}": [{"page": "/", "visits": day}] for day in range(1, 31)} | {"2025-01-31": []}
    foreign.serve("/rows", lambda _: Reply(days))
    run = synced(tap, foreign, data_selector="$", key_field="day", primary_key=["day", "page"])
    assert run.code == 0
    assert run.records("rows") == [{"day": day, **row} for day, rows in days.items() for row in rows]
