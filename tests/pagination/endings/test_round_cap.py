"""A list that nothing counts is told where it has just as many rows as APIs are limited to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.pagination.endings.round_cap import is_cap
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.page import InTurn, NextLink, Page, PageNumber, RowIdentity, Span
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from tap_analytics.pagination.paginator import Paginator

SIZE = 250
PAGINATORS: list[Paginator[Any]] = [
    OffsetPaginator(limit=SIZE, limit_param="limit", offset_param="offset", total_path="total"),
    PageNumberPaginator(),
    SinglePagePaginator(total_path="total"),
]


def warnings(paginator: Paginator[Any], rows: int, *, verify: bool, **said: Any) -> list[str]:  # noqa: ANN401
    """Return the warnings about a list of so many rows."""

    def fetch(token: Span | PageNumber | NextLink) -> Page:
        start = token.number * SIZE if isinstance(token, PageNumber) else 0
        start = token.offset if isinstance(token, Span) else start
        size = rows if isinstance(token, NextLink) else SIZE
        return Page(offset=start, rows=[{"id": number} for number in range(start, min(rows, start + size))], **said)

    stats = ListStats()
    identity = RowIdentity(key=lambda row: row["id"])
    assert sum(map(len, paginator.pages(InTurn(fetch), rows=identity, stats=stats, verify=verify))) == rows
    return stats.warnings


@pytest.mark.parametrize("verify", [True, False])
@pytest.mark.parametrize("paginator", PAGINATORS)
def test_list_that_has_just_as_many_rows_as_a_limit_is_told(paginator: Paginator[Any], *, verify: bool) -> None:
    assert "exactly 1,000 rows" in " ".join(warnings(paginator, 1000, verify=verify))
    assert not warnings(paginator, 1001, verify=verify)
    assert not warnings(paginator, 1000, verify=verify, total=1000)


def test_flag_that_says_that_this_is_all_is_believed() -> None:
    assert not warnings(PAGINATORS[2], 1000, verify=True, total=1000)
    stats = ListStats()
    page = Page(offset=0, rows=[{"id": number} for number in range(500)], more=False)
    list(PAGINATORS[1].pages(InTurn(lambda _: page), rows=RowIdentity(), stats=stats, verify=False))
    assert not stats.warnings


@pytest.mark.parametrize(
    ("rows", "cap"),
    [
        (500, True),
        (1000, True),
        (2500, True),
        (10_000, True),
        (100_000, True),
        (100, False),
        (700, False),
        (999, False),
    ],
)
def test_limits_are_round(rows: int, *, cap: bool) -> None:
    assert is_cap(rows) == cap
