"""A failure, or an empty page, behind full pages is the end of a list only where nothing comes behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.page import InTurn, Page, RowIdentity
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.pagination.page import PageNumber, Row, Span

SIZE = 10


class Api:
    """A list whose pages are there up to `last`, except those that fail or are empty; some show others."""

    def __init__(
        self,
        last: int,
        *,
        failing: set[int],
        behind: set[int] | None = None,
        shown: dict[int, int] | None = None,
        rows: int = 1_000,
    ) -> None:
        self._last = last
        self._failing = failing
        self._behind = behind or set()
        self._shown = shown or {}
        self._rows = rows
        self.asked: list[int] = []

    def number(self, token: PageNumber) -> Page:
        return self._page(token.number)

    def span(self, token: Span) -> Page:
        page = self._page(token.offset // SIZE)
        return Page(
            offset=token.offset, rows=page.rows[token.offset % SIZE :], missing=page.missing, status=page.status
        )

    def _page(self, number: int) -> Page:
        self.asked.append(number)
        if number in self._failing or (number > self._last and number not in self._behind):
            return Page(offset=0, rows=(), missing="404 Not Found", status=404)
        first = self._shown.get(number, number) * SIZE
        is_empty = number in self._behind and self._shown.get(number, -1) not in range(self._last + 1)
        rows = [] if is_empty else [{"id": first + place} for place in range(min(SIZE, self._rows - first))]
        return Page(offset=first, rows=rows)


def read(api: Api, *, verify: bool) -> tuple[int, ListStats]:
    stats = ListStats()
    pages = PageNumberPaginator(total_path="").pages(
        InTurn(api.number), rows=RowIdentity(key=lambda row: row["id"]), stats=stats, verify=verify
    )
    return sum(map(len, pages)), stats


def spans(api: Api, *, verify: bool) -> Iterable[Sequence[Row]]:
    paginator = OffsetPaginator(limit=SIZE, limit_param="limit", offset_param="offset", total_path="")
    return paginator.pages(InTurn(api.span), rows=RowIdentity(), stats=ListStats(), verify=verify)


@pytest.mark.parametrize("verify", [True, False])
def test_list_ends_where_all_pages_behind_it_fail_and_a_remark_says_so(*, verify: bool) -> None:
    api = Api(2, failing=set())
    rows, stats = read(api, verify=verify)
    assert rows == 30
    assert [remark for remark in stats.warnings if "right behind a full page" in remark]
    assert sorted(set(api.asked))[-3:] == [4, 5, 13]


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("failing", [{3}, {3, 4}, set(range(3, 13))])
def test_pages_behind_those_that_fail_are_an_error(failing: set[int], *, verify: bool) -> None:
    with pytest.raises(FatalAPIError, match="failed at number 3, and has pages behind that"):
        read(Api(20, failing=failing), verify=verify)


def test_empty_page_behind_one_that_fails_is_an_error_too() -> None:
    with pytest.raises(FatalAPIError, match="has pages behind that"):
        read(Api(2, failing=set(), behind={5}), verify=False)


def test_list_by_offset_is_looked_at_behind_its_failure_too() -> None:
    with pytest.raises(FatalAPIError, match="failed at offset 30, and has pages behind that"):
        list(spans(Api(20, failing={3}), verify=False))


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize(("holes", "last"), [({3}, 20), ({1}, 2)])
def test_rows_behind_an_empty_page_are_an_error(holes: set[int], last: int, *, verify: bool) -> None:
    api = Api(last, failing=set(), behind=holes)
    with pytest.raises(FatalAPIError, match=r"nothing at number \d, .* rows behind that, .* `stop_after_empty_page`"):
        read(api, verify=verify)
    with pytest.raises(FatalAPIError, match=r"nothing at offset \d0, .* rows behind that, at offset \d0"):
        list(spans(api, verify=verify))


@pytest.mark.parametrize("verify", [True, False])
def test_list_that_fills_its_pages_ends_where_the_page_behind_its_end_is_empty_or_known(*, verify: bool) -> None:
    for shown in (5, 0, 2):
        api = Api(2, failing=set(), behind={3, 4}, shown={4: shown})
        rows, stats = read(api, verify=verify)
        assert (rows, stats.warnings, max(api.asked)) == (30, [], 4)


def test_list_that_does_not_fill_its_pages_is_not_looked_behind() -> None:
    for rows in (25, 7):
        api = Api(2, failing=set(), behind={3, 4}, rows=rows)
        assert read(api, verify=False)[0] == rows
        assert max(api.asked) == -(-rows // SIZE)
