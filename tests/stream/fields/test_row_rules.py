"""What rules a stream makes for the rows of one reading, with its hook `parse_response`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from requests import Response
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.linked.cursor import CursorPaginator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.stream.fields.row_rules import keep_count, row_rules
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY
from tests.connections import settings_of

if TYPE_CHECKING:
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.records.rules import RowRules
    from tap_analytics.sandbox import Sandbox


def rules_of(api: Sandbox, **declared: Any) -> RowRules:  # noqa: ANN401 - words of a resource
    resources = [{"name": "contacts", **declared}] if declared else []
    tap = TapAnalytics(
        config={"api_url": api.url, "api_key": API_KEY, "start_date": "2026-01-01", "resources": resources}
    )
    (stream,) = tap.discover("contacts").values()
    return stream.rules(None)


def test_a_row_must_have_its_key_and_may_have_a_cursor_within_the_bounds(api: Sandbox) -> None:
    rules = rules_of(api)
    assert (rules.path, rules.keys, rules.cursor) == ("/v1/contacts", ("id",), "updated_at")
    assert rules.expects_cursor
    assert not rules.bounds.covers("2025-12-31T00:00:00Z")
    assert rules.parse is None


def test_rows_that_steps_change_are_read_whole_first(api: Sandbox) -> None:
    usual, changed = rules_of(api), rules_of(api, processing_steps=[{"filter": "builtins:bool"}])
    assert not usual.steps
    assert not isinstance(usual.codec, RawRecords)
    assert changed.steps
    assert isinstance(changed.codec, RawRecords)


def test_a_hook_reads_the_responses_and_may_leave_no_record_out(api: Sandbox) -> None:
    class Mine(Contacts):
        def parse_response(self, response: Response) -> list[dict[str, Any]]:  # noqa: ARG002 - as the SDK calls it
            return [{"id": "1"}]

    stream = Mine(TapAnalytics(config={"api_url": api.url, "api_key": API_KEY}))
    response = Response()
    response._content = b'{"data": [{"id": "1"}, {"id": "2"}]}'  # noqa: SLF001 - there is no public way
    rules = row_rules(stream, None)
    assert rules.parse is not None
    with pytest.raises(FatalAPIError, match="parse_response"):
        list(rules.parse(response))


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
