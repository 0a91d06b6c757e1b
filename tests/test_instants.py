from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_analytics.instants import (
    FORMATS,
    UNITS,
    Bound,
    in_layout,
    in_utc,
    moment_of,
    order,
    parse,
    parse_date,
    parse_day,
    parse_http_date,
    parse_usual,
    read,
    rfc3339,
    to_instant,
    to_number,
    unit_of,
    write,
)

NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_that_was_written_is_read_again(moment: datetime) -> None:
    assert parse_date(rfc3339(moment)) == moment
    assert rfc3339(moment).endswith("Z")


def test_a_moment_is_written_in_utc() -> None:
    assert rfc3339(datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2023-12-31T23:00:00Z"


@pytest.mark.parametrize("text", ["", " ", "None", "yesterday", "2024-13-01", "24:00", "1e5"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "layout", "moment"),
    [
        ("31.01.2024 12:00", "%d.%m.%Y %H:%M", NOON),
        ("2024-01-31T14:00+0200", "%Y-%m-%dT%H:%M%z", NOON),
        ("2024-01-31", "%d.%m.%Y", None),
        ("1", "%", None),
        ("0001-01-01 +0200", "%Y-%m-%d %z", None),
    ],
)
def test_a_date_is_read_in_its_layout(text: str, layout: str, moment: datetime | None) -> None:
    assert read(text, layout) == moment


@pytest.mark.parametrize(
    ("value", "bound"),
    [
        ("2024-01-31T12:00:00Z", NOON),
        ("2024-01-31T14:00:00+02:00", NOON),
        ("1706702400", Decimal(1706702400)),
        (1.5, Decimal("1.5")),
        (True, None),
        (None, None),
        ("NaN", None),
        ("soon", None),
        ("Wed, 31 Jan 2024 12:00:00 +0000", NOON),
        ("31 Jan 2024 14:00:00 +0200", NOON),
        ("Wed Jan 31 2024", None),
        ("/Date(1706702400000)/", NOON),
        ("/Date(1706702400000+0200)/", NOON),
        ("/Date(999999999999999)/", None),
        ("/Date(soon)/", None),
        ("2024-01-31 12:00:00 UTC", NOON),
        ("2024-01-31T12:00:00.000 GMT", NOON),
        ("2024-01-31 12:00:00 +0000 UTC", NOON),
        ("2024-01-31 07:00 EST", NOON),
        ("2024-01-31 12:00:00 LMT", None),
        ("2024-01-32 12:00:00 UTC", None),
    ],
    ids=repr,
)
def test_a_cursor_is_an_instant_or_a_number_or_nothing(value: object, bound: Bound | None) -> None:
    assert parse(value) == bound


def test_dates_and_numbers_are_of_different_kinds() -> None:
    date, number = order("2024-01-31"), order("20240131")
    assert date is not None
    assert number is not None
    assert date[0] != number[0]


def test_a_layout_comes_before_the_guess() -> None:
    assert parse("20240131", "%Y%m%d") == datetime(2024, 1, 31, tzinfo=UTC)
    assert parse("2024-01-31T12:00:00Z", "%Y%m%d") == NOON


@pytest.mark.parametrize(
    ("bound", "layout", "is_date", "text"),
    [
        (NOON, None, False, "2024-01-31T12:00:00Z"),
        (NOON, None, True, "2024-01-31"),
        (NOON, "%d.%m.%Y", True, "31.01.2024"),
        (NOON, "epoch", False, "1706702400"),
        (NOON, "epoch_ms", False, "1706702400000"),
        (NOON, "epoch_us", False, "1706702400000000"),
        (Decimal("1706702400.9"), "epoch", False, "1706702400"),
        (Decimal(7), None, False, "7"),
        (Decimal("7.50"), None, False, "7.50"),
    ],
    ids=str,
)
def test_a_bound_is_written_as_its_layout_says(bound: Bound, layout: str | None, text: str, *, is_date: bool) -> None:
    assert write(bound, layout, is_date=is_date) == text


@pytest.mark.parametrize("unit", UNITS)
def test_an_instant_is_a_number_and_back(unit: str) -> None:
    assert to_instant(to_number(NOON, unit), unit) == NOON
    assert to_number(Decimal(5), unit) == 5


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2024-01-31T14:00:00+02:00", "2024-01-31T12:00:00Z"),
        ("2024-01-31 14:00:00,123456789 +0200", "2024-01-31T12:00:00.123456789Z"),
        ("2024-01-31T12:00:00Z", "2024-01-31T12:00:00Z"),
        ("2024-01-31T12:00:00", "2024-01-31T12:00:00"),
        ("0001-01-01T00:00:00+02:00", "0001-01-01T00:00:00+02:00"),
        ("2024-13-31T14:00:00+02:00", "2024-13-31T14:00:00+02:00"),
        ("+02:00", "+02:00"),
    ],
)
def test_a_date_time_with_an_offset_is_put_in_utc_and_any_other_text_kept(text: str, written: str) -> None:
    assert in_utc(text) == written


