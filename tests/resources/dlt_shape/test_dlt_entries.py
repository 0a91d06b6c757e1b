"""Resources in dlt's shape: what dlt lays over the defaults, and what it takes for none."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.configuration import Configuration
from tap_analytics.pagination.linked.json_link import JsonLinkPaginator
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.resources.dlt_shape.dlt import translate
from tap_analytics.settings import SETTINGS

CLIENT: dict[str, Any] = {"client": {"base_url": "https://api.example.com"}}


def declare(*entries: object, **defaults: Any) -> dict[str, Any]:  # noqa: ANN401 - any word
    """Return the resources that a configuration declares, by name."""
    given = CLIENT | {"resources": list(entries), "resource_defaults": defaults}
    settings = Configuration.of(given, SETTINGS)
    assert settings.faults == []
    return {resource.name: resource for resource in settings.resources}


def test_only_params_and_json_are_laid_over_the_defaults_key_by_key() -> None:
    paginator = {"type": "offset", "limit": 5, "total_path": "count"}
    new = {"cursor_path": "at", "start_param": "since"}
    below = {"headers": {"X-A": "1"}, "params": {"a": 1}, "paginator": paginator, "incremental": new}
    own = {
        "headers": {"X-B": "2"},
        "params": {"b": 2},
        "paginator": {"type": "offset", "limit": 100},
        "incremental": {"cursor_path": "on"},
    }
    made = declare("usual", {"name": "own", "endpoint": own}, endpoint=below)
    assert (made["own"].params, made["own"].headers) == ({"a": "1", "b": "2"}, {"X-B": "2"})
    assert made["own"].paginator == OffsetPaginator(limit=100)
    assert (made["own"].incremental.cursor_path, made["own"].incremental.start_param) == ("on", None)
    assert (made["usual"].headers, made["usual"].incremental.start_param) == ({"X-A": "1"}, "since")


@pytest.mark.parametrize("below", [{}, {"auth": {"type": "bearer", "token": "t0ken"}}])
def test_no_credentials_of_a_resource_are_none(below: dict[str, Any]) -> None:
    made = declare({"name": "open", "endpoint": {"auth": None}}, endpoint=below)
    assert made["open"].auth == {"api_key_location": "none"}


def test_an_empty_path_is_the_base_url() -> None:
    assert declare({"name": "root", "endpoint": ""})["root"].path == ""


def test_json_response_is_the_former_name_of_json_link() -> None:
    made = declare({"name": "a", "endpoint": {"paginator": {"type": "json_response", "next_url_path": "more"}}})
    assert made["a"].paginator == JsonLinkPaginator(next_url_path="more")


def test_a_resource_that_replaces_is_read_from_its_first_value_on() -> None:
    new = {"cursor_path": "at", "initial_value": "2024-01-01"}
    given = {"name": "a", "write_disposition": "replace", "endpoint": {"incremental": new}}
    assert declare(given)["a"].incremental.initial_value == "2024-01-01"
    settings = Configuration.of(CLIENT | {"resources": [given]}, SETTINGS)
    assert any("`a`" in remark and "`initial_value`" in remark for remark in settings.remarks)


def test_defaults_are_none_of_code_that_gives_records() -> None:
    assert translate(
        CLIENT
        | {"resource_defaults": {"primary_key": "id", "write_disposition": "merge"}, "resources": ["steps.py:boxes"]}
    ).settings["resources"] == [
        {"name": "boxes", "values": "steps.py:boxes", "selected": True, "primary_key": None, "write_disposition": None}
    ]
