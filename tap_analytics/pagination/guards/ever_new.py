"""Notices an API that makes up new rows for each request, so that its list has no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.endless import never_settles
from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Row

# After so many pages the first one is asked for again, and then whenever their number has doubled.
PAGES_BEFORE_LOOK = 256


class EverNewRows:
    """Tells a long list from one whose rows are made up at each request.

    Args:
        key: Identifies a row; the whole row does if it is None.
        look: Returns the rows of the first page, asked for now.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, look: Callable[[], Sequence[Row]]) -> None:
        self._key = key or whole
        self._look = look

    def check(self, page: int) -> None:
        """Ask for the first page again if that is due.

        Args:
            page: The number of the page that was read last, counted from 1.

        Raises:
            FatalAPIError: Two requests in a row for the first page have no row in common.
        """
        if is_look_due(page) and self.differs_at_each_look():
            raise FatalAPIError(never_settles("its rows differ at each look"))

    def differs_at_each_look(self) -> bool:
        """Return whether two requests in a row for the first page have no row in common."""
        one, other = self._look(), self._look()
        return bool(one and other) and set(map(self._key, one)).isdisjoint(map(self._key, other))


def is_look_due(pages: int) -> bool:
    """Return whether the first page should be asked for again after so many pages."""
    return pages >= PAGES_BEFORE_LOOK and pages & (pages - 1) == 0
