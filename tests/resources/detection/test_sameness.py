"""Whether rows are those of the first page, or another page."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.detection.sameness import Sameness

FIRST: list[dict[str, Any]] = [{"id": 1, "at": "1"}, {"id": 2, "at": "1"}]


@pytest.mark.parametrize(
    ("rows", "is_same", "is_other"),
    [
        (FIRST, True, False),
        ([{"id": 1, "at": "2"}, {"id": 2, "at": "2"}], True, False),  # figures of another moment
        ([{"id": 2, "at": "1"}, {"id": 3, "at": "1"}], False, True),
        ([{"id": 2, "at": "1"}], False, False),
        ([], False, False),
    ],
)
def test_pages_are_told_apart_by_what_identifies_their_rows(
    rows: list[dict[str, Any]], *, is_same: bool, is_other: bool
) -> None:
    same = Sameness(FIRST, ())
    assert (same.is_same(rows), same.is_other(rows)) == (is_same, is_other)


def test_rows_without_a_key_are_compared_as_a_whole() -> None:
    same = Sameness([{"n": 1}, {"n": 1, "m": 2}], ())
    assert same.is_same([{"n": 1}, {"n": 1, "m": 2}])
    assert same.is_other([{"n": 3}])


def test_an_overlap_begins_with_the_last_row() -> None:
    same = Sameness([{"id": 1}, {"id": 2}], ())
    assert same.is_overlap([{"id": 2}, {"id": 3}])
    assert not same.is_overlap([{"id": 3}])
    assert not same.is_overlap([])
