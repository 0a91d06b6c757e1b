"""An API that leaves out the rows of the start that it is asked from (`>`) loses none at the borders of windows."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from operator import ge, gt
from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Foreign, Reply, by_offset
from tests.windowed import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.foreign import Call

Words = dict[str, Any]

# Each has rows at the start, at borders of windows of two days, and between them.
MOMENTS = [f"2024-01-{day:02}T{hour:02}:00:00Z" for day in range(1, 9) for hour in (0, 12)]
DAYS = [moment[:10] for moment in MOMENTS[::2] for _ in range(2)]
SECONDS = [1704067200 + 43200 * number for number in range(16)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def serve(api: Foreign, cursors: list[Any], *, is_after: Callable[[Any, Any], bool] = gt, cap: int = 1000) -> None:
    """Answer rows behind the start, before the end."""
    rows = [{"id": number, "at": cursor} for number, cursor in enumerate(cursors, 1)]
    kind = type(cursors[0])

    def answer(call: Call) -> Reply:
        start, end = call.params.get("from"), call.params.get("to")
        some = [row for row in rows if start is None or is_after(row["at"], kind(start))]
        some = [row for row in some if end is None or row["at"] < kind(end)]
        return by_offset(some, cap=cap, total=False)(call)

    api.serve("/rows", answer)


def serve_file(api: Foreign, cursors: list[str], *, is_after: Callable[[Any, Any], bool] = gt) -> None:
    """Answer rows behind the start, before the end, as lines of JSON."""
    rows = [{"id": number, "at": cursor} for number, cursor in enumerate(cursors, 1)]

    def answer(call: Call) -> Reply:
        start, end = call.params.get("from", ""), call.params.get("to", "9")
        lines = [json.dumps(row) + "\n" for row in rows if is_after(row["at"], start) and str(row["at"]) < end]
        return Reply("".join(lines).encode(), headers={"Content-Type": "application/x-ndjson"})

    api.serve("/rows", answer)


FILE: Words = {"format": "jsonl", "paginator": "single_page"}


def without_order(cursors: list[Any]) -> list[Any]:
    """Return cursors in an order that is none."""
    return sorted(cursors, key=lambda cursor: hashlib.md5(str(cursor).encode(), usedforsecurity=False).digest())


def read(
    api: Foreign,
    *,
    state: Words | None = None,
    settings: Words | None = None,
    endpoint: Words | None = None,
    **new: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    incremental = {"cursor_path": "at", "start_param": "from", **new}
    pages = {"type": "offset", "offset_param": "first", "limit_param": "count", "total_path": None}
    words = {"path": "/rows", "paginator": pages, "incremental": incremental, **(endpoint or {})}
    resource: Words = {"name": "rows", "primary_key": "id", "endpoint": words}
    return sync(api, resource, state=state, api_key_name="key", **(settings or {}))


STEPS: Words = {"end_param": "to", "initial_value": "2024-01-01", "end_value": "2024-01-09", "step": "P2D"}
NUMBERS: Words = {"datetime_format": "epoch"}


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(
    ("cursors", "words"), [(MOMENTS, {}), (DAYS, {"datetime_format": "%Y-%m-%d"}), (SECONDS, NUMBERS)]
)
def test_rows_at_the_borders_of_windows_are_read(
    api: Foreign, cursors: list[Any], words: Words, order: int, concurrency: int
) -> None:
    serve(api, cursors[::order])
    run = read(api, **STEPS, **words, settings={"concurrency": concurrency})
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, 17)))


def test_rows_behind_empty_windows_show_it_too(api: Foreign) -> None:
    serve(api, MOMENTS)
    run = read(api, **STEPS | {"initial_value": "2023-12-24"})
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, 17)))
    assert run.bookmark("rows") >= "2024-01-08T12:00:00"


@pytest.mark.parametrize("cap", [2, 1000])
def test_windows_behind_a_bookmark_begin_before_their_borders_too(api: Foreign, cap: int) -> None:
    serve(api, MOMENTS, cap=cap)
    state = {"bookmarks": {"rows": {"replication_key": "at", "replication_key_value": MOMENTS[3]}}}
    run = read(api, **STEPS, state=state)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(4, 17)))


@pytest.mark.parametrize("cursors", [MOMENTS, SECONDS])
def test_rows_at_the_very_start_of_a_list_without_windows_are_read(api: Foreign, cursors: list[Any]) -> None:
    serve(api, cursors)
    words: Words = NUMBERS if cursors is SECONDS else {}
    run = read(api, initial_value=str(cursors[4]), **words)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(5, 17)))


def test_windows_that_are_divided_by_a_count_lose_none(api: Foreign) -> None:
    serve(api, MOMENTS)
    run = read(api, **STEPS | {"step": None}, settings={"window_rows": 4})
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, 17)))


@pytest.mark.parametrize(("cursors", "starts"), [(MOMENTS, 1), (MOMENTS[1:], 2)])
def test_an_api_that_gives_the_rows_of_the_start_is_asked_once_more_at_most(
    api: Foreign, cursors: list[str], starts: int
) -> None:
    serve(api, cursors, is_after=ge)
    assert len(read(api, initial_value=MOMENTS[0]).ids("rows")) == len(cursors)
    assert len(set(api.values_of("/rows", "from"))) == starts


def test_a_start_that_the_api_refuses_says_nothing(api: Foreign) -> None:
    serve(api, MOMENTS[1:], is_after=ge)
    given = api.routes["/api/rows"]
    api.serve("/rows", lambda call: given(call) if call.params["from"] == MOMENTS[0] else Reply({}, status=400))
    run = read(api, initial_value=MOMENTS[0])
    assert (run.code, len(run.ids("rows"))) == (0, 15)
    assert len(set(api.values_of("/rows", "from"))) == 2


def test_a_start_that_is_declared_to_be_left_out_is_left_out(api: Foreign) -> None:
    serve(api, MOMENTS)
    run = read(api, initial_value=MOMENTS[4], range_start="open")
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(6, 17)))
    assert len(set(api.values_of("/rows", "from"))) == 1


STATE: Words = {"bookmarks": {"rows": {"replication_key": "at", "replication_key_value": MOMENTS[4]}}}
START_ONLY: Words = {"end_param": None, "end_value": None, "step": None}


@pytest.mark.parametrize("is_after", [gt, ge])
@pytest.mark.parametrize(("words", "state", "first"), [({}, None, 1), (START_ONLY, None, 1), (START_ONLY, STATE, 5)])
def test_files_that_leave_out_their_start_are_found_out_by_the_beginning_of_another(
    api: Foreign, words: Words, state: Words | None, first: int, is_after: Callable[[Any, Any], bool]
) -> None:
    mixed = without_order(MOMENTS)
    serve_file(api, mixed, is_after=is_after)
    run = read(api, **{name: word for name, word in (STEPS | words).items() if word}, state=state, endpoint=FILE)
    assert (run.code, set(run.ids("rows"))) == (0, {mixed.index(moment) + 1 for moment in MOMENTS[first - 1 :]})
    asked = {(call.params["from"], call.params.get("to")) for call in api.calls}
    assert len(asked) <= (10 if is_after is gt else 6)


def test_a_file_that_has_the_row_of_its_start_is_asked_for_from_there_only(api: Foreign) -> None:
    serve_file(api, MOMENTS, is_after=ge)
    run = read(api, initial_value=MOMENTS[0], endpoint=FILE)
    assert (run.code, len(run.ids("rows")), set(api.values_of("/rows", "from"))) == (0, 16, {MOMENTS[0]})


@pytest.mark.parametrize("words", [{}, START_ONLY])
def test_rows_in_no_order_show_it_too(api: Foreign, words: Words) -> None:
    cursors = [f"2024-01-{day:02}T{hour:02}:00:00Z" for day in range(1, 9) for hour in range(24)]
    serve(api, without_order(cursors), cap=5)
    run = read(api, **{name: word for name, word in (STEPS | words).items() if word})
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(cursors) + 1)))


NANOS = [f"2024-01-{day:02}T00:00:{second}Z" for day in range(1, 9) for second in ("00", "00.25", "00.5", "01.512")]


@pytest.mark.parametrize("words", [{}, START_ONLY])
@pytest.mark.parametrize("order", [1, -1])
def test_times_with_more_digits_and_with_fewer_lose_no_row_where_texts_are_compared(
    api: Foreign, words: Words, order: int
) -> None:
    serve(api, NANOS[::order], is_after=ge)
    asked = {name: word for name, word in (STEPS | words).items() if word}
    run = read(api, **asked)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(NANOS) + 1)))
    state = run.state["bookmarks"]["rows"] | {"replication_key_value": "2024-01-07T00:00:00Z"}
    api.calls.clear()
    later = read(api, **asked, state={"bookmarks": {"rows": state}})
    assert len(set(later.ids("rows"))) == 8
    assert any(str(start).startswith("2024-01-06T23:59:59") for start in api.values_of("/rows", "from"))


def test_a_bookmark_of_before_is_enough_where_texts_of_times_are_compared(api: Foreign) -> None:
    serve(api, NANOS, is_after=ge)
    state = {"bookmarks": {"rows": {"replication_key": "at", "replication_key_value": "2024-01-07T00:00:00Z"}}}
    run = read(api, **START_ONLY, state=state)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(25, 33)))


MIXED = [f"2024-01-01T00:00:{second:02}{'.5' * (second % 2)}Z" for second in range(7)]


@pytest.mark.parametrize("compare", [ge, lambda *pair: ge(*map(datetime.fromisoformat, pair))])
def test_rows_of_the_second_of_a_bookmark_with_few_digits_come_later_than_it(
    api: Foreign, compare: Callable[[Any, Any], bool]
) -> None:
    serve(api, MIXED, is_after=compare)
    first = read(api)
    assert (first.code, first.bookmark("rows")) == (0, MIXED[-1])
    # Nothing in the next answers shows that there is a row between.
    serve(api, [*MIXED, "2024-01-01T00:00:06.5Z", "2024-01-01T00:00:08Z"], is_after=compare)
    api.calls.clear()
    second = read(api, state=first.state)
    asked = {start for start in api.values_of("/rows", "from") if start}
    assert (second.code, second.ids("rows"), asked) == (0, [7, 8, 9], {"2024-01-01T00:00:05Z"})


def test_a_bookmark_with_the_most_digits_is_sent_as_it_is(api: Foreign) -> None:
    serve(api, MIXED[:-1], is_after=ge)
    first = read(api)
    api.calls.clear()
    second = read(api, state=first.state)
    asked = {start for start in api.values_of("/rows", "from") if start}
    assert (second.code, second.ids("rows"), asked) == (0, [6], {MIXED[-2]})


def test_an_api_that_compares_times_is_asked_for_them_as_they_are(api: Foreign) -> None:
    serve(api, NANOS, is_after=lambda moment, start: datetime.fromisoformat(moment) >= datetime.fromisoformat(start))
    run = read(api, **STEPS)
    assert (run.code, len(run.ids("rows")), "replication_key_text" in run.state["bookmarks"]["rows"]) == (0, 32, False)


def test_an_api_that_takes_days_only_is_asked_for_the_day_that_is_declared(api: Foreign) -> None:
    rows = [{"id": number, "at": moment} for number, moment in enumerate(MOMENTS[1:], 1)]
    starts = {None, DAYS[0]}
    api.serve("/rows", lambda call: by_offset(rows if call.params.get("from") in starts else [], total=False)(call))
    # A declared start is sent as it is written, as in dlt, where the settings of the tap are not followed.
    run = read(api, initial_value=DAYS[0], settings={"client": {"base_url": api.url}, "api_url": None})
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, 16)))
