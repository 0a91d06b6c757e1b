"""Rows become RECORD lines, and the SDK is told what it would have counted itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from singer_sdk.metrics import Counter, Metric

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.rows import RecordCodec
from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.stream.messages.output import Output
from tap_analytics.stream.messages.writer import MessageWriter
from tap_analytics.stream.stream_state import StreamState

if TYPE_CHECKING:
    import pytest

SCHEMA = {"properties": {"id": {"type": ["integer"]}, "at": {"type": ["string"], "format": "date-time"}}}
BODY = json.dumps({"data": [{"id": 1, "at": "2024-05-01T00:00:00Z"}, {"id": 2, "at": "2024-04-01T00:00:00Z"}]}).encode()


def write(*, cursor: str | None, body: bytes = BODY, told: list[int] | None = None) -> tuple[StreamState, Counter]:
    """Write the rows in a body, and return what the SDK has counted."""
    told = [] if told is None else told
    codec = RecordCodec(SCHEMA, envelope=Envelope(), report=print)
    key = ReplicationKey.of("at", SCHEMA, Incremental(cursor_path="at"))
    state = StreamState(tap_name="tap", stream_name="visits", tap_state={}, key=key)
    counter = Counter(Metric.RECORD_COUNT)
    output = Output(
        stream="visits",
        writer=MessageWriter(),
        codec=codec,
        declare=lambda rows: told.append(len(rows)),
        state=state,
        counter=counter,
        cursor=cursor,
    )
    output.write(codec.open(body, offset=0).rows, None)
    return state, counter


def test_each_row_is_a_line_and_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[int] = []
    state, counter = write(cursor=None, told=told)
    assert told == [2]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["type"], line["stream"], line["record"]["id"]) for line in lines] == [
        ("RECORD", "visits", 1),
        ("RECORD", "visits", 2),
    ]
    assert (counter.value, state.is_flushed) == (2, False)


def test_the_furthest_cursor_is_the_next_bookmark() -> None:
    state, _ = write(cursor="at")
    state.move(state.get_context_state(None))
    assert state.get_context_state(None)["replication_key_value"] == "2024-05-01T00:00:00Z"


def test_without_a_cursor_no_bookmark_moves() -> None:
    state, _ = write(cursor=None)
    state.move(state.get_context_state(None))
    assert "replication_key_value" not in state.get_context_state(None)


def test_a_page_without_rows_writes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    _, counter = write(cursor="at", body=b'{"data": []}')
    assert (capsys.readouterr().out, counter.value) == ("", 0)
