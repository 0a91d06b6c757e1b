"""The hour that clocks show twice is found around any instant in it, whatever the zone, and however long it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tap_analytics.state.clocks import shown_twice


@pytest.mark.parametrize(
    ("zone", "first", "last"),
    [
        ("Europe/Berlin", "2024-10-27T00:00", "2024-10-27T02:00"),
        ("America/New_York", "2024-11-03T05:00", "2024-11-03T07:00"),
        ("Australia/Lord_Howe", "2024-04-06T14:30", "2024-04-06T15:30"),
        ("America/Havana", "2024-11-03T04:00", "2024-11-03T06:00"),
    ],
)
def test_what_is_shown_twice_is_found_around_any_instant_within_it(zone: str, first: str, last: str) -> None:
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    within = [begins + (ends - begins) * share / 7 for share in range(1, 7)]
    for moment in (*within, begins + timedelta(seconds=1), ends - timedelta(microseconds=1)):
        assert shown_twice(moment, ZoneInfo(zone)) == (begins, ends)
    for moment in (begins - timedelta(microseconds=1), begins, ends, begins - timedelta(days=200)):
        assert shown_twice(moment, ZoneInfo(zone)) is None


def test_what_is_never_shown_is_shown_once_at_most() -> None:
    night = datetime(2024, 3, 31, tzinfo=UTC)
    assert {shown_twice(night + timedelta(minutes=number), ZoneInfo("Europe/Berlin")) for number in range(180)} == {
        None
    }
