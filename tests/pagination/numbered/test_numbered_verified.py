"""Numbered pages are read without losing a row, although the list changes meanwhile."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TYPE_CHECKING, ClassVar

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.numbered.numbered_verified import REMEMBERED_ROWS, VerifiedNumberedPages
from tap_analytics.pagination.numbered.numbering import Numbering
from tap_analytics.pagination.page import Page, PageNumber
from tap_analytics.report.stats import ListStats
from tests.changing import ORDERS, Change, ChangingList, Reading, changes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOTALS: dict[str, Callable[[int, int], int | None]] = {
    "absent": lambda _rows, _size: None,
    "pages": lambda rows, size: -(-rows // size),
    "rows": lambda rows, _size: rows,
}


class Api(ChangingList):
    """A changing list whose pages are asked for by number, from 0 on."""

    def __init__(self, rows: int, *, order: str = "id up", size: int = 10, total: str = "absent") -> None:
        self._size = size
        self._total = TOTALS[total]
        super().__init__(rows, order=order)

    def fetch(self, page: PageNumber) -> Page:
        rows = self.answer(page.number, page.number * self._size, self._size)
        return Page(offset=page.number, rows=rows, total=self._total(len(self), self._size))


def read(fetch: Callable[[PageNumber], Page], *, numbering: Numbering | None = None, keyed: bool = True) -> Reading:
    reading = Reading()
    pages = VerifiedNumberedPages(
        fetch, numbering=numbering, key=itemgetter("id") if keyed else None, stats=reading.progress
    )
    try:
        for rows in pages:
            reading.rows += rows
    except FatalAPIError as error:
        reading.error = error
    return reading


@dataclass(frozen=True, kw_only=True)
class Story:
    """A list, and the changes to it."""

    order: str
    rows: int
    size: int
    total: str
    changes: Sequence[Change]

    def api(self, *, rest: int = 0) -> Api:
        """Return the list; between two changes come so many requests more than the story says."""
        api = Api(self.rows, order=self.order, size=self.size, total=self.total)
        request = 2
        for change in self.changes:
            for _ in range(change.times):
                request += change.wait + rest
                api.before(request, partial(change.make, api))
        return api

    @property
    def moves_one_way(self) -> bool:
        """Whether its changes move other rows in one direction only.

        Upwards, rows come and go to the tail, and those behind a row that goes move to the left. Downwards, rows come
        and go to the head, and move those before them to the right, while deletes move those behind to the left.
        """
        kinds = {change.kind for change in self.changes}
        return self.order.endswith("up") or "delete" not in kinds or kinds == {"delete"}


stories = st.builds(
    Story,
    order=st.sampled_from(ORDERS),
    rows=st.integers(0, 150),
    size=st.integers(2, 20),
    total=st.sampled_from(list(TOTALS)),
    changes=st.lists(changes, max_size=20),
)
many_times = settings(
    max_examples=3 * settings().max_examples,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def check(story: Story, api: Api, reading: Reading, at_first: list[int]) -> None:
    assert reading.error is None
    assert reading.progress.settled
    assert set(at_first) & set(api.ids) <= set(reading.ids)
    changes = sum(change.times for change in story.changes)
    assert len(api.asked) <= 20 + 2 * story.rows + 10 * changes


@many_times
@given(stories)
def test_list_whose_rows_move_one_way_loses_no_row_and_repeats_none(story: Story) -> None:
    assume(story.moves_one_way)
    api = story.api()
    at_first = api.ids
    reading = read(api.fetch)
    check(story, api, reading, at_first)
    assert not reading.repetitions(within=REMEMBERED_ROWS)
    assert not reading.stale()


@many_times
@given(stories)
def test_list_whose_rows_move_one_way_without_keys_loses_no_row(story: Story) -> None:
    assume(story.moves_one_way)
    api = story.api()
    at_first = api.ids
    reading = read(api.fetch, keyed=False)
    check(story, api, reading, at_first)
    assert len(reading.ids) >= len(set(at_first) & set(api.ids))


@many_times
@given(stories)
def test_list_that_rests_for_four_requests_after_each_change_loses_no_row(story: Story) -> None:
    api = story.api(rest=4)
    at_first = api.ids
    reading = read(api.fetch)
    check(story, api, reading, at_first)
    assert not reading.repetitions(within=REMEMBERED_ROWS)
    assert not reading.stale()


@many_times
@given(stories)
def test_list_that_changes_in_any_way_is_read_to_an_end_and_repeats_no_row(story: Story) -> None:
    reading = read(story.api().fetch)
    assert reading.error is None
    assert reading.progress.settled
    assert not reading.repetitions(within=REMEMBERED_ROWS)
    assert not reading.stale()


@pytest.mark.parametrize("order", ORDERS)
def test_quiet_list_costs_one_more_look_at_each_page_but_the_last(order: str) -> None:
    api = Api(25, order=order, total="pages")
    reading = read(api.fetch)
    assert api.asked == [0, 1, 0, 2, 1, 0]
    assert reading.ids == api.ids
    assert str(reading.progress) == "25 rows in 6 pages"


@pytest.mark.parametrize(("total", "asked"), [("absent", [0, 1, 0, 2, 2, 1, 0]), ("rows", [0, 1, 0, 2, 1, 0])])
def test_list_without_a_count_of_its_pages_ends_with_an_empty_page(total: str, asked: list[int]) -> None:
    api = Api(20, total=total)
    assert read(api.fetch).ids == api.ids
    assert api.asked == asked


def test_one_page_needs_no_second_look_where_the_total_says_that_it_is_all() -> None:
    api = Api(10, total="pages")
    assert read(api.fetch).ids == api.ids
    assert api.asked == [0]


def test_one_page_without_a_total_is_looked_at_again_behind_the_empty_page() -> None:
    api = Api(5)
    api.before(2, api.delete, 1, 2)
    api.before(2, api.insert, 3)
    assert set(read(api.fetch).ids) == set(range(1, 9))
    assert api.asked == [0, 1, 1, 0, 1, 1, 0, 0]


@pytest.mark.parametrize("rows", [0, 5])
def test_single_object_and_empty_list_are_one_request(rows: int) -> None:
    asked: list[PageNumber] = []

    def fetch(page: PageNumber) -> Page:
        asked.append(page)
        return Page(offset=0, rows=[{"id": id_} for id_ in range(rows)], single=rows > 0)

    assert len(read(fetch).rows) == rows
    assert asked == [PageNumber(0)]


def test_rows_deleted_before_the_reader_are_noticed_and_mended() -> None:
    api = Api(40, total="pages")
    api.before(4, api.delete, 1, 2, 3)
    reading = read(api.fetch)
    assert sorted(reading.ids) == list(range(1, 41))
    assert reading.progress.mended == 1
    assert api.asked == [0, 1, 0, 2, 1, 2, 1, 3, 2, 0]


def test_rows_inserted_before_the_reader_need_no_second_look() -> None:
    api = Api(40, order="id down", total="pages")
    api.before(4, api.insert, 3)
    reading = read(api.fetch)
    assert reading.ids == [*range(40, 0, -1), 43, 42, 41]
    assert (reading.progress.mended, reading.progress.duplicates) == (1, 3)
    assert api.asked[:5] == [0, 1, 0, 2, 3]


@pytest.mark.parametrize(
    ("deleted", "asked"),
    [(9, [10, 9, 10]), (10, [10, 9, 8, 9]), (20, [10, 9, 8, 6, 7]), (41, [10, 9, 8, 6, 2, 3])],
)
def test_reader_steps_back_one_page_then_two_then_four(deleted: int, asked: list[int]) -> None:
    api = Api(200, total="pages")
    api.before(20, api.delete, *range(11, 11 + deleted))
    reading = read(api.fetch)
    assert api.asked[19 : 19 + len(asked)] == asked
    assert set(reading.ids) == set(range(1, 201))
    assert len(reading.ids) == 200


def test_reader_begins_anew_where_no_row_that_it_has_passed_is_left() -> None:
    api = Api(60, total="pages")
    api.before(4, api.delete, *range(1, 31))
    reading = read(api.fetch)
    assert reading.ids == [*range(1, 21), *range(31, 61)]


def test_rows_passed_before_the_reader_began_anew_are_no_way_back() -> None:
    api = Api(100, order="updated_at down")
    api.before(4, api.update, *range(1, 65))  # none that was read is near any more: the reader begins anew
    api.before(9, api.delete, *range(26, 64))  # and is carried far past what it has not read yet
    reading = read(api.fetch)
    assert api.asked[3:9] == [2, 1, 0, 1, 0, 2]
    assert set(api.ids) <= set(reading.ids)


def test_row_that_moves_behind_a_last_page_read_before_the_border_was_mended_is_found() -> None:
    api = Api(21, order="updated_at up", size=5, total="pages")
    for request in range(3, 8):
        api.before(request, api.delete, request - 2)
    api.before(7, api.update, 17, 18)
    assert set(api.ids) <= set(read(api.fetch).ids)


def test_row_that_a_second_look_finds_new_is_given() -> None:
    api = Api(40, total="pages")
    api.before(3, api.update, 5)
    reading = read(api.fetch)
    assert reading.rows[20] == {"id": 5, "updated_at": 41}


def test_page_brings_no_older_version_than_the_one_that_was_given() -> None:
    api = Api(40, total="pages")
    api.before(3, api.delete, 1, 2, 3)
    api.before(3, api.update, 12)
    reading = read(api.fetch)
    assert reading.stale() == []
    assert set(reading.ids) == set(range(1, 41))


@pytest.mark.parametrize("request_number", [2, 3, 4, 5, 6])
def test_row_updated_while_the_list_is_read_newest_first_is_found(request_number: int) -> None:
    api = Api(40, order="updated_at down", total="pages")
    api.before(request_number, api.update, 1)
    reading = read(api.fetch)
    assert set(reading.ids) == set(api.ids)
    assert {"id": 1, "updated_at": 41} in reading.rows


def test_closing_look_goes_on_until_the_head_rests() -> None:
    api = Api(40, order="updated_at down")
    api.before(6, api.update, *range(1, 13))
    api.before(12, api.update, *range(13, 26))
    reading = read(api.fetch)
    assert set(reading.ids) == set(api.ids)
    assert {row["id"] for row in reading.rows if row["updated_at"] > 40} == set(range(1, 26))
    assert reading.progress.settled


@pytest.mark.parametrize("inserted", [1, 3, 9])
def test_steady_inserts_at_the_head_do_not_keep_a_sync_alive(inserted: int) -> None:
    api = Api(40, order="id down")
    for request in range(2, 3000):
        api.before(request, api.insert, inserted)
    reading = read(api.fetch)
    assert reading.error is None
    assert set(range(1, 41)) <= set(reading.ids)
    assert len(api.asked) < 1500


@pytest.mark.parametrize("appended", [1, 2, 4])
def test_tail_that_grows_for_ever_is_left_to_the_next_sync(appended: int) -> None:
    api = Api(28)
    for request in range(2, 3000):
        api.before(request, api.insert, appended)
    reading = read(api.fetch)
    assert reading.error is None
    assert reading.ids == list(range(1, reading.ids[-1] + 1))
    assert len(api.asked) < 200


def test_steady_deletes_at_the_head_lose_no_row_that_stays() -> None:
    api = Api(600)
    for request in range(2, 102):
        api.before(request, api.delete, *range(3 * request - 5, 3 * request - 2))
    reading = read(api.fetch)
    assert set(api.ids) <= set(reading.ids)
    assert len(api.asked) < 200


def test_rows_that_move_with_every_request_do_not_keep_a_sync_alive() -> None:
    api = Api(15, order="updated_at down")
    for request in range(2, 3000):
        api.before(request, api.update, 1, 2)
    reading = read(api.fetch)
    assert reading.error is None
    assert set(reading.ids) == set(api.ids)


def test_head_that_changes_by_more_than_a_page_for_ever_is_left_to_the_next_sync() -> None:
    api = Api(40, order="updated_at down", total="pages")
    for request in range(8, 3000):
        api.before(request, api.update, *range(1, 13))
    reading = read(api.fetch)
    assert reading.error is None
    assert not reading.progress.settled
    assert len(api.asked) < 700


def test_inserts_faster_than_the_reader_end_with_an_error() -> None:
    api = Api(400, order="id down")
    for request in range(2, 3000):
        api.before(request, api.insert, 12)
    reading = read(api.fetch)
    assert "never settles" in str(reading.error)
    assert len(api.asked) < 400


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("total", [None, 5, 500])
@pytest.mark.parametrize("rows", [2, 10])
def test_api_that_ignores_the_number_ends_with_an_error_that_names_the_setting(
    rows: int, total: int | None, *, keyed: bool
) -> None:
    page = Page(offset=0, rows=Api(rows).fetch(PageNumber(0)).rows, total=total)
    reading = read(lambda _: page, keyed=keyed)
    assert reading.ids == list(range(1, rows + 1))
    assert "same rows as page 1" in str(reading.error)
    assert "`page_param`" in str(reading.error)
    assert reading.progress.pages == 3


def test_rows_alike_without_a_key_that_come_on_every_page_end_with_an_error() -> None:
    reading = read(lambda page: Page(offset=page.number, rows=[{"id": 1}] * 3), keyed=False)
    assert "`page_param`" in str(reading.error)
    assert reading.progress.pages < 40


@pytest.mark.parametrize("pages", [4, 400])
def test_api_that_begins_again_behind_its_end_ends_with_an_error(pages: int) -> None:
    api = Api(10 * pages)
    reading = read(lambda page: api.fetch(PageNumber(page.number % pages)))
    assert reading.ids == api.ids
    assert f"same rows as page {pages}" in str(reading.error)


def test_api_that_gives_its_last_page_again_ends_with_an_error() -> None:
    api = Api(35)
    reading = read(lambda page: api.fetch(PageNumber(min(page.number, 3))))
    assert reading.ids == api.ids
    assert "`total_path`" in str(reading.error)


def test_list_that_grows_by_a_page_between_requests_is_not_said_to_repeat_itself() -> None:
    api = Api(40, order="id down")
    api.before(2, api.insert, 10)
    api.before(8, api.insert, 10)
    reading = read(api.fetch)
    assert reading.error is None
    assert set(reading.ids) == set(range(1, 61))


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [40, 100, 400, 5000])
def test_order_that_never_settles_ends_with_an_error(size: int, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret

    def fetch(page: PageNumber) -> Page:
        rows = [{"id": id_} for id_ in dice.sample(range(size), size)]
        return Page(offset=page.number, rows=rows[page.number * 10 :][:10])

    reading = read(fetch)
    assert "never settles" in str(reading.error)
    assert reading.progress.pages < 2500


def test_first_number_maximum_and_next_bound_what_is_asked_for() -> None:
    api = Api(60)
    numbering = Numbering(base=1, maximum=4)
    reading = read(lambda page: api.fetch(PageNumber(page.number - 1)), numbering=numbering)
    assert reading.ids == list(range(1, 31))
    assert api.asked == [0, 1, 0, 2, 1, 0]


def test_page_that_says_that_nothing_is_next_is_the_last() -> None:
    api = Api(60)

    def fetch(page: PageNumber) -> Page:
        return Page(offset=page.number, rows=api.fetch(page).rows, more=page.number < 2)

    assert read(fetch).ids == list(range(1, 31))
    assert api.asked == [0, 1, 0, 2, 1, 0]


def test_empty_pages_in_between_are_passed_where_they_are_no_end() -> None:
    pages = [[1, 2], [], [3], [], [], [4, 5]]

    def fetch(page: PageNumber) -> Page:
        return Page(offset=page.number, rows=[{"id": id_} for id_ in pages[page.number]], total=6)

    assert read(fetch, numbering=Numbering(stop_after_empty_page=False)).ids == [1, 2, 3, 4, 5]
    reading = read(fetch)
    assert reading.ids == [1, 2]
    assert "the API says 6, but gave 1 page" in str(reading.error)


def test_empty_pages_that_never_end_are_an_error() -> None:
    api = Api(15)
    reading = read(api.fetch, numbering=Numbering(stop_after_empty_page=False))
    assert reading.ids == api.ids
    assert "`stop_after_empty_page`" in str(reading.error)


class Counted(dict[str, int]):
    """A row that knows how many of its kind are held."""

    held: ClassVar[int] = 0

    def __init__(self, id_: int) -> None:
        super().__init__(id=id_)
        Counted.held += 1

    def __del__(self) -> None:
        Counted.held -= 1


def test_memory_stays_bounded_however_long_the_list() -> None:
    most = 0

    def fetch(page: PageNumber) -> Page:
        offset = page.number * 500
        return Page(offset=page.number, rows=[Counted(id_) for id_ in range(offset, min(100_000, offset + 500))])

    progress = ListStats()
    for _ in VerifiedNumberedPages(fetch, key=itemgetter("id"), stats=progress):
        most = max(most, Counted.held)
    assert progress.rows == 100_000
    # What was emitted, what was passed, the first page, and the pages in hand: 2,000 rows are remembered.
    assert most <= (2 * 4 + 5) * 500


def test_key_that_rows_of_one_page_share_tells_none_apart() -> None:
    rows = [{"id": number // 2, "name": number} for number in range(25)]

    def fetch(page: PageNumber) -> Page:
        return Page(offset=page.number, rows=rows[page.number * 5 :][:5])

    reading = Reading()
    pages = VerifiedNumberedPages(fetch, key=itemgetter("id"), version=lambda _: None, stats=reading.progress)
    assert [row for run in pages for row in run] == rows


def day(calls: int) -> list[dict[str, int]]:
    return [{"hour": hour, "calls": calls * hour % 7} for hour in range(6)]


def test_pages_without_a_key_may_be_alike_where_no_field_tells_their_rows_from_others() -> None:
    days = [day(calls) for calls in (1, 0, 0, 2, 1, 3)]
    reading = read(lambda page: Page(offset=page.number, rows=[*days, []][min(page.number, 6)]), keyed=False)
    assert reading.error is None
    assert reading.rows == [row for each in days for row in each]


def test_pages_that_are_alike_again_and_again_without_an_end_are_an_error() -> None:
    reading = read(lambda page: Page(offset=page.number, rows=day(page.number % 3)), keyed=False)
    assert "same rows as page" in str(reading.error)
    assert reading.progress.pages < 1_000


def test_a_list_whose_first_page_is_empty_takes_few_requests() -> None:
    def fetch(page: PageNumber) -> Page:
        rows = [{"id": 10 * page.number + place} for place in range(10)] if 0 < page.number < 5 else []
        return Page(offset=page.number, rows=rows, more=page.number < 4)

    reading = read(fetch, numbering=Numbering(stop_after_empty_page=False))
    assert (reading.error, len(reading.rows)) == (None, 40)
    assert reading.progress.pages < 30
