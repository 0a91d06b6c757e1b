"""A page that the API does not have, by the status of its answer: the list may just have ended."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tap_analytics.http.failures import StatusError
from tap_analytics.pagination.page import Page
from tap_analytics.records.signs.header_signs import count_of_range

if TYPE_CHECKING:
    from collections.abc import Mapping

    from requests import Response

# Statuses by which an API may say that a list has no such page.
MISSING_PAGE = {304, 400, 404, 416, 422}


def check_modified(response: Response, *, is_first: bool) -> None:
    """Check that a response does not say that a later page is the one that the tap has already: it has none.

    Of the first page it may mean that nothing has changed. It may mean so of any page whose request has a condition,
    such as `If-Modified-Since`.

    Raises:
        StatusError: It says so.
    """
    has_condition = any(name.lower().startswith("if-") for name in response.request.headers)
    if response.status_code == HTTPStatus.NOT_MODIFIED and not is_first and not has_condition:
        message = (
            f"304 for `{urlsplit(response.url).path}`: the page has not changed, but the request did not ask for that; "
            "if the list ends there, declare `total_path`, or a maximum in the `paginator`"
        )
        raise StatusError(message, status=response.status_code)


def missing_page(error: Exception, message: str, *, offset: int) -> Page | None:
    """Return the page that stands for a failure, with what it says of the list; None where the failure says no such.

    A 416 says in `Content-Range` how long the list is (RFC 9110, section 15.5.17).

    Args:
        error: The failure.
        message: What to say of it where the list has not ended.
        offset: Where the page would begin.
    """
    if not isinstance(error, StatusError) or error.status not in MISSING_PAGE:
        return None
    return Page(offset=offset, rows=(), missing=message, status=error.status, total=_count_of(error.headers))


def _count_of(headers: Mapping[str, str]) -> int | None:
    return count_of_range(headers.get("Content-Range", ""))
