"""Rows outside of a window fail the stream where their own window does not have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Foreign, Reply, by_offset
from tests.windowed import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.foreign import Call

HOURS = [f"2024-01-{day:02}T{hour:02}:30:00Z" for day in range(1, 5) for hour in range(0, 24, 3)]


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def by_day(moment: str, start: str, end: str) -> bool:
    """Read the ends as days, the last one left out."""
    return start[:10] <= moment[:10] < end[:10]


def read(
    api: Foreign,
    holds: Callable[[str, str, str], bool],
    state: dict[str, Any] | None = None,
    **words: Any,  # noqa: ANN401
) -> Any:  # noqa: ANN401
    rows = [{"id": number, "at": moment} for number, moment in enumerate(HOURS, 1)]

    def answer(call: Call) -> Reply:
        some = [row for row in rows if holds(str(row["at"]), call.params["from"], call.params["to"])]
        return by_offset(some, cap=100, total=False)(call)

    api.serve("/rows", answer)
    ends = {"start_param": "from", "end_param": "to", "initial_value": "2024-01-01", "end_value": "2024-01-05"}
    pages = {"type": "offset", "offset_param": "first", "limit_param": "count", "total_path": None}
    endpoint = {"path": "/rows", "paginator": pages, "incremental": {"cursor_path": "at", **ends, **words}}
    return sync(api, {"name": "rows", "primary_key": "id", "endpoint": endpoint}, state=state, api_key_name="key")


@pytest.mark.parametrize(
    "words", [{"step": "PT6H"}, {"step": "P1D", "initial_value": "2024-01-01T05:00:00Z"}], ids=["hours", "from 5 to 5"]
)
def test_an_api_that_cuts_the_ends_to_days_fails(
    api: Foreign, caplog: pytest.LogCaptureFixture, words: dict[str, Any]
) -> None:
    run = read(api, by_day, **words)
    assert run.code == 1
    assert "leaves that out where it is asked for those: rows would be lost" in caplog.text


@pytest.mark.parametrize(
    "holds",
    [
        lambda moment, start, end: start[:10] <= moment[:10] <= end[:10],
        lambda moment, start, _: start <= moment,
        lambda *_: True,
    ],
    ids=["whole days", "no end", "neither"],
)
def test_rows_outside_of_a_window_are_fine_where_they_come_in_their_own_too(
    api: Foreign, holds: Callable[[str, str, str], bool]
) -> None:
    run = read(api, holds, step="PT6H")
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(HOURS) + 1)))


def test_days_that_are_declared_lose_no_row(api: Foreign) -> None:
    run = read(api, by_day, step="P1D", datetime_format="%Y-%m-%d")
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(HOURS) + 1)))


def test_windows_of_declared_days_begin_with_the_day_of_a_bookmark(api: Foreign) -> None:
    state = {"bookmarks": {"rows": {"replication_key": "at", "replication_key_value": HOURS[12]}}}
    run = read(api, by_day, state=state, step="P1D", datetime_format="%Y-%m-%d")
    assert (run.code, set(range(13, 33)) - set(run.ids("rows"))) == (0, set())
