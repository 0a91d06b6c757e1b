"""The field whose last value is the cursor is found, however it is written, and an earlier value is asked for."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.pagination.linked.tied_values import later_of, tie_of, with_other
from tap_analytics.pagination.page import NextLink, Page

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST, SECOND = "2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"


def earlier(cursor: str, values: Sequence[Any] = (FIRST, SECOND, SECOND), *, field: str = "at") -> str | None:
    """Return what the page from an earlier value is asked for with; None if no field is found."""
    rows = [{"id": number, field: value} for number, value in enumerate(values)]
    tie = tie_of(NextLink(cursor), Page(offset=0, rows=rows), name="")
    return tie and tie.earlier and tie.earlier.value


@pytest.mark.parametrize(
    ("cursor", "before"),
    [
        (SECOND, FIRST),
        ("2024-01-02T00:00:00.000Z", FIRST),
        ("2024-01-02T01:00:00+01:00", FIRST),
        ("2024-01-02", FIRST),
        ("1704153600", "1704067200"),
        ("1704153600000", "1704067200000"),
        ("/things?since=2024-01-02T00%3A00%3A00.000Z&n=2", "/things?since=2024-01-01T00%3A00%3A00Z&n=2"),
        ("/things?since=1704153600", "/things?since=1704067200"),
        ("2024-01-03T00:00:00Z", None),
        ("17041536", None),
    ],
)
def test_a_time_is_found_as_the_cursor_writes_it(cursor: str, before: str | None) -> None:
    assert earlier(cursor) == before


def test_an_epoch_in_the_rows_is_found_in_a_cursor_that_is_a_date() -> None:
    assert earlier(SECOND, [1704067200, 1704153600]) == "1704067200"
    assert earlier("1704153600.5", [Decimal("1704067200.5"), Decimal("1704153600.5")]) == "1704067200.5"


@pytest.mark.parametrize("cursor", ["7", "true", "someone", "None", ""])
def test_what_is_equal_by_chance_is_no_cursor(cursor: str) -> None:
    assert earlier(cursor, [6, 7]) is None
    assert earlier(cursor, ["anyone", "someone"]) is None
    assert earlier(cursor, [False, True]) is None
    assert earlier(cursor, [FIRST, None]) is None


def test_a_cursor_that_the_last_row_alone_has_is_shared_by_none() -> None:
    assert (
        tie_of(NextLink("c2"), Page(offset=0, rows=[{"id": 1}, {"id": 2}], places=[None, "c2"]), name="cursor") is None
    )
    rows = [{"id": 1}, {"id": 2, "cursor": SECOND}]
    assert tie_of(NextLink(SECOND), Page(offset=0, rows=rows), name="cursor") is None
    assert tie_of(NextLink(SECOND), Page(offset=0, rows=rows[1:]), name="cursor") is not None


def test_a_field_within_an_object_is_found() -> None:
    page = Page(offset=0, rows=[{"id": number, "of": {"at": at}} for number, at in enumerate([FIRST, SECOND])])
    tie = tie_of(NextLink(SECOND), page, name="")
    assert tie is not None
    assert (tie.field, tie.way, tie.value, tie.earlier) == ("at", ("of", "at"), SECOND, NextLink(FIRST))
    assert tie.values_in(page) == [FIRST, SECOND]


def test_values_that_a_path_leads_to_need_not_be_in_the_rows() -> None:
    page = Page(offset=0, rows=[{"id": 1}, {"id": 2}], places=[[Decimal("1.50"), "a"], [Decimal("2.50"), "a"]])
    tie = tie_of(NextLink('[2.50,"a"]', is_json=True), page, name="sort")
    assert tie is not None
    assert tie.earlier == NextLink('[1.50,"a"]', is_json=True)
    assert tie_of(NextLink("[2.50]", is_json=True), page, name="sort") is None


@pytest.mark.parametrize(
    ("cursor", "later"),
    [
        (SECOND, "2024-01-02T00:00:01Z"),
        ("2024-01-02", "2024-01-03"),
        ("1704153600", "1704153601"),
        ("/things?since=1704153600&n=2", "/things?since=1704153601&n=2"),
        ("/things?since=2024-01-02T00%3A00%3A00Z", "/things?since=2024-01-02T00%3A00%3A01Z"),
    ],
)
def test_what_lies_right_behind_the_value_can_be_asked_for(cursor: str, later: str) -> None:
    tie = tie_of(NextLink(cursor), Page(offset=0, rows=[{"id": 1, "at": SECOND}]), name="")
    assert tie is not None
    assert later_of(NextLink(cursor), tie) == NextLink(later)


def test_nothing_lies_right_behind_a_value_that_is_a_word() -> None:
    tie = tie_of(NextLink("b"), Page(offset=0, rows=[{"name": "b"}]), name="name")
    assert tie is not None
    assert later_of(NextLink("b"), tie) is None


def test_another_value_stands_in_the_parameter_only_that_had_the_value() -> None:
    assert with_other("a", "a", "b") == "b"
    assert with_other("/a?a=b&b=a&c=a%20b", "a", "d e") == "/a?a=b&b=d%20e&c=a%20b"
