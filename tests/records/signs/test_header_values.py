"""Headers may say how many rows or pages a list has, and whether there is more."""

from __future__ import annotations

import pytest

from tap_analytics.pagination.page import Page
from tap_analytics.records.signs.header_values import HeaderValues

HEADERS = {"X-Rows": "1,250", "X-Pages": "13", "X-More": "true", "Last-Page": "false", "X-Range": "items 0-99/437"}
PAGE = Page(offset=0, rows=(), total=7, pages=2, more=None)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (HeaderValues(total="X-Rows"), (1250, 2, None)),
        (HeaderValues(total="X-Range", pages="X-Pages"), (437, 13, None)),
        (HeaderValues(more="X-More"), (7, 2, True)),
        (HeaderValues(last="Last-Page"), (7, 2, True)),
        (HeaderValues(total="X-None", pages="X-None", last="X-None"), (None, None, None)),
    ],
)
def test_a_page_has_what_the_declared_headers_say(
    values: HeaderValues, found: tuple[int | None, int | None, bool | None]
) -> None:
    page = values.add_to(PAGE, HEADERS)
    assert (page.total, page.pages, page.more) == found
