"""A reading is one way through a list: every row once, every request counted, every failure told with its place."""

from __future__ import annotations

import logging
import socket
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.retry import UnreachableError
from tap_analytics.pagination.offset.offset import OffsetPaginator
from tap_analytics.reading.reading import Reading
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.rules import RowRules
from tap_analytics.report.stats import StreamStats
from tap_analytics.resources.listing import Listing
from tap_analytics.resources.resource import Resource
from tap_analytics.sandbox import Answer, Sandbox
from tap_analytics.state.bounds import Bounds
from tests.connections import connect, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from requests import Response

    from tap_analytics.sandbox import Request


def reading(
    api: Sandbox,
    *,
    rules: dict[str, Any] | None = None,
    config: dict[str, Any] | None = None,
    paginator: OffsetPaginator | None = None,
    **more: Any,  # noqa: ANN401 - any part of a reading
) -> Reading[Any]:
    """Return a reading of the contacts that knows no stream and no tap."""
    settings = settings_of(api.url, api_key=api.api_key, **(config or {}))
    resource = Resource(name="people", path="/v1/contacts", paginator=paginator)
    listing = Listing(resource=resource, config=settings)
    connection = connect(api, **(config or {}))
    template = listing.template(connection)
    rows = {"path": "/v1/contacts", "codec": RawRecords(listing.envelope), "keys": ["id"], **(rules or {})}
    usual: dict[str, Any] = {
        "name": "people",
        "connection": connection,
        "request": lambda token: template.fill(token, bounds=Bounds(), context={}),
        "paginator": listing.paginator,
        "rows": RowRules(**rows),
        "stats": StreamStats(stream="people"),
    }
    return Reading(**usual | more)


def ids(of: Reading[Any]) -> list[Any]:
    return [row["id"] for rows in of.runs() for row in rows]


