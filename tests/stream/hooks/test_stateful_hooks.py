"""A hook that keeps something from page to page gets the pages as it does with the SDK: in order, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.client import AnalyticsStream
from tap_analytics.stream.hooks.stateful_hooks import keep_state
from tap_analytics.tap import TapAnalytics
from tests.foreign import Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from requests import Response

ROWS = 730


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign(is_open=True) as foreign:
        yield foreign


class Rows(AnalyticsStream):
    name = "rows"
    path = "/rows"
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "first": {"type": "integer"}}}  # noqa: RUF012


class KeepsCursor(Rows):
    last = 0

    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002 - as the SDK
        return {"after": self.last}

    def parse_response(self, response: Response) -> Iterable[dict[str, Any]]:
        rows = response.json()["data"]
        self.last = rows[-1]["id"] if rows else self.last
        yield from rows


class KeepsFirst(Rows):
    def get_url_params(self, context: Any, next_page_token: Any) -> dict[str, Any]:  # noqa: ANN401, ARG002 - as the SDK
        return {"after": next_page_token or 0}

    def parse_response(self, response: Response) -> Iterable[dict[str, Any]]:
        rows = response.json()["data"]
        self.of_page = rows[0]["id"] if rows else 0
        yield from rows

    def post_process(self, row: dict[str, Any], context: Any = None) -> dict[str, Any]:  # noqa: ANN401, ARG002 - likewise
        return {**row, "first": self.of_page}


def read(api: Foreign, stream: type[AnalyticsStream], capsys: pytest.CaptureFixture[str]) -> list[str]:
    def answer(call: Call) -> Reply:
        after = call.number("after", 0)
        return Reply({"data": [{"id": number} for number in range(after + 1, min(after + 100, ROWS) + 1)]})

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [stream(self)]

    api.serve("/rows", answer)
    Tap(config={"api_url": api.url, "api_key": "k"}).sync_all()
    return [line for line in capsys.readouterr().out.splitlines() if '"RECORD"' in line]


def test_a_cursor_that_a_hook_keeps_for_the_next_request_leads_through_the_list(
    api: Foreign, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(read(api, KeepsCursor, capsys)) == ROWS


def test_what_a_hook_keeps_of_a_response_is_there_for_its_records(
    api: Foreign, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = read(api, KeepsFirst, capsys)
    assert len(lines) == ROWS
    assert [line for number, line in enumerate(lines) if f'"first":{number // 100 * 100 + 1}' not in line] == []


class SetsRequest(Rows):
    def get_http_request(self, *, page: Any) -> Any:  # noqa: ANN401 - as the SDK
        request = super().get_http_request(page=page)
        request.headers = {**request.headers, "X-Kind": "rows"}
        return request


class OfProperty(Rows):
    @property
    def http_headers(self) -> dict[str, str]:
        def note() -> None:
            self.asked = True

        note()
        return {}


@pytest.mark.parametrize(
    ("stream", "keeps"),
    [(Rows, False), (SetsRequest, False), (KeepsCursor, True), (KeepsFirst, True), (OfProperty, True)],
)
def test_a_hook_keeps_state_if_it_sets_an_attribute_of_its_stream(stream: type, *, keeps: bool) -> None:
    assert keep_state(stream, AnalyticsStream, {}) == keeps
    assert keep_state(Rows, AnalyticsStream, {"parse_response": vars(stream).get("parse_response")}) == (
        keeps and "parse_response" in vars(stream)
    )
