"""The numbers of pages, and which page is the last."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.pagination.numbering import Numbering
from tap_analytics.pagination.page import Page, PageNumber


def page(**parts: Any) -> Page:  # noqa: ANN401 - a part of a page may be anything
    whole: dict[str, Any] = {"offset": 0, "rows": [{"id": 1}]}
    return Page(**whole | parts)


def test_first_page_to_read_is_the_base_unless_it_is_said() -> None:
    assert (Numbering(base=1).first, Numbering(base=1, start=0).first) == (1, 0)


@pytest.mark.parametrize(
    ("number", "numbering", "at", "is_last"),
    [
        (2, Numbering(), page(), False),
        (2, Numbering(), page(single=True), True),
        (2, Numbering(), page(next=False), True),
        (2, Numbering(), page(next=None), False),
        (2, Numbering(maximum=3), page(), True),
        (2, Numbering(maximum=4), page(), False),
        (2, Numbering(), page(total=3), True),
        (2, Numbering(base=1), page(total=3), False),
        (2, Numbering(), page(total=1), False),
        (2, Numbering(stop_after_empty_page=False), page(total=1, rows=[]), True),
        (2, Numbering(), page(rows=[]), True),
        (2, Numbering(stop_after_empty_page=False), page(rows=[]), False),
    ],
)
def test_last_page_is_known_by_what_it_says(number: int, numbering: Numbering, at: Page, *, is_last: bool) -> None:
    assert numbering.is_last(number, at) == is_last


def test_pages_that_a_total_counts_follow_up_to_the_maximum() -> None:
    assert list(Numbering(base=1).after(1, page(total=3))) == [PageNumber(2), PageNumber(3)]
    assert list(Numbering(base=1, maximum=3).after(1, page(total=9))) == [PageNumber(2)]
    assert list(Numbering().after(0, page())) == []
