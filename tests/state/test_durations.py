"""A duration is written in ISO 8601 or in seconds; days and months are those of a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from tap_analytics.state.durations import Duration, counted_in, duration

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("P1D", Duration(days=1)),
        ("p2w", Duration(days=14)),
        ("P1Y2M", Duration(months=14)),
        ("PT1H30M", Duration(seconds=Decimal(5400))),
        ("P1DT0.5S", Duration(days=1, seconds=Decimal("0.5"))),
        (3600, Duration(seconds=Decimal(3600))),
        ("3600", Duration(seconds=Decimal(3600))),
        *((words, None) for words in ("", "P", "PT", "P1DT", "1D", "P1H", "day", "P0D", 0, -1, "P-1D", "P2000Y")),
    ],
)
def test_a_duration_is_read_or_there_is_none(words: str | float, expected: Duration | None) -> None:
    assert Duration.of(words) == expected
    assert duration(words) == expected
    assert duration(None) is None


@pytest.mark.parametrize(
    ("words", "times", "start", "expected"),
    [
        ("P1D", 2, "2024-02-28T12:00:00+00:00", "2024-03-01T12:00:00+00:00"),
        ("P1M", 1, "2024-01-31T00:00:00+00:00", "2024-02-29T00:00:00+00:00"),
        ("P1M", 2, "2024-01-31T00:00:00+00:00", "2024-03-31T00:00:00+00:00"),
        ("P1Y", -1, "2024-02-29T00:00:00+00:00", "2023-02-28T00:00:00+00:00"),
        ("PT1H", -1, "2024-01-01T00:00:00+00:00", "2023-12-31T23:00:00+00:00"),
    ],
)
def test_what_is_later_is_counted_from_the_beginning(words: str, times: int, start: str, expected: str) -> None:
    step = Duration.of(words)
    assert step is not None
    assert step.after(datetime.fromisoformat(start), times=times) == datetime.fromisoformat(expected)


def test_a_day_of_a_zone_may_have_23_hours() -> None:
    midnight = datetime(2024, 3, 31, tzinfo=BERLIN).astimezone(UTC)
    assert Duration(days=1).after(midnight, zone=BERLIN) == datetime(2024, 4, 1, tzinfo=BERLIN)
    assert Duration(seconds=Decimal(86_400)).after(midnight, zone=BERLIN) == datetime(2024, 4, 1, 1, tzinfo=BERLIN)


def test_numbers_that_are_no_times_count_as_the_seconds_say() -> None:
    assert Duration(seconds=Decimal(500)).after(Decimal(100), times=2) == Decimal(1100)


def test_what_is_after_the_last_year_is_refused() -> None:
    with pytest.raises(OverflowError):
        Duration(months=12).after(datetime(9999, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("words", ["PT1S", "PT0.001S", 1])
def test_a_second_and_less_is_no_reason_to_ask_for_less_where_rows_say_when_they_are(words: str | float) -> None:
    assert counted_in(words, is_cursor=True) is None
    assert counted_in(words, is_cursor=False) == Duration.of(words)


def test_longer_units_are_counted_in_as_they_are_declared() -> None:
    assert counted_in("P1D", is_cursor=True) == Duration(days=1)
    assert counted_in("PT1M", is_cursor=True) == Duration(seconds=Decimal(60))
    assert counted_in(None, is_cursor=True) is None
