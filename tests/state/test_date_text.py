"""A date is written as the API writes it: separator, digits and offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tap_analytics.instants import parse_date
from tap_analytics.state.date_text import DateText

TEXTS = [
    "2024-01-31T12:00:00Z",
    "2024-01-31T12:00:00.000Z",
    "2024-01-31T12:00:00.120000Z",
    "2024-01-31T12:00:00+00:00",
    "2024-01-31T12:00:00.5+0000",
    "2024-01-31T17:30:00+05:30",
    "2024-01-31T04:00:00-08",
    "2024-01-31 12:00:00",
    "2024-01-31 12:00:00,25 +00:00",
    "2024-01-31t12:00z",
    "2024-01-31T12:00",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_date_is_written_as_it_was(text: str) -> None:
    written, moment = DateText.of(text), parse_date(text)
    assert written is not None
    assert moment is not None
    assert written.write(moment) == text


@pytest.mark.parametrize("text", TEXTS)
def test_another_date_has_the_same_length(text: str) -> None:
    written, moment = DateText.of(text), parse_date(text)
    assert written is not None
    assert moment is not None
    other = written.write(moment - timedelta(days=3, seconds=61, microseconds=1))
    assert len(other) == len(text)
    assert parse_date(other) <= moment - timedelta(days=3, seconds=61)  # type: ignore[operator] # it is a date


def test_a_day_alone_is_a_day() -> None:
    day = DateText.of("2024-01-31")
    assert day is not None
    assert day.write(datetime(2024, 2, 1, 23, tzinfo=UTC)) == "2024-02-01"


@pytest.mark.parametrize("text", ["", "soon", "20240131", "2024-W05-3", "31.01.2024", "2024-01-31Z12:00"])
def test_what_is_no_such_date_has_no_way_of_writing(text: str) -> None:
    assert DateText.of(text) is None


def test_more_digits_are_written_only_where_they_are_to_be_exact() -> None:
    moment = datetime(2024, 1, 31, 12, 0, 1, 500_000, tzinfo=UTC)
    seconds, minutes = DateText(digits=0), DateText(has_seconds=False)
    assert [each.write(moment) for each in (seconds, minutes)] == ["2024-01-31T12:00:01Z", "2024-01-31T12:00Z"]
    assert {each.write(moment, is_exact=True) for each in (seconds, minutes)} == {"2024-01-31T12:00:01.5Z"}


def test_a_date_without_an_offset_is_written_in_its_zone() -> None:
    moment = datetime(2024, 6, 1, tzinfo=UTC)
    assert DateText(offset="").write(moment, zone=ZoneInfo("Asia/Kolkata")) == "2024-06-01T05:30:00"
    assert DateText().write(moment, zone=ZoneInfo("Asia/Kolkata")) == "2024-06-01T00:00:00Z"


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("2024-01-31t12:00:00z", "2024-01-31T12:00:00Z"),
        ("2024-01-31T12:00:00+0530", "2024-01-31T12:00:00+05:30"),
        ("2024-01-31 12:00:00.5", "2024-01-31 12:00:00.5"),
        ("2024-01-31", "2024-01-31"),
    ],
)
def test_a_readable_date_has_capital_letters_and_a_colon_in_its_offset(text: str, readable: str) -> None:
    written = DateText.of(text)
    assert written is not None
    assert written.readable() == DateText.of(readable)


@pytest.mark.parametrize(
    ("written", "in_utc"),
    [
        ("2024-01-31 12:00:00+05:30", "2024-01-31T06:30:00Z"),
        ("2024-01-31 12:00:00", "2024-01-31T12:00:00Z"),
        ("2024-01-31T12:00:00,250+0000", "2024-01-31T12:00:00.250Z"),
    ],
)
def test_a_date_that_was_put_in_utc_is_restored_as_it_was_written(written: str, in_utc: str) -> None:
    text = DateText.of(written)
    assert text is not None
    assert text.restore(in_utc) == written


@pytest.mark.parametrize(
    ("offset", "readable"), [("+0000", "Z"), (" +0530", "+05:30"), ("z", "Z"), ("", ""), ("+05:30", "+05:30")]
)
def test_an_offset_is_readable_in_the_words_of_rfc_3339(offset: str, readable: str) -> None:
    text = DateText.of(f"2024-01-31 12:00:00{offset}")
    assert text is not None
    assert text.readable().offset == readable
