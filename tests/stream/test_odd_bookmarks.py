"""A warning tells what is odd about a bookmark."""

from __future__ import annotations

import pytest

from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.stream.odd_bookmarks import oddity

KEY = ReplicationKey(schema={"type": "string", "format": "date-time"}, declared=Incremental(cursor_path="at"))


@pytest.mark.parametrize(
    ("of", "value", "told"),
    [
        ("at", "2024-05-01T00:00:00Z", ""),
        ("at", None, ""),
        ("at", "2999-05-01T00:00:00Z", "in the future"),
        ("made", "2024-05-01T00:00:00Z", "one of `made`, not of `at`"),
    ],
)
def test_a_bookmark_of_another_field_or_of_the_future_is_odd(of: str, value: str | None, told: str) -> None:
    said = oddity({"replication_key": of, "replication_key_value": value}, "at", KEY)
    assert told in said
    assert bool(said) == bool(told)
