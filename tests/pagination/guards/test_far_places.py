"""A list without end is told from a long one by places that no list reaches."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.far_places import PAGES_BEFORE_LOOK, FarPlaces
from tap_analytics.pagination.page import InTurn, Page, RowIdentity, Span
from tap_analytics.pagination.paginators import paginator_of
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SETTINGS = {"page_size": 5, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}
ROWS = RowIdentity(key=itemgetter("id"))


def looks(there: Callable[[int], Sequence[int]], *, pages: int = PAGES_BEFORE_LOOK, total: int | None = None) -> int:
    """Return at how many places a list of pages of one row is looked at, whose API has these ids far away."""
    asked: list[Span] = []

    def fetch(span: Span) -> Page:
        asked.append(span)
        return Page(offset=span.offset, rows=[{"id": id_} for id_ in there(span.offset)])

    far = (Span(10**9, 5), Span(10**9 + 5, 5))
    stats = ListStats(totals={total})
    places = FarPlaces(InTurn(fetch), far=far, rows=ROWS, stats=stats)
    assert len([*places.through([{"id": id_}] for id_ in range(pages))]) == pages
    return len(asked)


@pytest.mark.parametrize("kind", ["offset", "page_number"])
def test_other_rows_at_places_that_no_list_reaches_are_an_error(kind: str) -> None:
    def fetch(token: Any) -> Page:  # noqa: ANN401 - of either kind
        return Page(offset=0, rows=[{"id": id_} for id_ in range(token[0] * 5, token[0] * 5 + 5)])

    pages = (
        paginator_of({"type": kind}).under(SETTINGS).pages(InTurn(fetch), rows=ROWS, stats=ListStats(), verify=False)
    )
    with pytest.raises(FatalAPIError, match=r"the list has no end: .*,000 too; .*`maximum_offset`"):
        list(pages)


def test_long_list_has_nothing_there_or_the_same_rows() -> None:
    def refuse(_: int) -> Sequence[int]:
        message = "too far"
        raise FatalAPIError(message)

    assert looks(lambda _: ()) == 1
    assert looks(refuse) == 1
    assert looks(lambda _: (0, 1, 2)) == 1  # the first page
    assert looks(lambda _: (7, 8, 9)) == 2  # the last one


def test_it_is_looked_at_the_more_rarely_the_longer_the_list_is_and_not_where_rows_are_counted() -> None:
    assert looks(lambda _: (), pages=PAGES_BEFORE_LOOK - 1) == 0
    assert looks(lambda _: (), pages=17 * PAGES_BEFORE_LOOK) == 3
    assert looks(lambda _: (), total=10**6) == 0
