from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.auth.authenticators import AUTHENTICATORS, Authenticators, Line
from tap_analytics.http.auth.basic import HttpBasic
from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.http.auth.grants.refresh_token import RefreshToken
from tap_analytics.http.auth.keys import KeyAsBearer, KeyInHeader, KeyInQuery, NoKey
from tap_analytics.http.auth.login import Login
from tap_analytics.http.auth.oauth import OAuth2
from tap_analytics.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tap_analytics.http.sender import Sender

CLIENT = {"client_id": "c", "client_secret": "s", "token_endpoint_auth_method": "client_secret_post"}
OAUTH2 = "OAuth2 with the grant"
MISSING = (
    "credentials are missing; set `api_key`, or `username` and `password`, or `client_id` and `client_secret`, or "
    "`login`, or `signing_id` and `signing_key` "
    "(for an API that wants no key, or gets it in `headers`, set `api_key_location` to `none`)"
)


class Pair(Authenticator):
    """One more kind of credentials."""

    title: ClassVar = "a signature"
    credentials: ClassVar = ("signing_id", "signing_key")
    query_setting: ClassVar = "signature_param"

    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if ":" in config.get("signing_id", ""):
            yield "`signing_id` must have no colon"

    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        yield f"{given['signing_id']}+{given['signing_key']}"


# The kinds that messages name here; a further one has a test of its own.
KINDS = ("OwnAuth", "NoKey", "KeyInQuery", "KeyInHeader", "KeyInCookie", "KeyAsBearer", "KeyInPath", "HttpBasic")
LINES = [line for line in AUTHENTICATORS.lines if line.name in {*KINDS, "OAuth2", "Login"}]
MORE = Authenticators(*LINES, Line(__name__, "Pair", ("signing_id", "signing_key")))


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "query"}, KeyInQuery),
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "header"}, KeyInHeader),
        ({"api_key": "k", "api_key_name": "n", "api_key_location": "bearer"}, KeyAsBearer),
        ({"api_key_location": "none"}, NoKey),
        (CLIENT | {"api_key_location": "query"}, OAuth2),
        ({"api_key_location": "query"}, Authenticator),
        ({"username": "u", "password": "p"}, HttpBasic),
        ({"username": "u", "password": ""}, HttpBasic),
        ({"username": "u", "password": "p", "grant_type": "password"}, OAuth2),
        ({"login": {"path": "/login", "token_path": "token"}}, Login),
        ({"signing_id": "i", "signing_key": "k"}, Pair),
    ],
)
def test_the_settings_choose_the_authenticator(sender: Sender, config: dict[str, str], kind: type) -> None:
    assert type(MORE.authenticator(config, sender)) is kind


def test_every_setting_of_every_kind_is_a_setting_of_the_tap() -> None:
    for kind in AUTHENTICATORS.kinds:
        assert set(kind.credentials + kind.more_credentials + kind.options) <= SETTINGS["properties"].keys()
        assert kind.query_setting is None or kind.query_setting in kind.options


def test_every_line_has_the_settings_of_its_kind() -> None:
    for line in AUTHENTICATORS.lines:
        kind = line.kind()
        assert line.credentials == kind.credentials
        assert {*kind.more_credentials, *kind.options} <= {*line.others}


def test_a_kind_is_imported_when_settings_say_anything_of_it() -> None:
    code = """
import sys
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
for config in ({"api_key": "k", "token_prefix": "Bearer"}, {"token_prefix": "b"}):
    assert not [*AUTHENTICATORS.faults(config)]
    print("tap_analytics.http.auth.oauth" in sys.modules)
"""
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.split() == ["False", "True"]


def test_settings_of_credentials_are_those_without_which_no_kind_signs() -> None:
    usual = ("api_key", "username", "password", "client_id", "client_secret", "login", "signing_id", "signing_key")
    assert MORE.credentials[: len(usual)] == usual
    others = set(MORE.credentials[len(usual) :])
    assert others > {"refresh_token", "token_file", "assertion", "private_key"}
    assert {*MORE.credentials} - {"signing_id", "signing_key"} <= {*AUTHENTICATORS.credentials}


