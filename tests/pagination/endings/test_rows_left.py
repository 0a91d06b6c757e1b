"""A number of rows that are left says that there is more, as long as it goes down with the rows."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.endings.rows_left import RowsLeft
from tap_analytics.pagination.page import Page, Signs
from tap_analytics.report.stats import ListStats


def page(size: int, left: int) -> Page:
    return Page(offset=0, rows=[{"id": place} for place in range(size)], signs=Signs(left={"remaining": left}))


def test_last_page_that_leaves_rows_behind_is_an_error() -> None:
    evidence = Evidence(ListStats(rows=150))
    evidence.note(page(100, 337), through=100)
    last = page(50, 287)
    evidence.note(last, through=150)
    with pytest.raises(FatalAPIError, match=r"says that there is more \(`remaining`"):
        evidence.end(last)
    evidence.end(page(50, 0))


def test_number_that_does_not_go_down_with_the_rows_says_nothing() -> None:
    left = RowsLeft()
    left.note(page(100, 5000), through=100)
    assert left.sign(page(100, 5000)) == "remaining"
    left.note(page(100, 4999), through=200)
    assert not left.sign(page(0, 4998))


def test_pages_that_share_rows_or_are_looked_at_again_refute_nothing() -> None:
    left = RowsLeft()
    for size, through, rest in ((100, 100, 300), (100, 199, 201), (100, 100, 300), (0, 199, 201), (1, 199, 201)):
        left.note(page(size, rest), through=through)
    assert left.sign(page(1, 201)) == "remaining"


@pytest.mark.parametrize(("rest", "is_believed"), [(250, True), (251, False), (150, True)])
def test_number_is_believed_where_it_goes_down_by_half_of_the_rows_or_more(rest: int, *, is_believed: bool) -> None:
    left = RowsLeft()
    left.note(page(100, 300), through=100)
    left.note(page(100, rest), through=200)
    assert bool(left.sign(page(0, rest))) is is_believed


def test_rows_that_are_added_between_two_looks_at_a_page_refute_nothing() -> None:
    left = RowsLeft()
    left.note(page(100, 300), through=100)
    left.note(page(100, 305), through=100)
    assert left.sign(page(0, 305)) == "remaining"
