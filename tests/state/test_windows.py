"""Windows are planned without a gap and without an overlap, from plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tap_analytics.state.durations import Duration
from tap_analytics.state.windows import (
    MOST_PIECES,
    Grid,
    Interval,
    Window,
    between,
    earlier,
    is_before,
    join,
    later,
    missing,
    resolution,
    steps,
    text_of,
    union,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.instants import Bound

START, END = datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.tuples(MOMENTS, MOMENTS).filter(lambda pair: pair[0] < pair[1]).map(lambda pair: Interval(*pair))
NUMBERS = st.tuples(st.integers(0, 10_000), st.integers(1, 10_000)).map(
    lambda pair: Interval(Decimal(pair[0]), Decimal(sum(pair)))
)
DURATIONS = st.builds(
    Duration, months=st.integers(0, 30), days=st.integers(7, 400), seconds=st.integers(0, 9).map(Decimal)
)


def has_no_gap(parts: list[Interval], whole: Interval) -> bool:
    """Return whether parts are the whole, each beginning where the one before it ends."""
    touch = all(one.end == other.start for one, other in pairwise(parts))
    return touch and (parts[0].start, parts[-1].end) == whole and all(each.start < each.end for each in parts)  # type: ignore[operator]


@settings(deadline=None, max_examples=40)
@given(SPANS, DURATIONS, st.sampled_from([UTC, BERLIN]))
def test_steps_have_no_gap_and_end_at_the_end(whole: Interval, step: Duration, zone: ZoneInfo) -> None:
    parts = list(steps(whole, step, zone))
    assert has_no_gap(parts, whole)
    assert list(steps(whole, step, zone, are_whole=True)) in (parts, parts[:-1])


@settings(deadline=None, max_examples=40)
@given(SPANS | NUMBERS, st.integers(2, MOST_PIECES), st.sampled_from([1, 3600, 86_400]))
def test_pieces_have_no_gap_and_are_no_more_than_asked_for(whole: Interval, count: int, seconds: int) -> None:
    pieces = list(Grid(unit=timedelta(seconds=seconds), zone=BERLIN).pieces(whole, count))
    assert has_no_gap(pieces, whole)
    assert len(pieces) <= count


@settings(deadline=None, max_examples=40)
@given(SPANS, st.lists(SPANS, max_size=8))
def test_what_is_missing_and_what_is_finished_are_all_and_do_not_overlap(
    whole: Interval, finished: list[Interval]
) -> None:
    gaps = list(missing(whole, finished))
    for gap in gaps:
        assert has_no_gap([gap], gap)
        assert list(missing(gap, finished)) == [gap]
    assert list(missing(whole, [*finished, *gaps])) == []
    assert list(missing(whole, union(finished))) == gaps


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.integers(10, 60))
def test_neighbours_are_joined_as_long_as_their_rows_fit(rows: list[int], most: int) -> None:
    borders = between([START + timedelta(days=number) for number in range(len(rows) + 1)])
    joined = list(join(zip(borders, rows, strict=True), most))
    assert has_no_gap([interval for interval, _ in joined], Interval(borders[0].start, borders[-1].end))
    assert sum(count or 0 for _, count in joined) == sum(rows)
    assert all((one[1] or 0) + (other[1] or 0) > most for one, other in pairwise(joined))


def test_a_part_whose_length_nobody_knows_is_joined_with_none() -> None:
    parts = between([START, END, None])
    assert list(join(zip(parts, [None, 3], strict=True), 10)) == [(parts[0], None), (parts[1], 3)]


def test_an_open_interval_is_one_step_and_one_piece() -> None:
    for interval in (Interval(START), Interval(None, END), Interval()):
        assert list(steps(interval, Duration(days=1))) == [interval]
        assert Grid().pieces(interval, 4) == [interval]


def test_what_is_missing_of_an_open_interval_is_what_is_behind() -> None:
    done = [Interval(START, END)]
    assert list(missing(Interval(START), done)) == [Interval(END)]
    assert list(missing(Interval(), done)) == [Interval(None, START), Interval(END)]
    assert list(missing(Interval(Decimal(1)), done)) == [Interval(Decimal(1))]


def test_pieces_of_days_begin_at_midnight_of_the_zone() -> None:
    grid = Grid(unit=timedelta(days=1), zone=BERLIN)
    pieces = grid.pieces(Interval(START, END), 7)
    assert {piece.end.astimezone(BERLIN).hour for piece in pieces[:-1] if isinstance(piece.end, datetime)} == {0}
    assert grid.floor(Decimal("7.5")) == 7


def test_the_shortest_unit_has_one_piece() -> None:
    whole = Interval(START, START + timedelta(seconds=1))
    assert Grid().pieces(whole, 16) == [whole]


@pytest.mark.parametrize(
    ("layout", "is_date", "expected"),
    [
        (None, False, timedelta(seconds=1)),
        (None, True, timedelta(days=1)),
        ("epoch", False, timedelta(seconds=1)),
        ("epoch_ms", False, timedelta(milliseconds=1)),
        ("%Y-%m-%d", False, timedelta(days=1)),
        ("%Y%m%dT%H", False, timedelta(hours=1)),
        ("%Y-%m-%d %H:%M", False, timedelta(minutes=1)),
        ("%Y-%m-%dT%H:%M:%S.%f", False, timedelta(microseconds=1)),
    ],
)
def test_the_shortest_time_that_a_request_can_name(layout: str | None, expected: timedelta, *, is_date: bool) -> None:
    assert resolution(layout, is_date=is_date) == expected


@pytest.mark.parametrize(
    "window",
    [
        Window(stream="calls", start="2024-01-01T00:00:00Z", end="2024-02-01T00:00:00Z"),
        Window(stream="calls", end="500"),
        Window(stream="notes", context={"resources.calls.id": 7}, start="2024-01-01T00:00:00Z"),
    ],
)
def test_a_window_is_a_short_line_and_comes_back_from_it(window: Window) -> None:
    assert Window.from_line(window.line()) == window
    assert len(window.line()) < 130
    assert Window.of(window.stream, window.interval, window.context) == window


@pytest.mark.parametrize(
    "line", ["", "7", "{", '{"start": null}', '{"stream": "a", "start": "soon"}', '{"stream": "a", "key": 1}']
)
def test_what_is_no_window_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="a window is an object such as"):
        Window.from_line(line)


def test_bounds_that_do_not_compare_are_neither_before_nor_after() -> None:
    assert is_before(START, END)
    assert not is_before(START, Decimal(1))
    assert not is_before(Decimal(1), END)
    assert (earlier(None, END), earlier(START, None), earlier(END, START)) == (END, START, START)
    assert (text_of(START), text_of(Decimal(12)), text_of(None)) == ("2024-01-01T00:00:00Z", "12", None)


@pytest.mark.parametrize("choose", [earlier, later])
def test_of_two_bounds_one_that_is_open_gives_way(choose: Callable[[Bound | None, Bound | None], Bound | None]) -> None:
    bound = Decimal(5)
    assert (choose(None, bound), choose(bound, None), choose(None, None)) == (bound, bound, None)


def test_of_two_bounds_the_earlier_end_and_the_later_start_are_taken() -> None:
    low, high = Decimal(5), Decimal(6)
    assert (earlier(low, high), earlier(high, low)) == (low, low)
    assert (later(low, high), later(high, low)) == (high, high)


def test_a_window_of_no_parent_names_none() -> None:
    assert Window.of("a", Interval(), {}) == Window(stream="a")
