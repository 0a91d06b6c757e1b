"""A page as a whole response."""

from __future__ import annotations

from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.detection.exchange import with_found
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tests.connections import settings_of


def test_a_listing_says_what_was_found_and_stays_what_it_was() -> None:
    config = settings_of("https://api.example.com", api_key="k")
    listing = Listing(resource=Resource(name="things", path="/things"), config=config)
    found = with_found(listing, data_selector="items", paginator=SinglePagePaginator())
    assert (found.envelope.data_selector, found.paginator.type) == ("items", "single_page")
    assert (listing.envelope.data_selector, listing.paginator.type) == ("data", "offset")
