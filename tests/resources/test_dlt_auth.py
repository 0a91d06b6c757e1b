"""The kinds of `auth` that dlt has, as settings of the tap."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_auth import faults, settings


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        ({"token": "t"}, {"api_key": "t", "api_key_location": "bearer"}),
        (
            {"type": "api_key", "api_key": "k"},
            {"api_key": "k", "api_key_name": "Authorization", "api_key_location": "header"},
        ),
        (
            {"type": "api_key", "api_key": "k", "name": "key", "location": "param"},
            {"api_key": "k", "api_key_name": "key", "api_key_location": "query"},
        ),
        (
            {"type": "http_basic", "username": "k", "password": ""},
            {"username": "k", "password": ""},
        ),
        (
            {"type": "http_basic", "username": "", "password": "k"},
            {"username": "", "password": "k"},
        ),
    ],
)
def test_words_are_settings(auth: dict[str, Any], expected: dict[str, Any]) -> None:
    assert list(faults(auth, "auth", is_whole=True)) == []
    assert settings(auth) == expected


@pytest.mark.parametrize(
    ("auth", "missing"),
    [
        ({"type": "bearer"}, ["token"]),
        ({"type": "api_key", "name": "k"}, ["api_key"]),
        ({"type": "oauth2_client_credentials", "access_token_url": "https://x"}, ["client_id", "client_secret"]),
    ],
)
def test_credentials_of_a_resource_are_complete_and_those_of_a_client_may_be_settings(
    auth: dict[str, Any], missing: list[str]
) -> None:
    assert [fault.split(";")[0] for fault in faults(auth, "auth", is_whole=True)] == [
        f"`auth.{name}` is missing" for name in missing
    ]
    assert list(faults(auth, "auth")) == []
