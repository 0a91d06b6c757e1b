"""Lists whose rows are others at each look: an API that makes them up as it is asked has no end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endless import never_settles
from tap_analytics.pagination.page import whole

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from tap_analytics.pagination.page import Row

# Pages after which the first one is looked at again, and each time that there are twice as many.
PAGES_BEFORE_LOOK = 256


class EverNewRows:
    """Tells a long list from one whose rows are made up at each request.

    Args:
        key: Identifies a row; the whole row does if it is None.
        look: Asks for the first page, as it is now.
    """

    def __init__(self, key: Callable[[Row], Hashable] | None, *, look: Callable[[], Sequence[Row]]) -> None:
        self._key = key or whole
        self._look = look

    def check(self, page: int) -> None:
        """Look at the first page, now and then.

        Args:
            page: Which page of the list was read last, counted from 1.

        Raises:
            FatalAPIError: It has not one row in common with another look right before.
        """
        if is_look_due(page) and self.differs_at_each_look():
            raise FatalAPIError(never_settles("its rows differ at each look"))

    def differs_at_each_look(self) -> bool:
        """Return whether two looks at the first page, one right after the other, show not one row that is the same."""
        one, other = self._look(), self._look()
        return bool(one and other) and set(map(self._key, one)).isdisjoint(map(self._key, other))


def is_look_due(pages: int) -> bool:
    """Return whether the first page is to be looked at after so many pages."""
    return pages >= PAGES_BEFORE_LOOK and pages & (pages - 1) == 0
