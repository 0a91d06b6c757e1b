"""Notices an API that gives new rows at any offset or page number, so that its list has no end."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import PageNumber, Span, whole

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Page, Row, RowIdentity, Source
    from tap_analytics.report.stats import ListStats

PlaceT = TypeVar("PlaceT", Span, PageNumber)

# After so many pages the far places are asked for, and then whenever there are four times as many.
PAGES_BEFORE_LOOK = 1_024
# Offsets and page numbers that no list reaches, but that fit into 32 bits, with which some servers count.
OFFSETS = (2_000_000_000, 2_100_000_000)
NUMBERS = (20_000_000, 21_000_000)


class FarPlaces(Generic[PlaceT]):
    """Tells a long list from one without end, if no response counts the rows.

    A list has no end if it has rows at two places that no list reaches, and these differ from each other and from those
    of the first page. An API that answers with its first or last page there gives the same rows at both.

    Args:
        source: Where the pages come from.
        far: Two places that no list reaches.
        rows: What identifies a row.
        stats: The figures of the list.
    """

    def __init__(
        self, source: Source[PlaceT], *, far: tuple[PlaceT, PlaceT], rows: RowIdentity, stats: ListStats
    ) -> None:
        self._source: Source[PlaceT] = source
        self._far: tuple[PlaceT, PlaceT] = far
        self._key = rows.key or whole
        self._stats = stats

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of the list, and check it now and then.

        Raises:
            FatalAPIError: The list has no end.
        """
        due = PAGES_BEFORE_LOOK
        first: set[Hashable] = set()
        for number, run in enumerate(pages, 1):
            first = first or set(map(self._key, run))
            if number >= due and not self._stats.totals - {None}:
                due = number * 4
                self._check(first)
            yield run

    def _check(self, first: set[Hashable]) -> None:
        keys = [first]
        for page in map(self._look, self._far):
            found = set() if page is None else set(map(self._key, page.rows))
            if not found or any(map(partial(_share, found), keys)):
                return
            keys.append(found)
        raise FatalAPIError(without_end(self._far[0]))

    def _look(self, place: PlaceT) -> Page | None:
        """Return the page at a place; None if the API refuses to give it."""
        try:
            return self._source.look(place)
        except FatalAPIError:
            return None


def _share(some: set[Hashable], others: set[Hashable]) -> bool:
    return not some.isdisjoint(others)


def without_end(place: Span | PageNumber) -> str:
    """Return the message for an API that gives rows at any place."""
    return (
        f"the list has no end: the API gives other rows at each place, at {place._fields[0]} {place[0]:,} too; say "
        "where the list ends: `total_path`, `has_more_path`, `maximum_offset` or `maximum_page`"
    )
