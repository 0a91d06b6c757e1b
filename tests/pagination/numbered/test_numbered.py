"""Numbered pages follow each other by their number, up to the one that is known to be the last."""

from __future__ import annotations

from itertools import count
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.ahead.prefetch import Prefetch
from tap_analytics.pagination.guards.repetition import EMPTY_PAGES
from tap_analytics.pagination.numbered.numbered import NumberedPages, PageNumberPaginator
from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import NO_SIGNS, InTurn, Page, PageNumber, Row, RowIdentity, Signs
from tap_analytics.pagination.paginator import Paths
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Api:
    """Pages of a list that holds still, and the numbers that were asked for."""

    def __init__(self, pages: Sequence[Sequence[int]], *, base: int = 0, total: int | None = None) -> None:
        self.pages = [[{"id": id_} for id_ in ids] for ids in pages]
        self.asked: list[int] = []
        self._base = base
        self._total = total

    @classmethod
    def of(cls, rows: int, *, size: int = 10, base: int = 0, total: int | None = None) -> Api:
        return cls([range(at, min(rows, at + size)) for at in range(0, rows, size)], base=base, total=total)

    @property
    def rows(self) -> list[Row]:
        return [row for page in self.pages for row in page]

    def fetch(self, page: PageNumber) -> Page:
        self.asked.append(page.number)
        rows = dict(enumerate(self.pages, self._base)).get(page.number, [])
        return Page(offset=page.number, rows=rows, total=self._total)


def read(fetch: Callable[[PageNumber], Page], numbering: Numbering | None = None) -> list[Row]:
    runs = NumberedPages(InTurn(fetch), numbering=numbering, key=itemgetter("id"), stats=ListStats())
    return [row for rows in runs for row in rows]


