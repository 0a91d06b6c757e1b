"""Every setting is described, has a default that fits, and is a secret where it holds one."""

from __future__ import annotations

import copy
import re
from importlib.metadata import version
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tap_analytics import settings
from tap_analytics.config.faults import faults_in
from tap_analytics.http.auth.authenticators import AUTHENTICATORS
from tap_analytics.settings import SETTINGS, default_user_agent, open_schema

PROPERTIES: dict[str, dict[str, Any]] = SETTINGS["properties"]


def faults_of(name: str, value: object) -> list[str]:
    return faults_in({name: value}, {"type": "object", "properties": {name: PROPERTIES[name]}}, "")


def test_the_settings_are_a_json_schema_that_takes_no_others() -> None:
    Draft7Validator.check_schema(SETTINGS)
    assert SETTINGS["additionalProperties"] is False
    assert SETTINGS["required"] == ["api_url"]


def test_no_setting_is_there_twice() -> None:
    groups = (
        settings.CONNECTION,
        settings.SIGNING,
        settings.RESOURCES,
        settings.DECLARED,
        settings.ACCOUNTS,
        settings.SYNC,
        settings.REQUESTS,
        settings.LOGGING,
    )
    names = [setting.name for group in groups for setting in group]
    assert sorted(names) == sorted(PROPERTIES)


@pytest.mark.parametrize("name", PROPERTIES)
def test_a_setting_has_a_title_and_a_sentence(name: str) -> None:
    setting = PROPERTIES[name]
    assert re.fullmatch(r"[A-Z].*[^.]", setting["title"])
    assert re.fullmatch(r"[A-Z`].*[.]", setting["description"])


@pytest.mark.parametrize("name", [name for name in PROPERTIES if "default" in PROPERTIES[name]])
def test_a_default_is_a_value_that_the_setting_takes(name: str) -> None:
    assert faults_of(name, copy.deepcopy(PROPERTIES[name]["default"])) == []


@pytest.mark.parametrize("name", [name for name in PROPERTIES if "examples" in PROPERTIES[name]])
def test_an_example_is_a_value_that_the_setting_takes(name: str) -> None:
    assert [faults_of(name, example) for example in PROPERTIES[name]["examples"]] == [
        [] for _ in PROPERTIES[name]["examples"]
    ]


def test_keys_secrets_and_headers_are_secrets_and_nothing_else_is() -> None:
    secret = {name for name, setting in PROPERTIES.items() if setting.get("writeOnly")}
    assert secret >= {
        *("api_key", "client_secret", "headers", "password", "refresh_token", "assertion"),
        *("private_key", "private_key_passphrase", "token_params", "login"),
    }
    assert secret <= {"headers", *AUTHENTICATORS.credentials, *AUTHENTICATORS.options}
    assert not secret & {"username", "client_id", "token_url", "token_file", "api_key_name", "scope", "grant_type"}


def test_every_credential_of_an_authenticator_is_a_setting() -> None:
    assert set(AUTHENTICATORS.credentials) <= PROPERTIES.keys()


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("page_size", 0),
        ("concurrency", 33),
        ("max_retries", -1),
        ("read_timeout", 0),
        ("requests_per_second", 0),
        ("start_date", "yesterday"),
        ("api_key_location", "body"),
        ("limit_param", ""),
        ("headers", {"X": 5}),
    ],
)
def test_a_value_out_of_its_limits_is_refused(name: str, wrong: object) -> None:
    assert len(faults_of(name, wrong)) == 1


def test_the_user_agent_names_the_tap_and_its_version() -> None:
    assert default_user_agent() == f"tap-analytics/{version('tap-analytics')}"


def test_what_is_added_to_an_open_schema_is_no_setting() -> None:
    schema = open_schema()
    assert schema == SETTINGS
    schema["properties"]["other"] = {}
    assert "other" not in SETTINGS["properties"]
