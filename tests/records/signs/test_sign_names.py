"""The usual names of counts, flags and links, in the ways in which APIs spell them."""

from __future__ import annotations

import pytest

from tap_analytics.records.signs.sign_names import (
    COUNTS,
    CURSORS,
    ENDS,
    FLAGS,
    GROUPS,
    NAMES,
    NEXT,
    NEXT_NUMBERS,
    PAGES,
    WEAK_COUNTS,
)


@pytest.mark.parametrize(
    "name", ["total_count", "totalCount", "TotalCount", "total-count", "_links", "_meta", "hasMore"]
)
def test_a_name_is_known_in_every_spelling(name: str) -> None:
    assert name in NAMES


def test_a_count_that_may_be_one_of_a_page_comes_behind_those_of_the_list() -> None:
    weak = min(NAMES[name] for name in WEAK_COUNTS)
    assert max(NAMES[name] for name in COUNTS.keys() - WEAK_COUNTS.keys()) < weak


def test_a_name_has_one_meaning_but_the_last_page_which_is_a_number_or_a_flag() -> None:
    kinds = (COUNTS, PAGES, FLAGS, ENDS, NEXT, NEXT_NUMBERS, CURSORS, GROUPS)
    shared = {name for kind in kinds for name in kind if sum(name in each for each in kinds) > 1}
    assert shared == PAGES.keys() & ENDS.keys()
