"""An API that ignores its own cursors is noticed by its rows."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.repetition import REPEATED_CHANGING_PAGES, REPEATED_EARLIER_PAGES
from tap_analytics.pagination.guards.standstill import REPEATED_ROWS, Standstill
from tap_analytics.pagination.linked.linked import LinkedPages
from tap_analytics.pagination.page import NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Iterable


def test_new_cursors_with_the_same_rows_are_an_error() -> None:
    asked: list[NextLink] = []

    def fetch(token: NextLink) -> Page:
        asked.append(token)
        return Page(offset=0, rows=[{"id": 1}, {"id": 2}], next=str(len(asked)))

    with pytest.raises(FatalAPIError, match=r"page 7 .* rows come again and again; check .* `paginator`"):
        list(LinkedPages(fetch, rows=RowIdentity(key=itemgetter("id")), stats=ListStats()))


def stands_still(pages: Iterable[list[dict[str, int]]], *, is_keyed: bool, next_again: str = "c1") -> bool:
    """Return whether pages are reported as the same."""
    standstill = Standstill(is_keyed=is_keyed, look=lambda: Page(offset=0, rows=(), next=next_again))
    try:
        for number, rows in enumerate(pages, 1):
            standstill.check(Page(offset=0, rows=rows, next=f"c{number}"), number=number)
    except FatalAPIError:
        return True
    return False


def test_rows_alike_are_no_standstill_where_no_key_tells_them_apart() -> None:
    for rows in ([{"ok": 1}], [{"ok": 1}, {"ok": 1}]):
        assert not stands_still([rows] * 5 * REPEATED_CHANGING_PAGES, is_keyed=False)
    day = [{"hour": 1, "calls": 0}, {"hour": 2, "calls": 0}]
    assert not stands_still([day] * 5 * REPEATED_CHANGING_PAGES, is_keyed=False)
    assert not stands_still(
        [[{"hour": 1, "calls": 1}], *[day] * 5 * REPEATED_CHANGING_PAGES], is_keyed=False, next_again="c9"
    )


def test_rows_alike_are_a_standstill_where_cursors_are_others_at_each_look_and_after_very_many_pages() -> None:
    day = [{"hour": 1, "calls": 0}, {"hour": 2, "calls": 0}]
    assert stands_still([day] * 5 * REPEATED_CHANGING_PAGES, is_keyed=False, next_again="c9")
    assert stands_still([day] * (REPEATED_EARLIER_PAGES + 1), is_keyed=False)
    assert stands_still([[{"ok": 1}]] * (REPEATED_ROWS + 1), is_keyed=False)


def test_rows_that_change_are_no_standstill() -> None:
    days = range(5 * REPEATED_CHANGING_PAGES)
    assert not stands_still(([{"id": 1, "day": day}] for day in days), is_keyed=True)
    assert stands_still(([{"id": 1, "day": 1}] for _ in days), is_keyed=True)
