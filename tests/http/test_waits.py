from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from tap_analytics.http.waits import Wait, WaitHeaders

USUAL = WaitHeaders()
LIMITS = ("RateLimit-Reset", "X-RateLimit-Reset", "X-Rate-Limit-Reset", "X-RateLimit-Reset-After")


def seconds(name: str, value: str, *, own: str | None = None) -> float | None:
    """Return the seconds that a header of a 429 asks for; None where it is not usable."""
    wait = WaitHeaders(own).wait(CaseInsensitiveDict({name: value}), is_limit=True)
    assert wait is None or wait.header.lower() == name.lower()
    return wait and wait.seconds


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "X-Retry-After", *LIMITS, "X-RATELIMIT-RESET"])
@pytest.mark.parametrize(("value", "wait"), [("0", 0), ("7", 7), (" 1.5 ", 1.5), ("999999", 999_999)])
def test_a_short_number_is_one_of_seconds(name: str, value: str, wait: float) -> None:
    assert seconds(name, value) == wait


@pytest.mark.parametrize("name", ["Retry-After", *LIMITS])
def test_an_epoch_and_a_date_are_the_time_until_then(name: str) -> None:
    moment = datetime.now(UTC) + timedelta(seconds=100)
    epoch = moment.timestamp()
    for value in (
        f"{epoch:.0f}",
        f"{epoch:.3f}",
        f"{epoch * 1000:.0f}",
        format_datetime(moment, usegmt=True),
        moment.isoformat(),
        moment.isoformat().replace("+00:00", "Z"),
    ):
        assert seconds(name, value) == pytest.approx(100, abs=30)


@pytest.mark.parametrize(("hours", "wait"), [(2, 100), (-2, 100), (24 * 300, 100 + 3600 * 24 * 300)])
def test_a_time_is_that_of_the_clock_of_the_server_unless_it_is_far_off(hours: int, wait: float) -> None:
    server = datetime.now(UTC) + timedelta(hours=hours)
    headers = {"Date": format_datetime(server, usegmt=True), "X-RateLimit-Reset": f"{server.timestamp() + 100:.0f}"}
    asked = USUAL.wait(headers, is_limit=True)
    assert asked is not None
    assert asked.seconds == pytest.approx(wait, abs=30)


@pytest.mark.parametrize("value", ["1000000000", "1700000000000", "Wed, 21 Oct 2015 07:28:00 GMT", "2015-10-21"])
def test_a_time_that_is_over_needs_no_wait(value: str) -> None:
    assert seconds("X-RateLimit-Reset", value) == 0


@pytest.mark.parametrize("value", ["1000000", "12345678901", "9" * 400])
def test_another_number_is_one_of_seconds_in_a_retry_after_only(value: str) -> None:
    assert seconds("Retry-After", value) == float(value)
    assert seconds("X-RateLimit-Reset", value) is None


@pytest.mark.parametrize(
    "value",
    [
        *("", " ", "soon", "-3", "nan", "inf", "1e2", "1_0", "\u0663", "1,5", "1s"),
        "Wed, 99 Oct 2015 07:28:00 GMT",
        "Wed, 21 Oct 2015 07:28:00 +9999",
        "Wed, 21 Oct 99999 07:28:00 GMT",
    ],
)
@pytest.mark.parametrize("name", ["Retry-After", "Retry-After-Ms", "RateLimit", *LIMITS])
def test_what_is_no_time_asks_for_nothing(name: str, value: str) -> None:
    assert seconds(name, value) is None


def test_milliseconds_have_a_header_of_their_own() -> None:
    assert seconds("Retry-After-Ms", "1500") == 1.5


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ('"default";r=0;t=7', 7),
        ('"default";t=7', 7),
        ('"burst";r=0;t=2, "day";r=0;t=50', 50),
        ('"burst";r=0;t=2,"day";r=900;t=50', 2),
        ('"burst";r=3;t=2,"day";r=900;t=50', 2),
        ("limit=600, remaining=0, reset=4", 4),
        ("100", None),
    ],
)
def test_a_rate_limit_says_when_the_limits_that_are_reached_are_over(value: str, wait: float | None) -> None:
    assert seconds("RateLimit", value) == wait


def test_a_header_may_have_a_name_of_its_own() -> None:
    assert seconds("X-Api-Reset", "7") is None
    assert seconds("X-Api-Reset", "7", own="X-Api-Reset") == 7


def test_what_is_demanded_comes_before_what_is_told() -> None:
    headers = {"X-RateLimit-Reset": "50", "X-Own": "9", "Retry-After": "soon"}
    assert WaitHeaders("X-Own").wait(headers, is_limit=True) == Wait("X-Own", 9)
    assert WaitHeaders("X-Own").wait({**headers, "Retry-After": "3"}, is_limit=True) == Wait("Retry-After", 3)


def test_limits_are_told_on_other_responses_too_and_mean_nothing_there() -> None:
    headers = {"X-RateLimit-Reset": str(int(time.time()) + 3600), "RateLimit": '"a";r=0;t=9', "X-Own": "9"}
    assert WaitHeaders("X-Own").wait(headers, is_limit=False) is None
    assert USUAL.wait({**headers, "Retry-After": "3"}, is_limit=False) == Wait("Retry-After", 3)


@pytest.mark.parametrize(
    ("status", "headers", "is_limit"),
    [
        (403, {"X-RateLimit-Remaining": "0"}, True),
        (403, {"x-ratelimit-remaining": " 0"}, True),
        (403, {"X-Rate-Limit-Remaining": "0"}, True),
        (403, {"RateLimit-Remaining": "0"}, True),
        (403, {"RateLimit": '"default";r=0;t=7'}, True),
        (403, {"RateLimit": "limit=9, remaining=0, reset=7"}, True),
        (403, {"X-RateLimit-Remaining": "10"}, False),
        (403, {"X-RateLimit-Remaining": "0.5"}, False),
        (403, {"RateLimit": '"default";r=10;t=7'}, False),
        (403, {}, False),
        (404, {"X-RateLimit-Remaining": "0"}, False),
        (500, {"X-RateLimit-Remaining": "0"}, False),
        (400, {"Retry-After": "7"}, True),
        (404, {"Retry-After": "0"}, True),
        (404, {"Retry-After-Ms": "7"}, True),
        (404, {"Retry-After": "soon"}, False),
        (500, {"Retry-After": "7"}, False),
        (302, {"Retry-After": "7"}, False),
    ],
)
def test_headers_say_whether_a_refusal_is_one_of_too_many_requests(
    status: int, headers: dict[str, str], *, is_limit: bool
) -> None:
    assert USUAL.is_limit(status, CaseInsensitiveDict(headers)) is is_limit


@given(st.text())
def test_no_value_breaks_anything(value: str) -> None:
    for name in ("Retry-After", "Retry-After-Ms", "RateLimit", *LIMITS):
        assert (seconds(name, value) or 0) >= 0
        assert WaitHeaders().is_limit(403, {name: value}) in {True, False}
