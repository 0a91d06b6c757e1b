"""Subclasses of the tap: their settings, and their streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from singer_sdk import Stream
from singer_sdk.exceptions import ConfigValidationError
from singer_sdk.typing import PropertiesList, Property, StringType

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
