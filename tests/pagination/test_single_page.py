"""A single page is all of its list."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import InTurn, NextLink, Page, Row, RowIdentity, Signs
from tap_analytics.pagination.single_page import OnePage, SinglePagePaginator
from tap_analytics.report.stats import ListStats

ROWS: list[Row] = [{"id": 1}, {"id": 2}]


class Api:
    """One page, which names another one, and the requests for it."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows
        self.asked: list[str | None] = []

    def fetch(self, token: NextLink) -> Page:
        self.asked.append(token.value)
        return Page(offset=0, rows=self._rows, total=9, next="a")


def test_one_page_is_one_request_whatever_it_names() -> None:
    api = Api(ROWS)
    progress = ListStats()
    rows: list[Row] = [row for run in OnePage(api.fetch, stats=progress) for row in run]
    assert rows == ROWS
    assert api.asked == [None]
    assert str(progress) == "2 rows of 9 in 1 page"


def test_one_page_of_several_is_told() -> None:
    stats = ListStats()
    list(OnePage(lambda _: Page(offset=0, rows=ROWS, signs=Signs(pages=4)), stats=stats))
    assert stats.remarks == [
        "The one page has 2 rows, but the response counts 4 pages; use a `paginator` that reads all pages"
    ]


def test_one_page_without_rows_is_no_run() -> None:
    assert list(OnePage(Api([]).fetch, stats=ListStats())) == []


def test_one_page_that_is_a_part_of_a_list_is_an_error_unless_a_count_says_that_it_is_all() -> None:
    with pytest.raises(FatalAPIError, match="a part of the list"):
        list(OnePage(lambda _: Page(offset=0, rows=ROWS, total=9, is_part=True), stats=ListStats()))
    assert list(OnePage(lambda _: Page(offset=0, rows=ROWS, total=2, is_part=True), stats=ListStats())) == [ROWS]


def test_single_page_is_asked_for_with_no_parameter_and_read_once() -> None:
    api = Api(ROWS)
    paginator = SinglePagePaginator()
    runs = paginator.pages(InTurn(api.fetch), rows=RowIdentity(), stats=ListStats(), verify=True)
    assert list(runs) == [ROWS]
    assert paginator.params(paginator.first) == {}


def test_total_of_a_single_page_is_where_the_settings_say() -> None:
    assert SinglePagePaginator().under({"total_path": "meta.count"}).paths.total == "meta.count"
    assert SinglePagePaginator(total_path="n").under({"total_path": "meta.count"}).paths.total == "n"
