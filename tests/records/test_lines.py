"""Records as lines: messages, or alone with what a target cannot know of them."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tap_analytics.records.lines import batch_lines, record_lines

RECORDS = [{"id": 1, "text": "}\n{,"}, {"id": 2, "price": Decimal("0.12345678901234567891")}]


def test_each_record_is_a_message_on_a_line() -> None:
    lines = [json.loads(line) for line in record_lines(RECORDS, stream="s", version=7).splitlines()]
    assert [(line["type"], line["stream"], line["version"], line["record"]["id"]) for line in lines] == [
        ("RECORD", "s", 7, 1),
        ("RECORD", "s", 7, 2),
    ]


@pytest.mark.parametrize("version", [None, 0, 7])
def test_records_alone_have_the_metadata_that_a_target_cannot_know(version: int | None) -> None:
    lines = batch_lines(RECORDS, version=version).decode().splitlines()
    found = [json.loads(line, parse_float=Decimal) for line in lines]
    assert [{name: each[name] for name in each if not name.startswith("_sdc_")} for each in found] == RECORDS
    names = {"_sdc_extracted_at", "_sdc_batched_at", "_sdc_sequence", "_sdc_sync_started_at"}
    names |= set() if version is None else {"_sdc_table_version"}
    assert [{name for name in each if name.startswith("_sdc_")} for each in found] == [names, names]
    assert [each.get("_sdc_table_version") for each in found] == [version, version]
    assert found[0]["_sdc_extracted_at"].endswith("+00:00")


@pytest.mark.parametrize("records", [[{}], [{}, {"id": 1}], [{"id": 1}, {}, {}], [{"id": "{,"}, {}]])
def test_a_record_without_fields_is_an_object_too(records: list[dict[str, object]]) -> None:
    found = [json.loads(line) for line in batch_lines(records).splitlines()]
    assert [{name: each[name] for name in each if not name.startswith("_sdc_")} for each in found] == records
