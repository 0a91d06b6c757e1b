from __future__ import annotations

from datetime import timedelta

from tap_analytics.report.trace import MOST_REASONS, NO_TRACE, OTHER_REASONS, FullTrace


def test_retries_are_summed_up_by_their_reason() -> None:
    trace = FullTrace()
    for wait, reason in [(1.0, "503"), (2.0, "429"), (3.0, "503")]:
        trace.retry(wait, reason)
    assert trace.retries == {"503": (2, 4.0), "429": (1, 2.0)}
    assert (trace.waited, len(trace.failures)) == (6.0, 3)


def test_of_very_many_reasons_the_last_are_one() -> None:
    trace = FullTrace()
    for number in range(MOST_REASONS + 3):
        trace.retry(1, f"reason {number}")
    assert trace.retries[OTHER_REASONS] == (3, 3.0)


def test_requests_and_responses_are_kept_one_by_one() -> None:
    moments = iter([1.0, 2.5])
    trace = FullTrace(clock=lambda: next(moments))
    trace.request()
    trace.response(timedelta(milliseconds=20))
    trace.request()
    assert (list(trace.requests), list(trace.latencies)) == ([1.0, 2.5], [0.02])


def test_a_field_is_noted_once() -> None:
    trace = FullTrace()
    trace.unknown(["a", "b"])
    trace.unknown(["b"])
    trace.misfit("price")
    trace.misfit("price")
    trace.declare(["c"])
    assert [list(found) for found in (trace.unknown_fields, trace.misfits, trace.new_fields)] == [
        ["a", "b"],
        ["price"],
        ["c"],
    ]


def test_windows_that_are_open_are_those_of_the_end() -> None:
    trace, missing = FullTrace(), [("2024-01-01", "2024-02-01"), ("2024-02-01", None)]
    trace.begin_windows(lambda: missing)
    missing.pop(0)
    trace.end_window()
    assert (trace.windows_done, trace.windows_open) == (1, [("2024-02-01", None)])


def test_without_a_report_nothing_is_kept() -> None:
    NO_TRACE.request()
    NO_TRACE.response(timedelta(1))
    assert vars(NO_TRACE) == {}
