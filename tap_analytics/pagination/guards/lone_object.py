"""LoneObject: notices that one record, which came without the list around it, stands in place of other rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Page


class LoneObject:
    """Looks for rows behind a page that is one object, in a list whose pages have more.

    An API that writes one record without a list does so on the last page, or on each where a page has one record.
    """

    def __init__(self) -> None:
        self._place: int | None = None
        self._longest = 0

    def check(self, place: int, page: Page) -> None:
        """Look at a page, at a place that grows from page to page.

        Raises:
            FatalAPIError: There are rows behind one object.
        """
        self._longest = max(self._longest, len(page.rows))
        if page.is_lone and self._longest > 1:
            self._place = place
        elif place == self._place:
            self._place = None
        elif self._place is not None and page.rows and place > self._place:
            raise FatalAPIError(ROWS_BEHIND)


ROWS_BEHIND = (
    "a response holds one object where a page of the list is due, and there are rows behind it, so that it stands in "
    "place of rows; check `data_selector` and the options of the `paginator`"
)
