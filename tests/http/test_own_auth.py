"""Requests that are signed by an object of the operator's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from requests import PreparedRequest

from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.http.own_auth import OwnAuth

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
