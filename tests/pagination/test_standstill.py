"""An API that ignores its own cursors is noticed by its rows."""

from __future__ import annotations

from operator import itemgetter

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked import LinkedPages
from tap_analytics.pagination.page import NextLink, Page, RowIdentity
from tap_analytics.pagination.repetition import REPEATED_CHANGING_PAGES
from tap_analytics.pagination.standstill import Standstill
from tap_analytics.report.stats import ListStats


def test_new_cursors_with_the_same_rows_are_an_error() -> None:
    asked: list[NextLink] = []

    def fetch(token: NextLink) -> Page:
        asked.append(token)
        return Page(offset=0, rows=[{"id": 1}, {"id": 2}], next=str(len(asked)))

    with pytest.raises(FatalAPIError, match=f"stands still: page {REPEATED_CHANGING_PAGES + 1} .* `paginator`"):
        list(LinkedPages(fetch, rows=RowIdentity(key=itemgetter("id")), stats=ListStats()))


def test_rows_alike_are_no_standstill_where_no_key_tells_them_apart() -> None:
    standstill = Standstill(is_keyed=False)
    for page in range(5 * REPEATED_CHANGING_PAGES):
        standstill.check([{"ok": 1}], page=page)
        standstill.check([{"ok": 1}, {"ok": 1}], page=page)


def test_rows_that_change_are_no_standstill() -> None:
    standstill = Standstill(is_keyed=True)
    for page in range(5 * REPEATED_CHANGING_PAGES):
        standstill.check([{"id": 1, "day": page}], page=page)
