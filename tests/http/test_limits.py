"""A refusal because of too many requests is recognized, whatever its words."""

from __future__ import annotations

import json

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import Failures
from tap_analytics.http.limits import says_limit, says_passing
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.session import Timeouts
from tap_analytics.report.redaction.redact import Redactor

LIMITS = [
    "REQUEST_LIMIT_EXCEEDED",
    "rateLimitExceeded",
    "userRateLimitExceeded",
    "RATE_LIMITED",
    "You are being rate limited",
    "API rate limit exceeded for 10.0.0.1",
    "You have exceeded a secondary rate limit. Please wait.",
    "TotalRequests Limit exceeded.",
    "quotaExceeded",
    "Daily limit reached",
    "Too many requests",
    "Complexity budget exhausted, reset in 22 seconds",
    "too_many_requests",
    "The request was throttled.",
    "ThrottlingException",
    "Ratelimit exceeded",
    "Developer Over Qps",
    "ConcurrentRequestsLimitExceeded",
    "You reached your API call limit",
    "Only 100 requests per minute are allowed",
    "Limit of requests exceeded",
    "You have exceeded the maximum request limit",
    "OVER_QUERY_LIMIT",
    "Request too frequently.",
]
OTHERS = [
    "No access",
    "INSUFFICIENT_ACCESS",
    "The rate of this plan is not known",
    "Your plan is limited to 3 users",
    "limit must not exceed 50",
    "Query limit exceeds the maximum of 500",
    "request limit exceeded the allowed maximum",
    "Access to the limits resource is denied",
    "accessNotConfigured",
    "",
]


def failure(status: int, text: str) -> Exception | None:
    response = requests.Response()
    response.status_code, response.url = status, "https://x/"
    response._content = json.dumps({"error": {"code": text}}).encode()  # noqa: SLF001 - nothing else sets a body
    failures = Failures(timeouts=Timeouts(connect=1, read=2), retry=RetryPolicy(), redactor=Redactor())
    return failures.of_status(response, "api_url")


@pytest.mark.parametrize("text", LIMITS)
def test_a_403_that_says_there_were_too_many_requests_is_tried_again(text: str) -> None:
    error = failure(403, text)
    assert isinstance(error, TransientError)
    assert (error.busy, error.limited) == (True, True)
    assert "these credentials may not read it" not in str(error)


@pytest.mark.parametrize("text", OTHERS)
def test_a_403_that_says_something_else_is_final(text: str) -> None:
    error = failure(403, text)
    assert isinstance(error, FatalAPIError)
    assert "these credentials may not read it" in str(error)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_another_refusal_that_says_so_is_tried_again_too(status: int) -> None:
    assert isinstance(failure(status, "User request limit reached"), TransientError)
    assert isinstance(failure(status, "limit must not exceed 50"), FatalAPIError)


@pytest.mark.parametrize("text", ["429", "503, busy", "Please try again later", "It is temporarily down", LIMITS[0]])
def test_an_error_in_a_success_that_is_over_in_a_moment_is_known_by_its_words(text: str) -> None:
    assert says_passing(text)


@pytest.mark.parametrize("text", ["4291", "401", "error 429 of", "template", "retry", *OTHERS])
def test_another_error_in_a_success_is_final(text: str) -> None:
    assert not says_passing(text)


def test_another_status_says_itself_what_it_means() -> None:
    assert isinstance(failure(404, "rateLimitExceeded"), FatalAPIError)


def test_a_long_text_is_read_at_its_beginning() -> None:
    assert not says_limit("exceeded " * 100_000 + "too many requests")


def test_a_text_that_begins_with_a_limit_says_it() -> None:
    assert says_limit("Limit reached for this report")
    assert not says_limit("The seat limit reached you")
