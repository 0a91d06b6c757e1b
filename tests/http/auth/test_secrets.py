from __future__ import annotations

import base64

import pytest

from tap_analytics.http.auth.secrets import header_secrets, named_secrets, secrets
from tap_analytics.settings import SETTINGS


def basic(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("name", ["api_key", "client_secret"])
def test_a_secret_is_known_as_it_is_and_as_the_user_or_password_of_http_basic(name: str) -> None:
    assert set(secrets({name: "s3cret"})) == {"s3cret", basic("s3cret"), basic("s3cret:")}


def test_every_setting_that_is_secret_is_known() -> None:
    names = [name for name, setting in SETTINGS["properties"].items() if setting.get("secret")]
    assert set(names) >= {"api_key", "client_secret", "headers"}
    for name in names:
        assert "s3cret" in secrets({name: "s3cret"})


def test_no_other_setting_is_a_secret() -> None:
    assert secrets({"api_url": "https://x", "client_id": "client", "page_size": 100}) == []


def test_each_header_is_a_secret_with_and_without_its_scheme() -> None:
    found = secrets({"headers": {"Authorization": "Bearer t0ken", "X-Tenant": "tenant"}})
    assert {"Bearer t0ken", "t0ken", "tenant"} <= set(found)


@pytest.mark.parametrize("value", ["text", 12345, ["s3cret"]])
def test_what_is_no_object_is_a_secret_as_a_whole(value: object) -> None:
    assert str(value) in secrets({"headers": value})


def test_the_encoded_pair_of_an_oauth2_client_is_a_secret() -> None:
    assert basic("a+b:c%3Ad") in secrets({"client_id": "a b", "client_secret": "c:d"})


def test_nothing_set_is_no_secret() -> None:
    assert secrets({"api_key": None, "client_secret": "", "headers": {}}) == []


def test_texts_in_the_credentials_of_a_dlt_configuration_are_secrets() -> None:
    auth = {"type": "api_key", "name": "X-Key", "location": "header", "api_key": "s3cret", "tokn": "t0ken"}
    found = secrets({"client": {"base_url": "https://x", "auth": auth, "headers": {"X-Other": "0ther"}}})
    assert {"s3cret", "t0ken", "0ther"} <= set(found)
    assert not {"api_key", "X-Key", "header", "https://x"} & set(found)


def test_what_is_fixed_in_a_header_is_a_secret_and_what_a_parent_fills_in_is_not() -> None:
    found = list(header_secrets(["Bearer t0ken", "{resources.a.id}-suffix", "plain"]))
    assert {"Bearer t0ken", "t0ken", "-suffix", "plain"} <= set(found)
    assert not [text for text in found if "resources" in text]


def test_secrets_within_objects_are_found_at_any_depth_and_names_of_users_are_none() -> None:
    login = {
        "path": "/contacts",
        "json": {"a": [{"secret": "hidden-one"}], "username": "analytics", "remember": True, "keep": "true"},
    }
    params = {"audience": "https://api.example.com", "assertion": {"x": "hidden-two"}}
    found = secrets({"login": login, "token_params": params, "headers": {"path": "hidden-three"}})
    assert {"hidden-one", "hidden-two", "hidden-three"} <= set(found)
    assert not {"/contacts", "analytics", "https://api.example.com", "True", "true"} & set(found)
    client = {"auth": {"type": "oauth2", "access_token_request_data": {"audience": "aud", "code": "hidden-four"}}}
    assert "hidden-four" in secrets({"client": client})
    assert "aud" not in secrets({"client": client})


@pytest.mark.parametrize(
    "params",
    [
        {"api_key": "s3cret-0815-key"},
        {"hapikey": "s3cret-0815-key"},
        {"key": "s3cret-0815-key"},
        {"filter": {"accessToken": ["s3cret-0815-key"]}},
        {"Password": "s3cret-0815-key"},
    ],
)
def test_a_parameter_with_the_name_of_a_credential_is_a_secret(params: dict[str, object]) -> None:
    assert list(named_secrets(params)) == ["s3cret-0815-key"]


@pytest.mark.parametrize(
    "params",
    [
        {"sort_key": "updated_at"},
        {"key": "updated_at"},
        {"page_token": "s3cret-0815-key"},
        {"author": "somebody-12345"},
        {"api_key": "{resources.accounts.key}"},
        {"limit": 100, "q": "s3cret-0815-key"},
    ],
)
def test_another_parameter_is_none(params: dict[str, object]) -> None:
    assert list(named_secrets(params)) == []
