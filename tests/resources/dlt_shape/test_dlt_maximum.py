"""`maximum_offset` in a configuration of dlt's shape: the last page is read whole, as dlt does."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.dlt_shape.dlt import translate
from tap_analytics.resources.dlt_shape.dlt_maximum import with_whole_pages


@pytest.mark.parametrize(
    ("words", "maximum"),
    [
        ({"limit": 10, "maximum_offset": 0}, 10),
        ({"limit": 10, "maximum_offset": 1}, 10),
        ({"limit": 10, "maximum_offset": 20}, 20),
        ({"limit": 10, "maximum_offset": 25}, 30),
        ({"limit": 10, "offset": 5, "maximum_offset": 20}, 25),
        ({"limit": 10, "offset": 50, "maximum_offset": 20}, 60),
        ({"limit": 10, "offset": None, "maximum_offset": 11}, 20),
    ],
)
def test_the_maximum_is_the_end_of_the_last_page(words: dict[str, Any], maximum: int) -> None:
    assert with_whole_pages({"type": "offset", **words})["maximum_offset"] == maximum


@pytest.mark.parametrize(
    "paginator",
    [
        "offset",
        {"type": "page_number", "limit": 10, "maximum_offset": 5},
        {"type": "offset", "limit": 10},
        {"type": "offset", "maximum_offset": 5},
        {"type": "offset", "limit": "10", "maximum_offset": 5},
        {"type": "offset", "limit": 0, "maximum_offset": 5},
        {"type": "offset", "limit": 10, "maximum_offset": -1},
    ],
)
def test_another_paginator_stays_as_it_is(paginator: object) -> None:
    assert with_whole_pages(paginator) == paginator


def test_paginators_of_the_client_the_defaults_and_an_endpoint_are_read_so() -> None:
    words = {"type": "offset", "limit": 10, "maximum_offset": 0}
    told = translate(
        {
            "client": {"base_url": "http://127.0.0.1", "paginator": words},
            "resources": [{"name": "a", "endpoint": {"paginator": words}}],
        }
    )
    places = [told.settings["resource_defaults"], told.settings["resources"][0]]
    assert [each["endpoint"]["paginator"]["maximum_offset"] for each in places] == [10, 10]
