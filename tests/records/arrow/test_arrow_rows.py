"""Rows -> batches: what a row lacks is null, and a value that does not fit is named."""

from __future__ import annotations

import json
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

from tap_analytics.records.arrow.arrow_rows import ArrowRows
from tap_analytics.records.arrow.arrow_schema import ArrowTypes
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.rows import RecordCodec

FIELDS: dict[str, Any] = {
    "id": {"type": "integer"},
    "size": {"type": ["integer", "null"]},
    'a "b"': {"type": ["string", "null"]},
    "point": {"type": ["object", "null"], "properties": {"x": {"type": ["number", "null"]}}},
}


def batch(*records: dict[str, Any]) -> list[dict[str, Any]]:
    codec = RecordCodec({"properties": FIELDS}, envelope=Envelope(), report=lambda _: None)
    rows = codec.open(json.dumps({"data": records}).encode(), offset=0).rows
    arrow = ArrowRows("parts", ArrowTypes().columns(FIELDS), codec, ["id"], ["id"])
    found: list[dict[str, Any]] = arrow.batch(rows).to_pylist()
    return found


def test_fields_that_a_row_lacks_are_null() -> None:
    rows = batch({"id": 1, "size": 2, 'a "b"': "c", "point": {"x": 1.5}}, {"id": 2}, {"id": 3, "point": {}})
    assert rows == [
        {"id": 1, "size": 2, 'a "b"': "c", "point": {"x": 1.5}},
        {"id": 2, "size": None, 'a "b"': None, "point": None},
        {"id": 3, "size": None, 'a "b"': None, "point": {"x": None}},
    ]


def test_a_value_that_does_not_fit_is_named_by_its_record_and_its_place() -> None:
    with pytest.raises(FatalAPIError, match=r"parts: record 2: `size` is not a whole number of at most 64 bits"):
        batch({"id": 1}, {"id": 2, "size": 2**64})
    with pytest.raises(FatalAPIError, match=r"record 1: `point\.y` is not a field of the schema"):
        batch({"id": 1, "point": {"x": 1, "y": 2}})
