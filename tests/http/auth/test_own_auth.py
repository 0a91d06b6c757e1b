"""Requests that are signed by an object of the operator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requests import PreparedRequest
from requests.auth import HTTPBasicAuth

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.http.auth.own_auth import OwnAuth, signer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_analytics.http.sender import Sender


def signing(request: PreparedRequest) -> None:
    request.headers["X-Signed"] = "yes"


def make() -> Callable[[PreparedRequest], None]:
    return signing


def test_the_object_that_is_made_signs_even_where_it_returns_nothing(sender: Sender) -> None:
    request = PreparedRequest()
    request.prepare("GET", "https://api.example.com")
    authenticator = AUTHENTICATORS.authenticator({"own_auth": make, "api_key_location": "none"}, sender)
    assert isinstance(authenticator, OwnAuth)
    assert authenticator(request).headers["X-Signed"] == "yes"


def test_any_authenticator_of_requests_or_of_the_sdk_signs() -> None:
    request = PreparedRequest()
    request.prepare("GET", "https://api.example.com")
    assert signer_of(HTTPBasicAuth("ada", "lovelace"))(request).headers["Authorization"].startswith("Basic ")
    assert signer_of(signing)(request).headers["X-Signed"] == "yes"
    assert not signer_of(signing).renew(request)


def test_an_authenticator_of_the_tap_stays_as_it_is_and_none_adds_nothing() -> None:
    own = OwnAuth(signing)
    assert signer_of(own) is own
    assert type(signer_of(None)) is Authenticator
