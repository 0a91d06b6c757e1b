"""Pages follow each other by the rows received."""

from __future__ import annotations

import random
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.offset.offset import OffsetPages, OffsetPaginator
from tap_analytics.pagination.page import InTurn, Page, Row, RowIdentity, Span
from tap_analytics.pagination.paginator import Paths
from tap_analytics.report.stats import ListStats


class Api:
    """A list of the API that holds still, and the spans that it was asked for."""

    def __init__(self, size: int, *, cap: int = 1000, total: int | None = None) -> None:
        self.rows: list[Row] = [{"id": id_} for id_ in range(size)]
        self.asked: list[Span] = []
        self._cap = cap
        self._total = total

    @property
    def offsets(self) -> list[int]:
        return [span.offset for span in self.asked]

    def fetch(self, span: Span) -> Page:
        self.asked.append(span)
        rows = self.rows[span.offset :][: min(span.limit, self._cap)]
        return Page(offset=span.offset, rows=rows, total=self._total)

    def fetch_first(self, span: Span) -> Page:
        """Ignore the offset."""
        page = self.fetch(Span(0, span.limit))
        return Page(offset=span.offset, rows=page.rows, total=page.total)

    def fetch_all(self, span: Span) -> Page:
        """Ignore offset and limit."""
        self.asked.append(span)
        assert len(self.asked) < 1000, "the list is asked for without end"
        return Page(offset=span.offset, rows=self.rows, total=self._total)


def offsets(api: Api, *, limit: int = 10) -> tuple[OffsetPages, ListStats]:
    progress = ListStats()
    return OffsetPages(InTurn(api.fetch), limit=limit, stats=progress), progress


@given(
    size=st.integers(0, 60),
    limit=st.integers(1, 20),
    cap=st.integers(1, 20),
    has_total=st.booleans(),
)
def test_offsets_give_every_row_once_in_order(*, size: int, limit: int, cap: int, has_total: bool) -> None:
    api = Api(size, cap=cap, total=size if has_total else None)
    runs, progress = offsets(api, limit=limit)
    assert [row for rows in runs for row in rows] == api.rows
    assert progress.rows == size
    assert progress.pages == len(api.asked) <= size // min(limit, cap) + 3


def test_offsets_go_on_by_the_rows_received_where_the_server_caps_its_pages() -> None:
    api = Api(12, cap=5)
    runs, _ = offsets(api)
    assert [len(rows) for rows in runs] == [5, 5, 2]
    assert api.asked == [Span(0, 10), Span(5, 10), Span(10, 10), Span(12, 10)]


def test_offsets_ask_no_more_after_a_short_page_that_the_total_confirms() -> None:
    api = Api(15, total=15)
    assert len(list(offsets(api)[0])) == 2
    assert api.offsets == [0, 10]


@pytest.mark.parametrize(("total", "asked"), [(20, [0, 10, 20]), (None, [0, 10, 20, 20])])
def test_offsets_ask_after_a_full_page_and_twice_where_no_total_confirms(total: int | None, asked: list[int]) -> None:
    api = Api(20, total=total)
    assert len(list(offsets(api)[0])) == 2
    assert api.offsets == asked


@pytest.mark.parametrize("total", [None, 3, 14])
def test_offsets_ask_once_more_after_a_short_page_that_no_total_confirms(total: int | None) -> None:
    api = Api(15, total=total)
    assert len(list(offsets(api)[0])) == 2
    assert api.offsets == [0, 10, 15]


@pytest.mark.parametrize("size", [1, 9, 10, 11])
def test_offsets_end_with_an_error_that_names_the_setting_where_the_api_ignores_the_offset(size: int) -> None:
    api = Api(size)
    runs = iter(OffsetPages(InTurn(api.fetch_first), limit=10, stats=ListStats()))
    assert next(runs) == api.rows[:10]
    with pytest.raises(FatalAPIError, match=f"same rows at offset {min(size, 10)} .* `offset_param`"):
        next(runs)
    assert len(api.asked) == 2


@pytest.mark.parametrize("total", [None, 11])
def test_offsets_take_all_rows_at_once_for_one_page_and_the_end(total: int | None) -> None:
    api = Api(11, total=total)
    progress = ListStats()
    assert list(OffsetPages(InTurn(api.fetch_all), limit=10, stats=progress)) == [api.rows]
    assert progress.rows == 11
    assert len(api.asked) == 2


def test_offsets_take_a_single_object_for_one_row_and_the_end() -> None:
    def one_object(span: Span) -> Page:
        return Page(offset=span.offset, rows=[{"id": 1}], single=True)

    progress = ListStats()
    source = InTurn(one_object)
    assert list(OffsetPages(source, limit=10, stats=progress)) == [[{"id": 1}]]
    assert (progress.rows, progress.pages) == (1, 1)


def test_offsets_give_nothing_for_an_empty_list() -> None:
    api = Api(0, total=0)
    runs, progress = offsets(api)
    assert list(runs) == []
    assert (progress.rows, progress.pages) == (0, 1)


