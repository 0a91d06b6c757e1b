from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tap_analytics.http.auth import Authenticator
from tap_analytics.http.authenticators import AUTHENTICATORS, Authenticators
from tap_analytics.http.keys import KeyAsBearer, KeyInHeader, KeyInQuery, NoKey
from tap_analytics.http.oauth import BearerToken
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.sender import Sender

CLIENT = {"client_id": "c", "client_secret": "s", "token_endpoint_auth_method": "client_secret_post"}
MISSING = (
    "credentials are missing; set `api_key`, or `client_id` and `client_secret`, or `username` and `password` "
    "(for an API that wants no key, set `api_key_location` to `none`)"
)


class Pair(Authenticator):
    """One more kind of credentials."""

    title: ClassVar = "HTTP Basic"
    credentials: ClassVar = ("username", "password")
    query_setting: ClassVar = "username_param"

    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if ":" in config.get("username", ""):
            yield "`username` must have no colon"

    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        yield f"{given['username']}+{given['password']}"


MORE = Authenticators(*AUTHENTICATORS.kinds, Pair)


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "query"}, KeyInQuery),
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "header"}, KeyInHeader),
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "bearer"}, KeyAsBearer),
        ({"api_key_location": "none"}, NoKey),
        (CLIENT | {"api_key_location": "query"}, BearerToken),
        ({"api_key_location": "query"}, Authenticator),
        ({"username": "u", "password": "p"}, Pair),
    ],
)
def test_the_settings_choose_the_authenticator(sender: Sender, config: dict[str, str], kind: type) -> None:
    assert type(MORE.authenticator(config, sender)) is kind


def test_every_setting_of_every_kind_is_a_setting_of_the_tap() -> None:
    for kind in AUTHENTICATORS.kinds:
        assert set(kind.credentials + kind.options) <= SETTINGS["properties"].keys()
        assert kind.query_setting is None or kind.query_setting in kind.options


def test_settings_of_credentials_are_those_without_which_no_kind_signs() -> None:
    assert AUTHENTICATORS.credentials == ("api_key", "client_id", "client_secret")
    assert MORE.credentials == (*AUTHENTICATORS.credentials, "username", "password")


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (
            {},
            MISSING,
        ),
        ({"username": "u"}, "`password` is missing; HTTP Basic needs both `username` and `password`"),
        (
            {"username": "u", "api_key": "k"},
            "`api_key` and `username` are both set; set one kind of credentials only",
        ),
        (
            {"username": "u", "client_id": "c", "api_key": "k"},
            "`api_key` and `client_id` and `username` are all set; set one kind of credentials only",
        ),
        (
            {"username": "u", "api_key_location": "none"},
            "`api_key_location` is `none`, but `username` is set; remove one of them",
        ),
    ],
)
def test_one_more_kind_is_told_of_like_the_others(config: dict[str, str], fault: str) -> None:
    assert list(MORE.missing(config)) == [fault]


@pytest.mark.parametrize(
    "config", [{"api_key": "k"}, CLIENT, {"username": "u", "password": "p"}, {"api_key_location": "none"}]
)
def test_one_whole_kind_of_credentials_is_enough(config: dict[str, str]) -> None:
    assert list(MORE.missing(config)) == []


def test_each_kind_says_what_is_wrong_with_its_settings() -> None:
    assert list(MORE.faults({"username": "a:b"})) == ["`username` must have no colon"]
    assert list(AUTHENTICATORS.faults({"username": "a:b"})) == []


def test_the_kind_that_is_chosen_names_the_query_parameter_that_it_takes() -> None:
    key = {"api_key": "k", "api_key_location": "query"}
    assert list(MORE.query_settings(key)) == ["api_key_name"]
    assert list(MORE.query_settings(key | {"api_key_location": "header"})) == []
    assert list(MORE.query_settings({"username": "u", "password": "p"})) == ["username_param"]


def test_each_kind_names_the_forms_in_which_it_sends_secrets() -> None:
    assert "u+p" in list(MORE.encoded_secrets({"username": "u", "password": "p"}))
