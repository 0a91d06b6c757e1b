"""Values of generated pages, in dlt's words."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_python import source
from tap_analytics.resources.dlt_python.configuration import configuration
from tests.resources.dlt_python.page_words import losses, with_auth, with_entry


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"write_disposition": "overwrite"}, {"write_disposition": "replace"}),
        ({"disposition": "upsert"}, {"write_disposition": {"disposition": "merge", "strategy": "upsert"}}),
        ({"write_disposition": "merge", "key": "id"}, {"write_disposition": "merge", "primary_key": "id"}),
        (
            {"endpoint": {"path": "a/{k}", "params": {"k": {"type": "parent", "parent": "b", "parent_field": "id"}}}},
            {"endpoint": {"path": "a/{k}", "params": {"k": {"type": "resolve", "resource": "b", "field": "id"}}}},
        ),
        (
            {"endpoint": {"error_handler": [{"status": 404, "action": "skip"}, {"code": 410, "action": "raise"}]}},
            {
                "endpoint": {
                    "response_actions": [
                        {"status_code": 404, "action": "ignore"},
                        {"status_code": 410, "action": "fail"},
                    ]
                }
            },
        ),
    ],
)
def test_values_are_mended(entry: dict[str, Any], expected: dict[str, Any]) -> None:
    made = with_entry(**entry)
    assert made.content["resources"] == [{"name": "surveys"} | expected]
    assert losses(made) == []
    assert made.remarks or entry == expected


def test_a_key_goes_where_a_page_says_in_its_own_words() -> None:
    made = with_auth(type="api_key", api_key="k", location="query_param")
    assert made.content["client"]["auth"]["location"] == "query"
    assert with_auth(type="bearer_token", bearer_token="t").content["client"]["auth"]["token"] == "t"


def test_what_dlt_takes_from_its_settings_is_named_by_its_key() -> None:
    text = "rest_api_source({'client': {'base_url': 'u', 'auth': {'token': dlt.secrets.value}}, 'resources': ['a']})"
    made = configuration(source.read(f"import dlt\n{text}"), 2, text)
    assert made.content["client"]["auth"] == {"token": "$TOKEN"}
    assert losses(made) == []
