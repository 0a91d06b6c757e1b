"""A connection that sends no request twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.remembering import RememberingConnection
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.http.connection import Connection
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner


@pytest.fixture
def connection(tap: TapRunner) -> Connection:
    config = TapAnalytics(config=tap.settings()).config
    return RememberingConnection.of(config, Redactor())


def request(api: Sandbox, path: str, **params: Any) -> HTTPRequest:  # noqa: ANN401 - any parameter
    return HTTPRequest(url=f"{api.url}{path}", method="GET", params=params)


def test_the_same_request_is_sent_once(api: Sandbox, connection: Connection) -> None:
    first, second = (connection.send(request(api, "/v1/deals", limit="2")) for _ in range(2))
    assert first is second
    assert len(api.requests) == 1


def test_another_request_is_another(api: Sandbox, connection: Connection) -> None:
    for limit in ("2", "3"):
        connection.send(request(api, "/v1/deals", limit=limit))
    assert len(api.requests) == 2


def test_a_failure_is_asked_for_again(api: Sandbox, connection: Connection) -> None:
    for _ in range(2):
        with pytest.raises(FatalAPIError):
            connection.send(request(api, "/v1/nothing"))
    assert len(api.requests) == 2
