from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.report.run.chart import Chart
from tap_analytics.report.run.page import Page, seconds, with_code
from tap_analytics.report.run.section import Section
from tap_analytics.report.stats import StreamStats
from tap_analytics.report.trace import FullTrace

SECRET = "s3cret-of-the-api"
CHART = Chart.of([0.1, 0.2], [0.2], began=0, ended=1)


def page(**changes: object) -> str:
    trace = FullTrace()
    trace.retry(2, f"503: <b>{SECRET}</b>")
    trace.unknown([SECRET, "<i>colour</i>"])
    stats = StreamStats(stream="deals", requests=2, retries=1, failure=f"deals: `price` {SECRET}", trace=trace)
    section = Section(stats=stats, trace=trace, chart=CHART, remarks=[f"odd {SECRET}"])
    usual = {
        "sections": [section],
        "chart": CHART,
        "source": "http://127.0.0.1",
        "date": datetime(2025, 1, 2, tzinfo=UTC),
    }
    return Page(**usual | changes).html(Redactor([SECRET]))  # type: ignore[arg-type] # any of them


def test_no_text_on_the_page_has_a_secret() -> None:
    text = page(source=SECRET, ending=SECRET, remarks=[SECRET])
    assert SECRET not in text
    assert text.count("***") == 8


def test_what_an_api_wrote_is_text_and_no_html() -> None:
    assert "&lt;b&gt;***&lt;/b&gt;" in page()
    assert "<i>" not in page()


def test_the_page_needs_nothing_from_elsewhere_and_has_no_script() -> None:
    assert re.findall(r"<script|<link|<img|@import|url\(|src=", page()) == []
    assert {href[0] for href in re.findall(r'href="([^"]*)"', page())} == {"#"}
    assert "default-src 'none'" in page()


def test_a_run_without_a_stream_says_so() -> None:
    assert "No stream was begun." in page(sections=[])


def test_a_log_that_tells_no_warnings_is_named() -> None:
    assert "leaves warnings out" in page(is_blind=True)


@pytest.mark.parametrize(
    ("value", "told"), [(None, "none"), (0.0214, "21 ms"), (3.456, "3.46 s"), (3_725, "1 h 02 min")]
)
def test_times_have_a_unit_that_fits(value: float | None, told: str) -> None:
    assert seconds(value) == told


def test_backticks_become_code() -> None:
    assert with_code("set `page_size` < 5") == "set <code>page_size</code> &lt; 5"
