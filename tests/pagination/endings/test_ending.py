"""A list ends by what its responses say, or it fails."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.endings.ending import Evidence, check_end
from tap_analytics.pagination.endings.refused_place import names_limit
from tap_analytics.pagination.page import Page, Signs
from tap_analytics.report.stats import Ending, ListStats


def page(size: int = 1, *, offset: int = 0, **parts: Any) -> Page:  # noqa: ANN401 - a part of a page may be anything
    return Page(offset=offset, rows=[{"id": offset + place} for place in range(size)], **parts)


def conclude(*pages: Page, rows: int, drift: int = 0) -> ListStats:
    stats = ListStats(rows=rows, drift=drift)
    evidence = Evidence(stats)
    for each in pages:
        evidence.note(each, through=each.offset + len(each.rows))
    evidence.conclude()
    return stats


def test_list_with_as_many_rows_as_its_last_total_is_proved() -> None:
    assert conclude(page(10, total=10), rows=10).ending is Ending.PROVED
    assert conclude(page(10), rows=10).ending is Ending.PROVED


@pytest.mark.parametrize(("total", "rows", "drift"), [((250,), 150, 0), ((250, 251), 150, 3), ((10, 12), 9, 0)])
def test_fewer_rows_than_the_total_by_more_than_the_drift_fail(total: tuple[int, ...], rows: int, drift: int) -> None:
    with pytest.raises(FatalAPIError, match=f"there are {total[-1]} rows, but gave {rows}; .* `total_path`"):
        conclude(*(page(total=each) for each in total), rows=rows, drift=drift)


@pytest.mark.parametrize(("totals", "rows", "drift"), [((10, 12), 10, 0), ((10,), 8, 2), ((12, 10, None), 10, 0)])
def test_fewer_rows_than_the_total_by_what_has_changed_are_all(
    totals: tuple[int | None, ...], rows: int, drift: int
) -> None:
    assert conclude(*(page(total=each) for each in totals), rows=rows, drift=drift).ending is Ending.PROVED


def test_count_under_a_usual_name_proves_as_a_declared_one_does() -> None:
    with pytest.raises(FatalAPIError, match="there are 870 rows"):
        conclude(page(100, signs=Signs({"total": 870})), rows=100)


@pytest.mark.parametrize(
    ("status", "size", "total", "is_end"),
    [
        *[(404, 10, None, True), (422, 10, None, False), (422, 7, None, True), (422, 10, 20, True)],
        *[(416, 10, 30, False), (400, 10, 20, True), (400, 7, 17, True), (400, 10, 30, False), (400, 7, None, False)],
    ],
)
def test_failure_right_behind_the_last_row_is_the_end_where_it_can_mean_nothing_else(
    status: int, size: int, total: int | None, *, is_end: bool
) -> None:
    stats = ListStats(rows=10 + size)
    evidence = Evidence(stats)
    evidence.note(page(10, total=total), through=10)
    evidence.note(page(size, offset=10, total=total), through=10 + size)
    last = page(0, missing="no such page", status=status)
    evidence.note(last, through=10 + size)
    with nullcontext() if is_end else pytest.raises(FatalAPIError, match="no such page"):
        evidence.nothing(last, at=10 + size)


@pytest.mark.parametrize("said", ["only the first 1000 results", "page exceeds the maximum", "narrow your search"])
def test_failure_that_tells_of_a_limit_is_no_end_where_the_last_page_was_full(said: str) -> None:
    for size, ending in ((10, pytest.raises(FatalAPIError, match=said)), (7, nullcontext())):
        evidence = Evidence(ListStats(rows=10 + size))
        evidence.note(page(10), through=10)
        evidence.note(page(size, offset=10), through=10 + size)
        with ending:
            evidence.nothing(page(0, missing=f"404 Not Found. The API says: {said}", status=404), at=10 + size)


def test_fewer_rows_than_so_many_pages_have_fail() -> None:
    def pages(*sizes: int) -> list[Page]:
        return [page(size, offset=100 * place, signs=Signs(pages=3)) for place, size in enumerate(sizes)]

    with pytest.raises(FatalAPIError, match=r"there are 3 pages, but gave 150 rows, .* `total_path`"):
        conclude(*pages(100, 50), rows=150)
    assert conclude(*pages(100, 100, 1), rows=201).ending is Ending.PROVED
    # Pages that the API has cut before it left rows out are short, but all of them were read.
    assert conclude(*pages(100, 20, 30), rows=150).ending is Ending.PROVED
    # The last page may have one row, and the list may have changed by as many rows as its seams have shown.
    assert conclude(*pages(100, 50), rows=150, drift=51).ending is Ending.PROVED
    with pytest.raises(FatalAPIError, match="there are 3 pages, but gave 150 rows"):
        conclude(*pages(100, 50), rows=150, drift=50)


def test_page_that_is_said_to_be_a_part_is_the_last_only_where_a_count_or_a_flag_says_so() -> None:
    evidence = Evidence(ListStats(rows=10))
    with pytest.raises(FatalAPIError, match="a part of the list"):
        evidence.end(page(10, is_part=True))
    evidence.end(page(10, is_part=True, total=10))
    evidence.end(page(10, is_part=True, more=False))
    evidence.end(page(0, is_part=True))


def test_count_that_is_below_the_rows_of_a_list_says_nothing() -> None:
    own = [page(10, signs=Signs({"count": 10})), page(9, offset=10, signs=Signs({"count": 9}))]
    assert conclude(*own, rows=19).ending is Ending.PROVED


def test_count_of_the_rows_of_a_page_hides_no_other_one() -> None:
    first = page(10, signs=Signs({"count": 10, "meta.total": 30}))
    second = page(9, offset=10, signs=Signs({"count": 9, "meta.total": 30}))
    with pytest.raises(FatalAPIError, match="there are 30 rows, but gave 19"):
        conclude(first, second, rows=19)


def test_declared_total_of_something_else_hides_no_count_of_rows() -> None:
    pages = [page(10, offset=10 * place, total=3, signs=Signs({"total": 3, "records": 30})) for place in range(2)]
    with pytest.raises(FatalAPIError, match="there are 30 rows, but gave 20"):
        conclude(*pages, rows=20)


def test_count_that_is_just_what_was_asked_for_says_nothing() -> None:
    stats = ListStats(rows=5)
    evidence = Evidence(stats, limit=100)
    evidence.note(page(5, signs=Signs({"count": 100})), through=5)
    evidence.conclude()
    assert stats.ending is Ending.PROVED


def test_list_that_a_maximum_ends_is_cut_and_says_how_many_rows_are_left() -> None:
    stats = conclude(page(10, total=25), Page(offset=10, rows=[], is_beyond=True), rows=10)
    assert (stats.ending, stats.left, stats.pages) == (Ending.CUT, 15, 1)
    assert conclude(page(10), Page(offset=10, rows=[], is_beyond=True), rows=10).left is None


def test_object_where_the_second_page_of_a_list_is_due_fails() -> None:
    with pytest.raises(FatalAPIError, match="one object where page 2 of a list is due"):
        conclude(page(10), page(1, single=True), rows=11)


@pytest.mark.parametrize(
    ("last", "place"),
    [
        ({"more": True}, "where `has_more_path` or `is_last_path` leads"),
        ({"signs": Signs(more="has_more")}, "`has_more`"),
    ],
)
def test_last_page_that_says_that_there_is_more_fails(last: dict[str, Any], place: str) -> None:
    with pytest.raises(FatalAPIError, match=rf"says that there is more \({place}\), but nothing leads on"):
        Evidence(ListStats()).end(page(**last))


def test_declared_flag_goes_before_one_under_a_usual_name() -> None:
    stats = ListStats()
    evidence = Evidence(stats)
    evidence.end(page(more=False, signs=Signs(more="has_more")))
    evidence.conclude()
    assert stats.ending is Ending.PROVED


def test_nothing_at_a_place_below_its_own_total_fails() -> None:
    with pytest.raises(FatalAPIError, match="there are 250 rows"):
        Evidence(ListStats(rows=150)).nothing(page(0, offset=150, total=250), at=150)


def test_failure_instead_of_a_page_is_the_end_only_where_nothing_says_otherwise() -> None:
    stats = ListStats(rows=10)
    evidence = Evidence(stats)
    missing = page(0, offset=10, missing="404", status=404)
    with pytest.raises(FatalAPIError, match="404"):
        evidence.nothing(missing, at=0)
    evidence.note(page(10), through=10)
    evidence.note(missing, through=10)
    evidence.nothing(missing, at=10)
    evidence.note(page(10, total=20), through=10)
    with pytest.raises(FatalAPIError, match="404"):
        evidence.nothing(missing, at=10)


def test_a_page_that_is_missing_where_the_one_before_said_that_there_is_more_is_no_end() -> None:
    stats = ListStats()
    evidence = Evidence(stats)
    evidence.note(page(10, signs=Signs(more="has_more")), through=10)
    missing = page(0, offset=10, missing="404", status=404)
    evidence.note(missing, through=10)
    with pytest.raises(FatalAPIError, match="404"):
        evidence.nothing(missing, at=10)


def doubts(*noted: Page, rows: int, empty: Page, before: Page | None) -> bool:
    """Return whether an empty page is worth another look, behind these pages of a list."""
    evidence = Evidence(ListStats(rows=rows))
    for each in noted:
        evidence.note(each, through=each.offset + len(each.rows))
    return evidence.is_doubtful(empty, before)


@pytest.mark.parametrize(
    ("total", "rows", "is_doubtful"), [(None, 10, True), (None, 7, False), (30, 10, True), (10, 10, False)]
)
def test_nothing_behind_a_full_page_or_below_the_total_is_worth_another_look(
    total: int | None, rows: int, *, is_doubtful: bool
) -> None:
    full = page(rows, total=total)
    assert doubts(full, rows=rows, empty=page(0, offset=rows), before=full) is is_doubtful


@pytest.mark.parametrize(
    "said",
    [{"missing": "404"}, {"is_beyond": True}, {"single": True}, {"more": False}],
    ids=lambda said: next(iter(said)),
)
def test_a_page_that_is_the_end_is_worth_no_other_look(said: dict[str, Any]) -> None:
    full = page(10)
    assert not doubts(full, rows=10, empty=page(0, offset=10, **said), before=full)


def test_rows_and_what_stands_behind_nothing_are_worth_no_other_look() -> None:
    full = page(10)
    assert not doubts(full, rows=10, empty=page(1, offset=10), before=full)
    assert not doubts(full, rows=10, empty=page(0, offset=10), before=None)
    assert not doubts(full, rows=10, empty=page(0, offset=10), before=page(0))


def test_one_object_in_the_place_of_the_first_page_is_all_there_is() -> None:
    assert conclude(page(1, single=True), rows=1).ending is Ending.PROVED


@pytest.mark.parametrize(
    ("signs", "is_told"), [(Signs(), True), (Signs(pages=2), False), (Signs({"total": 20}), False)]
)
def test_failure_behind_a_full_page_is_remarked_where_nothing_counts_rows_or_pages(
    signs: Signs, *, is_told: bool
) -> None:
    stats = ListStats(rows=20)
    evidence = Evidence(stats)
    for place in range(2):
        evidence.note(page(10, offset=10 * place, signs=signs), through=10 * place + 10)
    missing = page(0, offset=20, missing="404", status=404)
    evidence.note(missing, through=20)
    evidence.nothing(missing, at=20)
    assert stats.doubt.startswith("The list ended with status 404 right behind a full page") is is_told


def test_report_with_other_rows_than_its_state_says_fails() -> None:
    stats = ListStats(rows=10, ending=Ending.PROVED)
    check_end(stats, expected=10)
    check_end(stats, expected=None)
    with pytest.raises(FatalAPIError, match="says that it has 12 rows, but 10 were read"):
        check_end(stats, expected=12)


def test_report_that_a_maximum_cut_may_have_fewer_rows_than_its_state_says() -> None:
    check_end(ListStats(rows=10, ending=Ending.CUT), expected=12)


def test_list_of_which_nothing_says_how_it_ended_fails() -> None:
    with pytest.raises(FatalAPIError, match="nothing proves that it has no more rows"):
        check_end(ListStats(rows=10, ending=Ending.UNPROVED), expected=None)


@pytest.mark.parametrize(
    ("said", "limits"),
    [
        ("Only the first 1,000 results are available", True),
        ("You can access up to 1000 items", True),
        ("cannot return more than 1000 rows", True),
        ("offset must be at most 1000", False),
        ("the list has 1000 rows", False),
        ("only the first 1000 pages are available", False),
        ("the first 2000 rows", False),
    ],
)
def test_failure_that_names_as_many_rows_as_came_is_a_limit(said: str, *, limits: bool) -> None:
    assert names_limit(Page(offset=1000, rows=[], missing=f"404. The API says: {said}"), 1000) == limits
    evidence = Evidence(ListStats(rows=1000))
    evidence.note(Page(offset=0, rows=[{}] * 990), through=990)
    evidence.note(Page(offset=990, rows=[{}] * 10), through=1000)
    last = Page(offset=1000, rows=[], missing=f"404. The API says: {said}", status=404)
    with pytest.raises(FatalAPIError) if limits else nullcontext():
        evidence.nothing(last, at=1000)


@pytest.mark.parametrize(("rows", "limits"), [(60, True), (57, False)])
def test_a_limit_is_one_behind_a_short_page_too_where_all_rows_fill_pages(rows: int, *, limits: bool) -> None:
    evidence = Evidence(ListStats(rows=rows))
    evidence.note(Page(offset=0, rows=[{}] * 20), through=20)
    evidence.note(Page(offset=38, rows=[{}] * 3), through=rows)
    last = Page(offset=rows, rows=[], missing="422. The API says: offset is at most 60", status=422)
    with pytest.raises(FatalAPIError) if limits else nullcontext():
        evidence.nothing(last, at=rows)
