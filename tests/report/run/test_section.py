from __future__ import annotations

import pytest

from tap_analytics.report.run.chart import Chart
from tap_analytics.report.run.section import Section, percentile
from tap_analytics.report.stats import StreamStats
from tap_analytics.report.trace import FullTrace


@pytest.mark.parametrize(("count", "median", "longest"), [(1, 1, 1), (2, 1, 2), (100, 50, 99), (1_000, 500, 990)])
def test_a_percentile_is_one_of_the_values(count: int, median: int, longest: int) -> None:
    values = list(range(count, 0, -1))
    assert (percentile(values, 0.5), percentile(values, 0.99)) == (median, longest)


def test_no_value_has_no_percentile() -> None:
    assert percentile([], 0.5) is None


@pytest.mark.parametrize("said", ["deals: no", "deals, window from 1 to 2: no", "no"])
def test_a_failure_does_not_repeat_the_name_of_its_stream(said: str) -> None:
    stats = StreamStats(stream="deals", failure=said, result="failed")
    section = Section(stats=stats, trace=FullTrace(), chart=Chart.of([], [], began=0, ended=1))
    assert section.failure in {"no", "window from 1 to 2: no"}


def test_a_stream_that_was_not_read_to_its_end_is_interrupted() -> None:
    section = Section(stats=StreamStats(stream="deals"), trace=FullTrace(), chart=Chart.of([], [], began=0, ended=1))
    assert (section.result, section.is_sound) == ("interrupted", False)
