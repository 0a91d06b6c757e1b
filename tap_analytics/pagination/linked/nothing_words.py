"""Cursors that are words for nothing, such as `none`: whether one leads on is known when it is followed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import NextLink, Page, Row

WORDS = {
    *("null", "none", "nil", "undefined", "false", "no", "n/a", "na", "nan", "end", "eof", "last", "done", "-", "--"),
    *("no data", "nodata", "no more", "no more data", "no more pages", "no more results", "complete", "finished"),
    *("0", "-1", '""', "''", "[]", "{}"),
}


class NothingWords:
    """Tells a cursor from a word that says that none follows, where an API writes that as text.

    A word that the API refuses, or that brings the first page again, is none. One that brings other rows is a cursor.

    Args:
        fetch: Asks for a page.
        key: Identifies a row; the whole row does if it is None.
        first: The rows of the first page.
    """

    def __init__(
        self, fetch: Callable[[NextLink], Page], key: Callable[[Row], Hashable] | None, first: Sequence[Row]
    ) -> None:
        self._fetch = fetch
        self._key = key or whole
        self._first = set(map(self._key, first))

    def follow(self, token: NextLink) -> Page | None:
        """Return the page that a cursor leads to; None where it is a word for nothing, and leads to none.

        Raises:
            FatalAPIError: The page of any other cursor cannot be read.
        """
        if token.value is None or token.value.strip().lower() not in WORDS:
            return self._fetch(token)
        try:
            page = self._fetch(token)
        except FatalAPIError as error:
            # A failure that may be over in a moment says nothing of the cursor.
            if type(error) is not FatalAPIError:
                raise
            return None
        is_first = bool(self._first) and set(map(self._key, page.rows)) == self._first
        return None if page.missing or is_first else page
