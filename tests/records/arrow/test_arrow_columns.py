"""Columns of Arrow: values as they are declared, null where there is none, and a reason where one does not fit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

from tap_analytics.records.arrow.arrow_columns import (
    MISFITS,
    Lists,
    Structs,
    ValueFault,
    binaries,
    dates,
    decimals,
    documents,
    doubles,
    instants,
)

NOON = datetime(2024, 1, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02T12:00:00Z",
        "2024-01-02T12:00:00.000Z",
        "2024-01-02T12:00:00.000000000Z",
        "2024-01-02 14:00:00+02:00",
        "2024-01-02T12:00",
        "20240102T120000Z",
    ],
)
def test_a_date_time_is_an_instant_however_it_is_written(text: str) -> None:
    assert instants().array([text, None]).to_pylist() == [NOON, None]


def test_a_date_time_without_an_offset_is_in_the_zone() -> None:
    (found,) = instants(ZoneInfo("Europe/Berlin")).array(["2024-01-02T13:00:00"]).to_pylist()
    assert found == NOON


def test_a_date_is_a_day() -> None:
    assert dates().array(["2024-01-02", " 2024-01-02", None]).to_pylist() == [date(2024, 1, 2), date(2024, 1, 2), None]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (instants(), "2024-01-02T12:00:00.1234567Z"),
        (instants(), "yesterday"),
        (instants(), ""),
        (dates(), "2024-01-02T12:00:00Z"),
        (decimals(4, 2), Decimal("1.234")),
        (decimals(4, 2), 1000),
        (binaries(), "not base64"),
        (doubles(), 10**400),
    ],
)
def test_a_value_that_would_lose_something_does_not_fit(column: Any, value: object) -> None:  # noqa: ANN401
    with pytest.raises(MISFITS):
        column.array([value])
    assert column.fault(value) == ValueFault("", column.expected)
    assert column.fault(None) is None


def test_numbers_are_doubles_or_decimals() -> None:
    values = [1, Decimal("2.5"), None]
    assert doubles().array(values).to_pylist() == [1.0, 2.5, None]
    assert decimals(38, 2).array(values).to_pylist() == [Decimal("1.00"), Decimal("2.50"), None]
    assert decimals(76, 2).array(values).to_pylist() == [Decimal("1.00"), Decimal("2.50"), None]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["a", None], ["a", None]),
        ([1, None, 2**70], ["1", None, "1180591620717411303424"]),
        ([1, "a", None, [1]], ["1", "a", None, "[1]"]),
        ([{"a": "b\nc"}, None, [Decimal("1.50")], True], ['{"a":"b\\nc"}', None, "[1.50]", "true"]),
        ([[None], []], ["[null]", "[]"]),
        ([], []),
    ],
)
def test_what_has_no_one_type_is_text_of_json(values: list[object], texts: list[str | None]) -> None:
    assert documents().array(values).to_pylist() == texts


def test_objects_and_lists_hold_columns() -> None:
    column = Lists(Structs({"at": instants(), "size": doubles()}))
    values = [[{"at": "2024-01-02T12:00:00Z", "size": 1}, None], [], None, [{"size": None}]]
    assert column.array(values).to_pylist() == [
        [{"at": NOON, "size": 1.0}, None],
        [],
        None,
        [{"at": None, "size": None}],
    ]


def test_a_misfit_within_says_where_it_is() -> None:
    column = Lists(Structs({"at": instants()}))
    found = column.fault([{}, {"at": "soon"}])
    assert found
    assert found.path == "[2].at"
    other = column.fault([{"on": 1}])
    assert other
    assert other.path == "[1].on"
    with pytest.raises(MISFITS):
        column.array([[{"on": 1}]])
    assert column.fault(None) is None


def test_base64_is_bytes() -> None:
    assert binaries().array(["YWI=", None]).to_pylist() == [b"ab", None]
