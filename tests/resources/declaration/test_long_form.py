"""Entries in their long form."""

from __future__ import annotations

import pytest

from tap_analytics.resources.declaration.long_form import long_form


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("deals", {"name": "deals"}),
        (5, 5),
        ({"endpoint": "/a", "primary_key": "id"}, {"endpoint": {"path": "/a"}, "primary_key": ["id"]}),
        ({"primary_key": ""}, {"primary_key": None}),
        ({"write_disposition": "merge"}, {"write_disposition": {"disposition": "merge"}}),
        ({"endpoint": {"method": "post"}}, {"endpoint": {"method": "POST"}}),
        ({"endpoint": {"paginator": "auto"}}, {"endpoint": {"paginator": {"type": "auto"}}}),
        (
            {"endpoint": {"paginator": {"type": "offset", "limit": "5", "total_path": None, "offset": None}}},
            {"endpoint": {"paginator": {"type": "offset", "limit": 5, "total_path": ""}}},
        ),
        (
            {"endpoint": {"response_actions": ["steps.py:look", {"status_code": "404", "action": "ignore"}]}},
            {
                "endpoint": {
                    "response_actions": [{"action": ["steps.py:look"]}, {"status_code": 404, "action": "ignore"}]
                }
            },
        ),
        (
            {"endpoint": {"empty_when": {"status": "404", "data": None}}},
            {"endpoint": {"empty_when": {"status": [404], "data": None}}},
        ),
    ],
)
def test_text_stands_for_an_object_or_a_list(given: object, expected: object) -> None:
    assert long_form(given) == expected
