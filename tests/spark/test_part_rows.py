"""What one task reads: its windows, and the rows that have left them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.source import Source
from tap_analytics.spark.part_rows import PartRows
from tap_analytics.spark.split import Part
from tap_analytics.state.windows import Window
from tests.spark.frames import settings
from tests.windowed import skewed

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")
UNTIL = "2026-06-01T00:00:00Z"


def read(api: Sandbox, rows: int | None, until: str | None = UNTIL) -> list[int]:
    source = Source(settings(api) | {"api_key": api.api_key})
    window = Window(stream="contacts", start="2024-01-01T00:00:00Z", end=UNTIL, rows=rows)
    batches = PartRows(source, Part([window], until)).batches()
    return sorted(int(key) for batch in batches for key in batch.column("id").to_pylist())


def test_a_window_that_no_row_has_left_is_all(api: Sandbox) -> None:
    expected = skewed(api, 120)
    assert read(api, 120) == expected
    assert {request.params["updated_since"] for request in api.requests} == {"2024-01-01T00:00:00Z"}


@pytest.mark.parametrize("rows", [120, None])
def test_rows_that_have_left_it_are_looked_for_among_those_that_changed(api: Sandbox, rows: int | None) -> None:
    expected = skewed(api, 120)
    for key in (5, 7):
        api.table("contacts").update(key, updated_at="2026-07-01T00:00:00Z")
    assert read(api, rows) == expected
    assert read(api, rows, until=None) == [key for key in expected if key not in (5, 7)]
