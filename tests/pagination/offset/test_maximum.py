"""A list that has as many rows as can be read of it is cut, whatever counts it."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.offset.maximum import up_to
from tap_analytics.report.stats import Ending, ListStats


@pytest.mark.parametrize(
    ("most", "ending", "found"),
    [
        (3, Ending.PROVED, Ending.CUT),
        (4, Ending.PROVED, Ending.PROVED),
        (3, Ending.UNPROVED, Ending.UNPROVED),
        (0, Ending.PROVED, Ending.PROVED),
    ],
)
def test_a_list_of_the_maximum_is_cut_even_if_its_total_is_no_larger(most: int, ending: Ending, found: Ending) -> None:
    stats = ListStats(rows=3, ending=ending, left=0)
    assert [len(page) for page in up_to(most, [[{}, {}], [{}]], stats=stats)] == [2, 1]
    assert stats.ending is found
    assert (stats.left is None) is (found is Ending.CUT)
