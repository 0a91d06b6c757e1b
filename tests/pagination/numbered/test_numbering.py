"""The numbers of pages."""

from __future__ import annotations

from typing import Any

from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import Page, PageNumber


def page(**parts: Any) -> Page:  # noqa: ANN401 - a part of a page may be anything
    whole: dict[str, Any] = {"offset": 0, "rows": [{"id": 1}]}
    return Page(**whole | parts)


def test_first_page_to_read_is_the_base_unless_it_is_said() -> None:
    assert (Numbering(base=1).first, Numbering(base=1, start=0).first) == (1, 0)


def test_pages_that_a_total_counts_follow_up_to_the_maximum() -> None:
    assert list(Numbering(base=1).after(1, page(total=3))) == [PageNumber(2), PageNumber(3)]
    assert list(Numbering(base=1, maximum=3).after(1, page(total=9))) == [PageNumber(2)]
    assert list(Numbering().after(0, page())) == []
