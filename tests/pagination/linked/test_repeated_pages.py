"""A cursor that leads to the rows of an earlier page, in place of its own, is told from an end and from moved rows."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats

SIZE = 4


class Api:
    """Six pages, some of which have the rows of others; `once` says that these come right when asked for again."""

    def __init__(self, shown: dict[int, int], *, once: bool = False, total: int | None = None, last: int = 5) -> None:
        self._shown = shown
        self._once = once
        self._total = total
        self._last = last
        self.asked: list[int] = []

    def page(self, token: NextLink) -> Page:
        number = int((token.value or "c0")[1:])
        is_again = number in self.asked
        self.asked.append(number)
        source = number if self._once and is_again else self._shown.get(number, number)
        return Page(
            offset=0,
            rows=[self.row(source * SIZE + place) for place in range(SIZE)],
            next=f"c{number + 1}" if number < self._last else None,
            total=self._total,
        )

    def row(self, number: int) -> dict[str, Any]:
        return {"id": number}


def read(api: Api, *, keyed: bool = True) -> list[int]:
    pages = CursorPaginator(cursor_path="next", cursor_param="cursor").pages(
        InTurn(api.page),
        rows=RowIdentity(key=(lambda row: row["id"]) if keyed else None),
        stats=ListStats(),
        verify=True,
    )
    return [row["id"] for page in pages for row in page]


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("shown", [{2: 1}, {2: 0}, {3: 1, 4: 1}])
@pytest.mark.parametrize("total", [None, 24])
def test_a_page_with_the_rows_of_an_earlier_one_is_an_error(
    shown: dict[int, int], total: int | None, *, keyed: bool
) -> None:
    with pytest.raises(FatalAPIError, match=r"had just the [48] rows of earlier pages"):
        read(Api(shown, total=total), keyed=keyed)


def test_a_page_that_comes_right_when_asked_for_again_is_taken() -> None:
    api = Api({2: 1}, once=True)
    assert read(api) == list(range(24))
    assert api.asked == [0, 1, 2, 2, 3, 4, 5]


def test_a_last_page_that_comes_again_is_the_end() -> None:
    assert sorted({*read(Api({5: 4}))}) == list(range(20))


def test_rows_that_a_total_does_not_count_are_not_missing() -> None:
    assert sorted({*read(Api({2: 1}, total=20))}) == [*range(8), *range(12, 24)]


def test_rows_that_have_moved_are_no_page_again() -> None:
    api = Api({4: 0})

    def page(token: NextLink) -> Page:
        found = api.page(token)
        is_moved = token.value is None and len(api.asked) > 1
        return Page(offset=0, rows=[{"id": 99}, {"id": 98}], next=found.next) if is_moved else found

    pages = CursorPaginator(cursor_path="next", cursor_param="cursor").pages(
        InTurn(page), rows=RowIdentity(key=lambda row: row["id"]), stats=ListStats(), verify=True
    )
    assert {row["id"] for rows in pages for row in rows} >= {*range(16), *range(20, 24)}


@pytest.mark.parametrize("shown", [{2: 1}, {2: 0, 3: 0, 4: 0}, dict.fromkeys(range(1, 5), 0)])
@pytest.mark.parametrize("total", [None, 24])
def test_pages_without_a_key_are_alike_where_no_field_tells_their_rows_from_others(
    shown: dict[int, int], total: int | None
) -> None:
    class Days(Api):
        def row(self, number: int) -> dict[str, Any]:
            return {"hour": number % SIZE, "calls": number // SIZE}

    api = Days(shown, total=total)
    pages = CursorPaginator(cursor_path="next", cursor_param="cursor").pages(
        InTurn(api.page), rows=RowIdentity(), stats=ListStats(), verify=True
    )
    calls = [row["calls"] for rows in pages for row in rows]
    assert calls == [shown.get(page, page) for page in range(6) for _ in range(SIZE)]
