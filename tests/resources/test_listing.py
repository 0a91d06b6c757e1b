"""What a resource does not say of its requests and answers, the settings say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import Incremental
from tests.connections import connection_of, settings_of

if TYPE_CHECKING:
    from tap_analytics.http.request.request import RequestTemplate

URL = "https://api.example.com"
PARAMS = {"start_param": "since", "end_param": "until"}


def listing(config: dict[str, Any] | None = None, **words: Any) -> Listing:  # noqa: ANN401 - any word of a resource
    return Listing(resource=Resource(name="a", path="/a", **words), config=settings_of(URL, **(config or {})))


def template(given: dict[str, Any], *, is_incremental: bool = True, **words: Any) -> RequestTemplate:  # noqa: ANN401
    config = settings_of(URL, **given)
    resource = Resource(name="a", path="/a", **words)
    return Listing(resource=resource, config=config, is_incremental=is_incremental).template(connection_of(config))


def test_a_resource_is_read_by_offset_as_the_settings_say_unless_it_says_otherwise() -> None:
    given = {"page_size": 7, "limit_param": "size", "offset_param": "skip"}
    paginator = listing(given).paginator
    assert paginator.params(paginator.first) == {"size": 7, "skip": 0}
    assert listing(given, paginator=CursorPaginator(cursor_param="c")).paginator == CursorPaginator(cursor_param="c")


def test_an_option_that_is_declared_goes_before_its_setting() -> None:
    paginator = listing({"page_size": 7, "limit_param": "size"}, paginator=OffsetPaginator(limit=3)).paginator
    assert paginator.params(paginator.first) == {"size": 3, "offset": 0}


def test_records_are_where_the_resource_says_then_the_stream_then_the_settings() -> None:
    config = settings_of(URL, data_selector="settings")
    said, silent = (Resource(name="a", path="/a", data_selector=each) for each in ("declared", None))
    found = [
        Listing(resource=resource, config=config, data_selector=own).envelope.data_selector
        for resource, own in ((said, "own"), (silent, "own"), (silent, None))
    ]
    assert found == ["declared", "own", "settings"]


def test_the_envelope_has_the_paths_that_the_paginator_reads() -> None:
    by_offset = OffsetPaginator(total_path="meta.count", has_more_path="meta.more")
    envelope = listing(paginator=by_offset).envelope
    assert (envelope.total_path, envelope.more_path) == ("meta.count", "meta.more")
    assert listing(paginator=CursorPaginator(cursor_path="meta.next")).envelope.next_path == "meta.next"


@pytest.mark.parametrize(
    ("words", "takes_values"),
    [
        ({"follows_settings": False}, True),
        ({"follows_settings": False, "schema": {"properties": {"value": {"type": "string"}}}}, True),
        ({"follows_settings": False, "schema": {"properties": {"id": {"type": "string"}}}}, False),
        ({"follows_settings": True}, False),
    ],
)
def test_plain_values_may_be_records_in_the_shape_of_dlt(words: dict[str, Any], *, takes_values: bool) -> None:
    made = listing(data_selector="data[*].tags[*]", outer_fields={"n": "data[*].name"}, **words)
    assert made.envelope.takes_values == takes_values
    assert made.nesting.nested is not None
    outer = {"name": "a", "tags": ["x"]}
    if takes_values:
        assert made.nesting.nested.of(outer) == [{"value": "x", "n": "a"}]
    else:
        with pytest.raises(FatalAPIError, match="text where a record is due"):
            made.nesting.nested.of(outer)


def test_the_parameters_for_bounds_are_those_of_the_resource_then_those_of_the_settings() -> None:
    own = Incremental(cursor_path="t", start_param="from")
    both = template(PARAMS, incremental=own)
    assert (both.start_param, both.end_param) == ("from", "until")
    assert (template({}, incremental=own).start_param, template({}, incremental=own).end_param) == ("from", None)


def test_a_resource_that_is_read_as_a_whole_sends_no_bounds() -> None:
    own = Incremental(cursor_path="t", start_param="from", end_param="to")
    whole = template(PARAMS, is_incremental=False, incremental=own)
    assert (whole.start_param, whole.end_param) == (None, None)


def test_a_request_has_the_url_the_parameters_and_the_headers_of_the_resource() -> None:
    made = template({}, is_incremental=False, params={"sort": "id"}, headers={"X-Team": "data"})
    request = made.fill(made.paginator.first, bounds=Bounds(), context={})
    assert (request.url, request.headers) == (f"{URL}/a", {"X-Team": "data"})
    assert request.params == {"sort": "id", "limit": 100, "offset": 0}


@pytest.mark.parametrize(("location", "param"), [("query", "token"), ("header", None), ("bearer", None)])
def test_links_are_followed_without_the_parameter_that_carries_the_key(location: str, param: str | None) -> None:
    given = {"api_key": "k", "api_key_name": "token", "api_key_location": location}
    assert template(given).credential_param == param
