"""AnalyticsStream: the hooks of the SDK work in a subclass, and whoever reads it gets its records."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from singer_sdk.authenticators import APIKeyAuthenticator
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError
from singer_sdk.helpers._batch import BaseBatchFileEncoding, BatchConfig, StorageTarget
from singer_sdk.mapper import SameRecordTransform

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.pagination.numbered.numbered import PageNumberPaginator
from tap_analytics.sandbox import Answer
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY
from tests.foreign import Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from pathlib import Path

    from requests import PreparedRequest, Response
    from singer_sdk.helpers.types import Context
    from singer_sdk.mapper import StreamMap
    from singer_sdk.streams.rest import HTTPRequest, PageContext

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.pagination.page import Token
    from tap_analytics.pagination.paginator import Paginator
    from tap_analytics.sandbox import Sandbox


Record = dict[str, Any]


def read(api: Sandbox, stream: type[AnalyticsStream], **config: object) -> list[Record]:
    """Read the records of a stream as the SDK does without a target."""
    tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY, **config})
    return [record for row in stream(tap).request_records(None) if (record := row)]


def sync(
    api: Sandbox, stream: type[AnalyticsStream], capsys: pytest.CaptureFixture[str], **config: object
) -> list[str]:
    """Sync a stream, and return the lines of its records without their time."""

    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [stream(self)]

    Tap(config={"api_url": api.url, "api_key": API_KEY, **config}).sync_all()
    lines = capsys.readouterr().out.splitlines()
    return [line.partition('"time_extracted"')[0] for line in lines if '"RECORD"' in line]


def record_in(line: str) -> Any:  # noqa: ANN401 - JSON
    """Return the record in a line whose time is cut off."""
    return json.loads(line.rstrip(", ") + "}")["record"]


@pytest.mark.parametrize("config", [{}, {"stream_maps": {"contacts": {}}}], ids=["by page", "record by record"])
def test_records_are_post_processed_once_on_every_path(
    api: Sandbox, capsys: pytest.CaptureFixture[str], config: dict[str, Any]
) -> None:
    calls: Counter[int] = Counter()

    class Mine(Contacts):
        def post_process(self, row: Record, context: object = None) -> Record | None:  # noqa: ARG002 - as the SDK calls it
            calls[row["id"]] += 1
            return None if str(row["id"]).endswith("7") else {**row, "first_name": "Ada"}

    lines = sync(api, Mine, capsys, **config)
    assert len(lines) == 250 - sum(str(each).endswith("7") for each in calls)
    assert set(calls.values()) == {1}
    assert all('"first_name":"Ada"' in line for line in lines)


def test_parameters_of_a_subclass_are_sent(api: Sandbox) -> None:
    class Mine(Contacts):
        def get_url_params(self, context: Context | None, next_page_token: Token | None) -> dict[str, Any]:  # noqa: ARG002
            return {"sort": "id"}

    assert len(read(api, Mine)) == 250
    assert all("sort=id" in request.query and "offset=" in request.query for request in api.requests)


def test_parameters_of_a_subclass_may_say_the_page_as_they_do_in_the_sdk(api: Sandbox) -> None:
    asked: list[object] = []

    class Mine(Contacts):
        def get_url_params(self, context: Context | None, next_page_token: int | None) -> dict[str, Any]:  # noqa: ARG002
            asked.append(next_page_token)
            return {"offset": next_page_token} if next_page_token else {}

    usual = read(api, Contacts)
    assert read(api, Mine) == usual
    assert asked[0] is None
    assert {99, 198} <= set(asked[1:])  # in any order: pages are asked for side by side


def test_parameters_of_a_subclass_may_say_the_number_of_the_page(api: Sandbox) -> None:
    asked: list[object] = []

    class Mine(Contacts):
        paginator: ClassVar[Paginator[Any] | None] = PageNumberPaginator(base_page=1, total_path="total")

        def get_url_params(self, context: Context | None, next_page_token: int | None) -> dict[str, Any]:  # noqa: ARG002
            asked.append(next_page_token)
            return {"offset": ((next_page_token or 1) - 1) * 100}

    assert len(read(api, Mine)) == 250
    assert asked[0] is None
    assert set(asked) == {None, 2, 3}


def test_headers_of_a_subclass_are_sent(api: Sandbox) -> None:
    class Mine(Contacts):
        @property
        def http_headers(self) -> dict[str, str]:
            return {**super().http_headers, "X-Account": "7"}

    assert len(read(api, Mine)) == 250
    assert {request.headers.get("x-account") for request in api.requests} == {"7"}


@pytest.mark.parametrize(
    ("headers", "sent"),
    [
        ({}, ("application/json", b'{"kind":"all"}')),
        ({"content-type": "application/x-www-form-urlencoded"}, ("application/x-www-form-urlencoded", b"kind=all")),
    ],
)
def test_a_body_of_a_subclass_is_json_as_in_the_sdk_unless_a_header_says_otherwise(
    headers: dict[str, str], sent: tuple[str, bytes]
) -> None:
    class Mine(Contacts):
        def get_http_request(self, *, page: PageContext[Any]) -> HTTPRequest:
            request = super().get_http_request(page=page)
            request.method, request.data = "POST", {"kind": "all"}
            request.headers = {**request.headers, **headers}
            return request

    with Foreign(is_open=True) as api:
        api.routes["/api/v1/contacts"] = lambda _: Reply({"data": []})
        tap = TapAnalytics(config={"api_url": api.url, "api_key": API_KEY})
        assert list(Mine(tap).request_records(None)) == []
    assert {(call.headers["content-type"], call.body) for call in api.calls} == {sent}


def test_a_request_of_a_subclass_is_sent(api: Sandbox) -> None:
    class Mine(Contacts):
        def get_http_request(self, *, page: PageContext[Any]) -> HTTPRequest:
            request = super().get_http_request(page=page)
            request.url = request.url.replace("/v1/contacts", "/v1/companies")
            return request

    assert len(read(api, Mine)) == 120


def test_records_that_a_subclass_takes_from_a_response_are_read_like_any_others(api: Sandbox) -> None:
    class Mine(Contacts):
        def parse_response(self, response: Response) -> Iterable[Record]:
            for row in response.json()["data"]:
                yield {**row, "unknown": 1, "first_name": 12}

    records = read(api, Mine)
    assert len(records) == 250
    assert {(record["first_name"], "unknown" in record) for record in records} == {("12", False)}


def test_a_selector_of_a_subclass_is_used(api: Sandbox) -> None:
    class Mine(Contacts):
        records_jsonpath = "$.nothing[*]"

    with pytest.raises(FatalAPIError, match=r"has no `\$.nothing\[\*\]`"):
        read(api, Mine)


def test_a_failure_that_a_subclass_finds_is_tried_again(api: Sandbox) -> None:
    seen: list[int] = []

    class Mine(Contacts):
        def validate_response(self, response: Response) -> None:
            super().validate_response(response)
            seen.append(response.status_code)
            if len(seen) == 1:
                message = "not yet"
                raise RetriableAPIError(message, response)

    assert len(read(api, Mine, backoff_factor=0)) == 250


def test_a_failure_that_a_subclass_calls_final_is_final(api: Sandbox) -> None:
    class Mine(Contacts):
        def validate_response(self, response: Response) -> None:
            message = f"this account is closed, says a {response.status_code}"
            raise FatalAPIError(message)

    with pytest.raises(FatalAPIError, match="this account is closed"):
        read(api, Mine)
    assert len(api.requests) == 1


def test_a_paginator_of_a_subclass_leads_from_page_to_page(api: Sandbox) -> None:
    class Mine(Contacts):
        paginator = PageNumberPaginator(page_param="offset", base_page=0, maximum_page=1)

    read(api, Mine)
    assert {"limit=" in request.query for request in api.requests} == {False}


def test_whoever_reads_without_a_sync_has_a_start_too(api: Sandbox) -> None:
    every = read(api, Contacts)
    start = sorted(record["updated_at"] for record in every)[100]
    some = read(api, Contacts, start_date=start)
    assert sorted(record["id"] for record in some) == sorted(r["id"] for r in every if r["updated_at"] >= start)


def test_a_base_url_of_a_subclass_is_asked(api: Sandbox) -> None:
    class Mine(Contacts):
        @property
        def url_base(self) -> str:
            return f"{super().url_base}/v1"

        path = "/companies"

    assert len(read(api, Mine)) == 120


def test_an_authenticator_of_a_subclass_signs_its_requests(api: Sandbox) -> None:
    class Signed(Authenticator):
        def __call__(self, request: PreparedRequest) -> PreparedRequest:
            request.headers["X-Api-Key"] = API_KEY
            return request

    class Mine(Contacts):
        authenticator = Signed()

    tap = TapAnalytics(config={"api_url": api.url, "api_key": "another"})
    assert len(list(Mine(tap).request_records(None))) == 250
    with pytest.raises(FatalAPIError, match="401"):
        list(Contacts(tap).request_records(None))


def test_a_path_of_a_subclass_is_asked(api: Sandbox) -> None:
    assert len(read(api, type("Mine", (Contacts,), {"path": "/v1/companies"}))) == 120


def test_a_selector_of_a_subclass_finds_the_records(api: Sandbox) -> None:
    api.intercept(
        lambda request: Answer(200, {"rows": [{"id": 7}] if request.params["offset"] == "0" else [], "data": []})
    )
    assert [each["id"] for each in read(api, type("Mine", (Contacts,), {"records_jsonpath": "$.rows[*]"}))] == [7]


@pytest.mark.parametrize("hook", ["get_records", "request_records"])
def test_records_that_a_subclass_alters_are_written_as_it_gives_them(
    api: Sandbox, capsys: pytest.CaptureFixture[str], hook: str
) -> None:
    def alter(self: AnalyticsStream, context: Context | None) -> Iterable[Record]:
        for record in getattr(Contacts, hook)(self, context):
            yield {**record, "first_name": "Ada"}

    lines = sync(api, type("Mine", (Contacts,), {hook: alter}), capsys)
    assert len(lines) == 250
    assert all('"first_name":"Ada"' in line for line in lines)


def test_records_that_a_subclass_makes_itself_are_written(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    class Mine(Contacts):
        def get_records(self, context: Context | None) -> Iterable[Record]:  # noqa: ARG002 - as the SDK calls it
            yield {"id": 7, "first_name": "Ada"}

    (line,) = sync(api, Mine, capsys)
    assert '"id":7' in line
    assert not api.requests


def test_stream_maps_of_a_subclass_are_applied(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    class Map(SameRecordTransform):
        def transform(self, record: Record) -> Record:
            return {**record, "first_name": "Ada"}

    class Mine(Contacts):
        @property
        def stream_maps(self) -> list[StreamMap]:
            keys = self.primary_keys
            return [Map(stream_alias=self.name, raw_schema=self.schema, key_properties=keys, flattening_options=None)]

    lines = sync(api, Mine, capsys)
    assert len(lines) == 250
    assert all('"first_name":"Ada"' in line for line in lines)


def test_batches_that_a_subclass_wants_are_written(
    api: Sandbox, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    class Mine(Contacts):
        def get_batch_config(self, config: Mapping[str, Any]) -> BatchConfig:  # noqa: ARG002 - as the SDK calls it
            return BatchConfig(BaseBatchFileEncoding("jsonl", "gzip"), StorageTarget(tmp_path.as_uri()))

    assert sync(api, Mine, capsys) == []
    (file,) = tmp_path.iterdir()
    assert len(gzip.decompress(file.read_bytes()).splitlines()) == 250


@pytest.mark.parametrize("hook", ["_generate_record_messages", "_process_record", "_increment_stream_state"])
def test_what_a_subclass_does_with_each_record_is_done(
    api: Sandbox, capsys: pytest.CaptureFixture[str], hook: str
) -> None:
    seen: list[object] = []

    def each(self: AnalyticsStream, *arguments: object, **options: object) -> object:
        seen.append(arguments)
        return getattr(Contacts, hook)(self, *arguments, **options)

    assert len(sync(api, type("Mine", (Contacts,), {hook: each}), capsys)) == len(seen) == 250


def test_a_subclass_may_count_the_records_of_a_sync(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[Record] = []

    class Mine(Contacts):
        def _sync_records(self, *arguments: Any, **options: Any) -> Generator[Record]:  # noqa: ANN401 - as the SDK calls it
            for record in super()._sync_records(*arguments, **options):
                seen.append(record)
                yield record

    assert len(sync(api, Mine, capsys)) == len(seen) == 250


def test_a_subclass_may_alter_the_records_that_its_base_takes_from_a_response(api: Sandbox) -> None:
    class Mine(Contacts):
        def parse_response(self, response: Response) -> Iterable[Record]:
            for row in super().parse_response(response):
                yield {**row, "first_name": "Ada"}

    records = read(api, Mine)
    assert (len(records), {record["first_name"] for record in records}) == (250, {"Ada"})


def test_parameters_of_a_subclass_may_be_text_that_is_encoded_already(api: Sandbox) -> None:
    class Mine(Contacts):
        def get_url_params(self, context: Context | None, next_page_token: Token | None) -> str:  # noqa: ARG002 - as the SDK calls it
            return "ids=(1,2)"

    assert len(read(api, Mine)) == 250
    assert all("ids=(1,2)" in request.query and "offset=" in request.query for request in api.requests)


def test_an_authenticator_of_the_sdk_signs_the_requests_of_a_subclass(api: Sandbox) -> None:
    class Mine(Contacts):
        key: ClassVar = API_KEY

        @property
        def authenticator(self) -> Any:  # noqa: ANN401 - the SDK's
            return APIKeyAuthenticator(key="X-Api-Key", value=self.key, location="header")

    assert len(read(api, Mine, api_key="another")) == 250
    with pytest.raises(FatalAPIError, match="401"):
        read(api, type("Wrong", (Mine,), {"key": "another"}))


def test_a_setting_fills_the_path_of_a_subclass(api: Sandbox) -> None:
    assert len(read(api, type("Mine", (Contacts,), {"path": "/v1/{user_agent}"}), user_agent="companies")) == 120


@pytest.mark.parametrize("config", [{}, {"stream_maps": {"contacts": {}}}], ids=["by page", "record by record"])
def test_records_have_the_fields_of_their_partition_on_every_path(
    api: Sandbox, capsys: pytest.CaptureFixture[str], config: dict[str, Any]
) -> None:
    teams = [{"team": "a", "region": 1}, {"team": "b", "region": 2}]
    schema = {"properties": {"id": {"type": "integer"}, "team": {"type": "string"}}}
    mine = type("Mine", (Contacts,), {"schema": schema, "replication_key": None, "partitions": teams})
    records = [json.loads(line.rstrip(",") + "}")["record"] for line in sync(api, mine, capsys, **config)]
    assert Counter(record.pop("team") for record in records) == {"a": 250, "b": 250}
    assert {tuple(record) for record in records} == {("id",)}


def test_a_subclass_may_have_a_name_and_a_schema_of_its_own(api: Sandbox) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    mine = type("Mine", (Contacts,), {"name": "people", "schema": schema, "replication_key": None})
    assert read(api, mine)[0].keys() == {"id"}


def test_partitions_of_a_subclass_are_read_one_after_another(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    class Mine(Contacts):
        partitions: ClassVar = [{"team": "a"}, {"team": "b"}]

    assert len(sync(api, Mine, capsys)) == 2 * 250


def test_both_ways_of_writing_give_the_same_lines(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    by_page = sync(api, Contacts, capsys)
    singly = sync(api, Contacts, capsys, stream_maps={"contacts": {}})
    assert len(by_page) == 250
    assert list(map(record_in, by_page)) == list(map(record_in, singly))
