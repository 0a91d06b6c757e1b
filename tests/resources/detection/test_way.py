"""A way on, and the other ways that it may stand for."""

from __future__ import annotations

from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.page import NextLink, PageNumber, Span
from tap_analytics.resources.detection.way import Way


def test_an_offset_may_count_from_one_and_has_a_page_one_row_before() -> None:
    way = Way(paginator=OffsetPaginator(limit=10, limit_param="take", offset_param="skip"), token=Span(10, 10))
    assert way.from_one is not None
    assert way.from_one.paginator.words()["offset"] == 1
    assert way.from_one.from_one is None
    assert way.before == Span(9, 10)
    assert (way.parameter, way.is_counted) == ("skip", True)


def test_a_number_may_count_from_nought() -> None:
    way = Way(paginator=PageNumberPaginator(base_page=1), token=PageNumber(2), base=PageNumber(1))
    assert (way.from_nought.token, way.from_nought.paginator.words()["base_page"]) == (PageNumber(1), 0)
    assert (way.before, way.from_one) == (None, None)


def test_a_link_says_where_it_stands() -> None:
    way = Way(paginator=JsonLinkPaginator(next_url_path="paging.next"), token=NextLink("/x"))
    assert (way.place, way.parameter, way.is_counted) == ("`paging.next`", "", False)
