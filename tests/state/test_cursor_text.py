"""How an API writes its cursor is found in its responses, and remembered in the state if finding it took a request."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.instants import in_utc
from tap_analytics.state.cursor_text import KEY, CursorText


@pytest.mark.parametrize("text", ["2024-01-31T12:00:00.000+00:00", "2024-01-31 12:00:00.123456789 +0000"])
def test_a_cursor_that_was_put_in_utc_is_restored(text: str) -> None:
    cursors = CursorText("at")
    cursors.learn(f'{{"data": [{{"other": "{text[:-1]}1", "at" : "{text}"}}]}}'.encode(), [None, in_utc(text)])
    assert cursors.is_known
    assert cursors.restore(in_utc(text)) == text
    assert cursors.restore(None) is None


@pytest.mark.parametrize(
    "text", ["2024-01-31T22:00:00-05:00", "2024-01-31T12:00:00.250+05:30", "2024-01-31 12:00-0330"]
)
def test_a_cursor_of_another_zone_is_restored_in_that_zone(text: str) -> None:
    cursors = CursorText("at")
    cursors.learn(f'[{{"at":"{text}"}}]'.encode(), [in_utc(text)])
    assert cursors.restore(in_utc(text)) == text


@pytest.mark.parametrize("text", ["2024-01-31T12:00:00Z", "2024-01-31T12:00:00"])
def test_a_cursor_with_z_or_without_an_offset_stays_as_the_records_have_it(text: str) -> None:
    cursors = CursorText("at")
    cursors.learn(f'[{{"at":"{text}"}}]'.encode(), [in_utc(text)])
    assert cursors.is_known
    assert cursors.restore(in_utc(text)) == in_utc(text)


def test_a_text_that_is_not_found_is_not_looked_for_in_each_body() -> None:
    cursors = CursorText("at")
    for _ in range(30):
        cursors.learn(b"[]", ["2024-01-31T12:00:00Z"])
    assert cursors.is_known


def test_a_body_that_is_no_json_shows_how_its_cursors_are_written() -> None:
    cursors = CursorText("at")
    cursors.learn(b"id,at\n1,2024-01-31T14:00:00+02:00\n", ["2024-01-31T12:00:00Z"])
    assert cursors.restore("2024-01-31T12:30:00Z") == "2024-01-31T14:30:00+02:00"


def test_cursors_that_no_schema_calls_dates_are_their_own_text() -> None:
    cursors = CursorText("at", is_put=False)
    cursors.learn(b"", [None, "2024-01-31 12:00", 17, "2024-01-31 12:01"])
    assert cursors.examples == ("2024-01-31 12:01", 17)
    assert cursors.restore("2024-01-31T12:30:00Z") == "2024-01-31T12:30:00Z"


def test_the_state_remembers_an_example_only_where_that_is_worth_it() -> None:
    cursors, state = CursorText("at", is_put=False), {"replication_key": "at"}
    cursors.learn(b"", ["2024-01-31"])
    cursors.keep(state)
    assert KEY not in state
    cursors.remember()
    cursors.keep(state)
    later = CursorText("at")
    later.recall(state)
    assert later.examples == ("2024-01-31",)


@pytest.mark.parametrize("example", [None, [], {"a": 1}])
def test_what_no_cursor_can_be_is_not_recalled(example: object) -> None:
    cursors = CursorText("at")
    cursors.recall({KEY: example})
    assert cursors.examples == ()


def test_nothing_is_remembered_of_a_list_without_rows() -> None:
    cursors, state = CursorText("at"), dict[str, object]()
    cursors.remember()
    cursors.keep(state)
    assert state == {}


def test_what_compares_texts_is_remembered_by_a_time_of_each_number_of_digits() -> None:
    text = CursorText("at", is_put=False)
    text.learn(b"", ["2024-05-01T12:00:05.5Z", "2024-05-01T12:00:06.5Z", "2024-05-01T12:00:07Z"])
    text.compares_texts = text.is_mixed
    state: dict[str, Any] = {}
    text.keep(state)
    known = ["2024-05-01T12:00:07Z", "2024-05-01T12:00:06.5Z"]
    assert state[KEY] == known
    later = CursorText("at", is_put=False)
    later.recall(state)
    assert later.is_start_left_out
    # A list without times of both kinds says no other.
    later.learn(b"", ["2024-05-01T12:00:08Z"])
    later.remember()
    later.keep(state)
    assert state[KEY] == known


@pytest.mark.parametrize(
    ("bookmark", "is_from_start", "is_kept"),
    [
        ("2024-05-01T12:00:07Z", True, True),
        ("2024-05-01T12:00:07Z", False, False),
        ("2024-05-01T12:00:05.5Z", True, False),
        (None, True, False),
    ],
)
def test_times_with_more_digits_are_remembered_beside_a_bookmark_with_fewer_that_lists_start_at(
    bookmark: str | None, *, is_from_start: bool, is_kept: bool
) -> None:
    text, state = CursorText("at", is_put=False), dict[str, Any]()
    if is_from_start:
        text.recall(state)
    text.learn(b"", ["2024-05-01T12:00:05.5Z", "2024-05-01T12:00:07Z"])
    text.keep(state, bookmark)
    assert (KEY in state) == is_kept


@pytest.mark.parametrize("cursors", [["2024-05-01", "2024-05-01T12:00:00Z"], ["2024-05-01T12:00Z"], [5, 50], []])
def test_times_with_as_many_digits_and_dates_are_not_mixed(cursors: list[Any]) -> None:
    text = CursorText("at", is_put=False)
    text.learn(b"", cursors)
    assert not text.is_mixed
