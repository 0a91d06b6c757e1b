from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.waits import WaitHeaders

if TYPE_CHECKING:
    from collections.abc import Callable

    from backoff.types import Details


class Failing:
    """A call that fails so many times before it returns, and the reports about it."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.tries = 0
        self.reports: list[Details] = []

    def __call__(self, answer: str) -> str:
        self.tries += 1
        if self.failures:
            raise self.failures.pop(0)
        return answer

    def under(self, policy: RetryPolicy) -> str:
        return policy.retrying(self, report=self.reports.append)("answer")

    @property
    def waits(self) -> list[float]:
        return [report["wait"] for report in self.reports]


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits, in seconds; none of them takes any time."""
    waits: list[float] = []
    monkeypatch.setattr("backoff._sync.time.sleep", waits.append)
    return waits


@pytest.fixture
def jitter(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make every wait so many times as long."""
    return lambda factor: monkeypatch.setattr("random.uniform", lambda low, high: min(max(factor, low), high))


def transient(*, times: int = 1, wait: float = 0) -> list[Exception]:
    return [TransientError(f"failure {number}", wait=wait) for number in range(1, times + 1)]


AT_ONCE = RetryPolicy(backoff_factor=0)


def test_a_success_is_returned_without_a_retry() -> None:
    call = Failing()
    assert call.under(AT_ONCE) == "answer"
    assert (call.tries, call.reports) == (1, [])


def test_the_fourth_try_may_succeed() -> None:
    call = Failing(*transient(times=3))
    assert call.under(AT_ONCE) == "answer"
    assert call.tries == 4


def test_the_fourth_failure_is_final_and_is_raised_as_it_is() -> None:
    failures = transient(times=5)
    call = Failing(*failures)
    with pytest.raises(TransientError) as raised:
        call.under(AT_ONCE)
    assert raised.value is failures[3]
    assert raised.value.__context__ is raised.value.__cause__ is None
    assert call.tries == 4


@pytest.mark.parametrize("retries", [0, 1, 7])
def test_so_many_retries_are_one_more_try(retries: int) -> None:
    call = Failing(*transient(times=99))
    with pytest.raises(TransientError, match=f"failure {retries + 1}"):
        call.under(RetryPolicy(max_retries=retries, backoff_factor=0))
    assert (call.tries, len(call.reports)) == (retries + 1, retries)


@pytest.mark.parametrize("error", [FatalAPIError("stop"), RetriableAPIError("other"), ValueError("bug")])
def test_other_failures_are_not_tried_again(error: Exception) -> None:
    call = Failing(error)
    with pytest.raises(type(error)) as raised:
        call.under(AT_ONCE)
    assert raised.value is error
    assert call.tries == 1


def test_a_fatal_failure_ends_the_retries() -> None:
    call = Failing(*transient(times=2), FatalAPIError("stop"))
    with pytest.raises(FatalAPIError):
        call.under(AT_ONCE)
    assert call.tries == 3


def test_a_transient_failure_is_one_for_the_sdk_too() -> None:
    assert isinstance(TransientError("failure"), RetriableAPIError)
    assert TransientError("failure").wait == 0


@pytest.mark.parametrize(("factor", "longer"), [(1, 1), (1.25, 1.25), (9, 1.25), (0, 1)])
def test_waits_double_from_2_seconds_with_up_to_a_quarter_more(
    slept: list[float], jitter: Callable[[float], None], factor: float, longer: float
) -> None:
    jitter(factor)
    call = Failing(*transient(times=5))
    assert call.under(RetryPolicy(max_retries=5)) == "answer"
    assert slept == call.waits == [2 * longer, 4 * longer, 8 * longer, 16 * longer, 32 * longer]


def test_waits_differ_and_none_is_longer_than_allowed(slept: list[float]) -> None:
    for _ in range(2):
        Failing(*transient(times=3)).under(RetryPolicy(max_retries=3, backoff_factor=1, max_wait=4))
    assert slept[:3] != slept[3:]
    assert max(slept) == 4


def test_a_wait_is_reported_before_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list[object] = []
    monkeypatch.setattr("backoff._sync.time.sleep", lambda _: events.append("sleep"))
    (failure,) = transient()

    def report(details: Details) -> None:
        events.extend([details["tries"], details["exception"]])

    RetryPolicy().retrying(Failing(failure), report=report)("answer")
    assert events == [1, failure, "sleep"]


def test_the_server_may_ask_for_a_longer_wait_but_not_for_a_shorter(
    slept: list[float], jitter: Callable[[float], None]
) -> None:
    jitter(1)
    waits = [0, 3, 30, 5]
    Failing(*(TransientError("failure", wait=wait) for wait in waits)).under(RetryPolicy(max_retries=4))
    assert slept == [2, 4, 30, 16]


@pytest.mark.parametrize("asked", [0, 10])
def test_no_wait_is_longer_than_the_longest(slept: list[float], jitter: Callable[[float], None], asked: float) -> None:
    jitter(1.25)
    Failing(*transient(times=6, wait=asked)).under(RetryPolicy(max_retries=6, max_wait=10))
    assert max(slept) == 10
    assert sorted(slept) == slept


@pytest.mark.parametrize(
    ("policy", "waits"),
    [
        (RetryPolicy(), [2, 4, 60]),
        (RetryPolicy(backoff_factor=1), [1, 2, 60]),
        (RetryPolicy(backoff_factor=40), [40, 80, 160]),
        (RetryPolicy(max_retries=1), [60]),
        (RetryPolicy(max_wait=10), [2, 4, 10]),
        (RetryPolicy(backoff_factor=0.1), [0.1, 0.2, 6]),
        (RetryPolicy(backoff_factor=0), [0, 0, 0]),
    ],
)
def test_a_limit_that_names_no_end_is_given_a_minute_before_the_last_try(
    slept: list[float], jitter: Callable[[float], None], policy: RetryPolicy, waits: list[float]
) -> None:
    jitter(1)
    Failing(*(TransientError("failure", limited=True) for _ in waits)).under(policy)
    assert slept == pytest.approx(waits)


@pytest.mark.parametrize("failure", [TransientError("x", limited=True, wait=5), TransientError("x", busy=True)])
def test_another_failure_is_given_no_minute(
    slept: list[float], jitter: Callable[[float], None], failure: TransientError
) -> None:
    jitter(1)
    Failing(*[failure] * 3).under(RetryPolicy())
    assert max(slept) == 8


def test_words_before_a_failure_change_nothing_else() -> None:
    error = TransientError("x", wait=5, busy=True, limited=True, unreachable=True).behind("no token: ")
    assert str(error) == "no token: x"
    assert (error.wait, error.busy, error.limited, error.unreachable) == (5, True, True, True)


def test_a_factor_of_0_does_not_wait() -> None:
    began = time.monotonic()
    call = Failing(*transient(times=3))
    call.under(AT_ONCE)
    assert call.waits == [0, 0, 0]
    assert time.monotonic() - began < 0.1


def test_a_longest_wait_of_0_does_not_wait(slept: list[float]) -> None:
    Failing(*transient(times=3)).under(RetryPolicy(max_wait=0))
    assert slept == [0, 0, 0]


def test_a_policy_begins_anew_with_each_call(slept: list[float], jitter: Callable[[float], None]) -> None:
    jitter(1)
    call = Failing()
    retrying = RetryPolicy().retrying(call, report=call.reports.append)
    for _ in range(2):
        call.failures = transient(times=3)
        assert retrying("answer") == "answer"
    assert slept == [2, 4, 8, 2, 4, 8]


@pytest.mark.parametrize(("value", "seconds"), [("7", 7), ("300", 300), ("1.5", 1.5), ("soon", 0), ("", 0), ("-3", 0)])
def test_a_requested_wait_is_read_in_seconds_and_nonsense_is_none(value: str, seconds: float) -> None:
    assert RetryPolicy().requested_wait({"Retry-After": value}) == seconds


def test_a_wait_for_a_limit_is_requested_where_a_limit_is_reached_only() -> None:
    in_an_hour = {"X-RateLimit-Reset": str(int(time.time()) + 3600)}
    assert RetryPolicy().requested_wait(in_an_hour, is_limit=False) == 0
    with pytest.raises(FatalAPIError, match=r"asks to wait [0-9]+ s \(`X-RateLimit-Reset`\), longer than the 300 s"):
        RetryPolicy().requested_wait(in_an_hour, is_limit=True)


def test_the_headers_that_are_read_are_a_part_of_the_policy() -> None:
    assert RetryPolicy(headers=WaitHeaders("X-Own")).requested_wait({"X-Own": "5"}) == 5


def test_without_a_requested_wait_it_is_0() -> None:
    assert RetryPolicy().requested_wait({}) == 0


def test_the_header_is_found_in_any_case() -> None:
    assert RetryPolicy().requested_wait(CaseInsensitiveDict({"retry-after": "5"})) == 5


@pytest.mark.parametrize(
    "value", ["301", "300.1", "9" * 400, "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT", "2999-01-01T00:00:00Z"]
)
def test_a_longer_wait_than_the_longest_fails_at_once_and_says_so(value: str) -> None:
    with pytest.raises(FatalAPIError, match=r"longer than the 300 s that the tap waits; run again later, or raise"):
        RetryPolicy().requested_wait({"Retry-After": value})


def test_the_longest_wait_is_a_setting() -> None:
    assert RetryPolicy(max_wait=3600).requested_wait({"Retry-After": "3600"}) == 3600
    with pytest.raises(FatalAPIError, match=r"wait 5 s .* the 0\.5 s that"):
        RetryPolicy(max_wait=0.5).requested_wait({"Retry-After": "5"})


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[A-Z][a-z]{2}, [0-9]{1,3} (Jan|Feb|Dec) [0-9]{1,6} [0-9:]{0,9} [+-]?[0-9A-Z]{0,9}"))
def test_no_requested_wait_breaks_anything(value: str) -> None:
    with contextlib.suppress(FatalAPIError):
        assert 0 <= RetryPolicy().requested_wait({"Retry-After": value}) <= 300
