"""Counts that fall while a list is read: rows have gone, or the API contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.fallen_counts import FallenCounts
from tap_analytics.pagination.offset.offset import OffsetPages
from tap_analytics.pagination.page import InTurn, Page, Signs, Span
from tap_analytics.report.stats import Ending, ListStats

if TYPE_CHECKING:
    from collections.abc import Callable

LIMIT = 100


class Api:
    """A list by offset, whose rows and counts may change with each request."""

    def __init__(self, rows: Callable[[int], int], total: Callable[[int, int], int]) -> None:
        self._rows = rows
        self._total = total
        self.requests = 0

    def fetch(self, span: Span) -> Page:
        self.requests += 1
        end = min(span.offset + span.limit, self._rows(self.requests))
        rows = [{"id": number} for number in range(span.offset, end)]
        return Page(offset=span.offset, rows=rows, total=self._total(span.offset, self.requests))


def read(api: Api) -> int:
    stats = ListStats()
    source = FallenCounts(InTurn(api.fetch), stats=stats)
    return sum(map(len, source.through(OffsetPages(source, limit=LIMIT, stats=stats))))


@pytest.mark.parametrize("least", [150, 140, 0])
def test_total_that_falls_to_what_was_given_is_an_error_where_the_first_page_still_counts_more(least: int) -> None:
    api = Api(lambda _: 150, lambda offset, _: 250 if offset == 0 else least)
    with pytest.raises(FatalAPIError, match="contradict each other"):
        read(api)
    assert api.requests <= 8


def test_rows_that_have_gone_meanwhile_are_no_contradiction() -> None:
    api = Api(lambda request: 450 if request < 3 else 250, lambda _, request: 450 if request < 3 else 250)
    assert read(api) == 250


def test_rows_that_go_and_come_are_no_contradiction() -> None:
    # The first page counts as many as at first when it is looked at again, but so does the last.
    api = Api(lambda _: 250, lambda _, request: 251 if request in {1, 4, 5} else 250)
    assert read(api) == 250


def test_total_that_counts_the_rows_from_its_page_on_is_none() -> None:
    assert read(Api(lambda _: 250, lambda offset, _: 250 - offset)) == 250


def test_whole_list_is_not_asked_for_again() -> None:
    api = Api(lambda _: 250, lambda offset, _: 250 if offset < 250 else 0)
    assert read(api) == 250
    assert api.requests == 3


def test_number_of_pages_that_falls_is_a_contradiction_too() -> None:
    stats = ListStats(ending=Ending.PROVED, rows=300)
    pages = [Page(offset=at, rows=[{"id": at}] * 100, signs=Signs(pages=5 if at < 200 else 3)) for at in (0, 100, 200)]
    source: FallenCounts[Span] = FallenCounts(InTurn(lambda span: pages[span.offset // LIMIT]), stats=stats)
    for page in pages:
        source.take(Span(page.offset, LIMIT))
    with pytest.raises(FatalAPIError, match="the number of pages` is 5, another that it is 3"):
        list(source.through([]))


def test_page_that_cannot_be_asked_for_again_contradicts_nothing() -> None:
    class Once(Api):
        def fetch(self, span: Span) -> Page:
            if self.requests >= 2:
                message = "gone"
                raise FatalAPIError(message)
            return super().fetch(span)

    assert read(Once(lambda _: 150, lambda offset, _: 250 if offset == 0 else 150)) == 150
