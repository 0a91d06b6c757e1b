"""The kinds of `auth` that dlt has, as settings of the tap."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.declaration.dlt_auth import faults, settings


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


OAUTH2 = {"type": "oauth2_client_credentials", "client_id": "c", "client_secret": "s"}
URN = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"access_token_request_data": {"scope": "a"}}, {"scope": "a"}),
        ({"access_token_request_data": {"audience": "x", "n": 5}}, {"token_params": {"audience": "x", "n": 5}}),
        (
            {"access_token_request_data": {"grant_type": "refresh_token", "refresh_token": "r", "a": "b"}},
            {"grant_type": "refresh_token", "refresh_token": "r", "token_params": {"a": "b"}},
        ),
        (
            {"access_token_request_data": {"grant_type": "password", "username": "u", "password": "p"}},
            {"grant_type": "password", "username": "u", "password": "p"},
        ),
        (
            {"access_token_request_data": {"grant_type": URN, "assertion": "a.b.c"}},
            {"grant_type": "jwt-bearer", "assertion": "a.b.c"},
        ),
        (
            {"access_token_request_data": {"grant_type": "account_credentials", "account_id": "7"}},
            {"token_params": {"grant_type": "account_credentials", "account_id": "7"}},
        ),
        ({"access_token_request_data": {"username": "u"}}, {"token_params": {"username": "u"}}),
        ({"default_token_expiration": "60"}, {"default_token_expiration": "60"}),
        ({"token_prefix": "Token", "token_request": "json"}, {"token_prefix": "Token", "token_request": "json"}),
        (
            {"type": "oauth2_refresh_token", "refresh_token": "r", "access_token_url": "https://x/t"},
            {"grant_type": "refresh_token", "refresh_token": "r", "token_url": "https://x/t"},
        ),
        ({"type": "oauth2_jwt_bearer", "assertion": "a"}, {"grant_type": "jwt-bearer", "assertion": "a"}),
        (
            {"type": "oauth2_password", "username": "u", "password": "p"},
            {"grant_type": "password", "username": "u", "password": "p"},
        ),
    ],
)
def test_words_of_oauth2_are_settings(words: dict[str, Any], expected: dict[str, Any]) -> None:
    auth = OAUTH2 | words
    assert list(faults(auth, "auth", is_whole=True)) == []
    assert settings(auth) == {"client_id": "c", "client_secret": "s"} | expected


def test_a_login_is_a_setting() -> None:
    login = {"path": "/login", "json": {"user": "u"}, "token_path": "token"}
    assert list(faults({"type": "login"} | login, "auth", is_whole=True)) == []
    assert settings({"type": "login"} | login) == {"login": login}


@pytest.mark.parametrize(
    ("auth", "fault"),
    [
        ({"type": "oauth2"}, "`auth.client_id` is missing; OAuth2 needs both"),
        ({"type": "oauth2_refresh_token", "client_id": "c"}, "`auth.refresh_token` is missing; OAuth2 with the grant"),
        ({"type": "oauth2_password", "username": "u"}, "`auth.password` is missing; OAuth2 with the grant `password`"),
        ({"type": "oauth2_jwt_bearer", "private_key": "s3cret", "client_id": "c"}, "`auth.private_key` has no private"),
        (
            {"type": "oauth2_refresh_token", "refresh_token": "r", "assertion": "a"},
            "`auth.assertion` is set, which the grant `refresh_token` does not take",
        ),
        (
            {"type": "oauth2_refresh_token", "token_file": "/missing/token.json"},
            "`auth.token_file` is in a folder that is not there",
        ),
        (OAUTH2 | {"token_prefix": "a\nb"}, "`auth.token_prefix` has characters that no HTTP header can carry"),
        (OAUTH2 | {"default_token_expiration": "soon"}, "`auth.default_token_expiration` must be a number of seconds"),
        (OAUTH2 | {"token_request": "xml"}, "`auth.token_request` must be one of `form`, `json`"),
        (OAUTH2 | {"token_params": {"a": ["s3cret"]}}, "`auth.token_params.a` must be text or a number; a list"),
        ({"type": "login", "path": "/l"}, "`auth` does not say where the answer has the token"),
        ({"type": "login", "path": "//l", "token_path": "t"}, "`auth.path` must be a path below `api_url`"),
        ({"type": "login", "token_path": "t"}, "`auth.path` is missing"),
        ({"type": "login", "path": "/l", "token": "s3cret"}, "`auth.token` is not known; did you mean `token_path`?"),
    ],
)
def test_what_is_wrong_with_credentials_of_a_resource_is_told_with_its_place(auth: dict[str, Any], fault: str) -> None:
    found = list(faults(auth, "auth", is_whole=True))
    assert found[0].startswith(fault)
    assert "s3cret" not in str(found)
