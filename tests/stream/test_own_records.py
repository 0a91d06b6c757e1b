"""Records that a `parse_response` of one's own takes from responses: as many as there are, where pages are counted."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from requests import Response
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.cursor import CursorPaginator
from tap_analytics.pagination.numbered import PageNumberPaginator
from tap_analytics.pagination.offset import OffsetPaginator
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.stream.own_records import keep_count
from tests.connections import settings_of

if TYPE_CHECKING:
    from tap_analytics.pagination.paginator import Paginator

ROWS = json.dumps({"data": [{"id": 1}, {"id": 2}]})


def take(records: list[dict[str, Any]], body: str = ROWS, paginator: Paginator[Any] | None = None) -> int:
    """Return how many of these records are taken, whatever the body of the response holds."""
    resource = Resource(name="a", path="/a", data_selector="data", paginator=paginator)
    listing = Listing(resource=resource, config=settings_of("http://a.example"), is_incremental=False)
    response = Response()
    response._content = body.encode()  # noqa: SLF001 - a response of `requests` has no public way to have one
    return len(list(keep_count(lambda _: iter(records), listing)(response)))


def test_other_records_are_taken_if_they_are_as_many_as_there_are() -> None:
    assert take([{"name": "x"}, {"name": "y"}]) == 2


@pytest.mark.parametrize("paginator", [None, OffsetPaginator(limit=2), PageNumberPaginator()])
@pytest.mark.parametrize("records", [[], [{"id": 1}], [{"id": 1}] * 3])
def test_a_record_too_few_or_too_many_is_refused_where_pages_are_counted(
    records: list[dict[str, Any]], paginator: Paginator[Any] | None
) -> None:
    with pytest.raises(FatalAPIError, match=rf"gives {len(records)} records .* has 2, .*`post_process`.*`get_records`"):
        take(records, paginator=paginator)


@pytest.mark.parametrize("paginator", [CursorPaginator(cursor_param="c"), SinglePagePaginator()])
def test_any_number_of_records_is_taken_where_nobody_counts_them(paginator: Paginator[Any]) -> None:
    assert [take([{"id": 1}] * number, paginator=paginator) for number in (0, 1, 3)] == [0, 1, 3]


@pytest.mark.parametrize("body", ["id,name\n1,a\n", '{"rows": [{"id": 1}]}'])
def test_any_number_of_records_is_taken_from_a_response_that_the_tap_cannot_read(body: str) -> None:
    assert take([{"id": 1}] * 3, body) == 3
