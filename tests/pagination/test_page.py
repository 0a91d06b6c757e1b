"""Pages come from a source, and rows are identified by their key or as a whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from typing_extensions import override

from tap_analytics.pagination.page import InTurn, Page, Span, WatchedSource, pages_of, whole
from tap_analytics.report.stats import ListStats

if TYPE_CHECKING:
    from collections.abc import Iterable


def fetch(asked: list[Span], span: Span) -> Page:
    asked.append(span)
    return Page(offset=span.offset, rows=[{"id": id_} for id_ in range(span.offset, span.offset + span.limit)])


def test_in_turn_asks_when_a_page_is_taken_and_never_ahead() -> None:
    asked: list[Span] = []
    source = InTurn(partial(fetch, asked))
    source.plan([Span(0, 10), Span(10, 10)])
    assert asked == []
    page, is_fresh = source.take(Span(10, 5))
    assert page.rows == [{"id": id_} for id_ in range(10, 15)]
    assert is_fresh
    assert asked == [Span(10, 5)]


def test_in_turn_takes_spans_in_any_order_whatever_was_planned_or_dropped() -> None:
    asked: list[Span] = []
    source = InTurn(partial(fetch, asked))
    source.plan([Span(0, 10)])
    source.drop()
    assert [source.take(Span(offset, 10))[0].offset for offset in (20, 0, 0)] == [20, 0, 0]
    assert [span.offset for span in asked] == [20, 0, 0]


def test_pages_of_a_source_are_taken_without_a_plan() -> None:
    asked: list[Span] = []
    take = pages_of(InTurn(partial(fetch, asked)))
    assert take(Span(3, 1)).rows == [{"id": 3}]
    assert asked == [Span(3, 1)]


class Ahead(InTurn[Span]):
    """A source that remembers what was planned."""

    plans: tuple[list[Span], ...] = ()

    @override
    def plan(self, tokens: Iterable[Span]) -> None:
        self.plans += ([*tokens],)

    @override
    def drop(self) -> None:
        self.plan([])


class Watch(WatchedSource[Span]):
    """A source that remembers what was taken."""

    noted: tuple[Span, ...] = ()

    @override
    def note(self, token: Span, page: Page) -> None:
        assert page.offset == token.offset
        self.noted += (token,)


def test_watched_source_notes_the_pages_that_are_taken_and_hands_on_the_rest() -> None:
    asked: list[Span] = []
    pages = Ahead(partial(fetch, asked))
    source = Watch(pages, stats=ListStats())
    source.plan([Span(0, 5), Span(5, 5)])
    assert [source.take(Span(offset, 5))[0].offset for offset in (0, 5)] == [0, 5]
    assert source.look(Span(90, 5)).offset == 90
    source.drop()
    assert source.noted == (Span(0, 5), Span(5, 5))
    assert asked == [Span(0, 5), Span(5, 5), Span(90, 5)]
    assert pages.plans == ([Span(0, 5), Span(5, 5)], [])


def test_whole_row_identifies_itself_whatever_the_order_of_its_fields() -> None:
    assert whole({"a": 1, "b": [2]}) == whole({"b": [2], "a": 1}) != whole({"a": 1, "b": [3]})
