"""Records that hooks of a subclass make or alter still fit their stream, or the sync fails and says why."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError, FatalSyncError

from tap_analytics.report.unknown_fields import MOST_NAMED
from tap_analytics.stream.hooks.hooked_records import HookedRecords
from tap_analytics.streams import Contacts
from tap_analytics.tap import TapAnalytics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.sandbox import Sandbox

Record = dict[str, Any]


def sync(api: Sandbox, *streams: type[AnalyticsStream]) -> None:
    class Tap(TapAnalytics):
        def discover_streams(self) -> list[AnalyticsStream]:
            return [stream(self) for stream in streams]

    Tap(config={"api_url": api.url, "api_key": api.api_key, "backoff_factor": 0}).sync_all()


def altering(alter: Callable[[Record], object]) -> type[AnalyticsStream]:
    """Return a stream whose subclass makes something of each record."""

    class Mine(Contacts):
        def post_process(self, row: Record, context: object = None) -> Any:  # noqa: ANN401, ARG002 - as the SDK calls it
            return alter(row)

    return Mine


def fail_later(row: Record) -> Record:
    return row if row["id"] < 3 else {**row, "city": row["no_city"]}


@pytest.mark.parametrize(
    ("alter", "fault"),
    [
        (lambda row: {**row, "city": float("nan")}, "record 1: the hooks give `city` a value that is NaN"),
        (lambda row: {**row, "city": [{"a": Decimal("-Infinity")}]}, "record 1: the hooks give `city` a value"),
        (
            fail_later,
            r"record 3: `Mine.post_process` failed at line \d+ of `test_hooked_records.py`: KeyError: 'no_city'",
        ),
        (
            lambda row: [row],
            "record 1: `Mine.post_process` gives `list`; return a dictionary, or None to leave",
        ),
        (
            lambda row: (each for each in [row]),
            "record 1: `Mine.post_process` gives `list`; return a dictionary",
        ),
        (lambda row: {**row, "id": None}, "contacts: record 1: the hooks give it no `id`, its primary key"),
        (lambda _: {}, "contacts: record 1: the hooks give it no `id`, its primary key"),
    ],
    ids=["not a number", "infinite", "raises", "list", "generator", "no key", "nothing"],
)
def test_what_is_no_record_of_its_stream_fails_by_its_number(
    api: Sandbox, alter: Callable[[Record], object], fault: str
) -> None:
    with pytest.raises(FatalSyncError, match=fault):
        sync(api, altering(alter))


def test_a_failure_in_a_file_names_its_line() -> None:
    class Mine(Contacts):
        def post_process(self, row: Record, context: object = None) -> Record:
            return {**row, "context": context["none"]}  # type: ignore[index] # it fails

    hooked = Mine(TapAnalytics(config={"api_url": "http://127.0.0.1:1", "api_key": "k"})).post_process
    assert isinstance(hooked, HookedRecords)
    with pytest.raises(FatalAPIError, match=r"`Mine.post_process` failed at line \d+ of `test_hooked_records.py`"):
        hooked({"id": 1})


def test_a_child_that_fails_is_named_though_its_parent_is_synced(api: Sandbox) -> None:
    schema = {"properties": {"id": {"type": "integer"}}}
    none: dict[str, Any] = {"get_child_context": lambda _, **__: {}}
    parent = type("Parents", (Contacts,), {"name": "parents", "schema": schema, "replication_key": None, **none})
    own = {"name": "kids", "schema": schema, "replication_key": None, "parent_stream_type": parent}

    def post_process(_: AnalyticsStream, row: Record, context: object = None) -> Record:  # noqa: ARG001 - as the SDK calls it
        return row["nothing"]  # type: ignore[no-any-return]

    with pytest.raises(FatalSyncError, match=r"kids: record 1: `Kids.post_process` failed at line \d+ of"):
        sync(api, parent, type("Kids", (Contacts,), {**own, "post_process": post_process}))


def test_a_field_that_the_schema_does_not_have_is_left_out_and_told_once(
    api: Sandbox, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        sync(api, altering(lambda row: {**row, "shoe_size": 44}))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    records = [line["record"] for line in lines if line["type"] == "RECORD"]
    assert len(records) == 250
    assert not any("shoe_size" in record for record in records)
    assert caplog.text.count("contacts: the hooks give a field that the schema does not have: `shoe_size`; it is") == 1


def test_fields_without_end_are_named_up_to_a_number(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        sync(api, altering(lambda row: {**row, f"field_{row['id']}": 1}))
    told = [message for message in caplog.messages if "the hooks give a field" in message]
    assert len(told) == MOST_NAMED
    assert told[-1].endswith("it is left out, and so are others, which are not named any more")
    assert told[-2].endswith("it is left out")


def test_a_key_that_a_partition_says_may_be_missing(api: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    class Mine(Contacts):
        name = "contacts"
        primary_keys = ("team", "id")
        replication_key = None  # type: ignore[assignment]
        partitions = [{"team": "a"}]  # noqa: RUF012 - as the SDK has it
        schema = {"properties": {"id": {"type": "integer"}, "team": {"type": "string"}}}  # noqa: RUF012 - likewise

        def get_records(self, context: object) -> Iterator[Record]:  # noqa: ARG002 - as the SDK calls it
            yield {"id": 1}

    sync(api, Mine)
    assert '"record":{"id":1,"team":"a"}' in capsys.readouterr().out
