"""Which part of a list a sync reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.state.bounds import Bounds
from tap_analytics.stream.sync_bounds import bounds_of
from tap_analytics.streams import CurrentQueueActivity, Deals
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream

START = "2024-05-01T00:00:00Z"


def make(stream: type[AnalyticsStream]) -> AnalyticsStream:
    return stream(TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k", "start_date": START}))


def test_a_stream_with_a_cursor_is_read_from_its_start() -> None:
    start = bounds_of(make(Deals), None, is_new=False, is_ahead=False).start
    assert str(start) == "2024-05-01 00:00:00+00:00"


def test_a_stream_without_a_cursor_is_read_whole() -> None:
    assert bounds_of(make(CurrentQueueActivity), None, is_new=False, is_ahead=False) == Bounds()


def test_while_a_list_is_asked_for_its_own_bounds_are_those() -> None:
    stream, part = make(Deals), Bounds()
    with stream.current.reading(stream.listing, part, None):
        assert bounds_of(stream, None, is_new=False, is_ahead=False) is part
        assert bounds_of(stream, None, is_new=True, is_ahead=False).start is not None