@pytest.mark.parametrize(
    ("config", "fault"),
    [
        (
            {},
            MISSING,
        ),
        ({"signing_id": "i"}, "`signing_key` is missing; a signature needs both `signing_id` and `signing_key`"),
        (
            {"signing_id": "i", "api_key": "k"},
            "`api_key` and `signing_id` belong to more than one kind of credentials; set one kind only",
        ),
        (
            {"signing_id": "i", "client_id": "c", "api_key": "k"},
            "`api_key` and `client_id` and `signing_id` belong to more than one kind of credentials; set one kind only",
        ),
        (
            {"signing_id": "i", "api_key_location": "none"},
            "`api_key_location` is `none`, but `signing_id` is set; remove one of them",
        ),
        (
            {"username": "u"},
            '`password` is missing; HTTP Basic needs both `username` and `password` (one of them may be empty: `""`)',
        ),
        (
            {"username": "u", "password": "p", "client_id": "c"},
            "`username` and `password` and `client_id` belong to more than one kind of credentials; set one kind only",
        ),
        (
            {"client_id": "c", "grant_type": "refresh_token"},
            f"`refresh_token` is missing; {OAUTH2} `refresh_token` needs {RefreshToken.needs}",
        ),
        (
            {"client_id": "c", "client_secret": "s", "grant_type": "password", "password": "p"},
            f"`username` is missing; {OAUTH2} `password` needs both `username` and `password`",
        ),
        (
            {"grant_type": "jwt-bearer"},
            f"`assertion` is missing; {OAUTH2} `jwt-bearer` needs {JwtBearer.needs}",
        ),
        (
            {"refresh_token": "r", "assertion": "a"},
            "`assertion` is set, which the grant `refresh_token` does not take; remove it, or set another `grant_type`",
        ),
        (
            {"grant_type": "password", "api_key": "k"},
            "`api_key` and `grant_type` belong to more than one kind of credentials; set one kind only",
        ),
        (
            {"login": {}, "api_key": "k"},
            "`api_key` and `login` belong to more than one kind of credentials; set one kind only",
        ),
    ],
)
def test_one_more_kind_is_told_of_like_the_others(config: dict[str, str], fault: str) -> None:
    assert list(MORE.missing(config)) == [fault]


@pytest.mark.parametrize(
    "config",
    [
        {"api_key": "k"},
        CLIENT,
        {"username": "u", "password": "p"},
        {"username": "", "password": "p"},
        {"signing_id": "i", "signing_key": "k"},
        {"api_key_location": "none"},
        {"login": {}},
        {"refresh_token": "r"},
        {"token_file": "t", "client_id": "c"},
        {"assertion": "a", "client_id": "c", "client_secret": "s"},
        {"private_key": "k", "private_key_passphrase": "p"},
        {"username": "u", "password": "p", "client_id": "c", "grant_type": "password"},
    ],
)
def test_one_whole_kind_of_credentials_is_enough(config: dict[str, str]) -> None:
    assert list(MORE.missing(config)) == []


def test_each_kind_says_what_is_wrong_with_its_settings() -> None:
    assert list(MORE.faults({"signing_id": "a:b"})) == ["`signing_id` must have no colon"]
    assert list(AUTHENTICATORS.faults({"signing_id": "a:b"})) == []


@pytest.mark.parametrize(
    ("config", "title"),
    [
        ({"api_key": "k", "api_key_location": "query"}, "an API key"),
        ({"username": "u", "password": "p"}, "HTTP Basic"),
        ({"login": {"path": "/login", "token_path": "token"}}, "a login"),
        ({"api_key_location": "none"}, "an API that wants no key"),
    ],
)
def test_an_option_of_other_credentials_is_refused(config: dict[str, Any], title: str) -> None:
    usual = {name: each["default"] for name, each in SETTINGS["properties"].items() if "default" in each}
    unset = {"scope": None, "jwt_claims": None, "token_endpoint_auth_method": "client_secret_basic"}
    assert list(AUTHENTICATORS.faults(usual | config | unset)) == []
    options = {"scope": "all", "token_path": "token", "token_params": {"a": "b"}, "grant_type": None}
    told = [f"`{name}` is set, which {title} does not take; remove it, or set other credentials" for name in options]
    assert sorted(AUTHENTICATORS.faults(usual | config | options)) == sorted(told[:-1])


def test_claims_without_a_key_that_signs_them_are_refused() -> None:
    (fault,) = AUTHENTICATORS.faults(CLIENT | {"jwt_claims": {"sub": "me"}})
    assert fault == "`jwt_claims` is set, but no key that signs them; set `private_key`, or remove it"


def test_headers_of_a_token_need_a_key_too() -> None:
    (fault,) = AUTHENTICATORS.faults(CLIENT | {"jwt_headers": {"kid": "K1"}})
    assert fault == "`jwt_headers` is set, but no key that signs them; set `private_key`, or remove it"
    assert not list(AUTHENTICATORS.faults(CLIENT | {"jwt_headers": {"kid": "K1"}, "grant_type": "self-signed"}))


def test_the_kind_that_is_chosen_names_the_query_parameter_that_it_takes() -> None:
    key = {"api_key": "k", "api_key_location": "query"}
    assert list(MORE.query_settings(key)) == ["api_key_name"]
    assert list(MORE.query_settings(key | {"api_key_location": "header"})) == []
    assert list(MORE.query_settings({"signing_id": "u", "signing_key": "p"})) == ["signature_param"]


def test_each_kind_names_the_forms_in_which_it_sends_secrets() -> None:
    assert "u+p" in list(MORE.encoded_secrets({"signing_id": "u", "signing_key": "p"}))
