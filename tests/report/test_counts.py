"""Counts in words."""

from __future__ import annotations

import pytest

from tap_analytics.report.counts import noun, times


@pytest.mark.parametrize(("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1_000, "1000 rows")])
def test_a_noun_is_plural_unless_there_is_one_of_it(count: int, words: str) -> None:
    assert f"{count} {noun(count, 'row')}" == words


@pytest.mark.parametrize(("count", "words"), [(0, "0 times"), (1, "once"), (2, "2 times")])
def test_what_was_done_once_is_no_plural(count: int, words: str) -> None:
    assert times(count) == words
