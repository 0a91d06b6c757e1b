"""Fields behind the sample: what they are declared as depends on the order in which rows are settled alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.late_fields import MOST_FIELDS, LateFields
from tap_analytics.records.lines import record_lines
from tap_analytics.records.rows import RecordCodec
from tests.records.reader import Watched

SCHEMA = {"properties": {"id": {"type": ["integer"]}}}


def codec(late: LateFields) -> RecordCodec:
    return RecordCodec(SCHEMA, envelope=Envelope(), report=late.meet, keeps_unknown=True)


def rows_in(records: RecordCodec, *rows: dict[str, Any]) -> Any:  # noqa: ANN401 - rows
    return records.open(json.dumps({"data": rows}).encode(), offset=0).rows


def test_rows_are_settled_in_the_order_in_which_they_are_written_whenever_they_were_read() -> None:
    late = LateFields()
    records = codec(late)
    before = rows_in(records, {"id": 1})
    second = rows_in(records, {"id": 3, "size": 1.5})
    first = rows_in(records, {"id": 2, "size": 1})
    assert late.settle(before, records) == {}
    assert late.settle(first, records) == {"size": {"type": ["integer", "null"]}}
    with pytest.raises(FatalAPIError, match="`size` is a number, not a whole number or null, as the first values"):
        late.settle(second, records)


def test_the_second_page_with_a_late_field_is_read_quickly() -> None:
    late, watched = LateFields(), Watched()
    records = RecordCodec(SCHEMA, envelope=watched, report=late.meet, keeps_unknown=True)
    rows_in(records, {"id": 1, "size": 1})
    opens = len(watched.opened)
    [row] = rows_in(records, {"id": 2, "size": 2})
    assert len(watched.opened) == opens == 1
    assert late.settle([row], records) == {"size": {"type": ["integer", "null"]}}
    assert records.plain(row) == {"id": 2, "size": 2}


def test_a_row_of_a_body_of_another_kind_has_the_field_too() -> None:
    late = LateFields()
    records = codec(late)
    other = records.under(Envelope(data_selector="rows"))
    rows = other.open(b'{"rows": [{"id": 1, "size": null}, {"id": 2, "size": "7"}]}', offset=0).rows
    assert late.settle(rows, records) == {"size": {"type": ["string", "null"]}}
    assert b'"record":{"id":2,"size":"7"}' in record_lines(records.encodable(rows), stream="parts")


def test_a_table_of_texts_has_its_late_columns() -> None:
    late = LateFields()
    records = codec(late)
    rows = records.fit_table(["id", "size"], [["1", "large"], ["2", ""]])
    assert late.settle(rows, records) == {"size": {"type": ["string", "null"]}}
    assert [records.plain(row) for row in rows] == [{"id": 1, "size": "large"}, {"id": 2, "size": None}]


def test_a_misfit_elsewhere_in_the_row_is_the_fault_of_that_field() -> None:
    late = LateFields()
    records = codec(late)
    fault = records.fault(rows_in(records, {"id": "one", "size": 1}))
    assert fault
    assert str(fault[1]) == "`id` is a text that does not fit, not a whole number"


def test_names_without_end_are_no_fields() -> None:
    late = LateFields()
    late.meet([f"f{number}" for number in range(MOST_FIELDS)])
    late.meet(["f1"])
    with pytest.raises(FatalAPIError, match="more than 500 fields"):
        late.meet(["one more"])
