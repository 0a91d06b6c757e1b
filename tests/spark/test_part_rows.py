"""What one task reads: its windows, and the rows that have left them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.sandbox import Answer, Request
from tap_analytics.source import Source
from tap_analytics.spark.options import Options
from tap_analytics.spark.part_rows import PartRows
from tap_analytics.spark.split import Part, Split
from tap_analytics.state.windows import Window
from tests.spark.frames import settings
from tests.windowed import load_skewed

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")
Hostile: TypeAlias = Callable[[Answer, Request], Answer]
UNTIL = "2026-06-01T00:00:00Z"


def read(api: Sandbox, rows: int | None, until: str | None = UNTIL) -> list[int]:
    source = Source(settings(api) | {"api_key": api.api_key})
    window = Window(stream="contacts", start="2024-01-01T00:00:00Z", end=UNTIL, rows=rows)
    batches = PartRows(source, Part([window], until)).batches()
    return sorted(int(key) for batch in batches for key in batch.column("id").to_pylist())


def test_a_window_that_no_row_has_left_is_all(api: Sandbox) -> None:
    expected = load_skewed(api, 120)
    assert read(api, 120) == expected
    assert {request.params["updated_since"] for request in api.requests} == {"2024-01-01T00:00:00Z"}


@pytest.mark.parametrize("rows", [120, None])
def test_rows_that_have_left_it_are_looked_for_among_those_that_changed(api: Sandbox, rows: int | None) -> None:
    expected = load_skewed(api, 120)
    for key in (5, 7):
        api.table("contacts").update(key, updated_at="2026-07-01T00:00:00Z")
    assert read(api, rows) == expected
    assert read(api, rows, until=None) == [key for key in expected if key not in (5, 7)]


# APIs that do not keep what they say


def total(change: Callable[[int], object]) -> Hostile:
    """Return what lets the API say another total."""
    return lambda answer, _: replace(answer, body=answer.json() | {"total": change(answer.json()["total"])})


def without_last(answer: Answer, _: Request) -> Answer:
    return replace(answer, body=answer.json() | {"data": answer.json()["data"][:-1]})


def empty_behind(answer: Answer, request: Request) -> Answer:
    return replace(answer, body=answer.json() | {"data": []}) if int(request.params["offset"]) >= 40 else answer


def refusing(answer: Answer, request: Request) -> Answer:
    return Answer.error(400, "Too far.") if int(request.params["offset"]) >= 40 else answer


def failing(answer: Answer, request: Request) -> Answer:
    return Answer.error(500, "Not now.") if request.params.get("updated_since", "") > "2025-03" else answer


HOSTILE: dict[str, Hostile] = {
    "a total of half": total(lambda count: count // 2),
    "a total of twice": total(lambda count: count * 2),
    "a total of none": total(lambda _: 0),
    "a total up to 100": total(lambda count: min(count, 100)),
    "no last row": without_last,
    "nothing behind 40": empty_behind,
    "no offset of 40": refusing,
    "one window fails": failing,
}


@pytest.mark.parametrize("split", ["windows", "offsets"])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_there_are_all_rows_or_a_failure(api: Sandbox, hostile: str, split: str) -> None:
    expected = load_skewed(api, 300)

    def answer(request: Request) -> Answer:
        given = api.answer(request)
        return given if given.status >= 400 else HOSTILE[hostile](given, request)

    api.intercept(answer)
    entries = ["contacts"] if split == "offsets" else []
    source = Source(settings(api, *entries, page_size=20, window_rows=60) | {"api_key": api.api_key})
    found = None
    with contextlib.suppress(FatalAPIError):
        parts = Split(source, Options(stream="contacts", config={}, split=split, rows=60)).parts()
        batches = [batch for part in parts for batch in PartRows(source, part).batches()]
        found = sorted(int(key) for batch in batches for key in batch.column("id").to_pylist())
    assert found in (expected, None)
    if hostile.startswith("no"):
        assert found is None
