"""Windows that are finished behind a gap are kept beside the bookmark, until the gap is closed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_analytics.state.finished import KEY, advance, keep, windows_of
from tap_analytics.state.windows import Interval, missing

DAYS = [datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(12)]


def days(start: int, end: int) -> Interval:
    return Interval(DAYS[start], DAYS[end])


@settings(deadline=None, max_examples=60)
@given(st.permutations(range(11)), st.integers(0, 11))
def test_windows_that_are_finished_in_any_order_are_never_missing(order: list[int], count: int) -> None:
    place, rest = DAYS[0], list[Interval]()
    for number in order[:count]:
        reached, found = advance(place, days(number, number + 1), rest)
        assert isinstance(reached, datetime)
        place, rest = reached, list(found)
    gaps = list(missing(Interval(place, DAYS[-1]), rest)) if place < DAYS[-1] else []
    asked = {day for day in range(11) for gap in gaps if gap.start <= DAYS[day] < gap.end}  # type: ignore[operator]
    assert asked == set(range(11)) - set(order[:count])
    if count == len(order):
        assert (place, rest) == (DAYS[-1], [])


@pytest.mark.parametrize(
    ("place", "done", "before", "expected"),
    [
        (None, Interval(None, DAYS[2]), [], (DAYS[2], [])),
        (None, Interval(None, DAYS[2]), [days(2, 4), days(5, 6)], (DAYS[4], [days(5, 6)])),
        (None, days(1, 2), [], (None, [days(1, 2)])),
        (DAYS[3], days(1, 2), [], (DAYS[3], [])),
        (DAYS[3], days(2, 5), [days(1, 2)], (DAYS[5], [])),
    ],
)
def test_the_bookmark_is_the_end_of_what_has_no_gap(
    place: datetime | None, done: Interval, before: list[Interval], expected: tuple[Any, Any]
) -> None:
    assert advance(place, done, before) == expected


def test_what_is_finished_comes_back_from_the_state() -> None:
    state: dict[str, Any] = {"replication_key": "at"}
    keep(state, [days(1, 2), days(4, 6)])
    assert state[KEY][0] == ["2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"]
    assert windows_of(state) == [days(1, 2), days(4, 6)]
    keep(state, [])
    assert state == {"replication_key": "at"}
    assert windows_of({KEY: ["soon", [1], ["a", "b"], ["2024-01-03", "2024-01-02"]]}) == []
