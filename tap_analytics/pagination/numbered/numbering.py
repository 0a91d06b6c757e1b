"""How the pages of a list are numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_analytics.pagination.page import PageNumber

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_analytics.pagination.page import Page, Row


class Numbered(msgspec.Struct, frozen=True):
    """A page and its number."""

    number: int
    page: Page

    @property
    def rows(self) -> Sequence[Row]:
        """The rows of the page."""
        return self.page.rows


class Numbering(msgspec.Struct, frozen=True, kw_only=True):
    """How the pages of a list are numbered.

    `base` is the number that the API gives to the first page of the list, `start` that of the first page to read, if
    that is another one. Pages from `maximum` on are not read. An empty page is the end unless
    `stop_after_empty_page` is false. `counts_rows` says that the total is known to count rows, not pages, and
    `names_all_rows` that its name says so.
    """

    base: int = 0
    start: int | None = None
    maximum: int | None = None
    stop_after_empty_page: bool = True
    counts_rows: bool = False
    names_all_rows: bool = False

    @property
    def first(self) -> int:
        """The number of the first page to read."""
        return self.base if self.start is None else self.start

    def after(self, number: int, page: Page) -> Iterable[PageNumber]:
        """Return the pages that follow a page by its own count of pages; none if it has no count."""
        pages = page.pages or page.total or 0
        if self.counts_rows and page.pages is None:
            pages = -(-pages // max(1, len(page.rows)))
        end = self.base + pages
        return map(PageNumber, range(number + 1, end if self.maximum is None else min(end, self.maximum)))
