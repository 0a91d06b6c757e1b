"""A list by cursors of which an answer was lost is whole only where its cursors give the same rows at each request."""

from __future__ import annotations

from operator import itemgetter

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats

ROWS = [{"id": number} for number in range(50)]


class Scroll:
    """A list in pages of ten rows, of which one came at the second try; it may go on at each request."""

    def __init__(self, *, lost: int, moves: bool, refuses: bool = False) -> None:
        self._lost = lost
        self._moves = moves
        self._refuses = refuses
        self._at = 0
        self.asked: list[str] = []

    def fetch(self, token: NextLink) -> Page:
        if self._refuses and token.value in self.asked:
            message = "this cursor was used"
            raise FatalAPIError(message)
        self.asked.append(token.value or "")
        is_again = len(self.asked) - 1 == self._lost
        # A server that goes on has counted the answer that was lost.
        place = self._at + 10 * is_again if self._moves else int(token.value or 0)
        self._at = place + 10
        rows = ROWS[place : place + 10]
        return Page(
            offset=place, rows=rows, next=str(place + 10) if place + 10 < len(ROWS) else None, is_again=is_again
        )

    def read(self, *, is_keyed: bool = True) -> int:
        rows = RowIdentity(key=itemgetter("id") if is_keyed else None)
        pages = CursorPaginator().pages(InTurn(self.fetch), rows=rows, stats=ListStats(), verify=False)
        return sum(map(len, pages))


@pytest.mark.parametrize("is_keyed", [True, False])
@pytest.mark.parametrize("lost", [1, 2, 4])
def test_a_cursor_that_gives_other_rows_each_time_has_lost_those_of_an_answer(lost: int, *, is_keyed: bool) -> None:
    with pytest.raises(FatalAPIError, match=r"an answer was lost on its way.*run the sync once more"):
        Scroll(lost=lost, moves=True).read(is_keyed=is_keyed)


@pytest.mark.parametrize("is_keyed", [True, False])
@pytest.mark.parametrize(("lost", "asked"), [(1, 7), (3, 6), (4, 6)])
def test_a_cursor_that_gives_the_same_rows_is_asked_once_more(lost: int, asked: int, *, is_keyed: bool) -> None:
    scroll = Scroll(lost=lost, moves=False)
    assert scroll.read(is_keyed=is_keyed) == len(ROWS)
    assert len(scroll.asked) == asked


class OneTime(Scroll):
    """A list whose cursors are spent when they are used: then they give the page behind, or nothing."""

    def __init__(self, *, lost: int, is_empty: bool) -> None:
        super().__init__(lost=lost, moves=False)
        self._is_empty = is_empty
        self._used: set[str] = set()

    def fetch(self, token: NextLink) -> Page:
        self.asked.append(token.value or "")
        is_again = len(self.asked) - 1 == self._lost
        is_spent = bool(token.value) and (is_again or token.value in self._used)
        self._used.add(token.value or "")
        place = int(token.value or 0) + 10 * is_spent
        rows = [] if self._is_empty and is_spent else ROWS[place : place + 10]
        following = str(place + 10) if rows and place + 10 < len(ROWS) else None
        return Page(offset=place, rows=rows, next=following, is_again=is_again)


@pytest.mark.parametrize("is_empty", [True, False])
@pytest.mark.parametrize("is_keyed", [True, False])
@pytest.mark.parametrize("lost", [1, 2, 4])
def test_a_cursor_that_is_spent_has_lost_the_rows_of_an_answer(lost: int, *, is_keyed: bool, is_empty: bool) -> None:
    with pytest.raises(FatalAPIError, match="an answer was lost on its way"):
        OneTime(lost=lost, is_empty=is_empty).read(is_keyed=is_keyed)


def test_a_cursor_that_may_be_used_once_says_nothing_where_it_is_refused() -> None:
    assert Scroll(lost=2, moves=False, refuses=True).read() == len(ROWS)