def wait_until(is_true: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_true():
            return
        time.sleep(0.01)
    pytest.fail("It has not happened within five seconds.")


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize("verify", [True, False])
def test_every_row_is_given_once_in_the_order_of_the_list(api: Sandbox, concurrency: int, *, verify: bool) -> None:
    of = reading(api, config={"concurrency": concurrency, "page_size": 20}, verify=verify)
    assert ids(of) == api.table("contacts").ids()
    assert (of.stats.rows, of.stats.read, of.stats.requests) == (250, 250, len(api.requests))
    assert of.stats.pages >= 13


def test_rows_that_do_not_belong_to_the_reading_are_read_and_not_given(api: Sandbox) -> None:
    bounds = Bounds(start=datetime(2025, 6, 1, tzinfo=UTC))
    of = reading(api, rules={"cursor": "updated_at", "bounds": bounds})
    rows = [row for run in of.runs() for row in run]
    assert {row["updated_at"] >= "2025-06-01" for row in rows} == {True}
    assert 0 < len(rows) == of.stats.rows < of.stats.read == 250


def test_the_first_page_takes_one_request_and_is_kept(api: Sandbox) -> None:
    of = reading(api)
    assert [row["id"] for row in of.first_page().rows] == api.table("contacts").ids()[:100]
    assert of.first_page() is of.first_page()
    assert len(api.requests) == 1


def test_the_first_pages_are_two_and_have_the_rows_that_belong_to_the_reading(api: Sandbox) -> None:
    last = api.table("contacts").ids()[1]
    of = reading(
        api,
        config={"page_size": 2, "verify_pages": False},
        rules={"cursor": "id", "bounds": Bounds(start=Decimal(last))},
    )
    first, second = of.first_pages()
    assert [row["id"] for row in (*first, *second)] == api.table("contacts").ids()[1:4]
    assert len(api.requests) == 2


def test_the_first_pages_of_an_empty_list_have_no_rows(api: Sandbox) -> None:
    api.table("contacts").load([])
    assert [*map(list, reading(api).first_pages())] == [[], []]


def test_each_request_is_told_and_each_retry_counted(api: Sandbox) -> None:
    def busy(request: Request) -> Answer | None:
        return Answer.error(503, "busy") if request.number in {1, 2, 4} else None

    api.intercept(busy)
    told: list[int] = []
    of = reading(api, on_request=lambda: told.append(1))
    assert ids(of) == api.table("contacts").ids()
    assert len(told) == of.stats.requests == len(api.requests)
    assert of.stats.retries == 3


def test_a_failure_that_does_not_end_is_told_with_its_list_its_page_and_how_often_it_was_tried(api: Sandbox) -> None:
    api.intercept(lambda request: Answer.error(500, "no") if request.params["offset"] != "0" else None)
    of = reading(api, config={"max_retries": 2, "concurrency": 1})
    with pytest.raises(FatalAPIError, match=r"^people: /v1/contacts failed at offset 99, tried 3 times: 500 .*no"):
        ids(of)
    assert len(api.requests) == 1 + 3
    assert of.stats.rows == 100


def test_a_failure_that_echoes_the_key_shows_none_of_it(api: Sandbox) -> None:
    api.intercept(lambda _: Answer(200, {"error": f"not {api.api_key}"}))
    with pytest.raises(FatalAPIError, match="not ") as caught:
        ids(reading(api))
    assert api.api_key not in str(caught.value)


def test_an_api_that_nobody_answers_for_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        absent = Sandbox(port=taken.getsockname()[1], api_key="k")
        with pytest.raises(UnreachableError, match=r"^/v1/contacts failed at offset 0, tried 2 times: "):
            reading(absent, config={"max_retries": 1}).first_pages()


def test_a_response_is_judged_by_the_function_that_is_handed_in(api: Sandbox) -> None:
    api.intercept(lambda request: replace(api.answer(request), status=418))

    def judge(response: Response) -> None:
        if response.status_code != 418:
            message = "this is no teapot"
            raise FatalAPIError(message)

    assert len(ids(reading(api, judge=judge))) == 250
    with pytest.raises(FatalAPIError, match="418"):
        ids(reading(api))


def test_nothing_is_asked_for_from_the_maximum_on(api: Sandbox) -> None:
    of = reading(api, paginator=OffsetPaginator(maximum_offset=150))
    assert ids(of) == api.table("contacts").ids()[:150]
    asked = [int(request.params["offset"]) + int(request.params["limit"]) for request in api.requests]
    assert max(asked) == 150


def test_a_list_whose_maximum_is_its_beginning_is_not_asked_for(api: Sandbox) -> None:
    assert ids(reading(api, paginator=OffsetPaginator(maximum_offset=0))) == []
    assert not api.requests


def test_who_stops_early_leaves_no_thread_behind(api: Sandbox) -> None:
    def running() -> int:
        return sum(thread.name != "deadlines" for thread in threading.enumerate())

    before = running()
    runs = reading(api, config={"page_size": 10, "concurrency": 8}).runs()
    next(runs)
    next(runs)
    runs.close()
    wait_until(lambda: running() <= before)
    assert len(api.requests) < 25


@pytest.mark.parametrize("is_part", [True, False])
def test_the_end_of_a_list_is_logged_and_that_of_one_of_many_for_developers_only(
    api: Sandbox, caplog: pytest.LogCaptureFixture, *, is_part: bool
) -> None:
    api.table("contacts").load([{"id": 1}])
    rules = {"cursor": "updated_at", "expects_cursor": True}
    with caplog.at_level(logging.DEBUG, "tap-analytics"):
        ids(reading(api, rules=rules, is_part=is_part))
    told = {record.getMessage(): record.levelname for record in caplog.records}
    assert told["Read 1 row of 1 in 1 page"] == ("DEBUG" if is_part else "INFO")
    warned = "no record has a date or a number in `updated_at`, so no bookmark can move; check `cursor_path`"
    levels = {level for message, level in told.items() if message.startswith(warned)}
    assert levels == (set() if is_part else {"WARNING"})


def test_one_value_of_the_cursor_is_enough_to_warn_of_nothing(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    api.table("contacts").load([{"id": 1}, {"id": 2, "updated_at": "2024-01-01"}])
    ids(reading(api, rules={"cursor": "updated_at", "expects_cursor": True}))
    assert "no bookmark can move" not in caplog.text


def test_a_busy_api_is_asked_for_nothing_by_anyone_until_its_time_has_passed(
    api: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    connection = connect(api)
    api.intercept(lambda request: Answer.error(429, "slowly", Retry_After="1") if request.number == 1 else None)
    thread = threading.Thread(target=reading(api, connection=connection).first_page)
    thread.start()
    wait_until(lambda: "Trying again in 1." in caplog.text)
    time.sleep(0.05)  # it is told just before the pause begins
    begun = time.monotonic()
    other = HTTPRequest(f"{api.url}/v1/contacts", params={"limit": "1"})
    assert connection.send(other).status_code == 200
    assert time.monotonic() - begun > 0.5
    thread.join()
