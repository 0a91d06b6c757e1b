"""Servers that cap pages by bytes, or give nothing behind some place: no row that stayed is lost, or the list fails."""

from __future__ import annotations

from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.offset.offset import OffsetPages
from tap_analytics.pagination.offset.offset_verified import VerifiedOffsetPages
from tap_analytics.pagination.page import InTurn, Page, Span
from tests.changing import ORDERS, Change, ChangingList, Reading, changes

if TYPE_CHECKING:
    from collections.abc import Sequence


class Api(ChangingList):
    """A list by offset. Each `heavy`th row is so large that a page has room for it alone, or for those before it.

    Nothing is given from `window` on. `totals` says what it tells of its length, one after the other.
    """

    def __init__(self, size: int, *, order: str, heavy: int, window: int, totals: Sequence[str]) -> None:
        self._heavy = heavy
        self._window = window
        self._totals = totals
        super().__init__(size, order=order)

    def fetch(self, span: Span) -> Page:
        rows = self.answer(span.offset, span.offset, span.limit)
        rows = rows[: max(0, self._window - span.offset)]
        end = next((place for place, row in enumerate(rows) if place and row["id"] % self._heavy == 0), len(rows))
        says = self._totals[len(self.asked) % len(self._totals)]
        return Page(offset=span.offset, rows=rows[:end], total={"none": None, "now": len(self)}[says])


def read(api: Api, *, limit: int, verify: bool) -> Reading:
    reading = Reading()
    source, key = InTurn(api.fetch), itemgetter("id")
    pages = (
        VerifiedOffsetPages(source, limit=limit, key=key, stats=reading.progress)
        if verify
        else OffsetPages(source, limit=limit, key=key, stats=reading.progress)
    )
    try:
        for rows in pages:
            reading.rows += rows
    except FatalAPIError as error:
        reading.error = error
    return reading


totals = st.lists(st.sampled_from(["none", "now"]), min_size=1, max_size=3)
many_times = settings(
    max_examples=3 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@many_times
@given(
    order=st.sampled_from(ORDERS),
    size=st.integers(0, 100),
    limit=st.integers(3, 20),
    heavy=st.integers(2, 30),
    totals=totals,
    verify=st.booleans(),
)
def test_quiet_list_whose_pages_are_capped_by_bytes_is_read_whole(  # noqa: PLR0913 - what the list is like
    *, order: str, size: int, limit: int, heavy: int, totals: list[str], verify: bool
) -> None:
    api = Api(size, order=order, heavy=heavy, window=10**6, totals=totals)
    reading = read(api, limit=limit, verify=verify)
    assert reading.error is None
    assert reading.ids == api.ids
    assert len(api.asked) <= 20 + 4 * size


@many_times
@given(
    order=st.sampled_from(ORDERS),
    size=st.integers(0, 100),
    limit=st.integers(3, 20),
    heavy=st.integers(8, 60),
    totals=totals,
    story=st.lists(changes, max_size=10),
)
def test_changing_list_whose_pages_are_capped_by_bytes_loses_no_row_or_fails(  # noqa: PLR0913 - as above
    *, order: str, size: int, limit: int, heavy: int, totals: list[str], story: list[Change]
) -> None:
    api = Api(size, order=order, heavy=heavy, window=10**6, totals=totals)
    request = 2
    for change in story:
        for _ in range(change.times):
            request += change.wait + 3
            api.before(request, partial(change.make, api))
    at_first = api.ids
    reading = read(api, limit=limit, verify=True)
    assert reading.error or set(at_first) & set(api.ids) <= set(reading.ids)


@given(
    order=st.sampled_from(ORDERS),
    size=st.integers(30, 100),
    limit=st.integers(3, 20),
    window=st.integers(5, 29),
    verify=st.booleans(),
)
def test_list_that_gives_nothing_behind_a_window_fails(
    *, order: str, size: int, limit: int, window: int, verify: bool
) -> None:
    api = Api(size, order=order, heavy=10**6, window=window, totals=["now", "none"])
    reading = read(api, limit=limit, verify=verify)
    assert f"there are {size} rows, but gave {window}" in str(reading.error)


@pytest.mark.parametrize("updates", [1, 2, 4])
def test_requests_are_bounded_where_rows_move_at_each_of_them(updates: int) -> None:
    api = Api(95, order="updated_at down", heavy=10**6, window=10**6, totals=["now"])
    for request in range(2, 4000):
        api.before(request, api.update, *(1 + (7 * request + place) % 95 for place in range(updates)))
    reading = read(api, limit=10, verify=True)
    assert reading.error or set(api.ids) <= set(reading.ids)
    assert len(api.asked) < 800
