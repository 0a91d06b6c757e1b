"""The figures of a stream, while it is read and in the table at the end."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.report.stats import Ending, ListStats, StreamStats, bookmark, duration


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def reading(*, rows: int, pages: int, seconds: float, totals: set[int | None]) -> StreamStats:
    clock = Clock()
    tally = StreamStats(stream="contacts", clock=clock)
    tally.open(ListStats(rows=rows, pages=pages, totals=totals))
    clock.now += seconds
    return tally


def test_figures_tell_rows_pages_and_rate() -> None:
    tally = reading(rows=12_000, pages=120, seconds=8, totals={None})
    assert list(tally.figures()) == ["12,000 rows", "120 pages", "1,500 rows/s"]


def test_figures_tell_share_and_time_left_where_the_total_is_known() -> None:
    tally = reading(rows=12_000, pages=120, seconds=8, totals={60_000})
    assert list(tally.figures()) == ["12,000 of 60,000 rows (20%)", "120 pages", "1,500 rows/s", "32 s left"]


def test_a_total_that_changes_is_not_known() -> None:
    tally = reading(rows=12_000, pages=120, seconds=8, totals={60_000, 60_001})
    assert (tally.share, tally.seconds_left) == (None, None)


def test_a_total_that_has_been_passed_is_not_known() -> None:
    tally = reading(rows=12, pages=1, seconds=1, totals={10})
    assert (tally.share, tally.seconds_left) == (None, None)


def test_a_list_that_is_read_to_its_total_has_nothing_left() -> None:
    tally = reading(rows=10, pages=1, seconds=1, totals={10})
    assert (tally.share, tally.seconds_left) == (1, 0)


def test_nothing_read_in_no_time_has_no_rate() -> None:
    assert list(reading(rows=0, pages=0, seconds=0, totals=set()).figures()) == ["0 rows", "0 pages", "0 rows/s"]


def test_several_lists_of_a_stream_add_up_and_have_no_total() -> None:
    clock = Clock()
    tally = StreamStats(stream="calls", clock=clock)
    for _ in range(2):
        tally.open(ListStats(rows=10, pages=1, totals={10}))
        clock.now += 2
        tally.close()
        clock.now += 50  # somebody else's time
    tally.open(ListStats(rows=5, pages=1, totals={10}))
    clock.now += 1
    assert (tally.read, tally.pages, tally.seconds, tally.total) == (25, 3, 5, None)


def test_a_list_that_is_closed_twice_counts_once() -> None:
    tally = reading(rows=10, pages=1, seconds=1, totals={None})
    tally.close()
    tally.close()
    assert (tally.read, tally.pages, tally.seconds) == (10, 1, 1)


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "0 s"),
        (7.4, "7 s"),
        (59.6, "1 min 00 s"),
        (200, "3 min 20 s"),
        (3600, "1 h 00 min"),
        (90_061, "25 h 01 min"),
    ],
)
def test_a_duration_is_told_in_two_units_at_most(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ({}, None),
        ({"bookmarks": {"contacts": {}}}, None),
        ({"bookmarks": {"contacts": {"replication_key_value": "2025-01-01"}}}, "2025-01-01"),
        ({"bookmarks": {"contacts": {"replication_key_value": 0}}}, "0"),
        ({"bookmarks": {"contacts": {"replication_key_value": "2025\n\x1b[2J"}}}, "2025[2J"),
        ({"bookmarks": {"contacts": {"partitions": [{}, {}]}}}, "2 bookmarks"),
    ],
)
def test_a_bookmark_is_found_in_a_state(state: dict[str, Any], told: str | None) -> None:
    assert bookmark(state, "contacts") == told


def test_progress_counts_what_became_of_a_list() -> None:
    progress = ListStats(rows=1200, pages=13, mended=2, duplicates=7)
    assert str(progress) == "1200 rows in 13 pages, 2 seams mended, 7 duplicates skipped"


def test_rows_that_are_left_out_are_counted() -> None:
    figures = ListStats(rows=1000, pages=13)
    stats = StreamStats(stream="contacts")
    stats.open(figures)
    stats.take(60, of=500)
    stats.take(0, of=500)
    assert stats.rows == 60
    assert str(figures) == "1000 rows in 13 pages, 940 rows left out"


def test_rows_that_code_made_of_one_are_none_left_out() -> None:
    figures = ListStats(rows=1, pages=1, out=-2)
    assert str(figures) == "1 row in 1 page"


def test_one_of_anything_is_no_plural() -> None:
    progress = ListStats(rows=1, pages=1, mended=1, duplicates=1, ending=Ending.CUT, left=1)
    assert str(progress) == "1 row in 1 page, 1 seam mended, 1 duplicate skipped"
    assert "list: 1 row is left behind it" in progress.warnings[-1]
    assert list(reading(rows=1, pages=1, seconds=1, totals={None}).figures()) == ["1 row", "1 page", "1 rows/s"]


def test_progress_names_a_total_that_held_still() -> None:
    progress = ListStats(rows=9, pages=1, totals={10})
    assert progress.total == 10
    assert str(progress) == "9 rows of 10 in 1 page"


@pytest.mark.parametrize("totals", [set(), {None}, {10, 11}, {10, None}])
def test_progress_names_no_total_that_moved_or_was_not_there(totals: set[int | None]) -> None:
    progress = ListStats(rows=9, totals=totals)
    assert progress.total is None
    assert " of " not in str(progress)


def child(*, parents: int, total: int | None, rows: int = 60, seconds: float = 4) -> StreamStats:
    """Return the figures of a child stream when it has come to so many records of its parent."""
    parent = reading(rows=100, pages=1, seconds=seconds, totals={total})
    clock = Clock()
    tally = StreamStats(stream="notes", clock=clock, parent=parent, parents=parents)
    tally.open(ListStats(rows=rows, pages=parents))
    clock.now += seconds
    return tally


def test_a_child_stream_tells_how_many_of_the_parents_are_done() -> None:
    figures = list(child(parents=135, total=430).figures())
    assert figures == ["135 of 430 parents", "60 rows", "135 pages", "15 rows/s", "9 s left"]


def test_a_child_stream_tells_of_parents_alone_where_nobody_knows_how_many_there_are() -> None:
    for total in (None, 100):  # of which more were read than there should be
        figures = list(child(parents=1_350, total=total).figures())
        assert figures == ["1,350 parents", "60 rows", "1,350 pages", "15 rows/s"]


def test_the_goal_is_in_rows_or_in_parents() -> None:
    one, other = reading(rows=12, pages=1, seconds=1, totals={40}), child(parents=3, total=200)
    assert [(each.done, each.goal) for each in (one, other)] == [(12, 40), (3, 200)]


@pytest.mark.parametrize("ending", list(Ending))
def test_only_a_maximum_that_cut_a_list_is_told_beside_its_remarks(ending: Ending) -> None:
    warnings = ListStats(ending=ending, left=2_000, remarks=["It is odd."]).warnings
    assert warnings[0] == "It is odd."
    cut = "ended the list: 2,000 rows are left behind it; no bookmark moves unless `row_order` is `asc`"
    assert [cut in each for each in warnings[1:]] == ([True] if ending is Ending.CUT else [])


def test_a_maximum_may_cut_off_nobody_knows_how_much() -> None:
    assert "an unknown number of rows is left behind it" in ListStats(ending=Ending.CUT).warnings[0]
