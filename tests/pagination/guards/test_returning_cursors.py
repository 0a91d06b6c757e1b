"""Cursors that come again with other rows are followed, but not for ever."""

from __future__ import annotations

from itertools import count, cycle
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.ever_new import PAGES_BEFORE_LOOK
from tap_analytics.pagination.guards.returning_cursors import MOST_RETURNS, ReturningCursors
from tap_analytics.pagination.page import NextLink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tap_analytics.pagination.page import Row

PAGES = 2 * PAGES_BEFORE_LOOK + 2


def follow(
    cursors: Iterable[str],
    *,
    look: Callable[[], Sequence[Row]],
    pages: int = PAGES,
    total: int | None = None,
    is_keyed: bool = True,
) -> int:
    """Take note of pages until the cursors end, and return how many there were."""
    number = -1
    returning = ReturningCursors(itemgetter("id") if is_keyed else None, look=look)
    for number, cursor in zip(range(pages), cursors, strict=False):
        returning.check(NextLink(cursor), page=number + 1, rows=100 * (number + 1), total=total)
    return number + 1


def test_cursor_that_stays_the_same_is_followed_where_the_list_is_the_same_at_each_look() -> None:
    looks = []
    follow(cycle("a"), look=lambda: looks.append(1) or [{"id": 1}])  # type: ignore[func-returns-value]
    assert len(looks) == 4


def test_cursor_that_stays_the_same_while_no_row_does_is_an_error() -> None:
    made = count()
    with pytest.raises(FatalAPIError, match=f"no end: page {PAGES_BEFORE_LOOK + 1} .* `paginator`"):
        follow(cycle("a"), look=lambda: [{"id": next(made)}])


def test_cursors_that_lead_back_again_and_again_are_an_error() -> None:
    with pytest.raises(FatalAPIError, match=f"no end: page {MOST_RETURNS + 2} "):
        follow(cycle("ab"), look=list)


def test_list_that_gives_far_more_rows_than_its_total_under_one_cursor_is_an_error() -> None:
    with pytest.raises(FatalAPIError, match="no end: page 101 "):
        follow(cycle("a"), look=list, total=250)


def test_cursors_that_are_new_each_time_are_followed_whatever_the_total_says() -> None:
    assert follow(map(str, count()), look=list, total=250) == PAGES


def test_cursors_that_are_new_each_time_are_an_error_where_rows_differ_at_each_look() -> None:
    made = count()
    with pytest.raises(FatalAPIError, match="never settles: its rows differ at each look"):
        follow(map(str, count()), look=lambda: [{"text": next(made)}], is_keyed=False)
    with pytest.raises(FatalAPIError, match="never settles: its rows differ at each look"):
        follow(map(str, count()), look=lambda: [{"id": next(made)}])
    assert follow(map(str, count()), look=lambda: [{"text": 1}], is_keyed=False) == PAGES
