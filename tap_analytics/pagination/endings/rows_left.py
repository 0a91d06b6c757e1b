"""The number of rows that a response says are left; it counts only as long as it falls while rows are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.pagination.page import Page


class RowsLeft:
    """What the responses of one list say about the rows behind their own.

    A number that falls by less than half of the rows given meanwhile counts something else, such as the requests that
    are still allowed; it is ignored from then on.
    """

    def __init__(self) -> None:
        self._latest: dict[str, tuple[int, int]] = {}
        self._refuted: set[str] = set()

    def note(self, page: Page, *, through: int) -> None:
        """Read the numbers in a response whose rows reach up to the place `through`."""
        for path, left in page.signs.left.items():
            place, before = self._latest.get(path, (through, left))
            if through > place and (before - left) * 2 < through - place:
                self._refuted.add(path)
            if through >= place:
                self._latest[path] = (through, left)

    def sign(self, page: Page) -> str:
        """Return the path of a number that says that rows are left behind a page; empty if there is none."""
        return next((path for path, left in page.signs.left.items() if left and path not in self._refuted), "")
