"""A page as a whole response."""

from __future__ import annotations

import pytest
import requests

from tap_analytics.http.retry import TransientError
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.resources.detection.exchange import Documents, with_found
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tests.connections import settings_of


def test_a_listing_says_what_was_found_and_stays_what_it_was() -> None:
    config = settings_of("https://api.example.com", api_key="k")
    listing = Listing(resource=Resource(name="things", path="/things"), config=config)
    found = with_found(listing, data_selector="items", paginator=SinglePagePaginator())
    assert (found.envelope.data_selector, found.paginator.type) == ("items", "single_page")
    assert (listing.envelope.data_selector, listing.paginator.type) == ("data", "offset")


@pytest.mark.parametrize(
    ("body", "is_passing"),
    [
        (b'{"data": [], "message": "Too many requests"}', True),
        (b'{"error": {"code": 429, "message": "Slow down"}}', True),
        (b'{"error": "No such view"}', False),
        (b'{"data": [{"message": "Too many requests"}]}', False),
    ],
)
def test_a_first_response_that_is_a_passing_failure_shows_nothing(body: bytes, *, is_passing: bool) -> None:
    config = settings_of("https://api.example.com", api_key="k")
    listing = Listing(resource=Resource(name="things", path="/things"), config=config)
    response = requests.Response()
    response.status_code, response._content = 200, body  # noqa: SLF001 - requests has no other way to make one
    documents = Documents(path="/things", codec=RawRecords(listing.envelope))
    if is_passing:
        with pytest.raises(TransientError):
            documents.open(response, offset=0)
    else:
        assert documents.open(response, offset=0).rows == [response]
