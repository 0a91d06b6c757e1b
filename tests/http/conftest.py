from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.retry import RetryPolicy
from tap_analytics.http.sender import Sender
from tap_analytics.http.session import Timeouts
from tap_analytics.report.redaction.redact import Redactor

if TYPE_CHECKING:
    import requests

    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.sandbox import Sandbox

AWKWARD = "&=+%#/ü€ \"'\\:;,?@"


@pytest.fixture
def sender() -> Sender:
    return Sender(
        headers={},
        timeouts=Timeouts(connect=5, read=5),
        retry=RetryPolicy(backoff_factor=0),
        redactor=Redactor([AWKWARD]),
    )


def get(sender: Sender, api: Sandbox, authenticator: Authenticator, **params: object) -> requests.Response:
    return sender.send(HTTPRequest(f"{api.url}/v1/deals", params=dict(params)), authenticator)
