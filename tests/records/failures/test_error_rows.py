"""Rows that are nothing but an error are none of a list of records."""

from __future__ import annotations

import json
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.failures.error_rows import ErrorRows
from tap_analytics.records.rows import RecordCodec

TEXT = {"type": ["string", "null"]}
RECORDS = {"id": {"type": ["integer", "null"]}, "name": TEXT}
WITH_ERRORS = RECORDS | {"error": TEXT, "code": {"type": ["integer", "null"]}}
ERROR = {"error": "timeout", "code": 504}
ROW = {"id": 1, "name": "a"}


def read(fields: dict[str, Any], *pages: list[dict[str, Any]]) -> int:
    """Return how many rows a codec reads of some pages."""
    codec = RecordCodec({"properties": fields}, envelope=Envelope(), report=lambda _: None)
    return sum(len(codec.open(json.dumps({"data": rows}).encode(), offset=1).rows) for rows in pages)


@pytest.mark.parametrize("fields", [RECORDS, WITH_ERRORS])
@pytest.mark.parametrize(
    "rows",
    [
        [ROW, ERROR],
        [ERROR, ROW],
        [ROW, {"errors": [{"message": "boom"}]}],
        [ROW | {"error": None}, ERROR],
        [ROW | {"error": ""}, ERROR],
        [ERROR],
    ],
)
def test_a_row_that_is_nothing_but_an_error_fails_a_page(fields: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    with pytest.raises(FatalAPIError, match=r"record \d of the response is an error, and no record: "):
        read(fields, rows)


@pytest.mark.parametrize("fields", [RECORDS, WITH_ERRORS])
def test_it_does_so_on_a_later_page_whose_fields_are_known(fields: dict[str, Any]) -> None:
    usual = [ROW | {"error": None, "code": None}] * 3
    with pytest.raises(FatalAPIError, match="record 2 of the response is an error, and no record: timeout"):
        read(fields, usual, usual, [ROW, ERROR, ROW])


@pytest.mark.parametrize("fields", [RECORDS, WITH_ERRORS])
def test_a_field_with_an_error_that_records_have_is_one_of_theirs(fields: dict[str, Any]) -> None:
    failed = ROW | ERROR
    assert read(fields, [ROW, failed], [ERROR, failed], [failed, ERROR]) == 6


def test_a_list_of_errors_is_read_as_any_other() -> None:
    fields = {"error": TEXT, "message": TEXT, "code": {"type": ["integer", "null"]}}
    assert read(fields, [ERROR, {"error": "a"}, {"message": "b"}]) == 3
    assert ErrorRows(fields).finder({name: name for name in fields}, fields) is None


def test_an_error_among_rows_that_hold_a_whole_record_each_is_one() -> None:
    any_object = {"type": ["object", "null"], "additionalProperties": True}
    fields = {"result": any_object, "error": any_object}
    record = {"result": {"id": 1}}
    with pytest.raises(FatalAPIError, match="record 2 of the response is an error, and no record: boom"):
        read(fields, [record, {"error": {"message": "boom"}}])
    assert read(fields, [record, record | {"error": {"message": "boom"}}], [{"error": {"message": "boom"}}]) == 3
