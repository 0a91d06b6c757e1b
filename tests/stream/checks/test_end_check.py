"""A `granularity` that the API does not count in loses no row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.foreign import Foreign, Reply, by_offset
from tests.windowed import sync

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.foreign import Call

Words = dict[str, Any]

HOURS = [f"2024-01-{day:02}T{hour:02}:00:30Z" for day in range(1, 9) for hour in range(24)]
DAYS: Words = {"granularity": "P1D", "datetime_format": "%Y-%m-%d"}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(key="key") as api:
        yield api


def as_text(moment: str, end: str) -> bool:
    """Compare all of a moment with the end, as it is sent."""
    return moment <= end


def as_day(moment: str, end: str) -> bool:
    """Count in the whole day, hour or minute that is sent."""
    return moment[: len(end)] <= end


def serve(api: Foreign, is_until: Callable[[str, str], bool], *, cap: int = 1000, is_strict: bool = False) -> None:
    rows = [{"id": number, "at": moment} for number, moment in enumerate(HOURS, 1)]

    def answer(call: Call) -> Reply:
        start, end = call.params["from"], call.params["to"]
        if is_strict and start >= end:
            return Reply({"error": "the end has to be later than the start"}, status=400)
        some = [row for row in rows if str(row["at"]) >= start and is_until(str(row["at"]), end)]
        return by_offset(some, cap=cap, total=False)(call)

    api.serve("/rows", answer)


def read(api: Foreign, *, size: int = 20, **words: Any) -> Any:  # noqa: ANN401
    ends = {"start_param": "from", "end_param": "to", "initial_value": "2024-01-01", "end_value": "2024-01-09"}
    pages = {"type": "offset", "offset_param": "first", "limit_param": "count", "total_path": None}
    new = {"cursor_path": "at", "step": "P2D", **ends, **words}
    endpoint = {"path": "/rows", "paginator": pages, "incremental": new}
    return sync(api, {"name": "rows", "primary_key": "id", "endpoint": endpoint}, api_key_name="key", page_size=size)


@pytest.mark.parametrize("cap", [7, 1000])
@pytest.mark.parametrize("is_strict", [False, True])
@pytest.mark.parametrize("words", [DAYS, {"granularity": "PT1H"}, {"granularity": "PT1M"}])
def test_an_api_that_compares_the_end_as_it_is_sent_loses_no_row(
    api: Foreign, caplog: pytest.LogCaptureFixture, words: Words, cap: int, *, is_strict: bool
) -> None:
    serve(api, as_text, cap=cap, is_strict=is_strict)
    run = read(api, **words)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(HOURS) + 1)))
    assert "remove `granularity`" in caplog.text


def test_an_api_that_counts_the_end_in_is_asked_once_more_at_most(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    serve(api, as_day, cap=7)
    run = read(api, **DAYS)
    assert (run.code, sorted(run.ids("rows"))) == (0, list(range(1, len(HOURS) + 1)))
    assert "granularity" not in caplog.text
    ends = api.values_of("/rows", "to")
    assert set(ends) == {"2024-01-01", "2024-01-02", "2024-01-04", "2024-01-06", "2024-01-08"}
    assert ends.count("2024-01-01") == 1
