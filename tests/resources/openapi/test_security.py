"""Security schemes of a document become words of `auth`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.openapi.security import auth_of
from tests.resources.openapi.parts import Words, node_of

if TYPE_CHECKING:
    from pathlib import Path


URL = "https://example.com/token"


@pytest.mark.parametrize(
    ("scheme", "auth"),
    [
        ({"type": "http", "scheme": "Bearer"}, {"type": "bearer", "token": "$API_TOKEN"}),
        (
            {"type": "apiKey", "in": "query", "name": "k"},
            {"type": "api_key", "name": "k", "api_key": "$API_KEY", "location": "query"},
        ),
        (
            {"type": "http", "scheme": "basic"},
            {"type": "http_basic", "username": "$API_USERNAME", "password": "$API_PASSWORD"},
        ),
        (
            {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": URL, "scopes": {}}}},
            {
                "type": "oauth2_client_credentials",
                "access_token_url": URL,
                "client_id": "$CLIENT_ID",
                "client_secret": "$CLIENT_SECRET",
            },
        ),
        (
            {"type": "apiKey", "in": "cookie", "name": "k"},
            {"type": "api_key", "name": "k", "api_key": "$API_KEY", "location": "cookie"},
        ),
        ({"type": "mutualTLS"}, None),
    ],
)
def test_a_security_scheme_becomes_words_of_auth(tmp_path: Path, scheme: Words, auth: Words | None) -> None:
    root = node_of(tmp_path, {"components": {"securitySchemes": {"s": scheme}}, "security": [{"s": []}]})
    words, remark = auth_of(root, root["security"])
    assert words == auth
    assert bool(remark) is (auth is None)


def test_where_nothing_has_to_be_signed_nothing_is(tmp_path: Path) -> None:
    root = node_of(tmp_path, {"security": [{"s": []}, {}]})
    assert auth_of(root, root["security"]) == (None, "")
