"""A list is read without losing a row, whatever becomes of it meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice, product
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards.seen import REMEMBERED_PAGES
from tap_analytics.pagination.offset.offset_verified import REMEMBERED_ROWS, VerifiedOffsetPages
from tap_analytics.pagination.page import InTurn, Page, Span
from tap_analytics.report.stats import ListStats
from tests.changing import ORDERS, Change, ChangingList, Reading, changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from tap_analytics.pagination.page import Source

# What an API may say of the length of a list that has `now` rows, had `first` at first, and gives `page` of them.
TOTALS: dict[str, Callable[[int, int, int], int | None]] = {
    "absent": lambda _now, _first, _page: None,
    "right": lambda now, _first, _page: now,
    "too low": lambda now, _first, _page: max(0, now - 3),
    "too high": lambda now, _first, _page: now + 5,
    "as at first": lambda _now, first, _page: first,
    "rows in the page": lambda _now, _first, page: page,
}


class Api(ChangingList):
    """A changing list whose pages are asked for by offset and limit, no more than `cap` rows at once."""

    def __init__(self, size: int, *, order: str = "id up", cap: int = 1000, total: str = "absent") -> None:
        self._cap = cap
        self._total = TOTALS[total]
        self._first = size
        super().__init__(size, order=order)

    @property
    def offsets(self) -> list[int]:
        return self.asked

    def fetch(self, span: Span) -> Page:
        rows = self.answer(span.offset, span.offset, min(span.limit, self._cap))
        return Page(offset=span.offset, rows=rows, total=self._total(len(self), self._first, len(rows)))

    def fetch_strictly(self, span: Span) -> Page:
        if span.offset >= len(self):
            return Page(offset=span.offset, rows=[], missing=f"422: the list has no offset {span.offset}")
        return self.fetch(span)


class Ahead:
    """Fetches the planned pages in a random order, at random times."""

    def __init__(self, fetch: Callable[[Span], Page], *, window: int, draws: Sequence[int]) -> None:
        self._fetch = fetch
        self._window = window
        self._draws = cycle(draws)
        self._spans: Iterator[Span] = iter(())
        self._waiting: list[Span] = []
        self._pages: dict[Span, Page] = {}

    def plan(self, spans: Iterable[Span]) -> None:
        self._spans = iter(spans)
        self._hurry()

    def take(self, span: Span) -> tuple[Page, bool]:
        if span not in self._waiting and span not in self._pages:
            return self._fetch(span), True
        is_fresh = span not in self._pages
        while span not in self._pages:
            self._fetch_any()
        page = self._pages.pop(span)
        self._hurry()
        return page, is_fresh

    def look(self, span: Span) -> Page:
        return self._fetch(span)

    def drop(self) -> None:
        self._spans, self._waiting, self._pages = iter(()), [], {}

    def _hurry(self) -> None:
        self._waiting += islice(self._spans, self._window - len(self._waiting) - len(self._pages))
        for _ in range(next(self._draws) % (len(self._waiting) + 1)):
            self._fetch_any()

    def _fetch_any(self) -> None:
        span = self._waiting.pop(next(self._draws) % len(self._waiting))
        self._pages[span] = self._fetch(span)


def read(source: Source[Span] | Callable[[Span], Page], *, limit: int = 10, keyed: bool = True) -> Reading:
    reading = Reading()
    try:
        for rows in VerifiedOffsetPages(
            InTurn(source) if callable(source) else source,
            limit=limit,
            key=itemgetter("id") if keyed else None,
            stats=reading.progress,
        ):
            reading.rows += rows
    except FatalAPIError as error:
        reading.error = error
    return reading


@dataclass(frozen=True, kw_only=True)
class Story:
    """A list, the changes to it, and how its pages are asked for."""

    order: str
    size: int
    limit: int
    cap: int
    total: str
    changes: Sequence[Change]
    window: int
    draws: Sequence[int]

    @property
    def remembered(self) -> int:
        return max(REMEMBERED_ROWS, REMEMBERED_PAGES * self.limit)

    def api(self) -> Api:
        api = Api(self.size, order=self.order, cap=self.cap, total=self.total)
        request = 2
        for change in self.changes:
            for _ in range(change.times):
                request += change.wait
                api.before(request, partial(change.make, api))
        return api

    def source(self, api: Api) -> Source[Span]:
        return Ahead(api.fetch, window=self.window, draws=self.draws)


stories = st.builds(
    Story,
    order=st.sampled_from(ORDERS),
    size=st.integers(0, 200),
    limit=st.integers(2, 20),
    cap=st.integers(2, 20),
    total=st.sampled_from(list(TOTALS)),
    changes=st.lists(changes, max_size=20),
    window=st.integers(1, 8),
    draws=st.lists(st.integers(0, 8), min_size=1, max_size=20),
)
# Three times the examples of other properties; HYPOTHESIS_PROFILE=thorough makes them many more.
many_times = settings(
    max_examples=3 * settings().max_examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@many_times
@given(stories)
def test_changing_list_loses_no_row_and_repeats_none(story: Story) -> None:
    api = story.api()
    at_first = api.ids
    reading = read(story.source(api), limit=story.limit)

    staying = set(at_first) & set(api.ids)
    assert reading.error or staying <= set(reading.ids)
    assert not reading.repetitions(within=story.remembered)
    assert not reading.stale()
    check_end(story, api, reading)


@many_times
@given(stories)
def test_changing_list_without_keys_loses_no_row(story: Story) -> None:
    api = story.api()
    at_first = api.ids
    reading = read(story.source(api), limit=story.limit, keyed=False)

    staying = set(at_first) & set(api.ids)
    assert reading.error or staying <= set(reading.ids)
    check_end(story, api, reading)


def check_end(story: Story, api: Api, reading: Reading) -> None:
    """A list that comes to rest is read to its end, and in no more requests than its rows and its changes explain."""
    changes = sum(change.times for change in story.changes)
    assert reading.progress.settled
    assert len(api.offsets) <= 20 + story.size + 10 * changes
    if reading.error:
        # A total that never moves, on a list that seems never to, cannot be told from rows that the API holds back.
        assert "the API says" in str(reading.error)
        assert story.total in {"too high", "as at first"}


@given(
    size=st.integers(0, 60),
    limit=st.integers(1, 20),
    order=st.sampled_from(ORDERS),
    total=st.sampled_from(["absent", "right"]),
    keyed=st.booleans(),
)
def test_quiet_list_is_read_one_row_a_page_where_the_server_gives_no_more(
    *, size: int, limit: int, order: str, total: str, keyed: bool
) -> None:
    api = Api(size, order=order, cap=1, total=total)
    reading = read(api.fetch, limit=limit, keyed=keyed)
    assert reading.error is None
    assert reading.ids == api.ids
    assert len(api.offsets) <= size + 1


def test_capped_server_is_read_on_by_the_rows_it_gives() -> None:
    api = Api(12, cap=4)
    assert read(api.fetch).ids == api.ids
    assert api.offsets == [0, 4, 3, 6, 9, 11, 12, 11, 0]


def test_full_last_page_asks_once_more_and_gets_only_the_seam() -> None:
    api = Api(19, total="right")
    assert read(api.fetch).ids == api.ids
    assert api.offsets == [0, 9, 18, 0]


def test_page_with_only_the_seam_is_no_end_before_nothing_came_right_behind_it_and_it_held() -> None:
    api = Api(19)
    assert read(api.fetch).ids == api.ids
    assert api.offsets == [0, 9, 18, 19, 10, 0]


def test_short_last_page_that_the_total_confirms_ends_the_list() -> None:
    api = Api(15, total="right")
    assert read(api.fetch).ids == api.ids
    assert api.offsets == [0, 9, 0]


@pytest.mark.parametrize("total", ["absent", "too low", "rows in the page"])
def test_short_last_page_that_no_total_confirms_is_asked_about(total: str) -> None:
    api = Api(15, total=total)
    assert read(api.fetch).ids == api.ids
    assert api.offsets == [0, 9, 15, 6, 0]


@pytest.mark.parametrize(
    ("total", "asked"),
    [
        ("absent", [0, 5, 1]),
        ("right", [0, 4]),
        ("too low", [0, 5, 1]),
        ("too high", [0, 4, 5, 1]),
        ("as at first", [0, 4]),
        ("rows in the page", [0, 4, 5, 1]),
    ],
)
def test_list_shorter_than_the_limit_is_asked_about_without_a_closing_look(total: str, asked: list[int]) -> None:
    api = Api(5, total=total)
    assert read(api.fetch).ids == api.ids
    assert api.offsets == asked


# With no total, a source that fetches ahead cannot know where the list ends.
@pytest.mark.parametrize(("total", "window"), [("absent", 1), ("right", 1), ("right", 4)])
@pytest.mark.parametrize("cap", [2, 7, 10])
@pytest.mark.parametrize("size", [2, 9, 10, 11, 18, 19, 20, 28])
def test_nothing_is_asked_for_at_a_known_end(size: int, cap: int, total: str, window: int) -> None:
    api = Api(size, cap=cap, total=total)
    reading = read(Ahead(api.fetch_strictly, window=window, draws=[8]))
    assert reading.error is None
    assert reading.ids == api.ids


def test_rows_deleted_before_the_reader_are_mended() -> None:
    api = Api(40)
    api.before(3, api.delete, 1, 2, 3)
    reading = read(api.fetch)
    assert reading.ids == list(range(1, 41))
    assert reading.progress.mended == 1
    assert api.offsets[:4] == [0, 9, 18, 9]


@pytest.mark.parametrize("keyed", [True, False])
def test_rows_inserted_before_the_reader_are_mended_and_given_at_last(*, keyed: bool) -> None:
    api = Api(40, order="id down")
    api.before(3, api.insert, 3)
    reading = read(api.fetch, keyed=keyed)
    assert reading.ids == [*range(40, 0, -1), 43, 42, 41]
    assert (reading.progress.mended, reading.progress.duplicates) == (1, 3)


def test_rows_alike_are_all_given_where_no_key_tells_them_apart() -> None:
    rows = [{"id": max(id_, 15)} for id_ in range(40, 0, -1)]

    def fetch(span: Span) -> Page:
        rows[:0] = [{"id": 43}, {"id": 42}, {"id": 41}] if span.offset == 18 else []
        return Page(offset=span.offset, rows=rows[span.offset :][: span.limit])

    assert sorted(read(fetch, keyed=False).ids) == [15] * 15 + list(range(16, 44))


def test_rows_passed_before_the_chain_began_anew_are_no_way_back() -> None:
    api = Api(100, order="updated_at down")
    api.before(4, api.update, *range(1, 65))  # none that was read is near any more: the chain begins anew
    api.before(8, api.delete, *range(26, 64))  # and is carried far past what it has not read yet
    reading = read(api.fetch)
    assert api.offsets[3:8] == [27, 18, 0, 9, 18]
    assert set(api.ids) <= set(reading.ids)


def test_steady_deletes_cost_little_once_the_chain_expects_them() -> None:
    api = Api(600)
    for request in range(2, 160):
        api.before(request, api.delete, *range(3 * request - 5, 3 * request - 2))
    reading = read(api.fetch)
    assert set(api.ids) <= set(reading.ids)
    assert reading.progress.pages < 130


@pytest.mark.parametrize(
    ("deleted", "asked"),
    [(9, [90, 81]), (10, [90, 81, 63]), (27, [90, 81, 63]), (28, [90, 81, 63, 27]), (63, [90, 81, 63, 27])],
)
def test_chain_steps_back_one_page_then_two_then_four(deleted: int, asked: list[int]) -> None:
    api = Api(200)
    api.before(11, api.delete, *range(11, 11 + deleted))
    reading = read(api.fetch)
    assert api.offsets[10 : 10 + len(asked)] == asked
    assert api.offsets[10 + len(asked)] > asked[-1]
    assert reading.ids == list(range(1, 201))


# The last page comes first, then the one before it, and so on to the page that the reader waits for.
BACKWARDS = [2, 2, 1, *[0] * 100]


@pytest.mark.parametrize(("size", "total"), [(35, "right"), (28, "absent"), (20, "absent")])
def test_row_that_moves_behind_a_last_page_fetched_ahead_is_found(size: int, total: str) -> None:
    api = Api(size, order="updated_at up", total=total)
    api.before(4, api.update, 12)
    reading = read(Ahead(api.fetch, window=3, draws=BACKWARDS))
    assert api.offsets[:4] == [0, 27, 18, 9]
    assert set(reading.ids) == set(api.ids)


def test_page_fetched_ahead_brings_no_older_version_where_its_seam_has_moved() -> None:
    api = Api(40)
    api.before(4, api.delete, 12)
    api.before(4, api.update, 20)
    reading = read(Ahead(api.fetch, window=3, draws=BACKWARDS))
    assert api.offsets[:4] == [0, 27, 18, 9]
    assert reading.stale() == []
    assert set(api.ids) <= set(reading.ids)


def test_page_fetched_ahead_brings_no_older_version_where_it_shares_many_rows() -> None:
    api = Api(80)
    api.before(3, api.delete, 1, 2, 3)
    api.before(7, api.update, 24)
    reading = read(Ahead(api.fetch, window=3, draws=[*[0] * 5, *BACKWARDS]))
    assert api.offsets[:7] == [0, 9, 18, 9, 27, 20, 14]
    assert reading.stale() == []
    assert set(reading.ids) == set(range(1, 81))


def test_mended_seam_wastes_no_more_than_what_was_fetched_ahead_of_it() -> None:
    api = Api(1200, total="right")
    api.before(12, api.delete, *range(50, 62))
    reading = read(Ahead(api.fetch, window=4, draws=[8]), limit=40)
    assert set(api.ids) <= set(reading.ids)
    assert len(api.offsets) <= reading.progress.pages + 4


def test_one_row_where_the_total_says_more_is_not_the_end() -> None:
    api = Api(28, total="right")
    reading = read(lambda span: api.fetch(Span(span.offset, 1 if len(api.offsets) == 2 else 10)))
    assert reading.ids == api.ids
    assert api.offsets == [0, 9, 18, 19, 18, 27, 0]


def test_list_that_is_emptied_ends() -> None:
    api = Api(40)
    api.before(3, api.delete, *range(1, 41))
    assert read(api.fetch).ids == list(range(1, 20))


def test_growing_tail_is_left_after_three_short_pages() -> None:
    api = Api(28)
    for request in range(2, 100):
        api.before(request, api.insert, 2)
    reading = read(api.fetch)
    assert reading.error is None
    assert reading.ids == list(range(1, reading.ids[-1] + 1))
    assert api.offsets == [0, 9, 18, 27, 34, 33, 37, 33, 0]


@pytest.mark.parametrize("total", [None, 5, 500])
@pytest.mark.parametrize("size", [2, 5, 10])
def test_api_that_ignores_the_offset_ends_with_an_error_that_names_the_setting(size: int, total: int | None) -> None:
    rows = Api(size).fetch(Span(0, size)).rows
    reading = read(lambda span: Page(offset=span.offset, rows=rows, total=total))
    assert reading.ids == list(range(1, size + 1))
    assert "`offset_param`" in str(reading.error)
    assert reading.progress.pages <= 13


def test_list_that_grows_by_a_page_per_request_is_not_said_to_ignore_the_offset() -> None:
    api = Api(4, order="id down")
    for request in range(2, 30):
        api.before(request, api.insert, 1)
    reading = read(api.fetch, limit=2)
    assert reading.error is None
    assert set(reading.ids) >= {1, 2, 3, 4}


@pytest.mark.parametrize("total", [None, 25])
def test_all_rows_at_once_whatever_the_limit_are_one_page_and_the_end(total: int | None) -> None:
    rows = Api(25).fetch(Span(0, 25)).rows
    reading = read(lambda span: Page(offset=span.offset, rows=rows, total=total))
    assert reading.error is None
    assert reading.ids == list(range(1, 26))
    assert reading.progress.pages <= 3


# The last three are lists that end at the first look: what is in its place by chance is no proof.
@pytest.mark.parametrize(
    ("size", "seed"),
    [*product([40, 100, 400, 2000], range(5)), (12, 1089), (15, 31), (15, 1881)],
)
def test_order_that_never_settles_ends_with_an_error(size: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret

    def fetch(span: Span) -> Page:
        rows = [{"id": id_} for id_ in dice.sample(range(size), size)]
        return Page(offset=span.offset, rows=rows[span.offset :][: span.limit])

    reading = read(fetch)
    assert "never settles" in str(reading.error)
    assert reading.progress.pages < 1000


def test_list_that_begins_again_behind_its_end_ends_with_an_error() -> None:
    api = Api(40)
    reading = read(lambda span: api.fetch(Span(span.offset % 36, span.limit)))
    assert reading.ids == list(range(1, 38))
    assert "never settles" in str(reading.error)
    assert reading.progress.pages < 200


def test_rows_that_move_with_every_request_do_not_keep_a_sync_alive() -> None:
    api = Api(15, order="updated_at down")
    for request in range(2, 1000):
        api.before(request, api.update, 1, 2)
    reading = read(api.fetch)
    assert reading.error is None
    assert set(reading.ids) == set(api.ids)
    assert reading.progress.pages < 300


@pytest.mark.parametrize("request_number", [2, 3, 4, 5])
def test_row_updated_while_the_list_is_read_newest_first_is_found(request_number: int) -> None:
    api = Api(40, order="updated_at down", total="right")
    api.before(request_number, api.update, 1)
    reading = read(api.fetch)
    assert set(reading.ids) == set(api.ids)
    assert reading.rows[-1] == {"id": 1, "updated_at": 41}


def test_closing_look_goes_on_until_the_head_rests() -> None:
    api = Api(40, order="updated_at down")
    api.before(4, api.update, *range(1, 13))
    api.before(8, api.update, *range(13, 26))
    reading = read(api.fetch)
    assert set(reading.ids) == set(api.ids)
    assert reading.progress.settled


@pytest.mark.parametrize("inserted", [10, 12])
def test_changes_that_never_end_are_left_to_the_next_sync(inserted: int) -> None:
    api = Api(40, order="updated_at down", total="right")
    for request in range(6, 1000):
        api.before(request, api.insert, inserted)
    reading = read(api.fetch)
    assert reading.error is None
    assert set(range(1, 41)) <= set(reading.ids)
    assert not reading.progress.settled
    assert reading.progress.pages < 600


def test_closing_look_soon_meets_a_row_it_knows_where_the_first_page_is_gone() -> None:
    api = Api(1200, total="right")
    api.before(5, api.delete, *range(1, 11))
    reading = read(api.fetch)
    assert set(reading.ids) == set(range(1, 1201))
    assert len(reading.rows) < 1220
    assert reading.progress.pages < 145


def test_closing_look_reads_all_that_was_updated_at_once() -> None:
    api = Api(2000, order="updated_at down", total="right")
    api.before(220, api.update, *range(1000, 2001))
    reading = read(api.fetch)
    assert {row["id"] for row in reading.rows if row["updated_at"] > 2000} == set(range(1000, 2001))
    assert reading.progress.settled
    assert reading.progress.pages < 350


@pytest.mark.parametrize("order", ORDERS)
def test_quiet_list_costs_exactly_one_request_more(order: str) -> None:
    api = Api(25, order=order, total="right")
    reading = read(api.fetch)
    assert api.offsets == [0, 9, 18, 0]
    assert str(reading.progress) == "25 rows of 25 in 4 pages"


def test_single_object_is_one_row_and_the_end() -> None:
    reading = read(lambda span: Page(offset=span.offset, rows=[{"id": 1}], total=9, single=True))
    assert reading.ids == [1]
    assert reading.progress.pages == 1


@pytest.mark.parametrize("total", ["absent", "right", "too low", "rows in the page"])
def test_empty_list_is_one_request_and_no_row(total: str) -> None:
    api = Api(0, total=total)
    reading = read(api.fetch)
    assert reading.rows == []
    assert reading.error is None
    assert api.offsets == [0]


class Counted(dict[str, int]):
    """A row that knows how many of its kind are held."""

    held: ClassVar[int] = 0

    def __init__(self, id_: int) -> None:
        super().__init__(id=id_)
        Counted.held += 1

    def __del__(self) -> None:
        Counted.held -= 1


def test_memory_stays_bounded_however_long_the_list() -> None:
    size, limit, most = 200_000, 1000, 0

    def fetch(span: Span) -> Page:
        rows = [Counted(id_) for id_ in range(span.offset, min(size, span.offset + span.limit))]
        return Page(offset=span.offset, rows=rows)

    progress = ListStats()
    for _ in VerifiedOffsetPages(InTurn(fetch), limit=limit, key=itemgetter("id"), stats=progress):
        most = max(most, Counted.held)
    assert progress.rows == size
    # What was emitted, what was passed, the first page, and the pages in hand.
    assert most <= (2 * REMEMBERED_PAGES + 4) * limit


def test_total_too_high_is_an_error_after_all_rows() -> None:
    reading = read(Api(30, total="too high").fetch)
    assert reading.ids == list(range(1, 31))
    assert "35 rows, but gave 30" in str(reading.error)
    assert "`total_path`" in str(reading.error)


@pytest.mark.parametrize(("inserted", "has_failed"), [(1, True), (5, False)])
def test_total_too_high_by_more_than_the_list_has_changed_is_an_error(inserted: int, *, has_failed: bool) -> None:
    api = Api(30, order="id down", total="as at first")
    api.before(2, api.delete, 1, 2, 3, 4, 5)
    api.before(2, api.insert, inserted)
    reading = read(api.fetch)
    assert bool(reading.error) == has_failed


@pytest.mark.parametrize("total", [None, 90])
def test_an_api_that_refuses_a_place_again_and_again_is_asked_for_it_no_more(total: int | None) -> None:
    rows = [{"id": number} for number in range(90)]
    asked: list[int] = []

    def fetch(span: Span) -> Page:
        asked.append(span.offset)
        if span.offset + span.limit > 50:
            said = "400 Bad Request. The API says: the result window is too large"
            return Page(offset=span.offset, rows=[], missing=said, status=400, total=None)
        return Page(offset=span.offset, rows=rows[span.offset : span.offset + span.limit], total=total)

    pages = VerifiedOffsetPages(InTurn(fetch), limit=10, key=itemgetter("id"), stats=ListStats())
    given: list[int] = []
    with pytest.raises(FatalAPIError, match="the result window is too large"):
        given.extend(row["id"] for run in pages for row in run)
    assert given == list(range(46))
    assert len(asked) < 15
