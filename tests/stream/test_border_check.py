"""An API that leaves out the rows of the start that it is asked from (`>`) loses none at the borders of windows."""

from __future__ import annotations

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


def read(api: Foreign, *, state: Words | None = None, settings: Words | None = None, **new: Any) -> Any:  # noqa: ANN401
    incremental = {"cursor_path": "at", "start_param": "from", **new}
    pages = {"type": "offset", "offset_param": "first", "limit_param": "count", "total_path": None}
    endpoint = {"path": "/rows", "paginator": pages, "incremental": incremental}
    resource: Words = {"name": "rows", "primary_key": "id", "endpoint": endpoint}
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
