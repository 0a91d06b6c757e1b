from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.config.validation import normalize
from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.connection import Connection
from tap_analytics.http.retry import RetryPolicy, TransientError
from tap_analytics.http.waits import WaitHeaders
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.sandbox import Answer
from tap_analytics.settings import SETTINGS, default_user_agent

if TYPE_CHECKING:
    from tap_analytics.sandbox import Request, Sandbox


def connect(api: Sandbox, **given: Any) -> Connection:  # noqa: ANN401 - a setting may be anything
    return Connection.of(normalize({"api_url": api.url, **given}, SETTINGS), Redactor())


def send(api: Sandbox, connection: Connection) -> Request:
    """Return what the API gets for a request that is sent over a connection."""
    connection.sender.send(HTTPRequest(f"{api.url}/v1/deals"), connection.authenticator)
    return api.requests[-1]


def test_the_settings_describe_the_connection(api: Sandbox) -> None:
    limits = {"retry_statuses": [409], "rate_limit_header": "X"}
    connection = connect(api, max_retries=5, backoff_factor=0.5, max_retry_wait=7, concurrency=3, **limits)
    assert connection.retry == RetryPolicy(
        max_retries=5, backoff_factor=0.5, max_wait=7, statuses=frozenset([409]), headers=WaitHeaders("X")
    )
    assert connection.width == 3


def test_requests_carry_the_key_and_the_headers_of_the_settings(api: Sandbox) -> None:
    request = send(api, connect(api, api_key=api.api_key, headers={"X-Team": "data"}))
    assert request.params == {"api_key": api.api_key}
    expected = {"accept": "application/json", "user-agent": default_user_agent(), "x-team": "data"}
    assert request.headers.items() >= expected.items()


def test_a_user_agent_of_the_settings_is_sent(api: Sandbox) -> None:
    assert send(api, connect(api, api_key=api.api_key, user_agent="me/1")).headers["user-agent"] == "me/1"


def test_an_oauth2_client_signs_with_its_token(api: Sandbox) -> None:
    options = api.options
    request = send(api, connect(api, client_id=options.client_id, client_secret=options.client_secret))
    assert request.headers["authorization"].startswith("Bearer ")


def test_without_settings_a_connection_is_made_that_signs_nothing() -> None:
    assert type(Connection.of(normalize({}, SETTINGS), Redactor()).authenticator) is Authenticator


def test_all_requests_wait_for_the_throttle(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, monotonic=lambda: sum(waited))
    monkeypatch.setattr("tap_analytics.http.throttle.time", clock)
    connection = connect(api, api_key=api.api_key, requests_per_second=0.5)
    for each in (connection, connection, connection.with_retry(RetryPolicy())):
        send(api, each)
    assert waited == [2, 2]


@pytest.mark.parametrize("oauth", [False, True])
def test_another_retry_policy_is_that_of_pages_and_of_tokens(api: Sandbox, *, oauth: bool) -> None:
    credentials = {"client_id": "c", "client_secret": "s"} if oauth else {"api_key": "k"}
    connection = connect(api, **credentials)
    hasty = connection.with_retry(replace(connection.retry, max_wait=10))
    api.intercept(lambda _: Answer(503, headers={"Retry-After": "60"}))
    with pytest.raises(TransientError):
        send(api, connection)
    with pytest.raises(FatalAPIError, match=r"longer than the 10 s that the tap waits"):
        send(api, hasty)
    assert (connection.retry.max_wait, hasty.retry.max_wait) == (300, 10)


def test_another_retry_policy_keeps_the_connections(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    connection = connect(api, api_key=api.api_key)
    with caplog.at_level("DEBUG", "urllib3"):
        send(api, connection)
        send(api, connection.with_retry(RetryPolicy()))
    assert caplog.text.count("Starting new HTTP connection") == 1


def test_a_connection_shows_no_secret(api: Sandbox) -> None:
    assert "s3cret" not in repr(connect(api, api_key="s3cret", headers={"X": "s3cret"}))
