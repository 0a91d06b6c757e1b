"""Each kind of `auth` in dlt's words is settings of the tap."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from singer_sdk import Tap

from tap_analytics.config import validation
from tap_analytics.config.faults import faults_in
from tap_analytics.http.authenticators import AUTHENTICATORS
from tap_analytics.resources.dlt_auth import AUTHS
from tap_analytics.settings import SETTINGS

URL = "https://api.example.com"
OAUTH2 = {"client_id": "c", "client_secret": "s"}


def settings_of(kind: str, **words: Any) -> dict[str, Any]:  # noqa: ANN401 - a word may have any value
    """Return the settings for an `auth`, which the tap takes as they are."""
    assert faults_in(words, AUTHS[kind].schema, "auth") == []
    settings = {name: value for name, value in AUTHS[kind].settings(words).items() if value is not None}
    schema = copy.deepcopy(SETTINGS)
    Tap.append_builtin_config(schema)
    config = validation.normalize({"api_url": URL, **settings}, schema)
    assert validation.faults(config, schema, AUTHENTICATORS) == []
    return settings


def test_a_key_goes_into_the_authorization_header_unless_it_is_said_where() -> None:
    assert settings_of("api_key", api_key="k") == {
        "api_key": "k",
        "api_key_name": "Authorization",
        "api_key_location": "header",
    }


@pytest.mark.parametrize(("location", "setting"), [("header", "header"), ("query", "query"), ("param", "query")])
def test_a_key_goes_where_it_is_said_and_param_is_another_word_for_query(location: str, setting: str) -> None:
    settings = settings_of("api_key", api_key="k", name="token", location=location)
    assert settings == {"api_key": "k", "api_key_name": "token", "api_key_location": setting}


def test_a_token_is_a_bearer_token() -> None:
    assert settings_of("bearer", token="t") == {"api_key": "t", "api_key_location": "bearer"}


@pytest.mark.parametrize(
    ("pair", "header"),
    [(("Aladdin", "open sesame"), "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="), (("ü", "pass:word"), "w7w6cGFzczp3b3Jk")],
)
def test_basic_authentication_is_a_header_and_no_key(pair: tuple[str, str], header: str) -> None:
    username, password = pair
    assert settings_of("http_basic", username=username, password=password) == {
        "headers": {"Authorization": f"Basic {header}"},
        "api_key_location": "none",
    }


@pytest.mark.parametrize("kind", ["oauth2", "oauth2_client_credentials"])
@pytest.mark.parametrize("word", ["token_url", "access_token_url"])
def test_client_credentials_bring_their_scope_and_where_tokens_are_asked_for(kind: str, word: str) -> None:
    form = {"grant_type": "client_credentials", "scope": "read"}
    words = OAUTH2 | {word: f"{URL}/token", "access_token_request_data": form, "default_token_expiration": 60}
    assert settings_of(kind, **words) == OAUTH2 | {"token_url": f"{URL}/token", "scope": "read"}


def test_what_client_credentials_do_not_say_is_left_to_the_settings() -> None:
    assert settings_of("oauth2", **OAUTH2) == OAUTH2


def test_a_secret_that_is_not_said_may_be_a_setting_of_its_own() -> None:
    assert AUTHS["bearer"].settings({})["api_key"] is None
    assert AUTHS["api_key"].settings({})["api_key"] is None


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("api_key", {"api_key": ["s3cret"]}),
        ("bearer", {"token": 5}),
        ("http_basic", {"username": ["s3cret"], "password": "s3cret"}),
        ("oauth2", {"client_secret": {"s3cret": "s3cret"}}),
    ],
)
def test_a_wrong_secret_is_told_without_its_value(kind: str, words: dict[str, Any]) -> None:
    (fault,) = faults_in(words, AUTHS[kind].schema, "auth")
    assert fault.endswith("must be text that is not empty")
    assert "s3cret" not in fault
