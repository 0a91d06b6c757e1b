"""The session of a client says how long to wait, and how often to try again."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_shape.dlt_session import settings


@pytest.mark.parametrize(
    ("session", "expected"),
    [
        ({"timeout": 60}, {"read_timeout": 60}),
        ({"timeout": [5, 60]}, {"connect_timeout": 5, "read_timeout": 60}),
        ({"request_timeout": 7.5}, {"read_timeout": 7.5}),
        ({"request_max_attempts": 3}, {"max_retries": 2}),
        ({"request_backoff_factor": 2}, {"backoff_factor": 2}),
        ({"request_max_retry_delay": 90}, {"max_retry_wait": 90}),
        ({"raise_for_status": False, "timeout": None}, {}),
        (None, {}),
    ],
)
def test_words_of_a_session_are_settings(session: dict[str, Any] | None, expected: dict[str, Any]) -> None:
    assert settings({"session": session}) == expected
