"""The failure in place of a missing page says what is known about the list."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import StatusError
from tap_analytics.reading.missing import missing_page


@pytest.mark.parametrize(
    ("value", "total"),
    [("items */1000", 1000), ("*/1000", 1000), ("items */*", None), ("bytes */1000", None), ("", None)],
)
def test_a_page_that_is_missing_counts_the_rows_where_its_headers_do(value: str, total: int | None) -> None:
    error = StatusError("416", status=416, headers={"Content-Range": value})
    page = missing_page(error, "failed", offset=250)
    assert page is not None
    assert (page.offset, page.status, page.missing, page.total) == (250, 416, "failed", total)


@pytest.mark.parametrize("error", [StatusError("403", status=403), FatalAPIError("no JSON")])
def test_other_failures_stand_for_no_page(error: Exception) -> None:
    assert missing_page(error, "failed", offset=0) is None
