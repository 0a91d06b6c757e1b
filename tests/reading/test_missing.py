"""The failure in place of a missing page says what is known about the list."""

from __future__ import annotations

import pytest
from requests import Request, Response
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import StatusError
from tap_analytics.reading.missing import check_modified, missing_page


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


def response_with(status: int, **headers: str) -> Response:
    response = Response()
    response.request = Request("GET", "http://127.0.0.1/v1/things?key=k", headers=headers).prepare()
    response.url, response.status_code = str(response.request.url), status
    return response


def test_a_later_page_that_has_not_changed_is_missing_where_nobody_asked_for_that() -> None:
    with pytest.raises(StatusError, match=r"^304 for `/v1/things`: .*declare `total_path`"):
        check_modified(response_with(304), is_first=False)


def is_missing(response: Response, *, is_first: bool = False) -> bool:
    try:
        check_modified(response, is_first=is_first)
    except StatusError:
        return True
    return False


def test_a_page_that_has_not_changed_is_empty_where_that_was_asked_for_or_where_it_is_the_first() -> None:
    assert is_missing(response_with(304))
    assert not is_missing(response_with(304), is_first=True)
    assert not is_missing(response_with(304, **{"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}))
    assert not is_missing(response_with(204))
