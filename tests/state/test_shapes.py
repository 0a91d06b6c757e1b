"""A state is taken in every shape that it is handed over in, or refused."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from tap_analytics.state.shapes import (
    INCOMPLETE,
    bookmark_fault,
    content_of,
    document_in,
    fall_behind,
    gone_children,
    join_partitions,
    of_parent,
    partition_faults,
    state_in,
)

STATE: dict[str, Any] = {"bookmarks": {"a": {"replication_key": "at", "replication_key_value": "2024-01-01"}}}
LATER: dict[str, Any] = {"bookmarks": {"b": {"replication_key": "at", "replication_key_value": "2024-02-01"}}}


@pytest.mark.parametrize(
    "document",
    [
        STATE,
        {"type": "STATE", "value": STATE},
        {"value": STATE},
        {"singer_state": STATE},
        {"completed": {"singer_state": STATE}},
        {"completed": {"singer_state": STATE}, "partial": {}},
        {"partial": {"singer_state": STATE}, "completed": None},
    ],
)
def test_a_state_is_found_in_each_shape(document: object) -> None:
    assert state_in(document) == STATE


def test_what_a_run_did_in_part_lies_over_what_was_done_before() -> None:
    both = state_in({"completed": {"singer_state": STATE}, "partial": {"singer_state": LATER}})
    assert both == {"bookmarks": STATE["bookmarks"] | LATER["bookmarks"]}


@pytest.mark.parametrize("before", [None, 5])
def test_what_a_run_did_in_part_takes_the_place_of_what_is_no_bookmark(before: object) -> None:
    both = state_in({"completed": {"bookmarks": {"a": before}}, "partial": STATE})
    assert both == STATE


@pytest.mark.parametrize("state", [{}, {"accounts": {"north": STATE}}])
def test_nothing_at_all_and_accounts_alone_are_states_without_bookmarks(state: dict[str, Any]) -> None:
    assert state_in(state) == state


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        5,
        {"contacts": {}},
        {"value": None},
        {"singer_state": [STATE]},
    ],
)
def test_anything_else_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match="no state of a tap"):
        state_in(document)


def test_a_line_of_another_kind_is_no_state_whatever_it_holds() -> None:
    lines = [{"type": "STATE", "value": STATE}, {"type": "RECORD", "value": LATER}]
    assert state_in(document_in("\n".join(map(json.dumps, lines)))) == STATE


def test_of_several_lines_the_last_state_is_taken() -> None:
    record = {"type": "RECORD", "stream": "a", "record": {"value": 1}}
    lines = [record, {"type": "STATE", "value": STATE}, {"type": "STATE", "value": LATER}, record]
    assert state_in(document_in("\r\n".join(map(json.dumps, lines)) + "\n")) == LATER
    assert state_in(document_in(f"{json.dumps(LATER)}\n{json.dumps(STATE)}\n")) == STATE
    assert state_in(document_in(json.dumps(STATE, indent=1))) == STATE


@pytest.mark.parametrize("text", ["", "{", '{"a":1}\n{"b":2}', '{"type":"RECORD"}\n{"type":"SCHEMA"}', '{}\n{"bo'])
def test_lines_without_a_state_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        document_in(text)


def test_numbers_stay_exact() -> None:
    assert document_in('{"bookmarks": 1.10000000000000000001}') == {"bookmarks": Decimal("1.10000000000000000001")}


@pytest.mark.parametrize("partitions", ["x", None, {}, ["x"], [{}], [{"context": "x"}]])
def test_bookmarks_of_single_parents_that_cannot_be_used_are_told(partitions: object) -> None:
    assert "`partitions`" in partition_faults({"partitions": partitions})
    assert not partition_faults({"partitions": [{"context": {"id": 1}}]})
    assert not partition_faults({})


def test_a_bookmark_that_says_only_where_a_sync_began_is_one_of_this_tap() -> None:
    assert bookmark_fault({"starting_replication_value": None}) == ""
    assert bookmark_fault({"starting_replication_value": 7}) == ""
    assert bookmark_fault({"of_a_wrapper": {"last_id": 7}}) == ""
    assert bookmark_fault({}) == ""
    assert "holds no `replication_key_value`" in bookmark_fault({"last_id": 7})


def test_of_two_bookmarks_for_one_parent_the_earlier_is_kept() -> None:
    def partition(parent: int, value: str | None) -> dict[str, Any]:
        return {"context": {"id": parent}} | ({"replication_key_value": value} if value else {})

    given = [partition(1, "2024-01-01T00:00:00Z"), partition(2, None), partition(1, "2024-01-01T00:00:00+01:00")]
    expected = [partition(1, "2024-01-01T00:00:00+01:00"), partition(2, "2024-01-01")]
    assert join_partitions({"partitions": [*given, partition(2, "2024-01-01")], "x": 1}) == {
        "partitions": expected,
        "x": 1,
    }


def test_children_that_are_gone_are_told_by_what_stands_in_their_state() -> None:
    root = {"replication_key": "at", "replication_key_value": "2024-01-01"}
    bookmarks: dict[str, Any] = {"roots": dict(root), "days": {"partitions": []}, "notes": {}, "known": {}}
    gone = gone_children(bookmarks, {"known"})
    assert gone == ["days", "notes"]
    fall_behind(bookmarks, [*gone, "never read"])
    assert bookmarks == {
        "roots": root,
        "days": {"partitions": [], INCOMPLETE: True},
        "notes": {INCOMPLETE: True},
        "known": {},
    }


def test_the_bookmark_of_one_parent_is_found_and_none_is_made() -> None:
    one = {"context": {"firm": 1}, "replication_key_value": "2024-01-01"}
    bookmark = {"partitions": [one]}
    assert of_parent(bookmark, {"firm": 1}) == one
    assert of_parent(bookmark, {"firm": 1}, known={}) == {}
    assert of_parent(bookmark, {"firm": 2}) == {}
    assert of_parent(bookmark, None) == bookmark == {"partitions": [one]}


@pytest.mark.parametrize("place", [{"x": 'a sk-"secret"-1 b'}, {'sk-"secret"-1': {}}])
def test_a_state_with_a_secret_is_refused_without_showing_it(place: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="holds a secret of the settings") as failure:
        content_of({"bookmarks": {"contacts": place}}, secrets=['sk-"secret"-1'])
    assert "sk-" not in str(failure.value)


def test_a_part_of_a_secret_may_stand_in_a_state() -> None:
    state = {"bookmarks": {"contacts": {"x": "ecret-key-12"}}}
    assert content_of(state, secrets=["secret-key-12"]) == (state["bookmarks"], {})


def test_a_short_secret_may_stand_in_a_state_by_chance() -> None:
    assert content_of({"bookmarks": {"contacts": {}}}, secrets=["contact"]) == ({"contacts": {}}, {})
