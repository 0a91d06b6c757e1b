"""What an entity says of itself beside rows is no failure beside the empty page behind them."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope import Envelope


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
