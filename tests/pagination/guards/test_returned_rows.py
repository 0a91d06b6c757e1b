"""Rows of a list by cursors that come twice show that others may have been left out."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Places:
    """A list in pages of ten rows whose cursors are places; from the third request on it is another one."""

    def __init__(self, ids: Sequence[int], later: Sequence[int], *, is_counted: bool) -> None:
        self.ids, self._later, self._is_counted = ids, later, is_counted
        self.asked = 0
        self.is_given_once = False

    def fetch(self, token: NextLink) -> Page:
        self.asked += 1
        if self.is_given_once and self.asked > 1 and token.value is None:
            message = "409 Conflict"
            raise FatalAPIError(message)
        if self.asked == 3:
            self.ids = self._later
        start = int((token.value or "p0")[1:])
        rows = [{"id": number} for number in self.ids[start : start + 10]]
        following = f"p{start + 10}" if start + 10 < len(self.ids) else None
        return Page(offset=0, rows=rows, next=following, total=len(self.ids) if self._is_counted else None)

    def read(self, key: Callable[[dict[str, int]], int] | None = itemgetter("id")) -> list[int]:
        paginator = CursorPaginator(cursor_path="next")
        pages = paginator.pages(InTurn(self.fetch), rows=RowIdentity(key=key), stats=ListStats(), verify=True)
        return [row["id"] for run in pages for row in run]


ROWS = list(range(60))


def test_order_that_has_changed_is_an_error_where_a_count_shows_that_rows_are_missing() -> None:
    with pytest.raises(FatalAPIError, match="20 rows came twice and 20 rows that the API counts did not come"):
        Places(ROWS, ROWS[::-1], is_counted=True).read()


@pytest.mark.parametrize("is_counted", [True, False])
def test_row_that_has_moved_to_the_head_comes(*, is_counted: bool) -> None:
    read = Places(ROWS, [45, *ROWS[:45], *ROWS[46:]], is_counted=is_counted).read()
    assert sorted(set(read)) == ROWS


def test_row_that_is_new_at_the_head_makes_another_come_twice() -> None:
    api = Places(ROWS, [99, *ROWS], is_counted=True)
    assert sorted(api.read()) == sorted([*ROWS, 19])
    assert api.asked == 7


@pytest.mark.parametrize("ids", [[*ROWS, *ROWS[:9]], [1] * 5 + ROWS])
def test_list_that_has_some_rows_twice_is_whole(ids: list[int]) -> None:
    assert Places(ids, ids, is_counted=True).read() == ids


def test_list_whose_first_page_is_given_once_is_whole_unless_a_count_says_otherwise() -> None:
    api = Places([*ROWS, 3], [*ROWS, 3], is_counted=False)
    api.is_given_once = True
    assert api.read() == [*ROWS, 3]


def test_first_page_that_is_not_given_again_is_an_error_where_a_count_shows_that_rows_are_missing() -> None:
    api = Places(ROWS, ROWS[::-1], is_counted=True)
    api.is_given_once = True
    with pytest.raises(FatalAPIError, match="409"):
        api.read()


def test_rows_without_a_key_say_nothing() -> None:
    assert len(Places(ROWS, ROWS[::-1], is_counted=True).read(None)) == 60
