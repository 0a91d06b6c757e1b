"""When rows were last changed, in order."""

from __future__ import annotations

from tap_analytics.sandbox.timeline import NEVER, Timeline


def test_rows_are_found_by_when_they_were_changed() -> None:
    timeline = Timeline([(30, 1), (10, 2), (20, 3)])
    assert timeline.slots() == [2, 3, 1]
    assert timeline.between(10, 30) == [2, 3]
    assert timeline.between(None, None) == [2, 3, 1]
    assert timeline.latest(before=30) == 20
    assert timeline.latest(before=10) == NEVER


def test_a_row_that_is_never_changed_is_within_no_bounds() -> None:
    timeline = Timeline([(NEVER, 1), (5, 2)])
    assert timeline.slots() == [1, 2]
    assert timeline.between(None, 10) == [2]


def test_rows_come_and_go() -> None:
    timeline = Timeline([(10, 1)])
    timeline.add(5, 2)
    timeline.remove(10, 1)
    assert timeline.slots() == [2]
