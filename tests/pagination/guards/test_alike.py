"""Rows of two pages are told apart by a field that has another value in each of them."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.pagination.guards.alike import tells_apart

Rows = list[dict[str, Any]]


@pytest.mark.parametrize(
    ("rows", "others", "are_told"),
    [
        ([{"id": 1}, {"id": 2}], [{"id": 3}, {"id": 4}], True),
        ([{"id": 1}, {"id": 2}], [{"id": 2}, {"id": 3}], False),
        ([{"hour": 1, "calls": 0}, {"hour": 2, "calls": 0}], [{"hour": 1, "calls": 5}, {"hour": 2, "calls": 3}], False),
        ([{"hour": 1, "calls": 7}, {"hour": 2, "calls": 8}], [{"hour": 1, "calls": 5}, {"hour": 2, "calls": 3}], True),
        ([{"id": 1}], [{"id": 2}], False),
        ([{"a": 1}, {"a": 2}], [{"b": 1}], True),
    ],
)
def test_rows_are_told_apart_by_a_field_that_differs_in_all_of_them(
    rows: Rows, others: Rows, *, are_told: bool
) -> None:
    assert tells_apart(rows, others) == are_told
