"""One object in place of a page is the last record, unless rows come behind it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.lone_object import LoneObject
from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, PageNumber, RowIdentity
from tap_analytics.report.stats import ListStats

SIZES = {"last": ([20, 20, 1], True), "middle": ([20, 1, 20], False), "each": ([1, 1, 1], True)}


def page(number: int, sizes: list[int]) -> Page:
    """A page that has one object wherever it has one record."""
    size = sizes[number] if number < len(sizes) else 0
    following = str(number + 1) if number + 1 < len(sizes) else None
    return Page(offset=0, rows=[{"id": number * 100 + each} for each in range(size)], is_lone=size == 1, next=following)


@pytest.mark.parametrize(("sizes", "is_fine"), SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("verify", [True, False])
def test_one_object_before_other_rows_is_an_error(sizes: list[int], *, is_fine: bool, verify: bool) -> None:
    identity = RowIdentity(key=lambda row: row["id"])

    def at_number(token: PageNumber) -> Page:
        return page(token.number, sizes)

    def at_link(token: NextLink) -> Page:
        return page(int(token.value or 0), sizes)

    for pages in (
        PageNumberPaginator(total_path="").pages(InTurn(at_number), rows=identity, stats=ListStats(), verify=verify),
        CursorPaginator(cursor_path="next", cursor_param="c").pages(
            InTurn(at_link), rows=identity, stats=ListStats(), verify=verify
        ),
    ):
        with nullcontext() if is_fine else pytest.raises(FatalAPIError, match="there are rows behind it"):
            assert sum(map(len, pages)) == sum(sizes)


def test_a_page_that_is_a_list_when_asked_again_is_none() -> None:
    lone = LoneObject()
    for number, each in enumerate([page(0, [20]), page(1, [20, 1])]):
        lone.check(number, each)
    lone.check(1, page(1, [20, 20]))
    lone.check(2, page(2, [20, 20, 20]))
