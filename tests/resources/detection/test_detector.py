"""What is found out, and what is declared; how it is found out is in `tests/syncs/test_detection.py`."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.pagination.auto import AutoPaginator
from tap_analytics.pagination.single_page import SinglePagePaginator
from tap_analytics.resources.detection.detector import finds_paginator, finds_selector
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tests.connections import settings_of

DLT: dict[str, Any] = {"is_detected": True, "follows_settings": False}
OURS: dict[str, Any] = {"is_detected": True}


@pytest.mark.parametrize(
    ("declared", "settings", "selector", "paginator"),
    [
        (DLT, {}, True, True),
        (DLT | {"data_selector": "items"}, {}, False, True),
        (DLT | {"paginator": SinglePagePaginator()}, {}, True, False),
        (DLT | {"paginator": AutoPaginator()}, {}, True, True),
        (DLT, {"data_selector": "items"}, False, True),
        (OURS, {}, True, True),
        (OURS | {"data_selector": "items"}, {}, False, True),
        (OURS | {"data_selector": "items", "paginator": AutoPaginator()}, {}, False, True),
        (OURS, {"offset_param": "skip"}, True, False),
        (OURS, {"data_selector": "items"}, False, True),
        ({}, {}, False, False),
    ],
)
def test_what_neither_the_resource_nor_the_settings_say_is_found_out(
    declared: dict[str, Any], settings: dict[str, Any], *, selector: bool, paginator: bool
) -> None:
    config = settings_of("https://api.example.com", api_key="k", **settings)
    listing = Listing(resource=Resource(name="things", path="/things", **declared), config=config)
    assert (finds_selector(listing), finds_paginator(listing)) == (selector, paginator)
