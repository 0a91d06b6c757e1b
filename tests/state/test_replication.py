"""A replication key says what an incremental sync reads: from a bookmark or a first value on, up to an end."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.state.bounds import Bounds
from tap_analytics.state.replication import Incremental, ReplicationKey

DATE_TIME = {"type": ["string", "null"], "format": "date-time"}
DATE = {"type": ["string", "null"], "format": "date"}
COUNTER = {"type": ["integer", "null"]}
START = datetime(2024, 1, 1, tzinfo=UTC)
NO_SETTINGS = {"lookback_seconds": 0}


def key(schema: dict[str, Any], **declared: Any) -> ReplicationKey:  # noqa: ANN401 - any word of a declaration
    return ReplicationKey(schema=schema, declared=Incremental(cursor_path="at", **declared))


def bounds(of: ReplicationKey, first: object, *, is_bookmark: bool = True, **settings: object) -> Bounds:
    return of.bounds(first, is_bookmark=is_bookmark, settings=NO_SETTINGS | settings)


@pytest.mark.parametrize(
    ("name", "schema"),
    [
        ("at", DATE_TIME),
        ("meta.changed.at", DATE),
        ("dotted.name", COUNTER),
        ("absent", {}),
        ("at.beyond", {}),
    ],
)
def test_a_key_is_found_in_the_records_also_within_an_object(name: str, schema: dict[str, Any]) -> None:
    within = {"properties": {"changed": {"properties": {"at": DATE}}}}
    records = {"properties": {"at": DATE_TIME, "meta": within, "dotted.name": COUNTER}}
    assert ReplicationKey.of(name, records, Incremental(cursor_path=name)).schema == schema


def test_dates_are_timestamps_with_or_without_a_time_and_numbers_are_none() -> None:
    schemas = (DATE_TIME, DATE, COUNTER, {"type": "string"})
    assert [key(each).is_timestamp for each in schemas] == [True, True, False, False]


@pytest.mark.parametrize(("layout", "unit"), [("epoch", 1), ("epoch_ms", 1000)])
def test_the_present_is_told_in_the_units_of_the_numbers(layout: str, unit: int) -> None:
    before = int(time.time() * unit)
    now = key(COUNTER, datetime_format=layout).now()
    assert now is not None
    assert before <= now <= int(time.time() * unit)


def test_the_present_says_nothing_to_other_values() -> None:
    assert key(COUNTER).now() is None
    assert key(DATE_TIME, datetime_format="epoch").now() is None
    assert key(DATE_TIME, datetime_format="%Y").now() is None


def test_a_sync_reads_from_the_bookmark_on_less_the_lookback() -> None:
    assert bounds(key(DATE_TIME), "2024-01-01") == Bounds(start=START, is_resumed=True, known=START)
    later = bounds(key(DATE_TIME), "2024-01-01", lookback_seconds=60)
    assert later == Bounds(start=START - timedelta(seconds=60), is_resumed=True)


@pytest.mark.parametrize(("number", "start"), [("0000042", "0000037"), ("42", 37)])
def test_a_number_with_zeros_before_it_is_asked_for_with_them(number: str, start: object) -> None:
    later = bounds(key({"type": "string"}, lag=5), number)
    assert later.placeholders()["incremental.start_value"] == start
    assert key({"type": "string"}).bookmark(Decimal(43), like="0000042", until=START) == "0000043"


def test_a_date_is_a_bookmark_where_some_values_are_numbers() -> None:
    mixed = key({"type": ["integer", "string", "null"]})
    assert bounds(mixed, "2024-01-01T00:00:00Z").start == START
    assert bounds(mixed, "2024-01-01", is_bookmark=False).start is None
    with pytest.raises(FatalAPIError, match="holds numbers"):
        bounds(key(COUNTER), "2024-01-01T00:00:00Z")


def test_a_lag_that_is_declared_takes_the_place_of_the_lookback() -> None:
    later = bounds(key(DATE, lag=2), "2024-01-03", lookback_seconds=60)
    assert (later.start, later.is_date) == (START, True)


def test_a_first_value_has_neither_lookback_nor_lag() -> None:
    first = bounds(key(DATE_TIME, lag=5), "2024-01-01", is_bookmark=False, lookback_seconds=60)
    assert first == Bounds(start=START)


def test_the_value_that_is_declared_goes_before_the_start_date_and_behind_a_bookmark() -> None:
    declared = key(DATE_TIME, initial_value="2024-01-01")
    assert bounds(declared, "2020-01-01", is_bookmark=False).start == START
    assert bounds(declared, "2024-06-01").start == datetime(2024, 6, 1, tzinfo=UTC)


def test_an_end_that_is_declared_goes_before_that_of_the_settings() -> None:
    assert bounds(key(DATE_TIME), None, end_date="2024-01-01") == Bounds(end=START, is_resumed=True)
    assert bounds(key(DATE_TIME, end_value="2024-01-01"), None, end_date="2030-01-01") == Bounds(
        end=START, is_resumed=True
    )


def test_a_date_says_nothing_to_a_counter() -> None:
    assert bounds(key(COUNTER), "2024-01-01", is_bookmark=False, end_date="2025-01-01") == Bounds()
    assert bounds(key(COUNTER), 7, end_date="2025-01-01") == Bounds(start=Decimal(7), is_resumed=True, known=Decimal(7))


def test_a_date_bounds_numbers_that_count_from_1970() -> None:
    layout = "epoch"
    assert bounds(key(COUNTER, datetime_format=layout), "2024-01-01") == Bounds(
        start=START, layout=layout, is_resumed=True, known=START
    )


@pytest.mark.parametrize(("is_bookmark", "advice"), [(True, "`--full-refresh`"), (False, "`datetime_format`")])
def test_a_beginning_that_does_not_compare_is_refused_with_advice(advice: str, *, is_bookmark: bool) -> None:
    with pytest.raises(FatalAPIError, match=advice) as caught:
        bounds(key(DATE_TIME), "s3cret", is_bookmark=is_bookmark)
    assert "s3cret" not in str(caught.value)


def test_the_later_of_bookmark_and_start_date_is_an_instant_not_a_text() -> None:
    of = key(DATE_TIME)
    assert of.later("2024-01-01T00:00:00-05:00", "2024-01-01T02:00:00Z") == "2024-01-01T00:00:00-05:00"
    assert of.later("2024-01-01T00:00:00Z", "2024-01-01T00:00:00-05:00") == "2024-01-01T00:00:00-05:00"
    assert key(COUNTER).later("7", "2024-01-01") == "7"
    with pytest.raises(FatalAPIError, match="`--full-refresh`"):
        of.later("soon", "2024-01-01")


@pytest.mark.parametrize(("bookmark", "per_second"), [(1704153600, 1), (1704153600000, 1000)])
def test_a_bookmark_in_seconds_is_asked_for_as_the_day_that_the_format_writes(bookmark: int, per_second: int) -> None:
    counted = key(COUNTER, datetime_format="%Y-%m-%d")
    asked = bounds(counted, bookmark)
    assert (asked.start, asked.as_param(asked.start)) == (START + timedelta(days=1), "2024-01-02")
    end = counted.bookmark(START, like=bookmark, until=START + timedelta(days=9))
    assert end == int(START.timestamp()) * per_second


def test_a_day_without_dashes_is_asked_for_as_the_format_writes_it() -> None:
    asked = bounds(key({"type": ["string", "null"]}, datetime_format="%Y-%m-%d"), "20240102")
    assert (asked.start, asked.as_param(asked.start)) == (START + timedelta(days=1), "2024-01-02")
    assert not asked.covers("20240101")
    assert asked.covers("20240102")


PARIS = "Europe/Paris"


@pytest.mark.parametrize(
    ("bookmark", "sent"),
    [
        ("2024-07-01T10:00:00.000Z", "2024-07-01T12:00:00.000"),
        ("2024-07-01 12:00:00", "2024-07-01 12:00:00"),
        ("2024-07-01T13:00:00+03:00", "2024-07-01T12:00:00"),
    ],
)
def test_a_bound_is_in_the_zone_that_the_api_reads_it_in_and_names_none(bookmark: str, sent: str) -> None:
    written = bounds(key(DATE_TIME, timezone=PARIS), bookmark)
    assert written.start == datetime(2024, 7, 1, 10, tzinfo=UTC)
    assert written.as_param(written.start) == sent


@pytest.mark.parametrize(("zone", "hour"), [(None, 0), (PARIS, 22)])
def test_a_first_value_without_an_offset_is_in_the_declared_zone_or_in_utc(zone: str | None, hour: int) -> None:
    of = key(DATE_TIME, timezone=zone, initial_value="2024-07-01T00:00:00", end_value="2024-07-02T00:00:00")
    first = bounds(of, None, is_bookmark=False)
    day = timedelta(days=1)
    assert first.start == datetime(2024, 7, 1, tzinfo=UTC) - (timedelta(hours=24 - hour) if hour else timedelta())
    assert isinstance(first.start, datetime)
    assert first.end == first.start + day


@pytest.mark.parametrize(
    ("schema", "words", "number", "moment"),
    [
        (DATE_TIME, {}, False, True),
        (COUNTER, {}, True, False),
        (COUNTER, {"datetime_format": "epoch"}, False, True),
        ({"type": "string"}, {}, True, True),
    ],
)
def test_values_compare_with_bounds_of_their_kind(
    schema: dict[str, Any], words: dict[str, Any], *, number: bool, moment: bool
) -> None:
    of = key(schema, **words)
    assert (of.compares(Decimal(5)), of.compares(START)) == (number, moment)
