"""A configuration is settings with their defaults, declared resources, all faults and all secrets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.configuration import Configuration
from tap_analytics.tap import TapAnalytics

URL = "https://api.example.com"
SOUND = {"api_url": URL, "api_key": "s3cret"}
OF_DLT = {"base_url": URL, "auth": {"type": "api_key", "name": "X-Key", "api_key": "s3cret"}}


def configure(given: dict[str, Any], *, prefix: str = "") -> Configuration:
    return Configuration.of(given, TapAnalytics.settings_schema(), prefix=prefix)


def test_settings_have_their_defaults_and_numbers_for_text() -> None:
    configuration = configure(SOUND | {"page_size": "50"})
    assert configuration.settings.items() >= {"page_size": 50, "max_retries": 3, "headers": {}, **SOUND}.items()
    assert (configuration.faults, configuration.resources) == ([], [])


def test_variables_of_the_environment_are_settings_where_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAP_ANALYTICS_PAGE_SIZE", "7")
    assert configure(SOUND, prefix="TAP_ANALYTICS_").settings["page_size"] == 7
    assert configure(SOUND).settings["page_size"] == 100


@pytest.mark.parametrize("client", [OF_DLT, json.dumps(OF_DLT)], ids=["object", "text"])
def test_a_configuration_of_the_shape_of_dlt_is_translated(client: object) -> None:
    configuration = configure({"client": client, "resources": ["invoices"]})
    assert configuration.faults == []
    expected = {"api_url": URL, "api_key": "s3cret", "api_key_name": "X-Key", "api_key_location": "header"}
    assert configuration.settings.items() >= expected.items()
    assert [(each.name, each.path) for each in configuration.resources] == [("invoices", "/invoices")]


def test_a_client_that_is_no_json_is_told_without_its_text() -> None:
    configuration = configure({"client": '{"s3cret'})
    assert configuration.faults == ["`client` must be an object"]


def test_resources_lie_over_the_builtin_ones_and_the_defaults() -> None:
    contacts, things = configure(
        SOUND | {"resources": ["contacts", "things"], "resource_defaults": {"primary_key": "id"}}
    ).resources
    assert (contacts.path, things.path) == ("/v1/contacts", "/things")
    assert contacts.schema is not None
    assert things.primary_key == ("id",)


def test_all_faults_are_told_at_once_those_of_the_settings_first() -> None:
    configuration = configure(SOUND | {"pge_size": 5, "start_date": "soon", "resources": [{"name": "a", "pk": 1}]})
    assert len(configuration.faults) == 3
    assert configuration.faults[-1].startswith("`resources[0].pk` is not known")
    with pytest.raises(ConfigValidationError) as caught:
        configuration.check(is_strict=True)
    assert caught.value.errors == configuration.faults
    assert all(fault in str(caught.value) for fault in configuration.faults)


@pytest.mark.parametrize(
    ("given", "is_demanding"),
    [
        ({}, False),
        ({"page_size": 0}, False),
        ({"discover_fields": True}, True),
        ({"resources": ["contacts"]}, True),
        ({"resource_defaults": {"primary_key": "id"}}, True),
        ({"client": {}}, True),
    ],
)
def test_faults_matter_only_where_the_settings_are_needed(given: dict[str, Any], *, is_demanding: bool) -> None:
    configuration = configure(given)
    assert configuration.faults
    assert configuration.is_demanding is is_demanding
    if is_demanding:
        with pytest.raises(ConfigValidationError, match="the settings are not valid: "):
            configuration.check(is_strict=False)
    else:
        configuration.check(is_strict=False)
        with pytest.raises(ConfigValidationError, match="the settings are not valid: "):
            configuration.check(is_strict=True)


def test_without_a_fault_nothing_is_raised() -> None:
    configuration = configure(SOUND)
    configuration.check(is_strict=True)
    assert configuration.faults == []


def test_secrets_of_settings_of_a_client_and_of_resources_are_known_and_not_shown() -> None:
    entry = {"name": "a", "endpoint": {"headers": {"X-Team": "hidden-header"}}}
    configuration = configure(SOUND | {"headers": {"X": "other-header"}, "resources": [entry]})
    assert {"s3cret", "hidden-header", "other-header"} <= set(configuration.secrets)
    wrong = configure({"client": OF_DLT | {"session": 5}, "resources": ["a"]})
    assert wrong.faults
    assert "s3cret" in wrong.secrets
    shown = repr(configuration)
    assert not [secret for secret in ("s3cret", "hidden-header", "other-header") if secret in shown]


def test_variables_of_a_login_are_filled_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_PASSWORD", "s3cret")
    login = {"path": "/login", "json": {"password": "$CRM_PASSWORD", "price": "$$5"}, "token_path": "token"}
    flat = configure({"api_url": URL, "login": login})
    of_dlt = configure({"client": {"base_url": URL, "auth": {"type": "login", **login}}, "resources": ["a"]})
    for configuration in (flat, of_dlt, configure({"api_url": URL, "login": json.dumps(login)})):
        assert configuration.faults == []
        assert configuration.settings["login"]["json"] == {"password": "s3cret", "price": "$5"}
        assert "s3cret" in configuration.secrets
    params = {"audience": "$CRM_PASSWORD"}
    client = {"client_id": "c", "client_secret": "d"}
    assert configure(client | {"api_url": URL, "token_params": params}).settings["token_params"] == {
        "audience": "s3cret"
    }
    missing = configure({"api_url": URL, "login": login | {"data": {"a": "$CRM_USER"}}})
    assert [fault.split(",")[0] for fault in missing.faults] == [
        "`login.json` and `login.data` are both set; a request has one body",
        "`login` needs the environment variable `CRM_USER`",
    ]
