"""Stream maps and flattening: records fit their schema, and a fault of a map is one line that names the stream."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft7Validator
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError

from tap_analytics.tap import TapAnalytics
from tests.foreign import TOKEN, Foreign, in_envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS: list[dict[str, Any]] = [
    {"id": 1, "name": "a", "place": {"city": "X", "geo": {"lat": 1.5}, "more": 1}, "tags": ["a"], "any": {"deep": [1]}},
    {"id": 2, "name": "b", "place": None, "tags": None, "any": 7},
    {"id": 3, "name": None, "place": {}, "any": "text"},
]
SIGNED = {"api_key": TOKEN, "api_key_name": "X-Token", "api_key_location": "header"}
OPEN = {"type": ["object", "null"], "additionalProperties": True}
SCHEMA = {
    "properties": {
        "id": {"type": ["string", "integer"]},
        "name": {"type": ["string", "null"]},
        "place": OPEN | {"properties": {"city": {"type": ["string", "null"]}, "geo": OPEN | {"properties": {}}}},
        "tags": {"type": ["array", "null"]},
        "any": {},
    }
}


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as api:
        api.serve("/things", lambda _: in_envelope(ROWS))
        api.serve("/others", lambda _: in_envelope(ROWS))
        yield api


def tap(api: Foreign, *, deselected: str | None = None, **settings: object) -> TapAnalytics:
    single = {"paginator": "single_page"}
    things = {"name": "things", "endpoint": {"path": "/things", **single}, "primary_key": "id", "schema": SCHEMA}
    others = things | {"name": "others", "endpoint": {"path": "/others", **single}, "selected": deselected != "others"}
    return TapAnalytics(config={"api_url": api.url, **SIGNED, "resources": [things, others], **settings})


def sync(tap: TapAnalytics, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Sync, and return the schema and the records of `things`."""
    capsys.readouterr()
    tap.sync_all()
    messages = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    own = [message for message in messages if message.get("stream") == "things"]
    (schema,) = [message["schema"] for message in own if message["type"] == "SCHEMA"]
    return schema, [message["record"] for message in own if message["type"] == "RECORD"]


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_flattened_records_fit_their_flattened_schema(
    api: Foreign, capsys: pytest.CaptureFixture[str], depth: int
) -> None:
    schema, records = sync(tap(api, flattening_enabled=True, flattening_max_depth=depth), capsys)
    assert len(records) == len(ROWS)
    for record in records:
        assert record.keys() <= schema["properties"].keys()
        assert list(Draft7Validator(schema).iter_errors(record)) == []
    assert [record["any"] for record in records] == ['{"deep":[1]}', "7", "text"]
    assert records[0]["place__city"] == "X"
    assert [record["id"] for record in records] == [1, 2, 3]


def test_what_a_flattened_schema_does_not_have_is_warned_of_once(
    api: Foreign, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", lambda _: in_envelope([row | {"place": ROWS[0]["place"]} for row in ROWS]))
    sync(tap(api, deselected="others", flattening_enabled=True, flattening_max_depth=1), capsys)
    assert [text for text in caplog.messages if "place__more" in text] == [
        "The API sends a field that the schema does not have: `place__more`; it is left out"
    ]


def test_a_map_of_a_stream_that_is_not_selected_is_dropped(api: Foreign, capsys: pytest.CaptureFixture[str]) -> None:
    maps = {"others": {"x": "no +"}, "things": {"x": "name"}}
    _, records = sync(tap(api, deselected="others", stream_maps=maps), capsys)
    assert [record["x"] for record in records] == ["a", "b", None]


@pytest.mark.parametrize(
    ("maps", "reason"),
    [
        ({"x": "nme"}, "Failed to evaluate simpleeval expressions nme: 'nme' is not defined for expression 'nme'"),
        ({"x": "name.lower()", "__filter__": "id > 2"}, "Attribute 'lower' does not exist"),
        ({"x": "1 / (id - 2)"}, "record 2: ZeroDivisionError"),
        ({"__filter__": "score > 2"}, "'score' is not defined"),
    ],
)
def test_a_map_that_fails_names_stream_and_record_and_shows_no_value(
    api: Foreign, caplog: pytest.LogCaptureFixture, maps: dict[str, Any], reason: str
) -> None:
    with pytest.raises(FatalSyncError, match="1 of 2 streams failed: things"):
        tap(api, stream_maps={"things": maps}).sync_all()
    (said,) = [record for record in caplog.records if record.getMessage().startswith("things: a map in `stream_maps`")]
    assert reason in said.getMessage()
    assert said.exc_info is None


@pytest.mark.parametrize("maps", [{"x": "name +"}, {"id": None}, {"x": 5}, {"__else__": "x"}, {"__filter__": "name +"}])
def test_a_map_that_is_not_valid_is_refused_with_its_stream(api: Foreign, maps: dict[str, Any]) -> None:
    with pytest.raises(ConfigValidationError, match="things"):
        tap(api, stream_maps={"things": maps})


def test_names_that_are_the_same_when_they_are_flattened_are_refused(api: Foreign) -> None:
    properties = {**SCHEMA["properties"], "place__city": {"type": "string"}}
    single = {"path": "/things", "paginator": "single_page"}
    things = {"name": "things", "endpoint": single, "primary_key": "id", "schema": {"properties": properties}}
    config = {"api_url": api.url, **SIGNED, "resources": [things]}
    with pytest.raises(ConfigValidationError, match="the stream `things`: Duplicate column name produced in schema"):
        TapAnalytics(config=config | {"flattening_enabled": True, "flattening_max_depth": 1})


def test_a_map_of_no_stream_is_warned_of(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    assert tap(api, stream_maps={"thongs": {"name": None}, "th*": {"name": None}}).streams
    said = [text for text in caplog.messages if "changes nothing" in text]
    assert said == ["`stream_maps.thongs` changes nothing: there is no stream `thongs`"]
