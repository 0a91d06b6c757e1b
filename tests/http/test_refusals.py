"""An answer that refuses the credentials is recognized by its words, whatever its status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.failures import Failures
from tap_analytics.http.refusals import is_sign_in, leads_to_sign_in, says_refused
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.session import Timeouts
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.sandbox import Answer

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner

REFUSED = [
    "INVALID_API_KEYS",
    "invalid client_id or secret provided",
    "Invalid OAuth access token - Cannot parse access token",
    "invalidAuthToken",
    "Access token expired",
    "Access token is incorrect or has been revoked.",
    "602, Access token expired",
    "The session has expired",
    "Authentication failed",
    "AuthenticationFailed",
    "Unrecognized API key",
    "The API key you provided is not valid",
    "not_authenticated",
    "UNAUTHENTICATED",
    "Please log in",
    "invalid_auth",
    "Incorrect username and/or password",
    "498, Invalid token.",
    "Token has expired",
    "Your password is wrong",
    "Missing credentials",
]
OTHERS = [
    "The page token has expired",
    "Invalid page_token",
    "pageToken expired",
    "continuation token is invalid",
    "sync_token is invalid; a full sync is required",
    "Invalid token 'x' in the query",
    "Unexpected token } in JSON at position 3",
    "invalid filter: unknown field",
    "limit must not exceed 50",
    "The key of a filter is missing",
    "start_date is invalid",
    "",
]


def failure(status: int, text: str) -> Exception | None:
    response = requests.Response()
    response.status_code, response.url = status, "https://x/"
    response._content = json.dumps({"error": {"code": text}}).encode()  # noqa: SLF001 - nothing else sets a body
    failures = Failures(timeouts=Timeouts(connect=1, read=2), retry=RetryPolicy(), redactor=Redactor())
    return failures.of_status(response, "api_url")


@pytest.mark.parametrize("text", REFUSED)
def test_a_refusal_of_the_credentials_is_recognized(text: str) -> None:
    assert says_refused(text)


@pytest.mark.parametrize("text", OTHERS)
def test_other_words_are_no_refusal_of_the_credentials(text: str) -> None:
    assert not says_refused(text)


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_wrong_key_is_said_to_be_one_under_any_status(status: int) -> None:
    error = failure(status, "Invalid API key")
    assert isinstance(error, FatalAPIError)
    assert "check the credentials" in str(error)
    assert "does not accept the query" in str(failure(400, "limit must not exceed 50"))


def test_a_500_that_speaks_of_the_key_is_tried_again_and_then_says_to_check_it() -> None:
    refused, other = failure(500, "Authentication failed."), failure(500, "Out of memory")
    assert isinstance(refused, TransientError)
    assert isinstance(other, TransientError)
    assert refused.advice.startswith("check the credentials")
    assert "check the credentials" not in other.advice


def test_a_wrong_key_that_a_success_tells_of_is_said_to_be_one(api: Sandbox, tap: TapRunner) -> None:
    api.intercept(lambda _: Answer(200, {"code": 40105, "message": "Access token is incorrect or has been revoked."}))
    run = tap(streams=["deals"])
    assert run.code == 1
    assert "; check the credentials: `api_key`, `api_key_name`, `api_key_location` and `headers`" in run.stderr
    assert len(api.requests) == 1


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("command", [[], ["--test"], ["--discover"]])
def test_a_token_that_has_expired_is_renewed_once_whatever_the_status_of_the_answer(
    api: Sandbox, tap: TapRunner, status: int, command: list[str]
) -> None:
    said = {"success": False, "errors": [{"code": "602", "message": "Access token expired"}]}
    given = iter([Answer(status, said)])
    api.intercept(lambda request: next(given, None) if request.path == "/v1/deals" else None)
    config: dict[str, Any] = {
        "api_url": api.url,
        "client_id": api.options.client_id,
        "client_secret": api.options.client_secret,
        "resources": [{"name": "sales", "endpoint": "/v1/deals"}],
    }
    options = tap.write(config=config)
    assert tap.run(*options, *command).code == 0
    assert len([request for request in api.requests if request.path == "/oauth/token"]) == 2


@pytest.mark.parametrize("title", ["Please log in", "Sign In - Example", "Login", "Session timed out", "LOG ON"])
def test_the_title_of_a_page_to_sign_in_is_recognized(title: str) -> None:
    assert is_sign_in(title)


@pytest.mark.parametrize("title", ["502 Bad Gateway", "Blog in English", "Maintenance", "Signing", ""])
def test_other_titles_are_of_no_page_to_sign_in(title: str) -> None:
    assert not is_sign_in(title)


@pytest.mark.parametrize(
    "place", ["/login", "https://x/users/sign_in?next=%2Fv1", "/Account/LogOn", "/wp-login.php", "/sso/"]
)
def test_a_redirect_to_a_page_to_sign_in_is_recognized(place: str) -> None:
    assert leads_to_sign_in(place)


@pytest.mark.parametrize(
    "place", ["/v2/deals", "/v1/logins", "/catalog/in", "/designs/on", "https://login.x/v1/deals", ""]
)
def test_other_redirects_lead_to_no_page_to_sign_in(place: str) -> None:
    assert not leads_to_sign_in(place)


@pytest.mark.parametrize(
    "said",
    [
        Answer(200, "<html><title>Please log in</title></html>", {"Content-Type": "text/html"}),
        Answer(200, "Session expired", {"Content-Type": "text/plain"}),
        Answer(302, "", {"Location": "/login"}),
        Answer(419, ""),
    ],
    ids=["page", "text", "redirect", "status"],
)
def test_a_session_that_ends_in_any_way_is_renewed_once(api: Sandbox, tap: TapRunner, said: Answer) -> None:
    given = iter([said])
    api.intercept(lambda request: next(given, None) if request.path == "/v1/deals" else None)
    config = {"api_url": api.url, "client_id": api.options.client_id, "client_secret": api.options.client_secret}
    assert tap.run(*tap.write(config=config | {"resources": ["deals"]}), "--test").code == 0
    assert len([request for request in api.requests if request.path == "/oauth/token"]) == 2
