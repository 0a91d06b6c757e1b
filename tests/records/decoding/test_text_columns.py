"""Tables of texts fit their fields as records do, a column at a time."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.rows import RecordCodec

FIELDS: dict[str, Any] = {
    "id": {"type": "integer"},
    "text": {"type": ["string", "null"]},
    "score": {"type": ["number", "null"]},
    "active": {"type": ["boolean", "null"]},
    "seen": {"type": ["string", "null"], "format": "date-time"},
    "any": {},
    "left out": {"type": ["string", "null"]},
}
ROWS = [
    ["1", "007", "1.50", "true", "2025-01-01T01:00:00+01:00", "x", "secret", "new"],
    ["2", "", "", "", "", "", "", ""],
]
NAMES = [*FIELDS, "unknown"]


def codec(reported: list[str]) -> RecordCodec:
    envelope = Envelope(data_selector="$")
    return RecordCodec({"properties": FIELDS}, omitted=["left out"], envelope=envelope, report=reported.extend)


def records(names: list[str], rows: list[list[str]]) -> list[dict[str, Any]]:
    """Return the records of a table, which are the same in both ways to read it."""
    reported: list[str] = []
    of = codec(reported)
    found = [of.plain(row) for row in of.fit_table(names, rows)]
    one_by_one = of.fit([dict(zip(names, [text or None for text in row], strict=True)) for row in rows])
    assert found == [of.plain(row) for row in one_by_one]
    assert reported == [name for name in names if name not in FIELDS]
    return found


def test_each_text_becomes_a_value_as_declared_and_an_empty_one_null() -> None:
    first, second = records(NAMES, ROWS)
    assert str(first.pop("score")) == "1.50"
    expected = {"id": 1, "text": "007", "active": True, "seen": "2025-01-01T00:00:00Z", "any": "x"}
    assert first == expected
    assert second == {"id": 2, **dict.fromkeys(["text", "score", "active", "seen", "any"])}


def test_a_name_that_no_attribute_can_have_is_read_all_the_same() -> None:
    fields = {'a "b"': {"type": ["integer", "null"]}}
    of = RecordCodec({"properties": fields}, envelope=Envelope(data_selector="$"), report=lambda _: None)
    assert [of.plain(row) for row in of.fit_table(list(fields), [["1"]])] == [{'a "b"': 1}]


@pytest.mark.parametrize("text", ["007", "x", "1.5", ""])
def test_a_text_that_does_not_fit_is_an_error_of_its_row_alone(text: str) -> None:
    of = codec([])
    rows = of.fit_table(["id", "text"], [["1", "a"], [text, "b"], ["3", "c"]])
    row, error = of.fault(rows) or (None, None)
    assert row is rows[1]
    assert str(error).startswith("`id` is ")


def test_a_table_of_column_names_alone_is_empty_where_no_field_is_known() -> None:
    of = RecordCodec({"properties": {}}, envelope=Envelope(data_selector="$"), report=lambda _: None)
    assert of.fit_table(["id", "name"], []) == []
