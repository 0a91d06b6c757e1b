"""Requests by offset are weighed: what ends the list, what may, and how many there may be."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.ending import Evidence
from tap_analytics.pagination.offset.offset_requests import LEAST_REQUESTS, OffsetRequests
from tap_analytics.pagination.page import InTurn, Page, Span
from tap_analytics.report.stats import ListStats


def requests(rows: int, *, cap: int = 10, total: int | None = None) -> OffsetRequests:
    """Return the requests for a list of so many rows, whose pages hold at most so many."""

    def fetch(span: Span) -> Page:
        end = min(rows, span.offset + min(span.limit, cap))
        return Page(offset=span.offset, rows=list(range(span.offset, end)), total=total)

    stats = ListStats()
    return OffsetRequests(InTurn(fetch), limit=10, evidence=Evidence(stats), stats=stats)


def test_a_short_page_at_its_total_is_the_end() -> None:
    asked = requests(15, total=15)
    assert not asked.ends_with(asked.take(0)[0])
    assert asked.ends_with(asked.take(10)[0])


def test_a_page_that_is_as_long_as_others_is_no_end_whatever_its_total_says() -> None:
    asked = requests(10, total=10)
    assert not asked.ends_with(asked.take(0)[0])


def test_a_short_page_without_a_total_may_be_the_last() -> None:
    asked = requests(15)
    assert not asked.may_be_last(asked.take(0)[0])
    assert asked.may_be_last(asked.take(10)[0])


def test_what_is_behind_a_page_is_asked_for_without_overlap() -> None:
    asked = requests(15)
    page, _ = asked.take(0)
    assert (asked.behind(page).offset, list(asked.behind(page).rows)) == (10, [10, 11, 12, 13, 14])


def test_requests_that_the_rows_do_not_explain_fail() -> None:
    asked = requests(15)
    with pytest.raises(FatalAPIError, match="requests did not suffice for 15 rows"):
        list(map(asked.ask, [10] * 2 * LEAST_REQUESTS))


@pytest.mark.parametrize(
    ("parts", "is_end"),
    [({"single": True}, True), ({"more": False}, True), ({"rows": []}, True), ({}, False), ({"more": True}, False)],
)
def test_a_full_page_is_the_end_only_where_it_says_so(parts: dict[str, Any], *, is_end: bool) -> None:
    whole: dict[str, Any] = {"offset": 0, "rows": list(range(10))}
    assert requests(10).ends_with(Page(**whole | parts)) is is_end


@pytest.mark.parametrize(("total", "may_be"), [(None, True), (4, True), (5, False), (6, False)])
def test_a_short_page_may_be_the_last_unless_a_total_says_whether_it_is(total: int | None, *, may_be: bool) -> None:
    asked = requests(5, total=total)
    page, _ = asked.take(0)
    assert asked.may_be_last(page) is may_be
