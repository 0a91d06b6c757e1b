"""A list by place that ends with a failure behind full pages: whether the API has pages behind that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import PageNumber, Span
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.endings.named_next import NamedNext
    from tap_analytics.pagination.page import Row
    from tap_analytics.report.stats import ListStats

PlaceT = TypeVar("PlaceT", Span, PageNumber)

# How many pages behind the one that failed it is looked: right behind it, and behind some that may have failed too.
STEPS = (1, 2, 10)


class BehindFailure(Generic[PlaceT]):
    """Tells a list that ends where a page fails from one whose page fails by itself.

    Behind the end of a list each page fails. Where one behind the failure is there, with rows or without, the failure
    is none of the list.

    Args:
        source: Where the pages come from; it knows the furthest one.
        stats: The figures of the list, which say whether its end is in doubt.
    """

    def __init__(self, source: NamedNext[PlaceT], *, stats: ListStats) -> None:
        self._source: NamedNext[PlaceT] = source
        self._stats = stats

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of a list that is read from here.

        Raises:
            FatalAPIError: A page is there, behind the one whose failure ended the list.
        """
        yield from pages
        failed = self._source.furthest
        if self._stats.ending is Ending.PROVED and self._stats.doubt and failed is not None:
            for step in STEPS:
                if self._is_there(_behind(failed, step)):
                    self._stats.ending = Ending.UNPROVED
                    raise FatalAPIError(not_the_end(failed, self._stats.rows))

    def _is_there(self, place: PlaceT) -> bool:
        try:
            page = self._source.look(place)
        except FatalAPIError:
            return False
        return not page.missing and not page.is_beyond


def _behind(place: PlaceT, pages: int) -> PlaceT:
    return place._replace(**{place._fields[0]: place[0] + pages * getattr(place, "limit", 1)})


def not_the_end(failed: Span | PageNumber, rows: int) -> str:
    """Return the message for a list with pages behind one that failed."""
    return (
        f"the API gave {rows} {noun(rows, 'row')}, failed at {failed._fields[0]} {failed[0]}, and has pages behind "
        "that: so the list does not end there; try again later, or tell the makers of the API"
    )
