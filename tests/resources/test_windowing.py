"""From where to where a list is asked for, by its words and the settings."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.resources.windowing import Windowing
from tap_analytics.state.durations import Duration
from tap_analytics.state.replication import Incremental, ReplicationKey
from tap_analytics.state.windows import Interval
from tests.connections import settings_of

NOW = datetime(2024, 6, 15, 12, 30, 30, 500_000, tzinfo=UTC)


def windowing(
    *,
    schema: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    **words: Any,  # noqa: ANN401
) -> Windowing:
    usual = {"cursor_path": "at", "start_param": "since", "end_param": "until", "initial_value": "2024-01-01"}
    new = Incremental(**usual | words)
    config = settings_of("https://api.example.com", **(settings or {}))
    listing = Listing(
        resource=Resource(name="calls", path="/calls", incremental=new), config=config, is_incremental=True
    )
    key = ReplicationKey(schema=schema or {}, declared=new)
    return Windowing(listing=listing, key=key, bounds=key.bounds(None, is_bookmark=False, settings=config), now=NOW)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ({}, None),
        ({"end_value": "now"}, moment("2024-06-15T12:30:30")),
        ({"end_value": "now", "lag": 30}, moment("2024-06-15T12:30:30")),
        ({"end_value": "now", "datetime_format": "%Y-%m-%dT%H"}, moment("2024-06-15T12:00:00")),
        ({"end_value": "now", "schema": {"format": "date"}}, moment("2024-06-15")),
        ({"end_value": "now", "schema": {"format": "date"}, "lag": 2}, moment("2024-06-15")),
        ({"step": "P1D"}, moment("2024-06-15T12:30:30")),
        ({"step": "P1D", "end_value": "2024-02-01"}, moment("2024-02-01")),
        ({"step": "P1D", "end_value": "2999-02-01"}, moment("2024-06-15T12:30:30")),
        ({"end_value": "2999-02-01"}, moment("2999-02-01")),
        ({"end_value": "now", "settings": {"end_date": "2024-03-01"}}, moment("2024-03-01")),
    ],
)
def test_a_list_ends_at_the_present_where_it_is_always_asked_for_up_to_an_end(
    words: dict[str, Any], end: datetime | None
) -> None:
    assert windowing(**words).interval == Interval(moment("2024-01-01"), end)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        ({"lag": 30}, moment("2024-06-15T12:30:00")),
        ({"lag": Duration(days=1)}, moment("2024-06-14T12:30:30")),
        ({"schema": {"format": "date"}, "lag": 2}, moment("2024-06-13")),
        ({"schema": {"type": "string"}, "datetime_format": "%Y%m%d", "lag": 2}, moment("2024-06-13")),
        ({"schema": {"format": "date-time"}, "datetime_format": "%Y%m%d", "lag": 2}, moment("2024-06-13")),
        ({"schema": {"type": "integer"}, "initial_value": 7, "lag": 2}, None),
    ],
)
def test_who_reads_each_row_once_reads_up_to_the_lag_before_the_present(
    words: dict[str, Any], end: datetime | None
) -> None:
    assert windowing(**words).complete_until == end


def test_a_number_that_is_a_time_becomes_one_and_another_ends_nowhere() -> None:
    seconds = windowing(initial_value=1_704_067_200, datetime_format="epoch", end_value="now")
    assert seconds.interval == Interval(moment("2024-01-01"), moment("2024-06-15T12:30:30"))
    counter = windowing(initial_value=7, schema={"type": "integer"}, end_value="now")
    assert (counter.interval, counter.until) == (Interval(Decimal(7)), None)


def test_all_of_a_list_is_asked_for_with_the_very_bounds_of_the_sync() -> None:
    of = windowing()
    assert of.within(of.interval) is of.bounds


def test_a_sample_comes_from_the_last_steps_the_first_and_one_between() -> None:
    of = windowing(step="P1M", end_value="2024-06-15")
    assert list(of.samples()) == [
        Interval(moment(start), moment(end))
        for start, end in (
            ("2024-05-15", "2024-06-15"),
            ("2024-04-15", "2024-05-15"),
            ("2024-03-15", "2024-04-15"),
            ("2024-01-01", "2024-02-01"),
            ("2024-03-24", "2024-04-24"),
        )
    ]
    assert list(windowing().samples()) == [Interval(moment("2024-01-01"))]


def test_reports_of_a_window_are_not_parted() -> None:
    assert windowing(include_window={"start": "day"}, step="P1D").rules.is_divisible is False
    assert windowing(include_window={"start": "day"}, step="P1D").rules.are_whole
    assert windowing().rules.is_divisible


@pytest.mark.parametrize(
    ("end", "is_recent"),
    [("2024-06-15T12:30:30", True), ("2024-06-13", True), ("2024-06-12", False), ("2024-01-01", False)],
)
def test_a_window_that_ended_in_the_last_days_may_get_further_rows(end: str, is_recent: bool) -> None:  # noqa: FBT001 - a case
    assert windowing(end_value="now").is_recent(moment(end)) is is_recent
