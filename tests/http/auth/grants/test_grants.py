"""Settings choose a grant, and each grant sends its credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.http.auth.grants.client_credentials import ClientCredentials
from tap_analytics.http.auth.grants.grants import GRANTS, grant_of
from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.http.auth.grants.password import Password
from tap_analytics.http.auth.grants.refresh_token import RefreshToken
from tap_analytics.report.redaction.redact import Redactor
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from tap_analytics.http.auth.grants.grant import Grant


@pytest.mark.parametrize(
    ("config", "grant"),
    [
        ({}, None),
        ({"client_id": "c"}, ClientCredentials),
        ({"client_id": "c", "refresh_token": "r"}, RefreshToken),
        ({"client_id": "c", "token_file": "f"}, RefreshToken),
        ({"client_id": "c", "assertion": "a"}, JwtBearer),
        ({"private_key": "k"}, JwtBearer),
        ({"private_key_file": "k"}, JwtBearer),
        ({"username": "u", "password": "p"}, None),
        ({"username": "u", "password": "p", "grant_type": "password"}, Password),
        ({"client_id": "c", "refresh_token": "r", "grant_type": "client_credentials"}, ClientCredentials),
        ({"client_id": "c", "grant_type": "another"}, None),
    ],
)
def test_the_name_or_the_credentials_choose_the_grant(config: dict[str, str], grant: type[Grant] | None) -> None:
    assert grant_of(config) is grant


def test_the_setting_has_every_grant() -> None:
    assert sorted(SETTINGS["properties"]["grant_type"]["enum"]) == sorted(grant.name for grant in GRANTS)
    assert all(set(grant.takes) <= SETTINGS["properties"].keys() for grant in GRANTS)


@pytest.mark.parametrize(
    ("grant", "config", "fields"),
    [
        (ClientCredentials, {}, {"grant_type": "client_credentials"}),
        (Password, {"username": "u", "password": ""}, {"grant_type": "password", "username": "u", "password": ""}),
        (RefreshToken, {"refresh_token": "r"}, {"grant_type": "refresh_token", "refresh_token": "r"}),
    ],
)
def test_a_grant_shows_its_credentials_and_the_scope(
    grant: type[Grant], config: dict[str, str], fields: dict[str, str]
) -> None:
    assert dict(grant.of(config, Redactor()).fields("https://x")) == fields
    assert dict(grant.of(config | {"scope": "a b"}, Redactor()).fields("https://x")) == fields | {"scope": "a b"}
    assert grant.lacks(config) == ([] if config else ["client_id", "client_secret"])
    assert grant.of(config, Redactor()).advice
