"""Pages come from a source, and rows are identified by their key or as a whole."""

from __future__ import annotations

from functools import partial

from tap_analytics.pagination.page import InTurn, Page, Span, pages_of, whole


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


def test_whole_row_identifies_itself_whatever_the_order_of_its_fields() -> None:
    assert whole({"a": 1, "b": [2]}) == whole({"b": [2], "a": 1}) != whole({"a": 1, "b": [3]})
