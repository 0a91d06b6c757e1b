"""Records of which nothing is known: each is as the API gave it."""

from __future__ import annotations

import pytest

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.raw_records import RawRecords, records_of

RAW = RawRecords(Envelope())


def test_records_are_as_the_api_gave_them() -> None:
    page = RAW.open(b'{"data": [{"id": 1, "odd": {"a": [null]}}]}', offset=0)
    assert page.rows == [{"id": 1, "odd": {"a": [None]}}]
    assert RAW.plain(page.rows[0]) == page.rows[0]
    assert RAW.get("odd.a")(page.rows[0]) == [None]


@pytest.mark.parametrize("names", [["id", "name"], ["name", "id"]])
def test_a_record_that_lacks_a_key_is_identified_by_all_that_it_has(names: list[str]) -> None:
    key = RAW.key(names)
    assert key({"id": 1, "name": "a", "more": 2}) == tuple(str({"id": 1, "name": "a"}[name]) for name in names)
    assert key({"id": 1, "more": 2}) != key({"id": 1, "more": 3})


def test_empty_cells_are_null() -> None:
    assert records_of(["a", "b"], [["1", ""], ["", "2"]]) == [{"a": "1", "b": None}, {"a": None, "b": "2"}]
