"""Jobs that the tap waits for: each is cancelled once, when nothing waits for it any more."""

from __future__ import annotations

import pytest

from tap_analytics.http.jobs import DONE, FAILED, OpenJobs


def test_a_job_that_is_done_is_not_cancelled() -> None:
    jobs, cancelled = OpenJobs(), []
    with jobs.open(lambda: cancelled.append(1)):
        pass
    jobs.cancel()
    assert cancelled == []


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_a_job_is_cancelled_once_where_waiting_ends_by_an_error(error: type[BaseException]) -> None:
    jobs, cancelled = OpenJobs(), []
    with pytest.raises(error), jobs.open(lambda: cancelled.append(1)):
        raise error
    jobs.cancel()
    assert cancelled == [1]


def test_the_end_of_the_tap_cancels_what_is_left() -> None:
    jobs, cancelled = OpenJobs(), []
    with jobs.open(lambda: cancelled.append(1)), jobs.open(lambda: cancelled.append(2)):
        jobs.cancel()
        assert cancelled == [1, 2]
    assert cancelled == [1, 2]


def test_a_job_that_took_too_long_has_failed() -> None:
    assert {"timeout", "timed_out", "terminated"} <= FAILED


def test_no_word_says_both() -> None:
    assert set() == DONE & FAILED
