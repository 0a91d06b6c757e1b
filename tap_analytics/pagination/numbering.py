"""How the pages of a list are numbered, and which of them is the last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_analytics.pagination.page import PageNumber

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_analytics.pagination.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How the pages of a list are numbered, and which of them is the last.

    `base` is the number that the API gives to the first page of the list, `start` that of the first page to read, if
    that is another one. Pages from `maximum` on are not read. An empty page is the end unless the API may leave pages
    empty in between.
    """

    base: int = 0
    start: int | None = None
    maximum: int | None = None
    stop_after_empty_page: bool = True

    @property
    def first(self) -> int:
        """The number of the first page to read."""
        return self.base if self.start is None else self.start

    def is_last(self, number: int, page: Page) -> bool:
        """Return whether a page is known to be the last to read.

        It is where its total, a count of pages, names this very page; where it says that nothing is `next` to it
        (False); where it is empty; and below the maximum. Short pages are no end: some APIs filter what they have
        cut into pages. A total that this page lies beyond counts something else.
        """
        through = number - self.base + 1
        return (
            page.single
            or page.next is False
            or (self.maximum is not None and number + 1 >= self.maximum)
            or (page.total is not None and (through == page.total or (through > page.total and not page.rows)))
            or (self.stop_after_empty_page and not page.rows)
        )

    def after(self, number: int, page: Page) -> Iterable[PageNumber]:
        """Return the pages that a page says follow it; none where it does not say how many there are."""
        end = self.base + (page.total or 0)
        return map(PageNumber, range(number + 1, end if self.maximum is None else min(end, self.maximum)))