def test_empty_answer_behind_a_full_page_is_asked_for_once_more() -> None:
    api = Api(25)
    answers = iter([True, False, True, True, True, True])
    source = InTurn[Span](lambda span: api.fetch(span) if next(answers) else Page(offset=span.offset, rows=[]))
    runs = OffsetPages(source, limit=10, key=itemgetter("id"), stats=ListStats())
    assert [row for rows in runs for row in rows] == api.rows
    assert api.offsets == [0, 10, 20, 25]


def test_empty_answer_before_the_total_is_asked_for_once_more() -> None:
    api = Api(9, cap=3, total=9)
    answers = iter([True, False, True, True, True])
    source = InTurn[Span](lambda span: api.fetch(span) if next(answers) else Page(offset=span.offset, rows=[]))
    runs = OffsetPages(source, limit=10, key=itemgetter("id"), stats=ListStats())
    assert [row for rows in runs for row in rows] == api.rows


@pytest.mark.parametrize("seed", range(5))
def test_list_in_a_random_order_is_an_error(seed: int) -> None:
    dice, api = random.Random(seed), Api(250, total=250)  # noqa: S311 - no secret

    def fetch(span: Span) -> Page:
        dice.shuffle(api.rows)
        return api.fetch(span)

    runs = OffsetPages(InTurn(fetch), limit=100, key=itemgetter("id"), stats=ListStats())
    with pytest.raises(FatalAPIError, match="never settles"):
        list(runs)


def test_offsets_end_with_an_error_where_the_list_ends_before_its_total() -> None:
    api = Api(20, total=21)
    runs, progress = offsets(api)
    given_rows: list[Row] = []
    with pytest.raises(FatalAPIError, match="there are 21 rows, but gave 20;"):
        given_rows.extend(row for rows in runs for row in rows)
    assert progress.rows == 20


def test_offsets_ask_for_a_page_only_when_it_is_wanted() -> None:
    api = Api(30)
    runs = iter(offsets(api)[0])
    next(runs)
    assert api.offsets == [0]
    next(runs)
    assert api.offsets == [0, 10]


CONFIG = {"page_size": 10, "limit_param": "limit", "offset_param": "offset", "total_path": "total"}


def test_settings_say_what_is_sent_where_the_options_do_not() -> None:
    paginator = OffsetPaginator().under(CONFIG)
    assert paginator.first == Span(0, 10)
    assert paginator.params(Span(20, 10)) == {"limit": 10, "offset": 20}
    assert paginator.paths == Paths(total="total")


def test_options_go_before_the_settings() -> None:
    options = OffsetPaginator(limit=5, limit_param="top", offset_param="skip", total_path="", has_more_path="more")
    paginator = options.under(CONFIG)
    assert paginator.params(paginator.first) == {"top": 5, "skip": 0}
    assert paginator.paths == Paths(more="more")


def test_nothing_is_asked_for_from_the_maximum_on() -> None:
    paginator = OffsetPaginator(offset=3, maximum_offset=20).under(CONFIG)
    assert paginator.params(Span(10, 10)) == {"limit": 7, "offset": 13}
    assert [paginator.is_beyond(Span(offset, 10)) for offset in (16, 17, 18)] == [False, True, True]
    assert not OffsetPaginator().under(CONFIG).is_beyond(Span(10**9, 10))


def test_place_and_position_of_a_page_are_its_offset() -> None:
    paginator = OffsetPaginator()
    assert (paginator.place(Span(20, 10)), paginator.position(Span(20, 10))) == ("offset 20", 20)


@pytest.mark.parametrize(("options", "total"), [({}, 9), ({"offset": 1}, None), ({"maximum_offset": 100}, 9)])
def test_total_counts_only_where_the_whole_list_is_read(options: dict[str, int], total: int | None) -> None:
    page = Page(offset=0, rows=[], total=9)
    assert OffsetPaginator(**options).complete(page, {}).total == total  # type: ignore[arg-type] # numbers, all of them


def test_rows_that_were_gathered_from_several_lists_say_no_offset() -> None:
    with pytest.raises(FatalAPIError, match=r"stand in 2 lists, .* let `data_selector` lead through the list"):
        OffsetPaginator().complete(Page(offset=0, rows=[], lists=2), {})


def test_page_that_says_that_there_is_no_more_is_the_end() -> None:
    pages = {0: Page(offset=0, rows=[{"id": 1}], more=True), 1: Page(offset=1, rows=[{"id": 2}], more=False)}
    assert len(list(OffsetPages(InTurn(lambda span: pages[span.offset]), limit=1, stats=ListStats()))) == 2


def test_page_without_rows_that_says_that_there_is_more_is_an_error() -> None:
    runs = OffsetPages(InTurn(lambda _: Page(offset=0, rows=[], more=True)), limit=1, stats=ListStats())
    with pytest.raises(FatalAPIError, match="says that there is more"):
        list(runs)


@pytest.mark.parametrize(("verify", "asked"), [(False, [0, 10]), (True, [0, 9, 0])])
def test_pages_share_a_row_only_where_they_are_verified(asked: list[int], *, verify: bool) -> None:
    api = Api(15, total=15)
    identity = RowIdentity(key=itemgetter("id"))
    paginator = OffsetPaginator().under(CONFIG)
    runs = paginator.pages(InTurn(api.fetch), rows=identity, stats=ListStats(), verify=verify)
    assert [row for run in runs for row in run] == api.rows
    assert api.offsets == asked
