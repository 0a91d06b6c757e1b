"""What a reading of a list is made of: the hooks of its stream, called for the list that is asked for."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.state.bounds import Bounds
from tap_analytics.stream.asking import Asking, add_params, with_settings
from tap_analytics.tap import TapAnalytics
from tests.foreign import Foreign
from tests.syncs.test_declared import DATED, entry, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FROM = {"cursor_path": "changed", "start_param": "from"}


@pytest.fixture
def stream() -> Iterator[Any]:
    with Foreign() as api:
        api.serve("/parts", [])
        tap = TapAnalytics(config=settings(api, entry(incremental=FROM, schema=DATED)))
        yield tap.streams["parts"]


def asking(stream: Any, day: int) -> Asking:  # noqa: ANN401 - a stream
    bounds = Bounds(start=datetime(2024, 5, day, tzinfo=UTC))
    return Asking(stream=stream, context=None, bounds=bounds, on_request=lambda: None)


def test_a_reading_asks_for_the_part_of_the_list_that_it_is_given(stream: Any) -> None:  # noqa: ANN401 - a stream
    readings = [asking(stream, day)(stream.listing) for day in (1, 2)]
    sent = [reading.request(reading.paginator.first).params["from"] for reading in readings]
    assert sent == ["2024-05-01T00:00:00Z", "2024-05-02T00:00:00Z"]
    assert [str(reading.rows.bounds.start)[:10] for reading in readings] == ["2024-05-01", "2024-05-02"]


def test_it_does_so_in_any_thread(stream: Any) -> None:  # noqa: ANN401 - a stream
    reading, sent = asking(stream, 3)(stream.listing), []
    thread = threading.Thread(target=lambda: sent.append(reading.request(reading.paginator.first).params["from"]))
    thread.start()
    thread.join()
    assert sent == ["2024-05-03T00:00:00Z"]


def test_the_stream_itself_asks_for_what_is_new_to_the_sync(stream: Any) -> None:  # noqa: ANN401 - a stream
    reading = stream.reading(None)
    assert "from" not in reading.request(reading.paginator.first).params


@pytest.mark.parametrize(
    ("url", "asked"),
    [("https://a.test/b", "https://a.test/b?x=(1,2)"), ("https://a.test/b?c", "https://a.test/b?c&x=(1,2)")],
)
def test_parameters_that_are_text_are_sent_as_they_are(url: str, asked: str) -> None:
    request = add_params(HTTPRequest(url, params={"limit": 2}), "x=(1,2)")
    assert (request.url, request.params) == (asked, {"limit": 2})
    assert add_params(HTTPRequest(url), "").url == url
    assert add_params(HTTPRequest(url, params={"limit": 2}), None).params == {"limit": 2}


def test_parameters_lie_over_those_of_the_request() -> None:
    assert add_params(HTTPRequest("https://a.test", params={"a": 1, "b": 2}), {"b": 3}).params == {"a": 1, "b": 3}


def test_a_path_is_filled_with_what_a_parent_says_and_else_with_settings() -> None:
    config = {"account": "a", "team": "b", "other": "c"}
    assert with_settings({"team": "t"}, "/{account}/{team}/{nothing}", config) == {"account": "a", "team": "t"}
    assert with_settings(None, "/plain", config) == {}
