"""A list that is not read to its end can be read from where it was begun."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.state import unfinished

BOOKMARK = {"replication_key": "at", "replication_key_value": "2024-05-01T00:00:00Z"}


@pytest.mark.parametrize("before", [{}, BOOKMARK])
def test_a_bookmark_goes_back_to_where_the_list_was_begun(before: dict[str, Any]) -> None:
    state = dict(before)
    for later in ("2024-05-02T00:00:00Z", "2024-05-03T00:00:00Z"):
        unfinished.begin(state)
        state |= {"replication_key": "at", "replication_key_value": later}
    assert unfinished.is_begun(state)
    unfinished.go_back(state)
    assert state == before
    assert not unfinished.is_begun(state)


@pytest.mark.parametrize("odd", ["x", None, [1]])
def test_what_is_no_bookmark_moves_none(odd: object) -> None:
    state = {**BOOKMARK, unfinished.KEY: odd}
    assert not unfinished.is_begun(state)
    unfinished.go_back(state)
    assert state == BOOKMARK


def test_a_list_that_is_read_to_its_end_keeps_its_bookmark() -> None:
    state: dict[str, Any] = {**BOOKMARK, unfinished.KEY: {}}
    unfinished.finish(state)
    unfinished.go_back(state)
    assert state == BOOKMARK
