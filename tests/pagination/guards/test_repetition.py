"""Pages that repeat themselves are told from pages that go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.guards import repetition
from tap_analytics.pagination.guards.repetition import (
    EMPTY_PAGES,
    RECENT_PAGES,
    REPEATED_CHANGING_PAGES,
    REPEATED_EARLIER_PAGES,
    ChangingRepetition,
    ChangingRows,
    Circle,
    EmptyPages,
    Repetition,
)
from tap_analytics.pagination.guards.seen import SeenRows
from tap_analytics.pagination.page import NextLink

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tap_analytics.pagination.page import Row


def repetition_of(*pages: Sequence[int], is_circular: bool = False) -> Repetition:
    repetition = Repetition(None, is_circular=is_circular)
    for page in pages:
        repetition.add(page)
    return repetition


@pytest.mark.parametrize(
    ("pages", "is_suspected", "is_certain"),
    [
        ([[1, 2]], False, False),
        ([[1, 2], [3]], False, False),
        ([[1, 2], [2]], True, False),
        ([[1, 2], [2, 1]], True, False),
        ([[1, 2], [1, 2]], True, True),
        ([[7, 7], [7, 7]], True, False),
        ([[7, 7], [7, 7], [7, 7], [7, 7]], True, True),
        ([[1, 2], [2], [1], [2, 1]], True, True),
        ([[1, 2], [2], [3], [1], [2]], True, False),
    ],
)
def test_page_is_a_repetition_where_it_brings_no_new_row(
    pages: list[list[int]], *, is_suspected: bool, is_certain: bool
) -> None:
    repetition = repetition_of(*pages)
    assert (repetition.is_suspected, repetition.is_certain) == (is_suspected, is_certain)


def test_list_that_begins_again_is_a_repetition_only_where_it_is_circular() -> None:
    pages = [[1, 2], *([number] for number in range(3, 30)), [1, 2]]
    assert len(pages) > RECENT_PAGES
    assert not repetition_of(*pages).is_certain
    assert repetition_of(*pages, is_circular=True).is_certain
    assert not repetition_of([1], [2], [1], is_circular=True).is_certain
    assert not repetition_of([1, 2], [3, 4], is_circular=True).is_certain


def test_key_tells_rows_apart_that_are_otherwise_alike() -> None:
    repetition = Repetition(lambda row: row["id"], is_circular=False)
    repetition.add([{"id": 1, "at": 1}])
    repetition.add([{"id": 1, "at": 2}])
    assert repetition.is_certain


def test_changing_list_repeats_itself_where_it_goes_on_doing_so() -> None:
    repetition = ChangingRepetition(SeenRows(None, None, size=10))
    for number in range(1, REPEATED_CHANGING_PAGES + 1):
        repetition.add([1, 2], [1, 2])
        assert (repetition.is_suspected, repetition.is_lasting) == (True, number == REPEATED_CHANGING_PAGES)
    repetition.add([1, 2], [1, 3])
    assert (repetition.is_suspected, repetition.is_lasting) == (False, False)
    repetition.add([], [])
    assert not repetition.is_suspected


def test_row_that_has_changed_is_no_repetition() -> None:
    repetition = ChangingRepetition(SeenRows(lambda row: row["id"], lambda row: row["at"], size=10))
    repetition.add([{"id": 1, "at": 1}], [{"id": 1, "at": 2}])
    assert not repetition.is_suspected


def test_circle_closes_where_a_token_gives_the_same_rows_again() -> None:
    circle = Circle(None)
    visits = [("a", [1]), ("b", [1]), ("a", [2]), ("a", [1])]
    assert [circle.closes(NextLink(token), rows) for token, rows in visits] == [False, False, False, True]


def test_circle_closes_by_the_keys_of_rows_whatever_else_changes_in_them() -> None:
    circle = Circle(lambda row: row["id"])
    assert [circle.closes(NextLink("a"), [{"id": 1, "seen": number}]) for number in range(2)] == [False, True]


def test_circle_closes_where_the_rows_of_the_first_page_come_again_and_again_under_new_tokens() -> None:
    circle = Circle(lambda row: row["id"])
    pages = [[{"id": (page * 10 + number) % 95} for number in range(10)] for page in range(100)]
    closed = [circle.closes(NextLink(str(number)), rows) for number, rows in enumerate(pages)]
    assert closed.index(True) == 57


def test_circle_closes_where_the_rows_of_a_later_page_come_again_and_again() -> None:
    circle = Circle(lambda row: row["id"])
    rows = [*range(30), *(30 + number % 65 for number in range(4_000))]
    pages = [[{"id": row} for row in rows[start : start + 10]] for start in range(0, len(rows), 10)]
    closed = [circle.closes(NextLink(str(number)), page) for number, page in enumerate(pages)]
    assert closed.index(True) == 102


def test_circle_without_keys_closes_where_all_pages_are_those_of_before_for_long() -> None:
    circle = Circle(None)
    pages = [[{"n": page % 9}, {"n": -1}] for page in range(REPEATED_EARLIER_PAGES + 20)]
    assert [circle.closes(NextLink(str(number)), rows) for number, rows in enumerate(pages)].index(True) == (
        REPEATED_EARLIER_PAGES + 8
    )
    alike = Circle(None)
    assert not any(alike.closes(NextLink(str(number)), [{"n": 0}, {"n": 0}]) for number in range(200))


def test_nothing_is_a_repetition_before_the_first_page() -> None:
    assert (repetition_of().is_suspected, repetition_of().is_certain) == (False, False)


def test_oldest_pages_of_a_list_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repetition, "REMEMBERED_PAGES", 1)
    circle = Circle(None)
    assert [circle.closes(NextLink(token), [1]) for token in "aba"] == [False, False, False]


def test_empty_pages_are_an_error_when_too_many_follow_each_other() -> None:
    empty = EmptyPages()
    for _ in range(EMPTY_PAGES - 1):
        empty.add([])
    empty.add([1])
    for _ in range(EMPTY_PAGES - 1):
        empty.add([])
    with pytest.raises(FatalAPIError, match=f"{EMPTY_PAGES} pages in a row were empty"):
        empty.add([])


def looked_at(pages: Sequence[Sequence[Row]], again: Sequence[Row], *, key: Callable[[Row], int] | None = None) -> str:
    """Return for each page whether it repeats the first one: `x` if it does, `.` if not."""
    changing = ChangingRows(key)
    return "".join("x" if changing.repeats(page, lambda: again) else "." for page in pages)


def rows_with_link(link: int, *names: str) -> list[Row]:
    """Return rows with a link that is another at each look."""
    return [{"name": name, "link": f"{name}{link}"} for name in names]


def test_rows_that_differ_by_what_changes_at_each_look_repeat_the_first_page() -> None:
    pages = [rows_with_link(number, "a", "b") for number in range(8)]
    # Pages 2, 4 and 8 are looked at.
    assert looked_at(pages, rows_with_link(9, "a", "b")) == ".x.x...x"
    assert looked_at(pages, rows_with_link(9, "a", "b"), key=lambda row: row["name"]) == "." * 8


@pytest.mark.parametrize(
    ("second", "again", "found"),
    [
        pytest.param(rows_with_link(1, "a", "c"), rows_with_link(2, "a", "c"), "..", id="another row"),
        pytest.param(rows_with_link(1, "a"), rows_with_link(2, "a"), "..", id="fewer rows"),
        pytest.param(rows_with_link(1, "a", "b"), rows_with_link(1, "a", "b"), "..", id="what differs does not change"),
        pytest.param(
            rows_with_link(1, "a", "b"), rows_with_link(2, "a", "b", "c"), "..", id="more rows at the next look"
        ),
        pytest.param(
            rows_with_link(1, "a", "b"),
            [*rows_with_link(2, "a"), *rows_with_link(1, "b")],
            ".x",
            id="one row that changes",
        ),
    ],
)
def test_a_page_repeats_the_first_one_only_where_nothing_but_what_changes_differs(
    second: Sequence[Row], again: Sequence[Row], found: str
) -> None:
    assert looked_at([rows_with_link(0, "a", "b"), second], again) == found


def test_rows_that_nothing_tells_apart_are_no_repetition() -> None:
    assert looked_at([rows_with_link(0, "a", "a"), rows_with_link(1, "a", "a")], rows_with_link(2, "a", "a")) == ".."
    assert looked_at([rows_with_link(0, "a"), rows_with_link(1, "a")], rows_with_link(2, "a")) == ".."
