"""A field on the way to the records that is there twice is found."""

from __future__ import annotations

import json

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.doubled import doubled_in
from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.rows import RecordCodec


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"data": [{"id": 1}], "data": []}', "data"),
        ('{"data": {"items": [1]}, "data": {"items": [2]}}', "data"),
        ('{"data": {"items": [1], "items": []}}', "data.items"),
        ('{"data": {"items": [{"items": 1, "data": 2}]}}', None),
        ('{"data": 5, "other": {"data": 1, "data": 2}}', None),
        ('[{"data": 1}, {"data": 2}]', None),
        ('{"data": "\\"data\\"", "data', None),
    ],
)
def test_doubled_field_is_named_by_its_path(body: str, name: str | None) -> None:
    assert doubled_in(body.encode(), ("data", "items")) == name


@pytest.mark.parametrize("last", [[], [{"id": 2}]])
def test_a_body_with_its_records_twice_is_refused(last: list[object]) -> None:
    body = f'{{"data": [{{"id": 1}}], "data": {json.dumps(last)}}}'.encode()
    codec = RecordCodec({"properties": {"id": {"type": "integer"}}}, envelope=Envelope(), report=print)
    with pytest.raises(FatalAPIError, match="the field `data` twice"):
        codec.open(body, offset=0)


def test_an_empty_page_with_its_records_twice_is_refused_also_behind_others() -> None:
    codec = RecordCodec({"properties": {"id": {"type": "integer"}}}, envelope=Envelope(), report=print)
    codec.open(b'{"data": [{"id": 1}]}', offset=0)
    with pytest.raises(FatalAPIError, match="the field `data` twice"):
        codec.open(b'{"data": [{"id": 1}], "data": []}', offset=0)