@given(
    rows=st.integers(0, 60),
    size=st.integers(1, 20),
    base=st.integers(0, 2),
    has_total=st.booleans(),
    width=st.integers(1, 5),
)
def test_every_row_comes_once_in_order_also_where_pages_are_fetched_ahead(
    *, rows: int, size: int, base: int, has_total: bool, width: int
) -> None:
    pages = -(-rows // size)
    api = Api.of(rows, size=size, base=base, total=pages if has_total else None)
    source = Prefetch(api.fetch, width=width)
    progress = ListStats()
    runs = NumberedPages(source, numbering=Numbering(base=base), stats=progress)
    try:
        assert [row for run in runs for row in run] == api.rows
    finally:
        source.close()
    assert progress.rows == rows
    assert sorted(set(api.asked)) == list(range(base, base + (max(1, pages) if has_total else pages + 1)))
    # An empty page behind a full one is asked for twice.
    assert len(api.asked) - len(set(api.asked)) <= (not has_total)


def test_pages_that_the_total_counts_are_planned_behind_the_first() -> None:
    api = Api.of(60, base=1, total=6)
    planned: list[PageNumber] = []

    class Planning(InTurn[PageNumber]):
        def plan(self, tokens: Iterable[PageNumber]) -> None:
            planned.extend(tokens)

    source = Planning(api.fetch)
    for numbering in (Numbering(base=1), Numbering(base=1, maximum=4)):
        list(NumberedPages(source, numbering=numbering, stats=ListStats()))
    assert [page.number for page in planned] == [2, 3, 4, 5, 6, 2, 3]


def test_total_counts_pages_and_not_rows() -> None:
    api = Api.of(25, total=3)
    progress = ListStats()
    list(NumberedPages(InTurn(api.fetch), stats=progress))
    assert api.asked == [0, 1, 2]
    assert str(progress) == "25 rows in 3 pages"


def test_total_counts_from_the_base_also_where_the_first_page_to_read_is_another() -> None:
    api = Api.of(60, base=1, total=6)
    assert read(api.fetch, Numbering(base=1, start=5)) == api.rows[40:]
    assert api.asked == [5, 6]


@pytest.mark.parametrize("total", [None, 0, 1, 25])
def test_total_that_is_missing_or_counts_something_else_leaves_the_end_to_an_empty_page(total: int | None) -> None:
    api = Api.of(25, total=total)
    pages = [0, 1, 2, 3]
    if total == 1:  # cannot be told from one page
        pages = [0]
    if total == 25:  # it counts rows, and the last one of a short page is the last of them
        pages = [0, 1, 2]
    assert len(read(api.fetch)) == min(25, 10 * len(pages))
    assert api.asked == pages


def test_pages_from_the_maximum_on_are_not_read() -> None:
    api = Api.of(90, base=1)
    assert read(api.fetch, Numbering(base=1, maximum=5)) == api.rows[:40]
    assert api.asked == [1, 2, 3, 4]


def test_page_that_says_that_nothing_is_next_is_the_last() -> None:
    api = Api.of(90)
    pages = read(lambda page: Page(offset=0, rows=api.fetch(page).rows, more=page.number < 3))
    assert pages == api.rows[:40]
    assert api.asked == [0, 1, 2, 3]


def test_short_page_is_no_end() -> None:
    assert len(read(Api([[1, 2, 3], [4], [5, 6, 7], [8]]).fetch)) == 8


def test_empty_page_is_the_end_unless_the_api_leaves_pages_empty() -> None:
    api = Api([[1, 2], [], [3]], total=3)
    assert read(api.fetch, Numbering(stop_after_empty_page=False)) == api.rows
    with pytest.raises(FatalAPIError, match="ended at page 1: the API says 3, but gave 1 page with 2 rows"):
        read(api.fetch)
    assert read(Api([[1, 2], [], [3]]).fetch) == api.rows[:2]


@pytest.mark.parametrize("verify", [False, True])
def test_page_that_is_empty_once_behind_a_full_one_is_no_end(*, verify: bool) -> None:
    api, asked = Api.of(25), count()

    def fetch(page: PageNumber) -> Page:
        return Page(offset=page.number, rows=[]) if next(asked) == 1 else api.fetch(page)

    paginator, stats = PageNumberPaginator(), ListStats()
    runs = paginator.pages(InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=stats, verify=verify)
    assert [row for rows in runs for row in rows] == api.rows


def test_page_that_stays_empty_behind_the_last_is_asked_for_no_third_time() -> None:
    api = Api.of(20)
    assert read(api.fetch) == api.rows
    assert api.asked == [0, 1, 2, 2]


def test_empty_pages_that_never_end_are_an_error_that_names_the_option() -> None:
    api = Api.of(10)
    with pytest.raises(FatalAPIError, match=r"100 pages in a row were empty; set `stop_after_empty_page`"):
        read(api.fetch, Numbering(stop_after_empty_page=False))
    assert len(api.asked) == EMPTY_PAGES + 1


def test_single_object_is_one_row_and_the_end() -> None:
    assert read(lambda page: Page(offset=page.number, rows=[{"id": 1}], single=True)) == [{"id": 1}]


def test_api_that_ignores_the_number_ends_with_an_error_before_a_row_comes_twice() -> None:
    api = Api.of(10)
    runs = iter(NumberedPages(InTurn(lambda _: api.fetch(PageNumber(0))), stats=ListStats()))
    assert next(runs) == api.rows
    with pytest.raises(
        FatalAPIError, match=r"same rows as page 1 .* set `base_page` to 1 .* `total_path`, `has_more_path`"
    ):
        next(runs)


@pytest.mark.parametrize("pages", [2, 50])
def test_api_that_begins_again_behind_its_end_ends_with_an_error(pages: int) -> None:
    api = Api.of(10 * pages)
    rows: list[Row] = []
    runs = NumberedPages(InTurn(lambda page: api.fetch(PageNumber(page.number % pages))), stats=ListStats())
    with pytest.raises(FatalAPIError, match=f"same rows as page {pages} "):
        rows.extend(row for run in runs for row in run)
    assert rows == api.rows


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("again", [2, 0])
@pytest.mark.parametrize("says", ["rows", "pages", "before"])
def test_last_or_first_page_that_comes_again_behind_the_end_is_the_end_where_a_count_says_so(
    says: str, again: int, *, verify: bool
) -> None:
    rows: list[Row] = [{"id": number} for number in range(30)]

    def fetch(token: PageNumber) -> Page:
        at = 10 * (token.number if token.number < 3 else again)
        signs = {"rows": Signs(counts={"count": 30}), "pages": Signs(pages=3)}.get(says, NO_SIGNS)
        total = 30 if says == "before" and token.number < 3 else None
        return Page(offset=token.number, rows=rows[at : at + 10], signs=signs, total=total)

    pages = PageNumberPaginator().pages(
        InTurn(fetch), rows=RowIdentity(key=itemgetter("id")), stats=ListStats(), verify=verify
    )
    assert [row for run in pages for row in run] == rows


@pytest.mark.parametrize("verify", [True, False])
def test_a_single_page_that_comes_again_is_the_end_where_a_total_of_all_rows_says_so(*, verify: bool) -> None:
    def read(total: int, path: str = "total") -> int:
        rows: list[Row] = [{"id": number} for number in range(6)]
        source = InTurn[PageNumber](lambda token: Page(offset=token.number, rows=rows, total=total))
        identity = RowIdentity(key=itemgetter("id"))
        pages = PageNumberPaginator(total_path=path).pages(source, rows=identity, stats=ListStats(), verify=verify)
        return sum(map(len, pages))

    assert read(6) == 6
    assert read(6, "pageInfo.totalCount") == 6
    for total, path in ((7, "total"), (6, "total_pages"), (6, "meta.count")):
        with pytest.raises(FatalAPIError, match="same rows as page 1 "):
            read(total, path)


def test_rows_alike_without_a_key_are_no_repetition_unless_it_goes_on() -> None:
    alike = [[7, 7], [7, 7], [1, 2]]
    runs = NumberedPages(InTurn(Api(alike).fetch), stats=ListStats())
    assert [row["id"] for rows in runs for row in rows] == [7, 7, 7, 7, 1, 2]
    with pytest.raises(FatalAPIError, match="same rows as page 3"):
        list(NumberedPages(InTurn(Api([[7, 7]] * 9).fetch), stats=ListStats()))


def test_page_is_asked_for_only_when_it_is_wanted() -> None:
    api = Api.of(30)
    runs = iter(NumberedPages(InTurn(api.fetch), stats=ListStats()))
    next(runs)
    assert api.asked == [0]
    next(runs)
    assert api.asked == [0, 1]


def test_page_is_asked_for_by_its_number_from_the_first_one_on() -> None:
    paginator = PageNumberPaginator(base_page=1, page_param="p")
    assert paginator.params(paginator.first) == {"p": 1}
    assert PageNumberPaginator(base_page=1, page=0).first == PageNumber(0)
    assert paginator.place(PageNumber(3)) == "page 3"


def test_body_of_a_numbered_page_is_read_at_its_total_and_at_what_says_that_there_is_more() -> None:
    assert PageNumberPaginator().paths == Paths(total="total")
    assert PageNumberPaginator(total_path="", has_more_path="more").paths == Paths(more="more")


@pytest.mark.parametrize(("verify", "asked"), [(False, [1, 2, 3]), (True, [1, 2, 1, 3, 2, 1])])
def test_options_say_which_pages_are_read(asked: list[int], *, verify: bool) -> None:
    api = Api.of(90, base=1)
    paginator = PageNumberPaginator(base_page=1, maximum_page=4)
    identity = RowIdentity(key=itemgetter("id"))
    runs = paginator.pages(InTurn(api.fetch), rows=identity, stats=ListStats(), verify=verify)
    assert [row for run in runs for row in run] == api.rows[:30]
    assert api.asked == asked


def test_the_first_page_is_the_base_page_unless_it_is_said() -> None:
    assert PageNumberPaginator(base_page=1).first.number == 1
    assert PageNumberPaginator(base_page=1, page=0).first.number == 0
