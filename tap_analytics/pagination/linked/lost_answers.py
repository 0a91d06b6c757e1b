"""Cursors whose answer was lost on its way: whether the API gives the page once more, or has gone on to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.alike import texts_of
from tap_analytics.pagination.page import seems_full

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import NextLink, Page, Row


class LostAnswers:
    """Checks a list by cursors of which an answer was lost: an API that keeps the place may have gone on from it.

    A cursor that was used before is used again: the one of the page before, or of the page itself. The first page comes
    at each request, and tells nothing; then the page behind tells it too.

    Args:
        fetch: Asks for a page.
        key: Identifies a row; without one, fields tell which have another value in each row.
    """

    def __init__(self, fetch: Callable[[NextLink], Page], key: Callable[[Row], Hashable] | None) -> None:
        self._fetch = fetch
        self._key = key
        self._is_due = False

    def check(self, page: Page, token: NextLink, before: tuple[NextLink, Page]) -> None:
        """Check a page, if its first answer was lost.

        Args:
            page: The page.
            token: What it was asked for by.
            before: What the page before it was asked for by, and that page.

        Raises:
            FatalAPIError: A cursor gives other rows at another request.
        """
        is_second = before[0].value is None
        is_due, self._is_due = page.is_again or self._is_due, page.is_again and is_second
        if not is_due:
            return
        if self._is_due and not page.rows and seems_full(before[1]):
            raise FatalAPIError(lost_answer())
        used, rows = (token, page.rows) if is_second or not page.is_again else (before[0], before[1].rows)
        try:
            again = self._fetch(used)
        except FatalAPIError:
            return
        if not again.missing and rows and self._are_others(rows, again.rows):
            raise FatalAPIError(lost_answer())

    def _are_others(self, rows: Sequence[Row], again: Sequence[Row]) -> bool:
        if self._key is not None:
            return set(map(self._key, rows)).isdisjoint(map(self._key, again))
        some, others = texts_of(rows).values(), texts_of(again).values()
        return not any(values in others and len(set(values)) == len(values) for values in some)


def lost_answer() -> str:
    """Return the message for a list whose rows were lost with an answer."""
    return (
        "an answer was lost on its way, and the API gives other rows each time that it is asked by the same cursor: "
        "the rows of that answer cannot be asked for again; run the sync once more"
    )
