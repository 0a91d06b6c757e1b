"""Settings by the names that they have in a configuration of dlt's shape."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.configuration import Configuration
from tap_analytics.tap import TapAnalytics

URL = "https://api.example.com"


@pytest.mark.parametrize(
    ("client", "fault"),
    [
        ({"base_url": "x.io"}, "`client.base_url` must begin with"),
        ({"auth": {"type": "bearer"}}, "`client.auth.token` is missing"),
        ({"auth": {"type": "api_key"}}, "`client.auth.api_key` is missing"),
        ({"auth": {"token": "a\nb"}}, "`client.auth.token` has characters"),
        ({"auth": {"type": "api_key", "api_key": "k", "name": "a b"}}, "`client.auth.name` must be the name"),
        ({"auth": {"type": "oauth2", "client_id": "c"}}, "`client.auth.client_secret` is missing"),
        (
            {"auth": {"type": "oauth2", "client_id": "c", "client_secret": "s", "access_token_url": "x"}},
            "`client.auth.access_token_url` must begin with",
        ),
        ({"headers": {"a b": "c"}}, "`client.headers` has a name or value"),
        ({"session": {"timeout": -1}}, "`client.session.timeout` must be"),
    ],
)
def test_a_fault_names_the_word_that_was_written(client: dict[str, Any], fault: str) -> None:
    given = {"client": {"base_url": URL} | client, "resources": ["a"]}
    (told,) = Configuration.of(given, TapAnalytics.settings_schema()).faults
    assert told.startswith(fault)


def test_a_setting_that_stands_beside_the_client_keeps_its_name() -> None:
    given = {"client": {"base_url": URL}, "resources": ["a"], "page_size": 0}
    (told,) = Configuration.of(given, TapAnalytics.settings_schema()).faults
    assert told.startswith("`page_size` must be")


def test_faults_of_client_defaults_and_resources_are_told_at_once() -> None:
    entry = {"name": "a", "selected": 5, "endpoint": {"path": "a/{x}", "json": {}, "data": {}, "data_selector": 5}}
    child = {"name": "b", "endpoint": {"path": "b/{resources.none.id}", "params": {"k": {}}}}
    given = {
        "client": {"base_url": URL, "paginator": "ofset"},
        "resource_defaults": {"write_disposition": "skip"},
        "resources": [entry, child],
    }
    faults = Configuration.of(given, TapAnalytics.settings_schema()).faults
    assert sorted(fault.split("`")[1] for fault in faults) == [
        "client.paginator.type",
        "resource_defaults.write_disposition",
        "resources[0].endpoint.data_selector",
        "resources[0].endpoint.json",
        "resources[0].endpoint.path",
        "resources[0].selected",
        "resources[1].endpoint",
        "resources[1].endpoint.params.k",
    ]
