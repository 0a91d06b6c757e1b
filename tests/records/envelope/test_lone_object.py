"""A record without a list around it is a list of one, unless it may be anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.envelope.lone_object import lone_page
from tap_analytics.records.rows import RecordCodec
from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox
    from tests.conftest import TapRunner

FIELDS = {"id": {"type": "integer"}, "name": {"type": ["string", "null"]}}
ENVELOPE = Envelope(data_selector="items.item")


def page_of(item: object, **more: Any) -> Any:  # noqa: ANN401 - a page or nothing
    body = json.dumps({"items": {"item": item}, **more}).encode()
    return lone_page(ENVELOPE, body, offset=7, keys=["id"], fields=FIELDS)


def test_an_object_with_the_key_and_the_fields_of_the_records_is_one() -> None:
    page = page_of({"id": 5, "name": "a"})
    assert (page.rows, page.offset, page.single) == ([{"id": 5, "name": "a"}], 7, False)


@pytest.mark.parametrize(
    "item",
    [
        {"name": "a"},
        {"id": None, "name": "a"},
        {"id": 5, "items": [{"id": 6}]},
        {"id": "bad_key", "message": "no"},
        "text",
        {},
    ],
)
def test_any_other_object_is_none(item: object) -> None:
    assert page_of(item) is None


def test_the_codec_reads_it_with_its_types() -> None:
    codec = RecordCodec({"properties": FIELDS}, omitted=set(), envelope=ENVELOPE, report=lambda _: None)
    page = codec.lone(b'{"items": {"item": {"id": 5, "name": "a"}}}', offset=0, keys=["id"])
    assert page is not None
    assert [codec.plain(row) for row in page.rows] == [{"id": 5, "name": "a"}]


@pytest.mark.parametrize(
    "body",
    [{"things": {"thing": {"id": 5, "users": []}}}, {"error": "Bad key", "things": {"thing": {"id": 5}}}],
)
def test_an_object_that_is_none_fails_a_sync(api: Sandbox, tap: TapRunner, body: dict[str, Any]) -> None:
    api.intercept(lambda request: Answer(200, body) if request.path == "/v1/things" else None)
    endpoint = {"path": "/v1/things", "data_selector": "things.thing", "paginator": "header_link"}
    schema = {"properties": FIELDS}
    assert tap(resources=[{"name": "things", "primary_key": "id", "endpoint": endpoint, "schema": schema}]).code == 1


def test_a_list_whose_last_page_has_one_record_alone_is_read_whole(api: Sandbox, tap: TapRunner) -> None:
    def answer(request: Request) -> Answer | None:
        if request.path != "/v1/things":
            return None
        rows = [{"id": number} for number in range(5)][(at := int(request.params.get("from", "0"))) : at + 2]
        return Answer(
            200, {"things": {"thing": rows if len(rows) > 1 else rows[0]}, "next": at + 2 if at < 4 else None}
        )

    api.intercept(answer)
    paging = {"type": "cursor", "cursor_path": "next", "cursor_param": "from"}
    endpoint = {"path": "/v1/things", "data_selector": "things.thing", "paginator": paging}
    run = tap(resources=[{"name": "things", "primary_key": "id", "endpoint": endpoint}])
    assert (run.code, run.ids("things")) == (0, [0, 1, 2, 3, 4])
