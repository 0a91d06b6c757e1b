"""Stretches of a list that changes: every row that stays is in one of them, and in no two."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.offset.stretch import ANCHORS, Border, Stretch, marks_of
from tap_analytics.pagination.offset.stretch_pages import StretchPages
from tap_analytics.pagination.page import InTurn, Page, RowIdentity, Span
from tap_analytics.report.stats import Ending, ListStats
from tests.changing import Change, ChangingList, changes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMIT = 10
IDENTITY = RowIdentity(key=lambda row: row["id"], version=lambda row: row["updated_at"])
MARK = marks_of(IDENTITY.key, IDENTITY.version)


def stretches(api: ChangingList, *offsets: int) -> Sequence[Stretch]:
    """Return the stretches of a list from border to border."""
    borders: list[Border | None] = [None]
    for offset in offsets:
        start = max(0, offset - ANCHORS)
        marks = list(map(MARK, api.answer(start, start, 2 * ANCHORS)))
        borders.append(Border(offset, marks[: offset - start], marks[offset - start :]))
    return [Stretch(*each) for each in pairwise([*borders, None])]


def pages(api: ChangingList, stretch: Stretch, *, stats: ListStats | None = None, cap: int = LIMIT) -> StretchPages:
    def fetch(span: Span) -> Page:
        return Page(offset=span.offset, rows=api.answer(span.offset, span.offset, min(cap, span.limit)), total=len(api))

    return StretchPages(InTurn(fetch), limit=LIMIT, rows=IDENTITY, stretch=stretch, stats=stats or ListStats())


def ids(runs: Any) -> list[int]:  # noqa: ANN401 - runs of rows
    return [row["id"] for rows in runs for row in rows]


@pytest.mark.parametrize("order", ["id up", "id down"])
@pytest.mark.parametrize("cap", [LIMIT, 4])
def test_stretches_of_a_quiet_list_are_its_rows_in_their_order(order: str, cap: int) -> None:
    api = ChangingList(100, order=order)
    parts = [ids(pages(api, each, cap=cap)) for each in stretches(api, 35, 70)]
    assert [len(part) for part in parts] == [35, 35, 30]
    assert [key for part in parts for key in part] == api.ids


def test_a_stretch_asks_for_little_outside_of_it() -> None:
    api = ChangingList(1000, order="id up")
    _, middle, _ = stretches(api, 400, 500)
    api.asked.clear()
    stats = ListStats()
    assert len(ids(pages(api, middle, stats=stats))) == 100
    assert 380 < min(api.asked) <= max(api.asked) < 520
    assert (stats.ending, stats.rows) == (Ending.PROVED, 100)


@pytest.mark.parametrize("count", [5, 60, 200])
@pytest.mark.parametrize("kind", ["insert", "delete"])
def test_a_border_that_has_moved_is_found_again(kind: str, count: int) -> None:
    api = ChangingList(400, order="id down" if kind == "insert" else "id up")
    before = set(api.ids)
    parts = stretches(api, 250, 320)
    if kind == "insert":
        api.insert(count)
    else:
        api.delete(*range(1, count + 1))
    found = [key for each in parts for key in ids(pages(api, each))]
    assert set(found) >= before & set(api.ids)
    assert max(Counter(found).values()) == 1


def test_rows_of_a_border_that_change_or_go_are_each_on_their_side() -> None:
    api = ChangingList(100, order="id up")
    left, right = stretches(api, 50)
    api.update(49, 50, 51, 52)
    api.delete(48, 53)
    assert ids(pages(api, left)) + ids(pages(api, right)) == [each for each in range(1, 101) if each not in (48, 53)]


@pytest.mark.parametrize("gone", [range(51, 63), range(39, 51)])
def test_a_border_of_which_a_side_is_gone_fails(gone: range) -> None:
    api = ChangingList(100, order="id up")
    left, right = stretches(api, 50)
    api.delete(*gone)
    for part in (left, right):
        with pytest.raises(FatalAPIError, match="cannot be read for sure"):
            ids(pages(api, part))


def test_the_last_stretch_ends_where_the_total_says() -> None:
    api = ChangingList(100, order="id up")
    _, last = stretches(api, 50)

    api.delete(*range(81, 101))

    def fetch(span: Span) -> Page:
        return Page(offset=span.offset, rows=api.answer(span.offset, span.offset, span.limit), total=100)

    with pytest.raises(FatalAPIError, match="there are 100 rows"):
        ids(StretchPages(InTurn(fetch), limit=LIMIT, rows=IDENTITY, stretch=last, stats=ListStats()))


@given(
    order=st.sampled_from(["id up", "id down"]),
    made=st.lists(changes, max_size=12),
    turns=st.lists(st.integers(0, 3), min_size=30, max_size=60),
)
def test_rows_that_stay_come_once_whatever_changes(order: str, made: list[Change], turns: list[int]) -> None:
    api = ChangingList(200, order=order)
    first = set(api.ids)
    parts = stretches(api, 50, 100, 150)
    request = len(api.asked) + 1
    for change in made:
        for _ in range(change.times):
            request += change.wait
            api.before(request, lambda change=change: change.make(api))
    found: list[int] = []
    runs: list[Iterator[Any]] = [iter(pages(api, each)) for each in parts]
    try:
        for turn in [*turns, *(number for number in range(4) for _ in range(100))]:
            found += ids([next(runs[turn], ())])
    except FatalAPIError as error:
        assert "cannot be read for sure" in str(error)  # noqa: PT017 - the other half of the promise
        return
    assert first & set(api.ids) <= set(found)
    assert max(Counter(found).values()) == 1
