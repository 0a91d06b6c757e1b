"""Words about windows that cannot be followed are refused before the first request, with their place."""

from __future__ import annotations

from typing import Any

import pytest

from tap_analytics.resources.declaration import declarations
from tap_analytics.resources.declaration.window_words import AskedEnds
from tap_analytics.resources.resource import Resource
from tap_analytics.state.replication import Incremental

AT = "resources[0].endpoint.incremental"
BOTH = {"start_param": "since", "end_param": "until", "initial_value": "2024-01-01"}


def faults(incremental: dict[str, Any], *, settings: dict[str, Any] | None = None, **endpoint: Any) -> list[str]:  # noqa: ANN401
    words = {"path": "/v1/calls", "incremental": {"cursor_path": "at", **incremental}, **endpoint}
    return declarations.read([{"name": "calls", "endpoint": words}], settings=settings or {})[1]


@pytest.mark.parametrize(
    ("incremental", "fault"),
    [
        ({**BOTH, "step": "day"}, f"`{AT}.step` must be a duration longer than nothing, such as `P1D`"),
        ({**BOTH, "step": 0}, f"`{AT}.step` must be a duration longer than nothing"),
        ({**BOTH, "granularity": "P0D"}, f"`{AT}.granularity` must be a duration longer than nothing"),
        ({**BOTH, "step": []}, f"`{AT}.step` must be a duration such as `P1D` or `PT1H`, or seconds"),
        ({**BOTH, "initial_value": "now"}, f"`{AT}.initial_value` must be a date; `now` is for `end_value`"),
        ({**BOTH, "include_window": {}}, f"`{AT}.include_window` must be an object with `start`, `end` or both"),
        ({**BOTH, "include_window": {"from": "x"}}, f"`{AT}.include_window.from` is not known"),
        ({**BOTH, "include_window": {"start": "x", "end": "x"}}, f"`{AT}.include_window` names one field twice"),
        ({**BOTH, "include_window": {"start": "x.y"}}, f"`{AT}.include_window` names `x.y`, a field within"),
        ({"start_param": "since", "initial_value": 1, "step": 5}, f"`{AT}.step` needs an end that the API"),
        ({"start_param": "since", "end_value": "now"}, f"`{AT}.end_value` needs an end that the API"),
        ({"start_param": "since", "granularity": "P1D"}, f"`{AT}.granularity` needs an end that the API"),
        ({"end_param": "until", "initial_value": 1, "step": 5}, f"`{AT}.step` needs a start that the API"),
        (
            {"start_param": "since", "end_param": "until", "step": "P1D"},
            f"`{AT}.step` needs to know where to begin; set `initial_value`, or the setting `start_date`",
        ),
    ],
)
def test_what_cannot_be_followed_is_named_with_its_place(incremental: dict[str, Any], fault: str) -> None:
    assert [each[: len(fault)] for each in faults(incremental)] == [fault]


@pytest.mark.parametrize(
    ("incremental", "settings", "endpoint"),
    [
        ({**BOTH, "step": "P1D", "end_value": "now", "granularity": 1, "include_window": {"start": "day"}}, {}, {}),
        ({"step": "3600"}, {"start_param": "a", "end_param": "b", "start_date": "2024-01-01"}, {}),
        ({"start_param": "day", "initial_value": "2024-01-01", "step": "P1D", "granularity": "P1D"}, {}, {}),
        (
            {"initial_value": "2024-01-01", "step": "P1M", "granularity": "P1M", "include_window": {"start": "month"}},
            {},
            {"params": {"month": "{incremental.start_value}"}},
        ),
        (
            {"initial_value": "2024-01-01", "step": "P1M"},
            {},
            {"params": {"interval": "{incremental.start_value}/{incremental.end_value}"}},
        ),
        (
            {"initial_value": "2024-01-01", "step": "P1M"},
            {},
            {"method": "POST", "json": {"from": "{incremental.start_value}", "to": ["{incremental.end_value}"]}},
        ),
        ({**BOTH, "end_value": "now", "datetime_format": "epoch"}, {}, {}),
    ],
)
def test_what_can_be_followed_is_taken(
    incremental: dict[str, Any], settings: dict[str, Any], endpoint: dict[str, Any]
) -> None:
    assert faults(incremental, settings=settings, **endpoint) == []


def test_a_field_that_the_records_have_takes_no_window() -> None:
    schema = {"properties": {"at": {"type": "string"}, "day": {"type": "string"}}}
    words = {"incremental": {"cursor_path": "at", **BOTH, "include_window": {"start": "day"}}}
    found = declarations.read([{"name": "calls", "schema": schema, "endpoint": words}], settings={})[1]
    assert found == [f"`{AT}.include_window` names `day`, which the `schema` has already; choose another name"]


def test_the_fields_of_the_window_are_fields_of_the_schema() -> None:
    words = {"incremental": {"cursor_path": "day", **BOTH, "include_window": {"start": "day"}}}
    entry = {
        "name": "calls",
        "primary_key": ["day", "queue"],
        "schema": {"properties": {"queue": {}}},
        "endpoint": words,
    }
    (resource,), found = declarations.read([entry], settings={})
    assert found == []
    assert resource.schema is not None
    assert resource.schema["properties"]["day"] == {"type": ["string"]}


def test_ends_stand_in_parameters_texts_and_settings() -> None:
    new = Incremental(cursor_path="at")
    params = {"between": "{incremental.start_value},{incremental.end_value}"}
    both = AskedEnds(start=True, end=True, are_one=True)
    assert AskedEnds.of(Resource(name="calls", path="/calls", params=params, incremental=new), {}) == both
    assert AskedEnds.of(Resource(name="calls", path="/calls", incremental=new), {"start_param": "a"}).start
    assert not AskedEnds.of(Resource(name="calls", path="/calls", params=params), {"end_param": "a"}).both
