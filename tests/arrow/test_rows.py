"""The columns of a stream are its selected fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from singer_sdk.exceptions import FatalAPIError

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")

from tap_analytics.arrow.rows import rows_of
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from tap_analytics.client import AnalyticsStream
    from tap_analytics.sandbox import Sandbox


def schema_of(api: Sandbox, known: Any = None, **hints: Any) -> Any:  # noqa: ANN401
    entry = {"name": "deals", "columns": {"amount": {"data_type": "decimal", **hints}}}
    config = {"api_url": api.url, "api_key": api.api_key, "resources": [entry]}
    tap = TapAnalytics(config=config, catalog=known)
    return rows_of(cast("AnalyticsStream", tap.streams["deals"])).schema


@pytest.mark.parametrize(
    ("hints", "kind"),
    [
        ({}, "decimal128(38, 9)"),
        ({"scale": 2}, "decimal128(38, 2)"),
        ({"precision": 12}, "decimal128(12, 0)"),
        ({"precision": 50, "scale": 4}, "decimal256(50, 4)"),
    ],
)
def test_a_decimal_has_the_digits_that_are_declared(api: Sandbox, hints: dict[str, int], kind: str) -> None:
    assert str(schema_of(api, **hints).field("amount").type) == kind


@pytest.mark.parametrize("hints", [{"precision": 77}, {"precision": 2, "scale": 3}])
def test_digits_that_no_column_has_are_refused(api: Sandbox, hints: dict[str, int]) -> None:
    with pytest.raises(FatalAPIError, match="`amount` has the `precision`"):
        schema_of(api, **hints)


def test_a_field_of_which_a_part_is_selected_is_refused(api: Sandbox) -> None:
    config = {"api_url": api.url, "api_key": api.api_key}
    known = TapAnalytics(config=config).catalog_dict
    entry = next(each for each in known["streams"] if each["tap_stream_id"] == "contacts")
    place = ["properties", "address", "properties", "city"]
    entry["metadata"].append({"breadcrumb": place, "metadata": {"inclusion": "available", "selected": False}})
    tap = TapAnalytics(config=config, catalog=known)
    with pytest.raises(FatalAPIError, match="selects a part of `address`"):
        rows_of(cast("AnalyticsStream", tap.streams["contacts"]))
