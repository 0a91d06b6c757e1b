"""Rows that share the value of a cursor, which is a field of the last row, are all read, or the list fails."""

from __future__ import annotations

from operator import ge, gt, itemgetter, le, lt
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, RowIdentity
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row

TIED = [f"2024-01-{1 + number // 3:02}T00:00:00Z" for number in range(60)]
TOLD_APART = [f"2024-01-{1 + number // 24:02}T{number % 24:02}:00:00Z" for number in range(60)]


class Keyset:
    """A list in pages of ten rows, which goes on behind a value of its rows, or from it on."""

    def __init__(self, values: Sequence[Any], behind: Callable[[Any, Any], bool], *, as_link: bool = False) -> None:
        self.rows: list[Row] = [{"id": number, "at": value} for number, value in enumerate(values)]
        self.stats = ListStats()
        self.size = 10
        self._behind = behind
        self._as_link = as_link
        self.asked: list[str | None] = []
        self.takes: set[str | None] | None = None

    def fetch(self, token: NextLink) -> Page:
        self.asked.append(token.value)
        start: Any = token.value
        if self._as_link and start:
            start = parse_qs(urlsplit(start).query)["after"][0]
        if self.takes is not None and start not in self.takes:
            message = "400 Bad Request"
            raise FatalAPIError(message)
        kind = type(self.rows[0]["at"])
        rows = [row for row in self.rows if start is None or self._behind(row["at"], kind(start))][: self.size]
        last = rows[-1]["at"] if rows else None
        following = f"/things?after={quote(last, safe='')}&limit=10" if self._as_link and last else last
        return Page(offset=0, rows=rows, next=following)

    def read(self, *, is_keyed: bool = True, is_part: bool = False, path: str = "data[-1].at") -> list[int]:
        paginator = JsonLinkPaginator() if self._as_link else CursorPaginator(cursor_path=path)
        rows = RowIdentity(key=itemgetter("id") if is_keyed else None, is_part=is_part)
        pages = paginator.pages(InTurn(self.fetch), rows=rows, stats=self.stats, verify=False)
        return [row["id"] for run in pages for row in run]


@pytest.mark.parametrize("is_keyed", [True, False])
@pytest.mark.parametrize("as_link", [True, False])
@pytest.mark.parametrize("behind", [gt, ge, lt])
@pytest.mark.parametrize("values", [TIED, TOLD_APART])
def test_every_row_comes_once(
    values: list[str], behind: Callable[[Any, Any], bool], *, as_link: bool, is_keyed: bool
) -> None:
    api = Keyset(values[::-1] if behind is lt else values, behind, as_link=as_link)
    assert api.read(is_keyed=is_keyed) == list(range(60))
    assert len(api.asked) < 15


