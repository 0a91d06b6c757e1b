"""Syncs of answers that are no plain lists: columns and rows, objects by key, and files."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.files import PEOPLE, as_csv, as_zip, gzip_of, lines
from tests.foreign import TOKEN, Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Run, TapRunner


@pytest.fixture
def foreign() -> Iterator[Foreign]:
    with Foreign() as api:
        yield api


def settings(foreign: Foreign, endpoint: dict[str, Any], primary_key: Any = None) -> dict[str, Any]:  # noqa: ANN401 - a name or names
    """Return the settings of a tap that reads the rows of an endpoint."""
    key = {"api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
    entry = {"name": "rows", "primary_key": primary_key, "endpoint": {"path": "/rows"} | endpoint}
    return {"api_url": foreign.url, **key, "resources": [entry]}


def sync(tap: TapRunner, foreign: Foreign, *arguments: str, **endpoint: Any) -> Run:  # noqa: ANN401 - any value
    """Return what a sync of an endpoint leaves behind; some settings of the tap may stand among its words."""
    more = {name: endpoint.pop(name) for name in ("max_retries", "stream_maps") if name in endpoint}
    return tap(*arguments, **settings(foreign, endpoint, endpoint.pop("primary_key", None)), **more)


BODIES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "zipped csv": (as_zip(a=as_csv(PEOPLE[:1]).encode(), b=as_csv(PEOPLE[1:]).encode()), {"format": "csv"}),
    "lines": (lines(PEOPLE), {"format": "jsonl"}),
    "packed json": (gzip_of(json.dumps(PEOPLE).encode()), {"data_selector": "$", "paginator": "single_page"}),
}


@pytest.mark.parametrize(("body", "endpoint"), BODIES.values(), ids=BODIES)
def test_a_file_is_read_whole_with_the_types_of_its_values(
    tap: TapRunner, foreign: Foreign, body: bytes, endpoint: dict[str, Any]
) -> None:
    foreign.serve("/rows", lambda _: Reply(body, headers={"Content-Type": "text/plain"}))
    run = sync(tap, foreign, primary_key="id", **endpoint)
    assert run.code == 0
    assert [{name: record.get(name) for name in PEOPLE[0]} for record in run.records("rows")] == PEOPLE


MANY = [{"id": number, "text": "x" * 1000} for number in range(1_300)]


def test_a_look_at_a_file_reads_its_beginning_only(tap: TapRunner, foreign: Foreign) -> None:
    foreign.serve("/rows", lambda _: Reply(f"{as_csv(MANY)}1300".encode(), headers={"Content-Type": "text/csv"}))
    run = sync(tap, foreign, "--test", format="csv", primary_key="id")
    assert run.code == 0, run.stdout
    assert "1 stream is fine." in run.stdout
    endpoint = {"path": "/rows", "format": "csv"}
    options = tap.write(config=tap.settings(**settings(foreign, endpoint, "id")))
    shown = tap.run("preview", "rows", "--rows", "2", *options)
    assert "2 rows of rows, 2 fields." in shown.stdout
    run = sync(tap, foreign, format="csv", primary_key="id", max_retries=0)
    assert run.code == 1
    assert run.records("rows") == []
    assert "row 1301 of the file has 1 value, but there are 2 columns: the file is cut short" in run.stderr


def test_a_file_goes_through_stream_maps_as_it_goes_past_them(tap: TapRunner, foreign: Foreign) -> None:
    foreign.serve("/rows", lambda _: Reply(as_csv(MANY).encode(), headers={"Content-Type": "text/csv"}))
    run = sync(tap, foreign, format="csv", stream_maps={"rows": {"text": None}})
    assert [record["id"] for record in run.records("rows")] == [row["id"] for row in MANY]


def test_columns_and_rows_are_read_page_by_page_with_the_fields_inferred(tap: TapRunner, foreign: Foreign) -> None:
    rows = [[number, f"row {number}"] for number in range(250)]

    def answer(call: Call) -> Reply:
        offset, limit = call.number("offset", 0), call.number("limit", 100)
        return Reply({"columns": ["id", "text"], "results": rows[offset : offset + limit], "total": len(rows)})

    foreign.serve("/rows", answer)
    paginator = {"type": "offset", "limit": 100, "total_path": "total"}
    run = sync(tap, foreign, data_selector="results", columns_path="columns", paginator=paginator, primary_key="id")
    assert run.code == 0
    assert run.records("rows") == [{"id": number, "text": text} for number, text in rows]


def test_names_of_the_request_name_what_comes_back(tap: TapRunner, foreign: Foreign) -> None:
    def answer(call: Call) -> Reply:
        assert call.json["metrics"] == ["visits"]
        return Reply({"results": [{"metrics": [3], "dimensions": ["2025-01-01"]}]})

    foreign.serve("/rows", answer)
    body = {"dimensions": ["time:day"], "metrics": ["visits"]}
    columns = {"request": ["dimensions", "metrics"]}
    run = sync(
        tap, foreign, method="POST", json=body, data_selector="results", columns_path=columns, paginator="single_page"
    )
    assert run.records("rows") == [{"time:day": "2025-01-01", "visits": 3}]


def test_an_object_by_date_is_read_with_its_dates(tap: TapRunner, foreign: Foreign) -> None:
    days = {f"2025-01-{day:02}": [{"page": "/", "visits": day}] for day in range(1, 31)} | {"2025-01-31": []}
    foreign.serve("/rows", lambda _: Reply(days))
    run = sync(tap, foreign, data_selector="$", key_field="day", primary_key=["day", "page"])
    assert run.code == 0
    assert run.records("rows") == [{"day": day, **row} for day, rows in days.items() for row in rows]


LINES: list[dict[str, Any]] = [
    {"id": number, "lines": [{"line": number * 10 + line} for line in range(number % 4)]} for number in range(1, 251)
]
WITHIN = [{**line, "order_id": order["id"], "as_of": "today"} for order in LINES for line in order["lines"]]


@pytest.mark.parametrize("is_counted", [True, False])
@pytest.mark.parametrize(
    "paginator", [{"type": "offset", "limit": 20}, {"type": "page_number", "base_page": 1}, "by cursor"]
)
def test_records_within_others_are_read_whole_however_the_list_is_paged(
    tap: TapRunner, foreign: Foreign, paginator: dict[str, Any] | str, *, is_counted: bool
) -> None:
    def answer(call: Call) -> Reply:
        offset = call.number("offset", 0) + 20 * (call.number("page", 1) - 1) + call.number("cursor", 0)
        body: dict[str, Any] = {"as_of": "today", "data": LINES[offset : offset + 20]}
        if paginator == "by cursor":
            body["next"] = str(offset + 20) if offset + 20 < len(LINES) else None
        return Reply(body | ({"total": len(LINES)} if is_counted else {}))

    foreign.serve("/rows", answer)
    given = (
        {"type": "cursor", "cursor_path": "next", "cursor_param": "cursor"} if isinstance(paginator, str) else paginator
    )
    if is_counted and given["type"] == "page_number":
        given = given | {"total_path": "total"}
    outer = {"order_id": "data[*].id", "as_of": "as_of"}
    run = sync(tap, foreign, data_selector="data[*].lines[*]", outer_fields=outer, paginator=given, primary_key="line")
    assert run.code == 0, run.stderr
    assert run.records("rows") == WITHIN


def test_a_filter_counts_the_objects_that_it_leaves_out(tap: TapRunner, foreign: Foreign) -> None:
    def answer(call: Call) -> Reply:
        offset = call.number("offset", 0)
        return Reply({"data": LINES[offset : offset + 20], "total": len(LINES)})

    foreign.serve("/rows", answer)
    paginator = {"type": "offset", "limit": 20, "total_path": "total"}
    run = sync(tap, foreign, data_selector="data[?(@.id > 200)]", paginator=paginator, primary_key="id")
    assert run.code == 0, run.stderr
    assert [record["id"] for record in run.records("rows")] == list(range(201, 251))


def test_keys_are_lifted_out_of_objects_and_dates_asked_for_in_parts(tap: TapRunner, foreign: Foreign) -> None:
    bodies: list[Any] = []

    def answer(call: Call) -> Reply:
        bodies.append(json.loads(call.body))
        return Reply({"rows": [{"campaign": {"id": str(n)}, "segments": {"date": "2024-05-02"}} for n in (1, 2)]})

    foreign.serve("/rows", answer)
    run = sync(
        tap,
        foreign,
        method="POST",
        json={"from": {"year": "{incremental.start_value:%Y}", "month": "{incremental.start_value:%m}"}},
        data_selector="rows",
        outer_fields={"campaign_id": "rows[*].campaign.id", "date": "rows[*].segments.date"},
        incremental={"cursor_path": "date", "initial_value": "2024-05-01", "datetime_format": "%Y-%m-%d"},
        paginator="single_page",
        primary_key=["campaign_id", "date"],
    )
    assert run.code == 0
    assert [(row["campaign_id"], row["date"]) for row in run.records("rows")] == [
        ("1", "2024-05-02"),
        ("2", "2024-05-02"),
    ]
    assert bodies[0] == {"from": {"year": 2024, "month": 5}}
    assert run.state["bookmarks"]["rows"]["replication_key_value"] == "2024-05-02"


def test_a_page_is_asked_for_by_a_cursor_in_a_header(tap: TapRunner, foreign: Foreign) -> None:
    def answer(call: Call) -> Reply:
        first = int(call.headers.get("range", "0"))
        rows = [{"id": number} for number in range(first, min(first + 5, 12))]
        return Reply(rows, headers={"Next-Range": str(first + 5)} if first + 5 < 12 else {})

    foreign.serve("/rows", answer)
    paginator = {"type": "header_cursor", "cursor_key": "Next-Range"}
    run = sync(
        tap, foreign, headers={"Range": "{paginator.cursor}"}, paginator=paginator, data_selector="$", primary_key="id"
    )
    assert (run.code, [row["id"] for row in run.records("rows")]) == (0, [*range(12)])


def test_headers_that_count_end_a_list_whose_last_page_comes_again_and_again(tap: TapRunner, foreign: Foreign) -> None:
    rows = [{"id": {"no": number}} for number in range(25)]

    def answer(call: Call) -> Reply:
        page = min(call.number("page", 1), 3)
        headers = {"X-Pages": "3", "X-Rows": "25", "X-Last": str(page == 3).lower()}
        return Reply(rows[(page - 1) * 10 : page * 10], headers=headers)

    foreign.serve("/rows", answer)
    own = {"data_selector": "$", "outer_fields": {"no": "$[*].id.no"}, "primary_key": "no"}
    numbered = {"type": "page_number", "base_page": 1}
    for words in (
        {"is_last_path": "header:X-Last"},
        {"total_path": "header:X-Rows", "total_pages_path": "header:X-Pages"},
    ):
        run = sync(tap, foreign, paginator=numbered | words, **own)
        assert run.code == 0, run.stderr
        assert [row["no"] for row in run.records("rows")] == list(range(25))


def test_parameters_with_a_grammar_are_not_encoded(tap: TapRunner, foreign: Foreign) -> None:
    urls: list[str] = []

    def answer(call: Call) -> Reply:
        urls.append(call.target)
        return Reply([{"id": 1, "day": "2024-05-02"}])

    foreign.serve("/rows", answer)
    run = sync(
        tap,
        foreign,
        params={"range": "(start:{incremental.start_value})", "of": "List(urn%3Aa%3A1)", "q": "(x)"},
        unencoded_params=["range", "of"],
        data_selector="$",
        paginator="single_page",
        incremental={"cursor_path": "day", "datetime_format": "(year:%Y,month:%-m)", "initial_value": "2024-05-01"},
    )
    assert run.code == 0
    assert urls[0] == "/api/rows?range=(start:(year:2024,month:5))&of=List(urn%3Aa%3A1)&q=%28x%29"
