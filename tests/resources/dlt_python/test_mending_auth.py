"""How generated pages sign requests, in dlt's words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.resources.dlt_python.page_words import losses, with_auth


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            {"type": "basic", "username": "u", "password": "p"},
            {"type": "http_basic", "username": "u", "password": "p"},
        ),
        (
            {"type": "apiKey", "header_name": "X-Key", "key": "k", "in": "header"},
            {"type": "api_key", "name": "X-Key", "api_key": "k", "location": "header"},
        ),
        ({"type": "apikey", "location": "query"}, {"type": "api_key", "location": "query", "api_key": "$API_KEY"}),
        ({"type": "token", "value": "t"}, {"type": "bearer", "token": "t"}),
        (
            {"type": "oauth2", "client_id": "i", "token_url": "t", "scopes": ["a", "b"]},
            {
                "type": "oauth2_client_credentials",
                "client_id": "i",
                "access_token_url": "t",
                "access_token_request_data": {"scope": "a b"},
            },
        ),
        ({"type": "none"}, None),
    ],
)
def test_auth_is_mended(auth: dict[str, Any], expected: dict[str, Any] | None) -> None:
    made = with_auth(**auth)
    assert made.content["client"].get("auth") == expected
    assert losses(made) == []
    assert made.remarks


def test_a_word_of_auth_that_means_something_else_is_a_loss() -> None:
    made = with_auth(type="oauth2_client_credentials", client_id="i", redirect_uri="r")
    assert made.content["client"]["auth"] == {"type": "oauth2_client_credentials", "client_id": "i"}
    assert losses(made) == ["`client.auth.redirect_uri` is no word of dlt; it is left out"]
