from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from requests import Response
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.raw_records import RawRecords
from tap_analytics.stream.row_rules import row_rules
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY

if TYPE_CHECKING:
    from tap_analytics.records.rules import RowRules
    from tap_analytics.sandbox import Sandbox


def rules_of(api: Sandbox, **declared: Any) -> RowRules:  # noqa: ANN401 - words of a resource
    resources = [{"name": "contacts", **declared}] if declared else []
    tap = TapAnalytics(
        config={"api_url": api.url, "api_key": API_KEY, "start_date": "2026-01-01", "resources": resources}
    )
    (stream,) = tap.discover("contacts").values()
    return stream.rules(None)


def test_a_row_must_have_its_key_and_may_have_a_cursor_within_the_bounds(api: Sandbox) -> None:
    rules = rules_of(api)
    assert (rules.path, rules.keys, rules.cursor) == ("/v1/contacts", ("id",), "updated_at")
    assert rules.expects_cursor
    assert not rules.bounds.covers("2025-12-31T00:00:00Z")
    assert rules.parse is None


def test_rows_that_steps_change_are_read_whole_first(api: Sandbox) -> None:
    usual, changed = rules_of(api), rules_of(api, processing_steps=[{"filter": "builtins:bool"}])
    assert not usual.steps
    assert not isinstance(usual.codec, RawRecords)
    assert changed.steps
    assert isinstance(changed.codec, RawRecords)


def test_a_hook_reads_the_responses_and_may_leave_no_record_out(api: Sandbox) -> None:
    class Mine(Contacts):
        def parse_response(self, response: Response) -> list[dict[str, Any]]:  # noqa: ARG002 - as the SDK calls it
            return [{"id": "1"}]

    stream = Mine(TapAnalytics(config={"api_url": api.url, "api_key": API_KEY}))
    response = Response()
    response._content = b'{"data": [{"id": "1"}, {"id": "2"}]}'  # noqa: SLF001 - there is no public way
    rules = row_rules(stream, None)
    assert rules.parse is not None
    with pytest.raises(FatalAPIError, match="parse_response"):
        list(rules.parse(response))
