"""Bounds hold their start and not their end, and are written as the API writes its dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tap_analytics.state.bounds import Bounds, bound_of, plain_number, unambiguous, width_of
from tap_analytics.state.durations import Duration
from tap_analytics.state.windows import Interval

NOON = datetime(2024, 5, 1, 12, tzinfo=UTC)

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 2, 1, tzinfo=UTC)
EPOCH = 1704067200  # the start


@pytest.mark.parametrize(
    ("cursor", "is_covered"),
    [
        ("2023-12-31T23:59:59Z", False),
        ("2024-01-01T00:00:00Z", True),
        ("2024-01-01T01:00:00+02:00", False),
        ("2024-01-31T23:59:59.999Z", True),
        ("2024-02-01T00:00:00Z", False),
        ("2024-01-31", True),
    ],
)
def test_the_start_belongs_to_the_bounds_and_the_end_does_not(cursor: str, *, is_covered: bool) -> None:
    assert Bounds(start=START, end=END).covers(cursor) is is_covered


@pytest.mark.parametrize("cursor", [None, "soon", "", True, [], 5])
def test_a_row_whose_cursor_does_not_compare_belongs_to_them(cursor: object) -> None:
    assert Bounds(start=START, end=END).covers(cursor)


@pytest.mark.parametrize(
    ("seconds", "is_covered"), [(-1, False), (0, True), (31 * 86_400 - 1, True), (31 * 86_400, False)]
)
@pytest.mark.parametrize("per_second", [1, 1000])
def test_a_cursor_in_seconds_compares_with_bounds_that_are_days(
    seconds: int, per_second: int, *, is_covered: bool
) -> None:
    bounds = Bounds(start=START, end=END, layout="%Y-%m-%d")
    assert bounds.covers((EPOCH + seconds) * per_second) is is_covered
    assert bounds.place(EPOCH * per_second) == START


def test_a_bound_in_an_epoch_is_a_number_in_json_and_may_be_text_by_code() -> None:
    assert Bounds(start=START, layout="epoch_ms").placeholders()["incremental.start_value"] == EPOCH * 1000
    assert Bounds(start=START, layout="epoch", convert=str).placeholders()["incremental.start_value"] == str(EPOCH)


def test_a_bound_that_is_open_keeps_nothing_out() -> None:
    assert Bounds(start=START).covers("2999-01-01")
    assert Bounds(end=END).covers("1970-01-01")
    assert not Bounds(start=START).covers("1970-01-01")
    assert not Bounds(end=END).covers("2999-01-01")


def test_bounds_are_true_where_there_is_one() -> None:
    assert [bool(each) for each in (Bounds(), Bounds(start=Decimal(0)), Bounds(end=END))] == [False, True, True]


@pytest.mark.parametrize(("cursor", "is_covered"), [(9, False), (10, True), ("19.5", True), (20, False), ("x", True)])
def test_numbers_bound_numbers(cursor: object, *, is_covered: bool) -> None:
    assert Bounds(start=Decimal(10), end=Decimal(20)).covers(cursor) is is_covered


@pytest.mark.parametrize(("layout", "unit"), [("epoch", 1), ("epoch_ms", 1000)])
def test_dates_bound_numbers_that_count_from_1970(layout: str, unit: int) -> None:
    bounds = Bounds(start=START, layout=layout)
    assert [bounds.covers(each * unit) for each in (EPOCH - 1, EPOCH, EPOCH + 1)] == [False, True, True]


def test_numbers_that_count_from_1970_bound_dates() -> None:
    bounds = Bounds(start=Decimal(EPOCH), layout="epoch")
    assert [bounds.covers(each) for each in ("2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z")] == [False, True]


def test_a_start_is_earlier_by_seconds_and_by_a_lag() -> None:
    bounds = Bounds(start=START, end=END)
    assert bounds.earlier(seconds=90) == Bounds(start=START - timedelta(seconds=90), end=END)
    assert bounds.earlier(lag=3600) == Bounds(start=START - timedelta(hours=1), end=END)


def test_a_lag_is_in_days_for_dates_without_a_time() -> None:
    earlier = Bounds(start=START, is_date=True).earlier(lag=2)
    assert earlier.start == START - timedelta(days=2)


@pytest.mark.parametrize(
    ("layout", "start"), [(None, Decimal(95)), ("epoch", Decimal(65)), ("epoch_ms", Decimal(100 - 35_000))]
)
def test_a_lag_of_numbers_is_in_their_own_units(layout: str | None, start: Decimal) -> None:
    assert Bounds(start=Decimal(100), layout=layout).earlier(seconds=30, lag=5).start == start


def test_a_start_at_the_beginning_of_time_stays_there() -> None:
    first = datetime.min.replace(tzinfo=UTC)
    assert Bounds(start=first).earlier(seconds=1).start == first
    assert Bounds().earlier(seconds=1, lag=1) == Bounds()


@pytest.mark.parametrize(
    ("bounds", "written"),
    [
        (Bounds(start=START), "2024-01-01T00:00:00Z"),
        (Bounds(start=START, is_date=True), "2024-01-01"),
        (Bounds(start=START, layout="%d.%m.%Y"), "01.01.2024"),
        (Bounds(start=START, layout="epoch"), "1704067200"),
        (Bounds(start=START, layout="epoch_ms"), "1704067200000"),
        (Bounds(start=Decimal("7.50")), "7.50"),
        (Bounds(start=Decimal(7), bookmark="007", width=3), "007"),
        (Bounds(start=Decimal(7), bookmark="007", width=3).earlier(lag=2), "005"),
        (Bounds(start=Decimal(1000), width=3), "1000"),
        (Bounds(), None),
    ],
)
def test_a_bound_is_written_as_the_api_writes_it(bounds: Bounds, written: str | None) -> None:
    assert bounds.as_param(bounds.start) == written


def test_the_placeholders_are_those_of_dlt() -> None:
    bounds = Bounds(start=START, end=END, initial=Decimal(5), texts=((START, "2024-01-01"), (END, "2024-02-01 00:00")))
    assert bounds.placeholders() == {
        "incremental.start_value": "2024-01-01",
        "incremental.end_value": "2024-02-01 00:00",
        "incremental.last_value": "2024-01-01",
        "incremental.initial_value": 5,
    }


@pytest.mark.parametrize("layout", [None, "%d.%m.%Y"])
def test_a_placeholder_may_say_how_its_bound_is_written(layout: str | None) -> None:
    written = ("incremental.start_value:%Y/%m", "incremental.end_value:epoch", "incremental.initial_value:%Y")
    bounds = Bounds(start=START, end=END, layout=layout, granularity=Duration(days=1), written=written)
    values = bounds.placeholders()
    assert values["incremental.start_value:%Y/%m"] == f"{START:%Y/%m}"
    assert values["incremental.end_value:epoch"] == END.timestamp() - 86_400
    assert "incremental.initial_value:%Y" not in values


def test_a_bound_in_an_epoch_is_written_as_a_date_by_a_placeholder() -> None:
    bounds = Bounds(start=Decimal(1_704_067_200), layout="epoch", written=("incremental.start_value:%Y-%m-%d",))
    assert bounds.placeholders()["incremental.start_value:%Y-%m-%d"] == "2024-01-01"


@pytest.mark.parametrize(
    ("placeholder", "bound"),
    [
        ("incremental.start_value:%Y", "incremental.start_value"),
        ("incremental.end_value:epoch_ms", "incremental.end_value"),
        ("incremental.end_value:%Y-%Q", "incremental.end_value:%Y-%Q"),
        ("incremental.end_value:year", "incremental.end_value:year"),
        ("id:%Y", "id:%Y"),
        ("incremental.start_value", "incremental.start_value"),
    ],
)
def test_a_layout_belongs_to_a_bound(placeholder: str, bound: str) -> None:
    assert bound_of(placeholder) == bound


def test_a_start_may_be_left_out_and_an_end_be_part_of_it() -> None:
    bounds = Bounds(start=Decimal(1), end=Decimal(5), excluded=Decimal(1), included=Decimal(5))
    assert [each for each in range(8) if bounds.covers(each)] == [2, 3, 4, 5]
    first = bounds.within(Interval(Decimal(1), Decimal(3)))
    last = bounds.within(Interval(Decimal(3), Decimal(5)))
    assert [[each for each in range(8) if part.covers(each)] for part in (first, last)] == [[2], [3, 4, 5]]


@pytest.mark.parametrize(("missing", "is_covered"), [("include", True), ("exclude", False)])
def test_a_row_without_a_cursor_belongs_to_it_unless_that_is_declared(missing: str, *, is_covered: bool) -> None:
    bounds = Bounds(missing=missing)
    assert (bounds.covers(None), bounds.is_selective) == (is_covered, not is_covered)
    assert bounds.covers("2024-01-01")


@pytest.mark.parametrize(
    ("start", "cursor", "more", "is_taken"),
    [
        (NOON, "0001-01-01T00:00:00Z", {}, True),
        (NOON, "1900-01-01 00:00:00", {}, True),
        (NOON, "1970-01-01T00:00:00.000+00:00", {}, True),
        (NOON, 0, {"layout": "epoch"}, True),
        (NOON, -1, {"layout": "epoch"}, True),
        (Decimal(1_700_000_000_000), 0, {}, True),
        (NOON, "1970-01-02T00:00:00Z", {}, False),
        (NOON, "0001-01-01T00:00:00Z", {"end": NOON + timedelta(days=1)}, False),
        (NOON, "0001-01-01T00:00:00Z", {"missing": "exclude"}, False),
        (Decimal(7), 0, {}, False),
        (NOON, NOON.isoformat(), {}, True),
    ],
    ids=str,
)
def test_a_date_that_stands_for_none_is_read_like_none(
    start: Any,  # noqa: ANN401 - a bound
    cursor: object,
    more: dict[str, Any],
    *,
    is_taken: bool,
) -> None:
    bounds = Bounds(start=start, **more)
    assert bounds.takes(cursor) is is_taken
    assert bounds.covers(cursor) is (cursor == NOON.isoformat())


@pytest.mark.parametrize(
    ("start", "first"),
    [("00:30", "00:00"), ("01:30", "00:00"), ("00:00", "00:00"), ("02:00", "02:00"), ("23:30", "23:30")],
)
def test_a_start_in_the_hour_that_clocks_show_twice_is_all_of_it(start: str, first: str) -> None:
    begin, known = (datetime.fromisoformat(f"2024-10-27T{clock}Z") for clock in (start, first))
    assert unambiguous(Bounds(start=begin, zone=ZoneInfo("Europe/Paris"), bookmark="x")).start == known
    assert unambiguous(Bounds(start=begin)) == Bounds(start=begin)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ({"layout": "%d.%m.%Y %H:%M"}, "01.07.2024 01:30"),
        ({"is_date": True}, "2024-07-01"),
        ({}, "2024-07-01T01:30:00"),
    ],
)
def test_a_bound_is_written_in_the_zone_that_the_api_reads_it_in(written: dict[str, Any], sent: str) -> None:
    start = datetime(2024, 6, 30, 23, 30, tzinfo=UTC)
    assert Bounds(start=start, zone=ZoneInfo("Europe/Paris"), **written).as_param(start) == sent


@pytest.mark.parametrize(
    ("start", "first"),
    [("7", "6"), ("7.0", "6"), ("1.5", "1.4"), ("0", "0"), ("0.0", "0"), ("-3", "-4"), ("0.2", "0.1")],
)
def test_the_number_before_a_start_is_the_last_that_the_api_counts(start: str, first: str) -> None:
    bounds = Bounds(start=Decimal(start), is_start_left_out=True)
    assert bounds.first == Decimal(first)


@pytest.mark.parametrize(
    ("text", "width", "next_one"), [("0042", 4, "0043"), ("42", 0, 43), (41, 0, 43), ("0", 1, "43"), ("0.5", 0, 43)]
)
def test_zeros_before_a_number_are_part_of_how_an_api_writes_it(text: object, width: int, next_one: object) -> None:
    assert width_of(text) == width
    assert plain_number(Decimal(43), like=text) == next_one
