"""A list with records beside the empty one that is taken for the list is told, unless its name says what it is."""

from __future__ import annotations

import pytest

from tap_analytics.resources.detection.beside_empty import remark_on
from tap_analytics.resources.detection.selection import Selection

NAMED = Selection(names=["orders"])
ROWS = [{"id": 1}, {"id": 2}]


def test_another_list_with_records_is_told() -> None:
    document = {"users": ROWS, "results": []}
    assert NAMED.find(document) == "results"
    assert "`users` has 2; set `data_selector`" in remark_on(document, "results", NAMED)


@pytest.mark.parametrize(
    ("document", "selector"),
    [
        ({"data": [], "alerts": ROWS}, "data"),
        ({"orders": [], "users": ROWS}, "orders"),
        ({"data": [], "ids": [1, 2], "meta": {"notices": ROWS}}, "data"),
        ([], "$"),
    ],
)
def test_a_list_that_is_beside_the_records_by_its_name_or_theirs_is_not(document: object, selector: str) -> None:
    assert not remark_on(document, selector, NAMED)
