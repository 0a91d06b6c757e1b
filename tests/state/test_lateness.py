"""Rows that come late are read again by a later sync."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.state.durations import Duration
from tap_analytics.state.lateness import Lateness
from tap_analytics.state.replication import Incremental, ReplicationKey

DAY, MOMENT, TEXT, COUNTER = {"format": "date"}, {"format": "date-time"}, {"type": "string"}, {"type": "integer"}
THREE_DAYS = Duration(days=3)


def key(schema: dict[str, Any], **declared: Any) -> ReplicationKey:  # noqa: ANN401 - any word of a declaration
    return ReplicationKey(schema=schema, declared=Incremental(cursor_path="at", **declared))


def start_of(of: ReplicationKey, bookmark: object, seconds: float = 0) -> object:
    return of.bounds(bookmark, is_bookmark=True, settings={"lookback_seconds": seconds}).start


@pytest.mark.parametrize(
    ("schema", "declared", "bookmark", "start"),
    [
        (MOMENT, {"lag": THREE_DAYS}, "2024-05-10T12:00:00Z", "2024-05-07T12:00:00"),
        (MOMENT, {"lag": Duration(seconds=Decimal(60))}, "2024-05-10T12:00:00Z", "2024-05-10T11:59:00"),
        (DAY, {"lag": THREE_DAYS}, "2024-05-10", "2024-05-07"),
        (TEXT, {"lag": 3, "datetime_format": "%Y%m%d"}, "20240510", "2024-05-07"),
        (MOMENT, {"lag": 3, "datetime_format": "%Y-%m-%d"}, "2024-05-10T00:00:00Z", "2024-05-07"),
        # A day that is asked for is read as a whole, however short the lag is.
        (MOMENT, {"lag": 3600, "datetime_format": "%Y-%m-%d"}, "2024-05-10T00:00:00Z", "2024-05-09"),
        (
            MOMENT,
            {"lag": Duration(days=1), "timezone": "Europe/Berlin"},
            "2024-04-01T00:00:00+02:00",
            "2024-03-30T23:00:00",
        ),
    ],
)
def test_a_sync_begins_so_far_behind_the_bookmark(
    schema: dict[str, Any], declared: dict[str, Any], bookmark: str, start: str
) -> None:
    assert start_of(key(schema, **declared), bookmark) == datetime.fromisoformat(start).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("declared", "bookmark", "start"),
    [
        ({"datetime_format": "epoch"}, 1_715_342_400, 1_715_083_200),
        ({"datetime_format": "epoch_ms"}, 1_715_342_400_000, 1_715_083_200_000),
        ({}, 1_715_342_400_000, 1_715_083_200_000),
    ],
)
def test_a_number_counts_the_units_that_it_is_in(declared: dict[str, Any], bookmark: int, start: int) -> None:
    assert start_of(key(COUNTER, lag=THREE_DAYS, **declared), bookmark) in {
        Decimal(start),
        datetime.fromtimestamp(1_715_083_200, UTC),
    }


def test_seconds_of_the_settings_do_for_a_key_without_a_lag() -> None:
    assert start_of(key(MOMENT), "2024-05-10T12:00:00Z", 60) == datetime(2024, 5, 10, 11, 59, tzinfo=UTC)


def test_no_start_is_earlier_than_the_first_year() -> None:
    first = start_of(key(MOMENT, lag=Duration(days=300_000)), "0500-01-01T00:00:00Z")
    assert first == datetime(500, 1, 1, tzinfo=UTC)


def test_a_list_is_complete_up_to_the_lag_before_the_present() -> None:
    now = datetime(2024, 5, 10, 12, tzinfo=UTC)
    assert Lateness(schema=MOMENT, lag=THREE_DAYS).complete_until(now, None) == datetime(2024, 5, 7, 12, tzinfo=UTC)
    assert Lateness(schema=MOMENT).complete_until(now, None) == now