@pytest.mark.parametrize(
    ("value", "layout", "bound"),
    [
        ("anything", None, "anything"),
        (5, None, 5),
        (float("nan"), None, None),
        ("1706702400", "epoch", 1706702400),
        (1706702400, "epoch_ms", 1706702400),
        ("1706702400123456", "epoch_us", 1706702400123456),
        ("1706702400123456789", "epoch_ns", 1706702400123456789),
        ("2024-01-31", "epoch", "2024-01-31T00:00:00Z"),
        ("31.01.2024", "%d.%m.%Y", "2024-01-31T00:00:00Z"),
        (5, "%Y", None),
        ("soon", "epoch", None),
    ],
    ids=repr,
)
def test_a_bound_of_the_user_is_taken_in_its_layout(
    value: str | float, layout: str | None, bound: str | float | None
) -> None:
    assert in_layout(value, layout) == bound


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("2024-01-31", {"date"}),
        ("2024-02-30", set()),
        ("2024-01-31T12:00:00z", {"date-time"}),
        ("2024-01-31 12:00+02:00", {"date-time"}),
        ("2024-01-31T25:00:00Z", set()),
        ("20240131", set()),
    ],
)
def test_text_has_the_format_of_a_date_or_none(text: str, names: set[str]) -> None:
    assert {name for name, has_format in FORMATS.items() if has_format(text)} == names


def test_numbers_compare_as_numbers_and_dates_as_instants() -> None:
    assert order("9") < order("10") < order(11)  # type: ignore[operator] # none of them is None
    assert order("2024-01-01T00:00:00+02:00") < order("2024-01-01")  # type: ignore[operator]
    assert order(None) is order("soon") is order(True) is None  # noqa: FBT003 - a value of a record
    assert order("661541e725909") is order("0e7259091") is order("1e-300") is None
    assert order("1.5e9") == (0, Decimal(1_500_000_000))


@pytest.mark.parametrize("text", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 09:49:37 +0100"])
def test_dates_of_http_are_read_in_utc(text: str) -> None:
    assert parse_http_date(text) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "soon", "Sun, 99 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999 08:49:37 GMT"])
def test_what_is_no_date_of_http_is_none(text: str) -> None:
    assert parse_http_date(text) is None


def test_usual_dates_are_read_at_once_as_they_are_written() -> None:
    assert parse_usual(["2024-01-31", "2024-01-31T12:00:00Z"]) == [datetime(2024, 1, 31), NOON]  # noqa: DTZ001 - as written
    with pytest.raises(ValueError, match="isoformat"):
        parse_usual(["2024-01-31", "yesterday"])


def test_a_day_is_read_without_the_blanks_around_it() -> None:
    assert parse_day(" 2024-01-31 ") == NOON.date()


@pytest.mark.parametrize(
    ("number", "unit"),
    [
        ("1706702400", "epoch"),
        ("1706702400123", "epoch_ms"),
        ("1706702400123456", "epoch_us"),
        ("1706702400123456000", "epoch_ns"),
        ("1706702400123456789", None),  # an id may look like that
        ("4102444800000000000", None),  # far ahead
        ("170670240", None),
        ("-1706702400", None),
        ("1e99", None),
    ],
)
def test_a_number_is_a_time_by_its_length(number: str, unit: str | None) -> None:
    assert unit_of(Decimal(number), NOON) == unit


@pytest.mark.parametrize(
    ("number", "microsecond"),
    [
        ("1706702400", 0),
        ("1706702400.123456", 123456),
        ("1706702400.1234567", 123457),  # a double
        ("1706702400123.4567", 123457),
        ("1706702400.123456789", None),
        ("1706702400123456000", None),  # may count tenths of a microsecond from the year 1
        ("170670.24", None),
    ],
)
def test_a_number_counts_from_1970_where_nothing_of_it_is_lost(number: str, microsecond: int | None) -> None:
    assert moment_of(Decimal(number)) == (None if microsecond is None else NOON.replace(microsecond=microsecond))


def test_an_instant_is_no_later_than_its_number() -> None:
    assert to_instant(Decimal(1706702400_999_999_999), "epoch_ns") == NOON.replace(microsecond=999_999)
