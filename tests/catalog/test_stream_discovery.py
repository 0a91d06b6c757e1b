"""A tap finds its fields by its resources, and by what a catalog says about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.singerlib import Catalog

from tap_analytics.catalog.stream_discovery import discovery_of, known_schema
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

ENTRY = {"tap_stream_id": "things", "metadata": [], "schema": {"type": "object", "properties": {"id": {}}}}


def test_what_a_catalog_has_is_known() -> None:
    catalog = Catalog.from_dict({"streams": [ENTRY]})
    assert (known_schema(catalog, "things") or {})["properties"].keys() == {"id"}
    assert known_schema(catalog, "others") is known_schema(None, "things") is None


def test_a_schema_of_no_object_is_refused() -> None:
    catalog = Catalog.from_dict({"streams": [ENTRY | {"schema": {"type": "object"}}]})
    with pytest.raises(ConfigValidationError, match="the catalog has no `properties` in the schema of `things`"):
        known_schema(catalog, "things")


def test_without_samples_nothing_is_asked_for(api: Sandbox) -> None:
    things = {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things"}}
    tap = TapAnalytics(config={"api_url": api.url, "api_key": api.api_key, "resources": [things]}, setup_mapper=False)
    (found,) = discovery_of(tap, samples=False).all()
    assert (found.resource.is_inferred, found.schema["properties"].keys(), api.requests) == (False, {"id"}, [])
