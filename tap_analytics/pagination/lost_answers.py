"""Cursors whose answer was lost on its way: whether the API gives the page once more, or has gone on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from tap_analytics.pagination.page import NextLink, Page, Row


def check_again(
    page: Page,
    token: NextLink,
    before: tuple[NextLink, Page],
    *,
    fetch: Callable[[NextLink], Page],
    key: Callable[[Row], Hashable] | None,
) -> None:
    """Check a page whose first answer was lost: an API that keeps the place may have gone on from it.

    Args:
        page: The page that came at another try.
        token: What it was asked for by.
        before: The page before it, and what that was asked for by.
        fetch: Asks for a page.
        key: Identifies a row; without one nothing tells.

    Raises:
        FatalAPIError: The same cursor gives other rows at another request.
    """
    if not page.is_again or key is None:
        return
    # If no row came, the page before shows whether a cursor gives the same rows twice.
    token, page = (token, page) if page.rows else before
    try:
        again = fetch(token)
    except FatalAPIError:
        return
    if not again.missing and page.rows and set(map(key, page.rows)).isdisjoint(map(key, again.rows)):
        raise FatalAPIError(lost_answer())


def lost_answer() -> str:
    """Return the message for a list whose rows were lost with an answer."""
    return (
        "an answer was lost on its way, and the API gives other rows each time that it is asked by the same cursor: "
        "the rows of that answer cannot be asked for again; run the sync once more"
    )
