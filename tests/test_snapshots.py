"""Figures of the moment get a time and an id where the API sends none, so that history survives a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.streams import AccountOverview, AgentsOverview
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


@pytest.mark.parametrize("stream", [AccountOverview, AgentsOverview])
def test_a_stream_of_figures_is_read_without_pages_that_share_a_row(api: Sandbox, stream: type[AgentsOverview]) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY, "page_size": 3})
    records = list(stream(tap).request_records(None))
    assert len({record["id"] for record in records}) == len(records) > 0
    offsets = [int(request.params["offset"]) for request in api.requests]
    assert offsets == sorted(set(offsets))
    assert all(offset % 3 == 0 or offset == len(records) for offset in offsets)


def test_a_target_is_never_told_to_remove_the_figures_of_before(api: Sandbox) -> None:
    settings = {"api_url": api.url, "api_key": API_KEY, "emit_activate_version_messages": True}
    assert not AccountOverview(TapAnalytics(config=settings)).emit_activate_version_messages


def test_what_makes_an_id_is_read_though_it_is_not_selected(api: Sandbox) -> None:
    fields = AgentsOverview(TapAnalytics(config={"api_url": api.url, "api_key": API_KEY})).fields
    assert {"current_timestamp", "name", "user_key"} <= set(fields.needed)
