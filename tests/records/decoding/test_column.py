from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import UNSET

from tap_analytics.records.decoding.coerce import CoercionError, fit_for
from tap_analytics.records.decoding.column import Column

COLUMN = Column(attrgetter("at"), lambda row, value: setattr(row, "at", value))
FIT = fit_for({"type": ["number", "null"]})


def rows(*values: object) -> list[SimpleNamespace]:
    return [SimpleNamespace(at=value) for value in values]


@pytest.mark.parametrize("others", [(), (None,), (UNSET,), ("",), (7,), ({"a": 1},), ([],), ([["Z"]],)])
def test_a_date_with_another_offset_is_found_whatever_stands_beside_it(others: tuple[Any, ...]) -> None:
    given = rows("2024-01-01T00:00:00Z", *others, "2024-01-01T02:00:00+02:00", "2024-01-01", "soon")
    COLUMN.put_in_utc(given)
    instant = "2024-01-01T00:00:00Z"
    assert [row.at for row in given] == [instant, *others, instant, "2024-01-01", "soon"]


def test_dates_in_utc_are_not_written_again() -> None:
    written: list[Any] = []
    column = Column(attrgetter("at"), lambda *value: written.append(value))
    column.put_in_utc(rows("2024-01-01T00:00:00Z", None, UNSET, "2024-01-01T00:00:00.5Z"))
    assert not written


@pytest.mark.parametrize("is_nullable", [True, False])
def test_numbers_are_not_written_again(*, is_nullable: bool) -> None:
    written: list[Any] = []
    column = Column(attrgetter("at"), lambda *value: written.append(value))
    column.fit_numbers(rows(1, Decimal("1.50"), UNSET), FIT, is_nullable=is_nullable)
    column.fit_numbers(rows(Decimal("-0.0"), Decimal("1E+299")), FIT, is_nullable=is_nullable)
    column.fit_numbers(rows(1, UNSET), FIT, is_nullable=is_nullable)
    assert not written


def test_a_text_that_is_a_number_becomes_one() -> None:
    given = rows(1, "2.50", None, UNSET, Decimal("1E+305"))
    COLUMN.fit_numbers(given, FIT, is_nullable=True)
    assert [row.at for row in given] == [1, Decimal("2.50"), None, UNSET, Decimal("1E+305")]


@pytest.mark.parametrize("misfit", ["many", True, [1], {"a": 1}, Decimal("1E+309"), "1E+309"])
def test_what_is_no_number_is_refused(misfit: object) -> None:
    with pytest.raises(CoercionError):
        COLUMN.fit_numbers(rows(Decimal(1), misfit), FIT, is_nullable=True)


def test_null_is_refused_where_it_may_not_be() -> None:
    with pytest.raises(CoercionError):
        COLUMN.fit_numbers(rows(Decimal(1), None), fit_for({"type": "number"}), is_nullable=False)