@pytest.mark.parametrize("path", ["data[-1].at", "next"])
def test_numbers_are_values_where_the_path_says_so_or_where_they_may_be_times(path: str) -> None:
    times = [1_704_067_200 + number // 3 for number in range(60)]
    assert Keyset(times, gt).read(path=path) == list(range(60))
    assert len(Keyset([number // 3 for number in range(60)], gt).read(path=path)) == (60 if path != "next" else 50)


@pytest.mark.parametrize("behind", [gt, ge])
def test_page_of_nothing_but_one_value_is_an_error(behind: Callable[[Any, Any], bool]) -> None:
    with pytest.raises(FatalAPIError, match=r"all 10 rows of a page have the same `at`.* ask for longer pages"):
        Keyset([*TIED[:3], *[TIED[3]] * 25, *TIED[30:]], behind).read()


@pytest.mark.parametrize("behind", [gt, ge])
def test_page_of_one_value_that_may_be_full_is_an_error_in_a_whole_list_and_told_in_a_part(
    behind: Callable[[Any, Any], bool],
) -> None:
    with pytest.raises(FatalAPIError, match=r"all 10 rows of a page have the same `at`.* declare .*`single_page`"):
        Keyset(TIED[:1] * 137, behind).read()
    part = Keyset(TIED[:1] * 137, behind)
    assert part.read(is_part=True) == list(range(10))
    assert ["may have more rows" in remark for remark in part.stats.remarks] == [True]


@pytest.mark.parametrize("as_link", [True, False])
@pytest.mark.parametrize("behind", [gt, ge])
@pytest.mark.parametrize("size", [7, 11])
def test_page_of_one_value_before_others_is_an_error(
    size: int, behind: Callable[[Any, Any], bool], *, as_link: bool
) -> None:
    api = Keyset([*TIED[:1] * 25, *TIED[3:40]], behind, as_link=as_link)
    api.size = size
    with pytest.raises(FatalAPIError, match=rf"all {size} rows of a page have the same `at`|leads in a circle"):
        api.read()


class OutOfSight(Keyset):
    """A list whose rows do not show the value of the cursor; a path says that it is one of the last row."""

    def fetch(self, token: NextLink) -> Page:
        page = super().fetch(token)
        rows = [{"id": row["id"]} for row in page.rows]
        return replace(page, rows=rows, places=[row["at"] for row in page.rows])


@pytest.mark.parametrize("is_keyed", [True, False])
@pytest.mark.parametrize("behind", [gt, ge])
def test_value_that_a_path_finds_in_the_last_row_need_not_be_in_the_rows_that_are_read(
    behind: Callable[[Any, Any], bool], *, is_keyed: bool
) -> None:
    assert OutOfSight(TIED, behind).read(is_keyed=is_keyed) == list(range(60))


class Restless(Keyset):
    """A list whose rows have a value that is another one at each look."""

    def fetch(self, token: NextLink) -> Page:
        page = super().fetch(token)
        return replace(page, rows=[row | {"seen": len(self.asked)} for row in page.rows])


@pytest.mark.parametrize("behind", [gt, ge])
def test_places_tell_which_rows_have_come_where_these_have_no_key_and_differ_at_each_look(
    behind: Callable[[Any, Any], bool],
) -> None:
    assert Restless(TIED, behind).read(is_keyed=False, path="next") == list(range(60))


@pytest.mark.parametrize("behind", [gt, ge])
@pytest.mark.parametrize("count", [1, 2, 7])
def test_short_list_of_one_value_is_whole(count: int, behind: Callable[[Any, Any], bool]) -> None:
    assert Keyset(TIED[:1] * count, behind).read() == list(range(count))


def test_cursor_that_is_the_key_is_followed_as_it_is() -> None:
    api = Keyset(TOLD_APART, gt)
    rows = RowIdentity(key=itemgetter("at"))
    pages = CursorPaginator(cursor_path="next").pages(InTurn(api.fetch), rows=rows, stats=ListStats(), verify=False)
    assert sum(map(len, pages)) == 60
    assert list(dict.fromkeys(api.asked)) == [None, *TOLD_APART[9::10]]


@pytest.mark.parametrize(("behind", "ids"), [(ge, range(60)), (le, range(60, 0, -1))])
def test_row_of_the_cursor_that_comes_again_comes_once_where_the_cursor_is_the_key(
    behind: Callable[[Any, Any], bool], ids: Sequence[int]
) -> None:
    api = Keyset(ids, behind)
    rows = RowIdentity(key=itemgetter("at"))
    pages = CursorPaginator(cursor_path="data[-1].at").pages(
        InTurn(api.fetch), rows=rows, stats=ListStats(), verify=False
    )
    assert [row["at"] for run in pages for row in run] == list(ids)


def test_api_that_takes_none_but_its_own_cursors_is_asked_by_these() -> None:
    api = Keyset(TOLD_APART, gt)
    api.takes = {None, *TOLD_APART[9::10]}
    assert api.read() == list(range(60))
    assert len(api.asked) == 10


def fetch_linked(filtered: str, day: Callable[[int], str]) -> Callable[[NextLink], Page]:
    """Return what gives pages of ten rows by links, which repeat a filter."""

    def fetch(token: NextLink) -> Page:
        start = int(parse_qs(urlsplit(token.value or "").query).get("cursor", ["0"])[0])
        rows = [{"id": number, "at": day(number)} for number in range(start, min(start + 10, 60))]
        following = f"/things?at={quote(filtered)}&cursor={start + 10}" if start + 10 < 60 else None
        return Page(offset=0, rows=rows, next=following, is_full=start == 0)

    return fetch


@pytest.mark.parametrize("changes", [60, 15])
def test_filter_in_a_link_is_no_cursor(changes: int) -> None:
    rows = RowIdentity(key=itemgetter("id"))
    fetch = InTurn(fetch_linked(TIED[0], lambda number: TIED[0] if number < changes else TIED[9]))
    pages = JsonLinkPaginator().pages(fetch, rows=rows, stats=ListStats(), verify=False)
    assert [row["id"] for run in pages for row in run] == list(range(60))


def test_pages_of_one_day_each_are_whole() -> None:
    days = [TIED[0], TIED[3], TIED[6]]
    rows = [(number, days[number // 24]) for number in range(3 * 24)]

    def fetch(token: NextLink) -> Page:
        day = next((at for _, at in rows if at > (token.value or "")), None)
        return Page(offset=0, rows=[{"id": number, "at": at} for number, at in rows if at == day], next=day)

    identity = RowIdentity(key=itemgetter("id"))
    pages = CursorPaginator(cursor_path="next").pages(InTurn(fetch), rows=identity, stats=ListStats(), verify=False)
    assert [row["id"] for run in pages for row in run] == list(range(72))
