"""Instants, however they are written."""

from __future__ import annotations

import pytest

from tap_analytics.sandbox.instants import SECOND, bound, instant, timestamp


@pytest.mark.parametrize(
    "written", ["2024-05-01T00:00:00Z", "2024-05-01T02:00:00+02:00", "2024-05-01T00:00:00", 1714521600, 1714521600.0]
)
def test_one_instant_is_written_in_many_ways(written: object) -> None:
    assert instant(written) == 1714521600 * SECOND


@pytest.mark.parametrize("written", ["soon", None, True, []])
def test_what_is_no_timestamp_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"not a timestamp|Invalid isoformat"):
        instant(written)


@pytest.mark.parametrize("text", ["2024-05-01T00:00:00", "2024-05-01"])
def test_a_bound_says_its_offset_from_utc(text: str) -> None:
    with pytest.raises(ValueError, match="no offset"):
        bound(text)


@pytest.mark.parametrize("text", ["2024-05-01T00:00:00Z", "2024-05-01T23:59:59.250Z", "1999-12-31T00:00:00.000001Z"])
def test_a_timestamp_has_a_fraction_where_there_is_one(text: str) -> None:
    assert timestamp(instant(text)) == text
