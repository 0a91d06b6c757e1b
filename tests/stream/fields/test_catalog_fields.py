from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.client import AnalyticsStream
from tap_analytics.stream.fields.catalog_fields import fields_of
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

COLUMNS = {"id": {"data_type": "text"}, "name": {"data_type": "text"}, "domain": {"data_type": "text"}}


def test_fields_that_streams_below_need_are_read_though_they_are_not_selected(api: Sandbox) -> None:
    child = {"name": "notes", "columns": COLUMNS, "endpoint": "/v1/companies/{resources.companies.domain}/notes"}
    parent = {"name": "companies", "columns": COLUMNS, "primary_key": "id", "endpoint": "/v1/companies"}
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY, "resources": [parent, child]})
    stream = tap.streams["companies"]
    assert isinstance(stream, AnalyticsStream)
    for name in ("name", "domain"):
        stream.mask["properties", name] = False
    fields = fields_of(stream)
    assert (fields.primary_keys, fields.cursor) == (("id",), "updated_at")
    assert set(fields.needed) == {"id", "domain", "updated_at"}
    assert fields.omitted == {"name"}
