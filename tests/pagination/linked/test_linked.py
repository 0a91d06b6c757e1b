"""Each page leads to the next, and a list that never ends is noticed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import nullcontext
from decimal import Decimal
from itertools import chain, count
from operator import itemgetter

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards import repetition, returning_cursors
from tap_analytics.pagination.guards.repetition import ROUNDS
from tap_analytics.pagination.linked.linked import LinkedPages, as_text
from tap_analytics.pagination.page import NextLink, Page, RowIdentity, Signs
from tap_analytics.report.stats import ListStats

Pages = Mapping[str | None, tuple[list[int], object]]


class Api:
    """Pages by the cursor that leads to them, each with the cursor that it names, and the cursors asked for."""

    def __init__(self, pages: Pages, *, total: int | None = None) -> None:
        self._pages = pages
        self._total = total
        self.asked: list[str | None] = []

    def fetch(self, token: NextLink) -> Page:
        self.asked.append(token.value)
        assert len(self.asked) < 1000, "the list is asked for without end"
        ids, following = self._pages[token.value]
        return Page(offset=0, rows=[{"id": id_} for id_ in ids], total=self._total, next=following)


def read(api: Api, *, stop_after_empty_page: bool = False) -> list[int]:
    runs = LinkedPages(
        api.fetch,
        rows=RowIdentity(key=itemgetter("id")),
        stop_after_empty_page=stop_after_empty_page,
        stats=ListStats(),
    )
    return [row["id"] for rows in runs for row in rows]


@given(st.lists(st.lists(st.integers(), max_size=3), min_size=1, max_size=50))
def test_every_row_comes_once_in_order_up_to_the_page_that_names_nothing(pages: list[list[int]]) -> None:
    # Rows that come again and again are a circle, and fail.
    assume(all(times <= ROUNDS for times in Counter(chain.from_iterable(pages)).values()))
    cursors: list[str | None] = [None, *map(str, range(1, len(pages)))]
    api = Api(dict(zip(cursors, zip(pages, [*cursors[1:], None], strict=True), strict=True)))
    assert read(api) == [id_ for ids in pages for id_ in ids]
    # An empty page may be asked for once more.
    assert list(dict.fromkeys(api.asked)) == cursors


def test_empty_page_behind_a_full_one_is_asked_for_once_more() -> None:
    class Once(Api):
        def fetch(self, token: NextLink) -> Page:
            page = super().fetch(token)
            return replace(page, rows=[]) if self.asked == [None, "a"] else page

    api = Once({None: ([1, 2], "a"), "a": ([3, 4], "b"), "b": ([5], None)})
    assert read(api) == [1, 2, 3, 4, 5]
    assert api.asked == [None, "a", "a", "b"]


@pytest.mark.parametrize("end", [None, "", " ", False, 0, Decimal(0), [], {}])
def test_page_that_names_nothing_is_the_last(end: object) -> None:
    api = Api({None: ([1], "a"), "a": ([2], end)})
    assert read(api) == [1, 2]
    assert api.asked == [None, "a"]


@pytest.mark.parametrize(
    ("following", "text"),
    [
        ("abc", "abc"),
        (" a b ", " a b "),
        ("null", "null"),
        (42, "42"),
        (10**30, "1" + "0" * 30),
        (Decimal("1.50"), "1.50"),
        ("0", "0"),
    ],
)
def test_cursor_that_is_a_number_is_sent_as_it_is_written(following: object, text: str) -> None:
    assert as_text(following) == text


@pytest.mark.parametrize("following", [True, ["a"], {"href": "/b"}])
def test_what_is_no_cursor_and_no_link_is_an_error_that_names_the_options(following: object) -> None:
    with pytest.raises(FatalAPIError, match="neither text nor a number; check `cursor_path`, `next_url_path`"):
        read(Api({None: ([1], following)}))


@pytest.mark.parametrize("back_to", ["a", "b", "c"])
def test_list_that_leads_in_a_circle_ends_with_an_error_before_a_row_comes_twice(back_to: str) -> None:
    pages: Pages = {
        None: ([1], "a"),
        "a": ([2], "b"),
        "b": ([3], "c"),
        "c": ([4], back_to),
    }
    api = Api(pages)
    ids: list[int] = []
    runs = LinkedPages(api.fetch, rows=RowIdentity(key=itemgetter("id")), stats=ListStats())
    with pytest.raises(FatalAPIError, match=r"page 5 was asked for with a cursor or link .* check the options"):
        ids.extend(row["id"] for rows in runs for row in rows)
    assert ids == [1, 2, 3, 4]


def test_circle_is_noticed_by_its_cursor_not_by_rows_that_come_again() -> None:
    assert read(Api({None: ([1], "a"), "a": ([1], "b"), "b": ([1], None)})) == [1, 1, 1]


def test_cursor_that_stays_the_same_is_followed_as_long_as_it_gives_other_rows() -> None:
    left = [[3], [2], [1]]

    def fetch(_: NextLink) -> Page:
        return Page(offset=0, rows=[{"id": id_} for id_ in (left.pop() if left else [])], next="scroll")

    runs = LinkedPages(fetch, rows=RowIdentity(key=itemgetter("id")), stats=ListStats())
    assert [row["id"] for rows in runs for row in rows] == [1, 2, 3]


def test_oldest_pages_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "REMEMBERED_PAGES", 2)
    pages: Pages = {
        None: ([1], "a"),
        "a": ([2], "b"),
        "b": ([3], "a"),
    }
    with pytest.raises(FatalAPIError, match="page 4 "):
        read(Api(pages))
    monkeypatch.setattr(repetition, "REMEMBERED_PAGES", 1)
    monkeypatch.setattr(returning_cursors, "REMEMBERED_PAGES", 1)
    with pytest.raises(FatalAPIError, match=r"page \d\d "):
        read(Api(pages))


def test_empty_page_with_a_next_one_is_passed() -> None:
    api = Api({None: ([1], "a"), "a": ([], "b"), "b": ([2], None)})
    assert read(api) == [1, 2]
    assert read(api, stop_after_empty_page=True) == [1]


def test_empty_page_that_names_itself_is_the_end() -> None:
    api = Api({None: ([1], "a"), "a": ([], "a")})
    assert read(api) == [1]
    assert api.asked == [None, "a"]


def test_empty_pages_that_never_end_are_an_error_that_names_the_option() -> None:
    pages: Pages = {str(at): ([], at + 1) for at in range(1, 900)}
    api = Api({None: ([1], "1"), **pages})
    with pytest.raises(FatalAPIError, match="100 pages in a row were empty; set `stop_after_empty_page`"):
        read(api)
    assert len(api.asked) == 101


@pytest.mark.parametrize(
    ("size", "total", "is_error"), [(50, None, True), (64, None, True), (51, None, False), (50, 50, False)]
)
def test_one_full_page_beside_a_cursor_elsewhere_is_an_error(size: int, total: int | None, *, is_error: bool) -> None:
    page = Page(offset=0, rows=[{"id": id_} for id_ in range(size)], total=total, signs=Signs(cursor="_scroll_id"))
    runs = LinkedPages(lambda _: page, rows=RowIdentity(key=itemgetter("id")), stats=ListStats())
    if is_error:
        with pytest.raises(
            FatalAPIError, match="check the options of the `paginator`, or take another: `_scroll_id` may name one"
        ):
            list(runs)
    else:
        assert [len(rows) for rows in runs] == [size]


@pytest.mark.parametrize(("total", "more", "is_error"), [(None, None, True), (3, None, False), (None, False, False)])
def test_last_page_beside_a_link_elsewhere_is_an_error_unless_a_count_or_a_flag_says_that_it_is_the_last(
    total: int | None, *, more: bool | None, is_error: bool
) -> None:
    first = Page(offset=0, rows=[{"id": 1}, {"id": 2}], total=total, next="a")
    last = Page(offset=0, rows=[{"id": 3}], total=total, more=more, signs=Signs(next="next_offset"))
    pages = iter([first, last])
    runs = LinkedPages(lambda _: next(pages), rows=RowIdentity(key=itemgetter("id")), stats=ListStats())
    with pytest.raises(FatalAPIError, match=r"but `next_offset` does; .* `total_path`") if is_error else nullcontext():
        list(runs)


@pytest.mark.parametrize(
    ("size", "is_full", "is_error"), [(2, False, False), (15, False, False), (100, False, True), (30, True, True)]
)
def test_a_cursor_of_the_page_itself_is_no_error_beside_a_page_that_is_not_full(
    size: int, *, is_full: bool, is_error: bool
) -> None:
    signs = Signs(cursor="paging.cursors.after", is_of_page=True)
    page = Page(offset=0, rows=[{"id": id_} for id_ in range(size)], is_full=is_full, signs=signs)
    runs = LinkedPages(lambda _: page, rows=RowIdentity(key=itemgetter("id")), stats=ListStats())
    if is_error:
        with pytest.raises(FatalAPIError, match=r"`paging\.cursors\.after` may name one"):
            list(runs)
    else:
        assert [len(rows) for rows in runs] == [size]


@pytest.mark.parametrize("cursors", ["a", "ab"])
def test_cursors_that_come_again_with_other_rows_each_time_end_with_an_error(cursors: str) -> None:
    made = count()

    def fetch(_: NextLink) -> Page:
        number = next(made)
        return Page(offset=0, rows=[{"id": number}], next=cursors[number % len(cursors)])

    with pytest.raises(FatalAPIError, match="the list has no end"):
        list(LinkedPages(fetch, rows=RowIdentity(key=itemgetter("id")), stats=ListStats()))
    assert next(made) < 1000


def test_list_that_ends_before_its_total_is_an_error() -> None:
    with pytest.raises(FatalAPIError, match="there are 3 rows, but gave 2"):
        read(Api({None: ([1], "a"), "a": ([2], None)}, total=3))


def test_a_list_that_ends_with_its_first_page_short_of_its_count_is_told_where_the_next_one_was_looked_for() -> None:
    api = Api({None: ([1, 2, 3], None)}, total=9)
    pages = LinkedPages(api.fetch, rows=RowIdentity(key=itemgetter("id")), cursor_path="meta.next", stats=ListStats())
    with pytest.raises(
        FatalAPIError, match=r"no next one in `meta\.next`; check .*: the API says that there are 9 rows"
    ):
        list(pages)
    with pytest.raises(FatalAPIError, match="no next one in the headers"):
        read(api)


def test_a_list_that_ends_later_short_of_its_count_is_not_said_to_be_asked_for_wrongly() -> None:
    api = Api({None: ([1, 2], "b"), "b": ([3, 4], None)}, total=9)
    with pytest.raises(FatalAPIError, match=r"^the API says that there are 9 rows"):
        read(api)
