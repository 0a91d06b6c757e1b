"""What became of a sync, in one sentence."""

from __future__ import annotations

from tap_analytics.report.sums import sum_of


def test_where_all_streams_failed_the_first_reason_is_told() -> None:
    failed = {"contacts": "contacts: no", "deals": "deals: no"}
    assert sum_of(failed, 3, is_all=False) == "2 of 3 streams failed: contacts, deals"
    told = "2 of 2 streams failed: contacts, deals. The first failure: contacts: no"
    assert sum_of(failed, 2, is_all=True) == told


def test_a_stream_that_is_alone_is_not_counted() -> None:
    assert sum_of({"contacts": "contacts: no"}, 1, is_all=True) == "the only stream failed: contacts: no"
