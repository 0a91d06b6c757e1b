"""One list of a stream, read in its turn or ahead of it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.pagination.ahead.lists_ahead import ListsAhead
from tap_analytics.stream.lists.stream_list import Run, StreamList
from tap_analytics.tap import TapAnalytics
from tests.foreign import Foreign, Reply, by_offset
from tests.syncs.test_declared import entry, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRM = {"resources.firms.ref": "f1"}
NOTES = [{"ref": f"n{number:03}"} for number in range(120)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        foreign.serve("/firms", [{"ref": "f1"}])
        foreign.serve("/firms/f1/notes", by_offset(NOTES, cap=50))
        yield foreign


def notes_of(api: Foreign, width: int = 4) -> Any:  # noqa: ANN401 - a stream
    child = entry("notes", path="/firms/{resources.firms.ref}/notes")
    return TapAnalytics(config=settings(api, entry("firms"), child, concurrency=width)).streams["notes"]


def plan(stream: Any, lists: ListsAhead[Run]) -> StreamList:  # noqa: ANN401 - a stream
    one = StreamList(stream, FIRM, (1,))
    one.ahead = lists.plan("notes", one.place, lambda: one.open(lambda _, rows: [[] for _ in rows]))
    return one


def test_a_list_that_nobody_has_planned_is_read_in_its_turn(api: Foreign) -> None:
    stream = notes_of(api)
    one = StreamList(stream, FIRM)
    assert sum(len(rows) for rows in one.runs(None)) == len(NOTES)
    assert (one.requests, one.is_cut) == (len(api.calls), False)


def test_a_list_that_was_planned_gives_the_same_and_is_counted_in_its_turn(api: Foreign) -> None:
    stream = notes_of(api)
    with closing(ListsAhead[Run](2)) as lists:
        one = plan(stream, lists)
        assert stream.host.stats("notes").read == 0
        assert sum(len(rows) for rows in one.runs(lists)) == len(NOTES)
    stats = stream.host.stats("notes")
    assert (stats.rows, stats.read) == (len(NOTES), len(NOTES))
    assert one.requests == stats.requests == len(api.calls)


def test_what_is_planned_for_its_rows_comes_with_them(api: Foreign) -> None:
    with closing(ListsAhead[Run](2)) as lists:
        one = plan(notes_of(api), lists)
        for rows in one.runs(lists):
            assert one.below is not None
            assert len(one.below) == len(rows)


def test_a_failure_is_raised_in_its_turn_by_the_name_of_the_stream(api: Foreign) -> None:
    api.serve("/firms/f1/notes", lambda _: Reply({"fault": "no"}, status=403))
    with closing(ListsAhead[Run](2)) as lists:
        one = plan(notes_of(api), lists)
        with pytest.raises(FatalAPIError, match="notes: /firms/"):
            list(one.runs(lists))


def test_a_list_ahead_leaves_no_trace_in_the_state(api: Foreign) -> None:
    stream = notes_of(api)
    next(StreamList(stream, FIRM).open(lambda *_: None))
    assert stream.host.state.get("bookmarks", {}).get("notes", {}) == {}
