"""Bounds are checked where the cursors of rows tell how they are read."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.stream.checks.bounds_check import tells_of_bounds
from tap_analytics.tap import TapAnalytics

CURSOR = {"cursor_path": "changed", "start_param": "since"}
OF_ITS_WINDOW = {**CURSOR, "end_param": "until", "step": "P1D", "include_window": {"start": "changed"}}


@pytest.mark.parametrize(
    ("endpoint", "tells"),
    [
        ({"incremental": CURSOR}, True),
        ({}, False),
        ({"incremental": OF_ITS_WINDOW}, False),
    ],
    ids=["a cursor", "none", "that of the window"],
)
def test_cursors_of_rows_tell_of_bounds_unless_they_are_those_of_the_window(
    endpoint: dict[str, Any], *, tells: bool
) -> None:
    schema = {"properties": {"id": {"type": "integer"}, "changed": {"type": "string", "format": "date-time"}}}
    resource = {"name": "notes", "primary_key": "id", "schema": schema, "endpoint": {"path": "/notes", **endpoint}}
    config = {"api_url": "http://127.0.0.1:1", "api_key": "k", "start_date": "2024-01-01", "resources": [resource]}
    stream: Any = TapAnalytics(config=config).streams["notes"]
    assert tells_of_bounds(stream) is tells
