"""A list by place that ends with a failure, or an empty page, behind full pages: whether pages come behind that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.page import PageNumber, Span, whole
from tap_analytics.report.counts import noun
from tap_analytics.report.stats import Ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_analytics.pagination.endings.named_next import NamedNext
    from tap_analytics.pagination.page import Page, Row, RowIdentity
    from tap_analytics.report.stats import ListStats

PlaceT = TypeVar("PlaceT", Span, PageNumber)

# How many pages behind the one that failed it is looked: right behind it, and behind some that may have failed too.
STEPS = (1, 2, 10)


class BehindEnd(Generic[PlaceT]):
    """Tells a list that ends where a page fails, or is empty, from one in which a page is so by itself.

    Behind the end of a list each page fails, or is empty. Where one behind the failure is there, with rows or without,
    the failure is none of the list. Where rows come behind an empty page, which no other page has, it is no end.

    Args:
        source: Where the pages come from; it knows the furthest one.
        rows: What identifies a row.
        stats: The figures of the list, which say whether its end is in doubt.
    """

    def __init__(self, source: NamedNext[PlaceT], *, rows: RowIdentity, stats: ListStats) -> None:
        self._source: NamedNext[PlaceT] = source
        self._key = rows.key or whole
        self._stats = stats

    def through(self, pages: Iterable[Sequence[Row]]) -> Iterator[Sequence[Row]]:
        """Give the runs of a list that is read from here.

        Raises:
            FatalAPIError: A page is there, behind the one that ended the list.
        """
        yield from pages
        last, found = self._source.furthest, ""
        if self._stats.ending is not Ending.PROVED or last is None:
            return
        if self._stats.doubt and any(self._look(_behind(last, step)) for step in STEPS):
            found = not_the_end(last, self._stats.rows)
        elif self._stats.fills_pages and self._source.ends_empty and self._has_rows(behind := _behind(last, 1)):
            found = empty_between(last, behind)
        if found:
            self._stats.ending = Ending.UNPROVED
            raise FatalAPIError(found)

    def _look(self, place: PlaceT) -> Page | None:
        """Return the page at a place; None where it fails."""
        try:
            page = self._source.look(place)
        except FatalAPIError:
            return None
        return None if page.missing or page.is_beyond else page

    def _has_rows(self, place: PlaceT) -> bool:
        """Return whether a page has rows of its own: some APIs give their first or last page wherever there is none."""
        page = self._look(place)
        known = {self._key(row) for each in (self._source.first, self._source.filled) if each for row in each.rows}
        return page is not None and bool(page.rows) and known.isdisjoint(map(self._key, page.rows))


def _behind(place: PlaceT, pages: int) -> PlaceT:
    return place._replace(**{place._fields[0]: place[0] + pages * getattr(place, "limit", 1)})


def not_the_end(failed: Span | PageNumber, rows: int) -> str:
    """Return the message for a list with pages behind one that failed."""
    return (
        f"the API gave {rows} {noun(rows, 'row')}, failed at {failed._fields[0]} {failed[0]}, and has pages behind "
        "that: so the list does not end there; try again later, or tell the makers of the API"
    )


def empty_between(empty: Span | PageNumber, behind: Span | PageNumber) -> str:
    """Return the message for a list with rows behind an empty page."""
    advice = "set `stop_after_empty_page` to false if it leaves pages empty, else "
    return (
        f"the API gave nothing at {empty._fields[0]} {empty[0]}, also when it was asked again, and has rows behind "
        f"that, at {behind._fields[0]} {behind[0]}: so the list does not end there; "
        f"{advice if isinstance(empty, PageNumber) else ''}try again later, or tell the makers of the API"
    )
