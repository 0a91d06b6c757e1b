"""The table at the end of a sync, as the log has it and as a terminal shows it."""

from __future__ import annotations

from tap_analytics.report.end_table import fit, table
from tap_analytics.report.stats import StreamStats
from tap_analytics.report.tables import lines

DONE = StreamStats(stream="contacts", rows=1000, requests=12, before="2025-01-01", after="2025-02-01", result="ok")
REFUSED = StreamStats(stream="companies", result="failed")


def test_a_sync_that_came_to_no_stream_has_no_table() -> None:
    assert list(lines(table([StreamStats(stream="contacts")]))) == []


def test_the_table_has_a_line_for_each_stream_that_the_sync_came_to() -> None:
    still = StreamStats(stream="deals", requests=2, retries=1, before="2025-01-01", after="2025-01-01")
    never = StreamStats(stream="account_overview")
    assert list(lines(table([DONE, still, REFUSED, never]))) == [
        "stream      rows  pages  requests  retries  seconds  bookmark                  result",
        "contacts   1,000      0        12        0     0.00  2025-01-01 -> 2025-02-01  ok",
        "deals          0      0         2        1     0.00  2025-01-01                interrupted",
        "companies      0      0         0        0     0.00  none                      failed",
    ]


def test_a_terminal_shows_no_column_of_zeros() -> None:
    assert list(lines(fit(table([DONE, REFUSED]), 100)))[:2] == [
        "stream      rows  pages  requests  seconds  bookmark                  result",
        "contacts   1,000      0        12    <0.01  2025-01-01 -> 2025-02-01  ok",
    ]
    again = StreamStats(stream="deals", requests=2, retries=1, result="ok")
    assert "retries" in next(lines(fit(table([DONE, again]), 100)))


def test_a_narrow_terminal_shows_where_bookmarks_are_now() -> None:
    assert list(lines(fit(table([DONE, REFUSED]), 70)))[:2] == [
        "stream      rows  pages  requests  seconds  bookmark    result",
        "contacts   1,000      0        12    <0.01  2025-02-01  ok",
    ]


def test_a_still_narrower_one_shows_no_pages() -> None:
    assert list(lines(fit(table([DONE, REFUSED]), 60)))[:2] == [
        "stream      rows  requests  seconds  bookmark    result",
        "contacts   1,000        12    <0.01  2025-02-01  ok",
    ]


def test_a_sync_of_all_ready_streams_fits_into_80_columns() -> None:
    long = StreamStats(
        stream="current_queue_activity", rows=1000, requests=12, after="2025-12-31T21:08:17.778Z", result="ok"
    )
    shown = list(lines(fit(table([long, REFUSED]), 80)))
    assert shown[0].split() == ["stream", "rows", "seconds", "bookmark", "result"]
    assert max(map(len, shown)) <= 80
