"""A stream that only the catalog has is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.singerlib import Catalog

from tap_analytics.catalog.absent import absent_streams, nothing_read
from tests.conftest import catalog

if TYPE_CHECKING:
    from tests.conftest import TapRunner


def test_a_selected_stream_that_the_configuration_lacks_is_told(tap: TapRunner) -> None:
    entries = catalog("companies")
    for entry in entries["streams"]:
        if entry["tap_stream_id"] == "companies":
            entries["streams"].append(entry | {"tap_stream_id": "people", "stream": "people"})
            break
    run = tap.run(*tap.write(config=tap.settings(), catalog=entries))
    assert (run.code, len(run.records("companies"))) == (0, 120)
    assert "the catalog selects `people`, which the configuration does not have: nothing is read of it" in run.stderr


@pytest.mark.parametrize("is_selected", [True, False])
def test_only_a_selected_stream_is_told(*, is_selected: bool) -> None:
    root = {"breadcrumb": [], "metadata": {"selected": is_selected}}
    entry = {"tap_stream_id": "people", "schema": {"properties": {}}, "metadata": [root]}
    given = Catalog.from_dict({"streams": [entry]})
    assert ("`people`" in absent_streams(given, ["deals"])) == is_selected
    assert not absent_streams(given, ["people"])


def test_without_a_catalog_nothing_is_told() -> None:
    assert not absent_streams(None, [])


def test_a_catalog_without_a_stream_of_the_configuration_is_told_from_one_that_selects_none() -> None:
    entry = {"tap_stream_id": "people", "schema": {"properties": {}}, "metadata": []}
    given = Catalog.from_dict({"streams": [entry]})
    assert "the catalog has no stream of the configuration" in nothing_read(given, ["deals"])
    assert "`selected` false" in nothing_read(given, ["people"])
    assert "`selected` false" in nothing_read(None, ["deals"])
