"""Records are written by the page, unless someone wants to see each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.stream.hooks.each_record import wants_each_record
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY
from tests.foreign import Foreign, by_offset
from tests.syncs.test_declared import entry, sync

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


@pytest.mark.parametrize(
    ("config", "is_by_page"),
    [
        ({}, True),
        ({"stream_maps": {"contacts": {}}}, False),
        ({"flattening_enabled": True, "flattening_max_depth": 1}, False),
    ],
)
def test_records_are_written_by_the_page_unless_someone_wants_to_see_each(
    api: Sandbox, config: dict[str, Any], *, is_by_page: bool
) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY, **config})
    stream = Contacts(tap)
    assert wants_each_record(stream, stream.fields) is not is_by_page


@pytest.mark.parametrize("hook", ["post_process", "request_records", "get_records"])
def test_a_subclass_that_wants_to_see_each_record_is_not_written_by_the_page(api: Sandbox, hook: str) -> None:
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY})
    stream = type("Mine", (Contacts,), {hook: lambda *_: None})(tap)
    assert wants_each_record(stream, stream.fields)


@pytest.mark.parametrize("deselected", ["meta", "meta/properties/at"])
def test_the_bookmark_moves_where_the_object_of_the_cursor_is_left_out(deselected: str) -> None:
    fields = {"ref": {"type": "string"}, "meta": {"type": "object", "properties": {"at": {"format": "date-time"}}}}
    said = {"properties/" + deselected: {"selected": False}, "": {"selected": True}}
    metadata = [{"breadcrumb": [*filter(None, place.split("/"))], "metadata": each} for place, each in said.items()]
    stream = {"tap_stream_id": "parts", "schema": {"properties": fields}, "metadata": metadata}
    parts = entry("parts", schema={"properties": fields}, incremental={"cursor_path": "meta.at"})
    with Foreign() as api:
        api.serve("/parts", by_offset([{"ref": "1", "meta": {"at": "2024-05-01T00:00:00Z"}}]))
        run = sync(api, parts, catalog={"streams": [stream]})
    assert (run.code, run.bookmark("parts")) == (0, "2024-05-01T00:00:00Z")
    assert "at" not in run.records("parts")[0].get("meta", {})
