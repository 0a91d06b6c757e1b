"""Rows have a place for the fields that an API sends, and lose none of those that come later."""

from __future__ import annotations

import msgspec

from tap_analytics.records.decoding.sent_fields import MOST_TIMES, SentFields
from tests.records.reader import DATE, ID, NUMBER, TEXT, Reader, page

MANY = {f"field {number}": TEXT for number in range(MOST_TIMES + 3)}


def test_rows_have_a_place_for_the_fields_that_came_and_for_no_others() -> None:
    reader = Reader({"id": ID, "name": TEXT, "at": DATE, "amount": NUMBER}, omitted=["name"])
    opened = reader.open(page('{"id": 1, "name": "x"}', '{"id": 2, "amount": 7}'))
    assert len(msgspec.structs.fields(opened.rows[0])) == 4  # three fields, and those that msgspec cannot name
    assert reader.plain(opened) == [{"id": 1}, {"id": 2, "amount": 7}]
    assert reader.records.values(opened.rows, "at") == [None, None]
    assert reader.envelope.opened == []


def test_a_field_that_comes_later_is_in_its_page_already() -> None:
    reader = Reader({"id": ID, "name": TEXT, "at": DATE})
    first = reader.open(page('{"id": 1}'))
    later = reader.open(page('{"id": 2, "at": "2024-05-01T02:00:00+02:00"}', '{"name": "x", "id": 3}'))
    assert reader.plain(later) == [{"id": 2, "at": "2024-05-01T00:00:00Z"}, {"id": 3, "name": "x"}]
    # Rows of both kinds are read and written by the same codec.
    assert reader.records.values([*first.rows, *later.rows], "name") == [None, None, "x"]
    assert reader.plain(first) == [{"id": 1}]
    assert reader.envelope.opened == []


def test_fields_that_come_one_after_another_are_all_expected_in_the_end() -> None:
    reader = Reader(MANY)
    kinds = {reader.kind(page(f'{{"{name}": "x"}}')) for name in MANY}
    assert len(kinds) == MOST_TIMES + 1
    assert reader.plain(reader.open(page('{"field 0": "y"}'))) == [{"field 0": "y"}]


def test_a_field_that_is_expected_can_be_given_to_a_row_that_came_without_it() -> None:
    reader = Reader({"id": ID, "name": TEXT})
    assert reader.records.expect(["name", "of no schema"])
    assert not reader.records.expect(["name"])
    opened = reader.open(page('{"id": 1}'))
    reader.records.put(opened.rows[0], "name", "x")
    assert reader.plain(opened) == [{"id": 1, "name": "x"}]


def test_a_value_that_does_not_fit_a_field_that_came_late_is_a_misfit() -> None:
    reader = Reader({"id": ID, "amount": NUMBER})
    reader.open(page('{"id": 1}'))
    fault = reader.records.fault(reader.open(page('{"id": 2, "amount": "much"}')).rows)
    assert fault is not None
    assert fault[1].path == "amount"


def test_names_of_no_schema_are_no_fields() -> None:
    sent = SentFields(["id"])
    assert not sent.add(["other"])
    assert sent.add(["id", "other"])
    assert "id" in sent
    assert "other" not in sent
