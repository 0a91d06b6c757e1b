"""The furthest values of a replication key: instants or numbers, that move a bookmark forward and never back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tap_analytics.instants import order
from tap_analytics.state.bookmarks import FurthestCursors

EARLY, DAWN, NOON, LATE = (f"2024-05-{moment}:00:00Z" for moment in ("01T00", "01T06", "01T12", "02T00"))


def bookmark_after(*values: object, state: dict[str, Any] | None = None, layout: str | None = None) -> Any:  # noqa: ANN401
    """Return the bookmark in a state after these values, each noted by itself."""
    state = {} if state is None else state
    cursors = FurthestCursors(layout)
    for value in values:
        cursors.note(state, "at", value)
    cursors.move(state)
    return state.get("replication_key_value")


@pytest.mark.parametrize(
    "values", [(1_700_000_000, 4_102_444_800), (4_102_444_800, 1_700_000_000), (1_700_000_000, 253_402_300_799)]
)
def test_a_number_far_ahead_of_times_is_a_time_of_the_future(values: tuple[int, ...]) -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    cursors.now = datetime(2024, 5, 1, tzinfo=UTC)
    cursors.note_all(state, "at", values)
    cursors.move(state)
    assert state["replication_key_value"] == 1_700_000_000


@pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
def test_a_number_ahead_of_now_is_a_time_of_the_future_in_any_unit(unit: int) -> None:
    """Two hours ahead it is none of the clocks' differences; far ahead it is known by the bookmark."""
    for ahead in (1_714_528_800, 4_102_444_800):
        state = {"replication_key": "at", "replication_key_value": 1_700_000_000 * unit}
        cursors = FurthestCursors()
        cursors.now = datetime(2024, 5, 1, tzinfo=UTC)
        cursors.resume(state, is_ordered=False)
        cursors.note_all(state, "at", (ahead * unit,))
        cursors.move(state)
        assert (state["replication_key_value"], cursors.has_counted) == (1_700_000_000 * unit, False)


def test_numbers_far_ahead_that_no_time_stands_beside_are_counters() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    cursors.now = datetime(2024, 5, 1, tzinfo=UTC)
    cursors.note_all(state, "at", (4_102_444_800, 4_102_444_801, 77))
    cursors.move(state)
    assert (state["replication_key_value"], cursors.has_counted) == (4_102_444_801, True)


@pytest.mark.parametrize(
    ("values", "furthest"),
    [
        ([EARLY, LATE, NOON], LATE),
        (["2024-05-01T23:30:00-01:00", LATE], "2024-05-01T23:30:00-01:00"),
        ([9, 10], 10),
        (["9", "10"], "10"),
        ([None, EARLY, "soon", True], EARLY),
        ([None], None),
        ([1706702400, "0001-01-01T00:00:00Z", "1970-01-01"], 1706702400),
        ([], None),
    ],
)
def test_the_bookmark_moves_to_the_furthest_value(values: list[object], furthest: object) -> None:
    assert bookmark_after(*values) == furthest


@pytest.mark.parametrize(
    ("values", "furthest"),
    [
        (["0006614663965643", "000661541e72590a", "0006999999999999"], None),
        (["000661541e72590a", "0006614663965643"], None),
        (["12", "N/A", "15"], "15"),
        ([12, "v7", 15], 15),
        (["1.9", "1.10"], None),
        (["12", "1.10"], None),
        ([1.9, 1.1], 1.9),
        (["1706702400.5", "1706702400.25"], "1706702400.5"),
        ([EARLY, "0000-00-00 00:00:00", LATE], LATE),
    ],
)
def test_digits_among_codes_are_no_numbers(values: list[object], furthest: object) -> None:
    assert bookmark_after(*values) == furthest


def test_a_bookmark_moves_on_from_where_it_was() -> None:
    before = {"replication_key": "at", "replication_key_value": EARLY}
    assert bookmark_after(NOON, LATE, state=before) == LATE


def test_it_is_told_whether_a_bookmark_has_moved() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    for value, has_moved in ((NOON, True), (EARLY, False), (LATE, True)):
        cursors.note(state, "at", value)
        assert cursors.move(state) is has_moved


def test_a_bookmark_never_moves_back() -> None:
    before = {"replication_key": "at", "replication_key_value": LATE}
    assert bookmark_after(EARLY, NOON, state=before) == LATE


def test_a_bookmark_of_another_field_is_replaced() -> None:
    before = {"replication_key": "created_at", "replication_key_value": LATE}
    assert bookmark_after(EARLY, state=before) == EARLY
    assert before["replication_key"] == "at"


def test_a_bookmark_that_does_not_compare_is_replaced() -> None:
    assert bookmark_after(EARLY, state={"replication_key": "at", "replication_key_value": "page 7"}) == EARLY


def test_dates_compare_as_their_layout_says() -> None:
    assert bookmark_after("02.01.2024", "01.02.2024", layout="%d.%m.%Y") == "01.02.2024"


@pytest.mark.parametrize("late", [LATE, 1714521600, "9", "2024-05-01T12:00:00.001Z"])
def test_what_is_after_the_latest_possible_moment_or_no_date_moves_nothing(late: object) -> None:
    state: dict[str, Any] = {}
    cursors = FurthestCursors()
    cursors.latest = order(NOON)
    cursors.note(state, "at", late)
    cursors.move(state)
    assert state == {}
    for value in (EARLY, late):
        cursors.note(state, "at", value)
    cursors.move(state)
    assert state["replication_key_value"] == EARLY


