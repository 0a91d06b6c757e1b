from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.stream.lists.own_lists import own_lists
from tap_analytics.streams import Deals
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY, ROWS

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def test_a_stream_outside_of_a_sync_is_read_as_often_as_it_is_asked_for(api: Sandbox) -> None:
    stream = Deals(TapAnalytics(config={"api_url": api.url, "api_key": API_KEY}))
    lists = own_lists(stream)
    for _ in range(2):
        assert sum(len(rows) for rows in lists.runs(stream, None)) == ROWS["deals"]
    assert stream.lists is stream.lists
