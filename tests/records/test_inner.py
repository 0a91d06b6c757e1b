"""Fields of a record that stand deeper within it."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.inner import with_inner

RECORD = {"campaign": {"id": "7"}, "dimensions": [{"name": "country", "value": "DE"}], "clicks": 3}


def test_fields_are_lifted_out_of_objects_and_lists() -> None:
    fields = {"id": "campaign.id", "first": "dimensions[0].value", "none": "campaign.gone"}
    assert with_inner(RECORD, fields) == RECORD | {"id": "7", "first": "DE", "none": None}


def test_a_field_of_its_own_with_another_value_is_an_error() -> None:
    assert with_inner({"a": {"n": 1}, "n": 1}, {"n": "a.n"}) == {"a": {"n": 1}, "n": 1}
    with pytest.raises(FatalAPIError, match="has a field `clicks` of its own; choose another name"):
        with_inner(RECORD, {"clicks": "campaign.id"})
