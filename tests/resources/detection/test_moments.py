"""Moments within the values of a field, in the ways that APIs take them."""

from __future__ import annotations

import pytest

from tap_analytics.instants import parse
from tap_analytics.resources.detection.moments import is_from, moments

DAYS = [{"at": f"2024-05-{day:02}T10:00:00+02:00"} for day in range(1, 11)]


def test_a_moment_is_written_as_a_run_would_write_it_then_in_other_ways() -> None:
    found = [(moment.text, moment.layout) for moment in moments(DAYS, "at")]
    assert found == [
        ("2024-05-07T08:00:00Z", None),
        ("1715068800", "epoch"),
        ("1715068800000", "epoch_ms"),
        ("2024-05-07", "%Y-%m-%d"),
    ]


def test_some_rows_are_older_and_some_are_newer() -> None:
    moment = moments(DAYS, "at")[0]
    newer = [row for row in DAYS if is_from(parse(row["at"]), moment)]
    assert len(newer) == 4
    assert not is_from("a text", moment)


@pytest.mark.parametrize("rows", [[], DAYS[:1], [DAYS[0], DAYS[0]], [{"at": 3}, DAYS[0]], [{"at": None}]])
def test_where_the_values_do_not_differ_there_is_none(rows: list[dict[str, object]]) -> None:
    assert moments(rows, "at") == []
