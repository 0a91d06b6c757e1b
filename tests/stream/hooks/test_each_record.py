"""Records are written by the page, unless someone wants to see each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.stream.hooks.each_record import wants_each_record
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


@pytest.mark.parametrize(
    ("config", "is_by_page"),
    [
        ({}, True),
        ({"stream_maps": {"contacts": {}}}, False),
        ({"flattening_enabled": True, "flattening_max_depth": 1}, False),
    ],
)
def test_records_are_written_by_the_page_unless_someone_wants_to_see_each(
    api: Sandbox, config: dict[str, Any], *, is_by_page: bool
) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY, **config})
    stream = Contacts(tap)
    assert wants_each_record(stream, stream.fields) is not is_by_page


@pytest.mark.parametrize("hook", ["post_process", "request_records", "get_records"])
def test_a_subclass_that_wants_to_see_each_record_is_not_written_by_the_page(api: Sandbox, hook: str) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY})
    stream = type("Mine", (Contacts,), {hook: lambda *_: None})(tap)
    assert wants_each_record(stream, stream.fields)
