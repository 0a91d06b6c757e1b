"""A translation shows no secret, and its faults have the names that the configuration has."""

from __future__ import annotations

from tap_analytics.resources.dlt_shape.translation import Translation


def test_secrets_are_not_shown() -> None:
    assert "s3cret" not in repr(Translation({}, secrets=["s3cret"]))


def test_a_fault_of_a_resource_names_the_url_as_the_configuration_does() -> None:
    fault = "`resources[0].endpoint.path` leads elsewhere than `api_url`"
    assert Translation({}).rename_url(fault) == fault
    renamed = Translation({}, names={"api_url": "client.base_url", "path": "other"}).rename_url(fault)
    assert renamed == "`resources[0].endpoint.path` leads elsewhere than `client.base_url`"
