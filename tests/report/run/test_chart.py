from __future__ import annotations

from tap_analytics.report.run.chart import BARS, Chart


def test_each_request_is_in_the_bar_of_its_time() -> None:
    chart = Chart.of([10.0, 10.2, 15.0, 20.0], [15.1], began=10, ended=20)
    assert [(number, bar.requests) for number, bar in enumerate(chart.bars) if bar.requests] == [
        (0, 1),
        (1, 1),
        (BARS // 2, 1),
        (BARS - 1, 1),
    ]
    assert [number for number, bar in enumerate(chart.bars) if bar.retries] == [BARS // 2]


def test_the_highest_bar_is_the_height_of_the_chart() -> None:
    assert Chart.of([1, 1, 1, 5], [], began=0, ended=6).most == 3


def test_a_run_without_requests_has_a_chart_too() -> None:
    chart = Chart.of([], [], began=3, ended=3)
    assert (chart.most, sum(bar.requests for bar in chart.bars)) == (1, 0)
