"""An API that ignores its own cursors is noticed by its rows."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.repetition import REPEATED_CHANGING_PAGES
from tap_analytics.pagination.guards.standstill import Standstill
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


def stands_still(pages: Iterable[list[dict[str, int]]], *, is_keyed: bool) -> bool:
    """Return whether pages are reported as the same."""
    standstill = Standstill(is_keyed=is_keyed)
    try:
        for number, rows in enumerate(pages, 1):
            standstill.check(rows, page=number)
    except FatalAPIError:
        return True
    return False


def test_rows_alike_are_no_standstill_where_no_key_tells_them_apart() -> None:
    for rows in ([{"ok": 1}], [{"ok": 1}, {"ok": 1}]):
        assert not stands_still([rows] * 5 * REPEATED_CHANGING_PAGES, is_keyed=False)
    assert stands_still([[{"ok": 1}, {"ok": 2}]] * 5 * REPEATED_CHANGING_PAGES, is_keyed=False)


def test_rows_that_change_are_no_standstill() -> None:
    days = range(5 * REPEATED_CHANGING_PAGES)
    assert not stands_still(([{"id": 1, "day": day}] for day in days), is_keyed=True)
    assert stands_still(([{"id": 1, "day": 1}] for _ in days), is_keyed=True)
