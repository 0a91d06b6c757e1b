"""What an API or an entity says beside rows is no failure beside the empty page behind them."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.failures.own_words import around_rows
from tap_analytics.records.rows import RecordCodec


def body(rows: int, **entity: object) -> bytes:
    return json.dumps({"items": [{"n": number} for number in range(rows)]} | entity).encode()


def test_a_status_that_stood_beside_rows_is_none_of_the_response() -> None:
    envelope = Envelope(data_selector="items")
    with pytest.raises(FatalAPIError, match="`status`: failed"):
        envelope.open(body(0, id=7, status="failed"), offset=10)
    assert len(envelope.open(body(10, id=7, status="failed"), offset=0).rows) == 10
    assert not envelope.open(body(0, id=7, status="failed"), offset=10).rows


@pytest.mark.parametrize("entity", [{"id": 8, "status": "failed"}, {"id": 7, "status": "error"}, {"status": "failed"}])
def test_another_entity_or_another_word_fails(entity: dict[str, object]) -> None:
    envelope = Envelope(data_selector="items")
    envelope.open(body(10, id=7, status="failed"), offset=0)
    with pytest.raises(FatalAPIError, match="`status`"):
        envelope.open(body(0, **entity), offset=10)


def test_envelopes_are_alike_whatever_was_read() -> None:
    envelope = Envelope(data_selector="items")
    envelope.open(body(10, id=7, status="failed"), offset=0)
    assert (envelope, hash(envelope)) == (other := Envelope(data_selector="items"), hash(other))


@pytest.mark.parametrize(
    "said", [{"code": 1}, {"status": 7}, {"rc": "0042", "note": "x"}, {"header": {"resultCode": 10}}]
)
def test_a_code_that_stood_beside_rows_is_one_of_success(said: dict[str, object]) -> None:
    codec = RecordCodec(
        {"properties": {"n": {"type": "integer"}}}, envelope=Envelope(data_selector="items"), report=print
    )
    assert len(codec.open(body(10, **said), offset=0).rows) == 10
    assert not codec.open(body(0, **said), offset=10).rows


@pytest.mark.parametrize("said", [{"code": 2}, {"code": 1, "error": "gone"}, {"status": 1, "code": 401}])
def test_another_code_behind_it_is_none(said: dict[str, object]) -> None:
    codec = RecordCodec(
        {"properties": {"n": {"type": "integer"}}}, envelope=Envelope(data_selector="items"), report=print
    )
    codec.open(body(10, code=1), offset=0)
    with pytest.raises(FatalAPIError, match="reports an error"):
        codec.open(body(0, **said), offset=10)


def test_what_stands_around_rows_is_kept_without_them() -> None:
    document = {"code": 1, "included": ["x" * 5000], "result": {"kind": "list", "items": [{"n": 1}], "end": None}}
    around = {"code": 1, "result": {"kind": "list", "end": None}}
    for indent in (None, 4):
        assert around_rows(json.dumps(document, indent=indent).encode(), ("result", "items")) == around


@pytest.mark.parametrize(
    "said", ['{"code": 1, "items": [ ]}', '{"code": 1}', '{"items": {"n": 1}}', '[{"n": 1}]', "<html>", '{"items": [1']
)
def test_around_no_rows_there_is_nothing(said: str) -> None:
    assert around_rows(said.encode(), ("items",)) is None
