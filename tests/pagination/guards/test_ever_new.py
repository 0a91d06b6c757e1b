"""A list whose rows are made up at each request is noticed."""

from __future__ import annotations

from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.ever_new import PAGES_BEFORE_LOOK, EverNewRows
from tap_analytics.pagination.numbered.numbered import NumberedPages
from tap_analytics.pagination.offset.offset import OffsetPages
from tap_analytics.pagination.page import InTurn, Page
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_analytics.pagination.page import Row


def test_the_first_page_is_looked_at_twice_now_and_then() -> None:
    looks: list[int] = []

    def look() -> Sequence[Row]:
        looks.append(1)
        return [{"id": 1}]

    ever_new = EverNewRows(itemgetter("id"), look=look)
    for page in range(1, 4 * PAGES_BEFORE_LOOK):
        ever_new.check(page)
    assert len(looks) == 4


def test_rows_that_are_others_at_each_look_are_an_error_however_pages_are_asked_for() -> None:
    ids = count()

    def fetch(_: object) -> Page:
        return Page(offset=0, rows=[{"id": next(ids)}, {"id": next(ids)}])

    key = itemgetter("id")
    with pytest.raises(FatalAPIError, match="its rows differ at each look"):
        list(NumberedPages(InTurn(fetch), key=key, stats=ListStats()))
    with pytest.raises(FatalAPIError, match="its rows differ at each look"):
        list(OffsetPages(InTurn(fetch), limit=2, key=key, stats=ListStats()))
