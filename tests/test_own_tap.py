"""Subclasses of the tap: their settings, and their streams."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from singer_sdk import Stream
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from singer_sdk.typing import PropertiesList, Property, StringType

from tap_analytics.client import AnalyticsStream
from tap_analytics.sandbox import Answer
from tap_analytics.streams import Contacts, Deals
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


class TapOfAccounts(TapAnalytics):
    """A tap with settings of its own."""

    config_jsonschema: ClassVar[dict[str, Any]] = PropertiesList(
        Property("team", StringType, required=True), Property("team_code", StringType, secret=True)
    ).to_dict()


def test_a_subclass_has_settings_of_its_own_beside_those_of_the_tap(api: Sandbox) -> None:
    given = {"api_url": api.url, "api_key": API_KEY}
    tap = TapOfAccounts(config={**given, "team": "a", "team_code": "hush-hush-7"})
    assert (tap.config["team"], tap.config["page_size"]) == ("a", 100)
    assert "hush-hush-7" not in tap.redactor.redact("code hush-hush-7")
    with pytest.raises(ConfigValidationError) as raised:
        TapOfAccounts(config=given)
    assert "'team' is a required property" in str(raised.value.errors)
    with pytest.raises(ConfigValidationError, match="`teams` is not a setting"):
        TapOfAccounts(config={**given, "team": "a", "teams": "b"})


def test_variables_of_the_environment_have_the_name_of_the_subclass(
    api: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Tap(TapAnalytics):
        name = "tap-of-accounts"

    monkeypatch.setenv("TAP_OF_ACCOUNTS_PAGE_SIZE", "7")
    monkeypatch.setenv("TAP_ANALYTICS_PAGE_SIZE", "8")
    given = {"api_url": api.url, "api_key": API_KEY}
    assert Tap(config=given, parse_env_config=True).config["page_size"] == 7
    assert TapAnalytics(config=given, parse_env_config=True).config["page_size"] == 8


def test_a_stream_that_is_none_of_this_tap_is_refused_by_name(api: Sandbox) -> None:
    class Foreign(Stream):
        name = "foreign"
        schema: ClassVar[dict[str, Any]] = {"properties": {"id": {"type": "integer"}}}

        def get_records(self, context: object) -> list[dict[str, Any]]:  # noqa: ARG002 - as the SDK calls it
            return [{"id": 1}]

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[Any]:
            return [Foreign(self)]

    with pytest.raises(TypeError, match="`Foreign`, the stream `foreign`, cannot be read; derive it from `Analytics"):
        Tap(config={"api_url": api.url, "api_key": API_KEY}).sync_all()


def messages(tap: TapAnalytics, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """Sync a tap, and return the messages that it writes."""
    tap.sync_all()
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def tap_with(api: Sandbox, *streams: type[AnalyticsStream]) -> TapAnalytics:
    """Return a tap with these streams only."""

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [stream(self) for stream in streams]

    return Tap(config={"api_url": api.url, "api_key": API_KEY})


def test_a_hook_reads_the_records_of_another_stream(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    read: list[list[int]] = []

    class Mine(Contacts):
        def post_process(self, row: dict[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG002 - as the SDK calls it
            if len(read) < 2:
                deals: Any = tap.streams["deals"]
                read.append([each["id"] for each in deals.get_records(None)])
            return row

    tap = tap_with(api, Mine, Deals)
    found = messages(tap, capsys)
    order = [name for name, _ in groupby(each["stream"] for each in found if each["type"] == "RECORD")]
    own = [each["record"]["id"] for each in found if each["type"] == "RECORD" and each["stream"] == "deals"]
    assert order == ["contacts", "deals"]
    assert read == [own, own]
    assert len(own) == 30


def test_what_a_hook_reads_of_another_stream_moves_no_bookmark_of_that(
    api: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    new = {"cursor_path": "updated_at", "start_param": "updated_since", "end_param": "updated_before", "step": "P90D"}
    deals = {"name": "deals", "endpoint": {"incremental": {**new, "initial_value": "2025-01-01T00:00:00Z"}}}
    read: list[int] = []

    class Mine(Contacts):
        def post_process(self, row: dict[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG002 - as the SDK calls it
            other: Any = tap.streams["deals"]
            read.extend([] if read else [len(list(other.get_records(None)))])
            return row

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [Mine(self), *super().discover_streams()]

    tap = Tap(config={"api_url": api.url, "api_key": API_KEY, "resources": [deals]})
    found = messages(tap, capsys)
    own = [each["record"] for each in found if each["type"] == "RECORD" and each["stream"] == "deals"]
    assert read == [len(own)]
    assert own


class Notes(AnalyticsStream):
    """A child stream."""

    name = "companies"
    path = "/v1/contacts/{id}/notes"
    parent_stream_type = Contacts


def test_children_that_say_what_tells_their_parents_apart_take_their_records(
    api: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    api.intercept(
        lambda request: Answer(200, {"data": [{"id": 7}], "total": 1}) if request.path.endswith("/notes") else None
    )
    found = messages(tap_with(api, Contacts, type("Mine", (Notes,), {"state_partitioning_keys": ["id"]})), capsys)
    assert sum(each["type"] == "RECORD" and each["stream"] == "companies" for each in found) == 250


def test_children_that_nothing_is_said_of_are_refused(api: Sandbox) -> None:
    with pytest.raises(FatalSyncError, match="override `get_child_context` in `Contacts`, and return the values"):
        tap_with(api, Contacts, type("Mine", (Notes,), {"path": "/v1/companies"})).sync_all()
    assert not any(request.path == "/v1/companies" for request in api.requests)