def test_each_state_has_a_furthest_value_of_its_own() -> None:
    one: dict[str, Any] = {}
    other: dict[str, Any] = {}
    cursors = FurthestCursors()
    cursors.note(one, "at", LATE)
    cursors.note(other, "at", EARLY)
    cursors.move(one)
    cursors.move(other)
    assert (one["replication_key_value"], other["replication_key_value"]) == (LATE, EARLY)


def test_what_is_forgotten_moves_no_bookmark() -> None:
    state: dict[str, Any] = {}
    cursors = FurthestCursors()
    cursors.note(state, "at", LATE)
    cursors.forget(state)
    cursors.move(state)
    assert state == {}


@pytest.mark.parametrize(
    ("values", "is_ascending"),
    [
        ([EARLY, NOON, LATE], True),
        ([EARLY, EARLY, LATE], True),
        ([LATE, EARLY], False),
        ([EARLY, LATE, NOON], False),
        (["9", "10", "11"], True),
        (["11", "10"], False),
        (["2024-05-01T02:00:00+02:00", EARLY, "2024-05-01T00:30:00Z"], True),
        ([EARLY, None, LATE], True),
        ([LATE, None, EARLY], False),
        (["2024-05-01", "2024-05-02", "20250101"], False),
        ([], True),
    ],
)
def test_many_values_at_once_say_what_each_by_itself_does(values: list[object], *, is_ascending: bool) -> None:
    state: dict[str, Any] = {}
    at_once, singly = FurthestCursors(), FurthestCursors()
    at_once.note_all(state, "at", values)
    for value in values:
        singly.note(state, "at", value)
    at_once.move(state)
    assert at_once.is_ascending == singly.is_ascending == is_ascending
    assert state.get("replication_key_value") == bookmark_after(*values)


def test_many_values_at_once_leave_out_those_of_the_future() -> None:
    state: dict[str, Any] = {}
    cursors = FurthestCursors()
    cursors.latest = order(NOON)
    cursors.note_all(state, "at", [EARLY, LATE, NOON])
    cursors.move(state)
    assert state["replication_key_value"] == NOON


def test_the_order_is_kept_in_mind_from_page_to_page() -> None:
    state: dict[str, Any] = {}
    cursors = FurthestCursors()
    cursors.note_all(state, "at", [NOON, LATE])
    assert cursors.is_ascending
    cursors.note_all(state, "at", [EARLY, NOON])
    assert not cursors.is_ascending


def in_order(cursors: FurthestCursors, state: dict[str, Any], *values: object) -> Any:  # noqa: ANN401 - JSON
    """Return the bookmark in a state after a page of values."""
    cursors.note_all(state, "at", values)

    def move() -> None:
        cursors.move(state)

    cursors.move_in_order(state, move)
    return state.get("replication_key_value")


def test_values_that_ascend_move_a_bookmark_page_by_page() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    assert [in_order(cursors, state, EARLY, NOON), in_order(cursors, state, LATE)] == [None, NOON]


def test_values_that_are_all_alike_say_nothing_of_their_order() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    assert [in_order(cursors, state, LATE, LATE), in_order(cursors, state, LATE, EARLY)] == [None, None]


def test_an_order_that_turns_out_to_be_another_takes_the_bookmark_back() -> None:
    cursors, state = FurthestCursors(), {"replication_key": "at", "replication_key_value": EARLY}
    pages = [in_order(cursors, state, *page) for page in ((DAWN, NOON), (LATE,), (DAWN,))]
    assert pages == [EARLY, NOON, EARLY]
    cursors.move(state)
    assert state == {"replication_key": "at", "replication_key_value": LATE}


def test_what_is_later_than_all_of_the_next_page_moves_nothing() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    assert [in_order(cursors, state, EARLY, LATE), in_order(cursors, state, DAWN, NOON)] == [None, None]


def test_a_list_that_goes_on_in_no_order_starts_again_where_it_was_begun() -> None:
    cursors, state = FurthestCursors(), {"replication_key": "at", "replication_key_value": EARLY}
    in_order(cursors, state, DAWN, NOON)
    in_order(cursors, state, LATE)
    later = FurthestCursors()
    later.resume(state, is_ordered=True)
    in_order(later, state, NOON, LATE)
    assert not later.starts_again(state)
    in_order(later, state, NOON)
    assert later.starts_again(state)
    assert state == {"replication_key": "at", "replication_key_value": EARLY}
    assert not later.starts_again(state)


def test_a_list_whose_order_is_declared_no_more_starts_where_it_was_begun() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    in_order(cursors, state, DAWN, NOON)
    in_order(cursors, state, LATE)
    FurthestCursors().resume(state, is_ordered=False)
    assert state == {}


def test_a_list_that_is_read_to_its_end_is_begun_no_more() -> None:
    cursors, state = FurthestCursors(), dict[str, Any]()
    in_order(cursors, state, DAWN, NOON)
    in_order(cursors, state, LATE)
    cursors.move(state)
    cursors.finish(state)
    assert state == {"replication_key": "at", "replication_key_value": LATE}
