"""A list of numbered pages whose first page says that it is none: whether the API has rows on the page before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import PageNumber, whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.endings.named_next import NamedNext
    from tap_analytics.pagination.numbered.numbering import Numbering
    from tap_analytics.pagination.page import Page, Row, RowIdentity


class BeforeFirst:
    """Notices that an API begins its pages with a lower number than the declared one, where a response tells of it.

    Args:
        source: Where the pages come from; it knows the first one.
        numbering: Which numbers there are.
        rows: What identifies a row.
    """

    def __init__(self, source: NamedNext[PageNumber], *, numbering: Numbering, rows: RowIdentity) -> None:
        self._source = source
        self._numbering = numbering
        self._key = rows.key or whole

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of a list that is read from here.

        Raises:
            FatalAPIError: The page before the first one has other rows.
        """
        is_checked = self._numbering.start is not None or self._numbering.base < 1
        for run in pages:
            if not is_checked:
                is_checked = True
                self._check(self._source.first)
            yield run

    def _check(self, first: Page | None) -> None:
        if first is None or not first.signs.before:
            return
        try:
            page = self._source.look(PageNumber(self._numbering.base - 1))
        except FatalAPIError:
            return
        if page.rows and set(map(self._key, page.rows)).isdisjoint(map(self._key, first.rows)):
            raise FatalAPIError(begins_earlier(first.signs.before, self._numbering.base))


def begins_earlier(sign: str, base: int) -> str:
    """Return the message for a list that has a page before its first one."""
    return (
        f"page {base} says that it is not the first (`{sign}`), and page {base - 1} has other rows: set `base_page` to "
        f"{base - 1}, or `page` to {base} to begin there"
    )
