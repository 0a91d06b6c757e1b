"""Processing steps with plain functions, and records as the API gives them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.records.envelope.envelope import Envelope
from tap_analytics.records.raw_records import RawRecords
from tap_analytics.records.steps import STEPS, Steps

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]


def apply(records: list[Record], *steps: tuple[str, Callable[[Record], Any]]) -> list[Record]:
    made = Steps(None, [STEPS[kind](code) for kind, code in steps], RawRecords(Envelope()))
    return list(made.apply(records))


def test_steps_are_applied_in_their_order() -> None:
    steps = (
        ("filter", lambda record: record["n"] > 1),
        ("map", lambda record: {"n": record["n"] * 10}),
        ("yield_map", lambda record: [record, {"n": record["n"] + 1}]),
        ("filter", lambda record: record["n"] != 31),
    )
    assert apply([{"n": 1}, {"n": 2}, {"n": 3}], *steps) == [{"n": 20}, {"n": 21}, {"n": 30}]


def test_a_record_that_code_changes_is_a_copy() -> None:
    records: list[Record] = [{"n": {"deep": 1}}]
    assert apply(records, ("map", lambda record: record["n"].update(deep=2) or record)) == [{"n": {"deep": 2}}]
    assert records == [{"n": {"deep": 1}}]


def test_code_gets_floats_unless_a_digit_would_be_lost_and_every_number_stays_exact() -> None:
    kinds: list[type] = []
    record = {"a": Decimal("0.1"), "b": Decimal("0.12345678901234567890"), "c": 2**70}

    def look(record: Record) -> bool:
        kinds.extend(map(type, record.values()))
        return True

    assert apply([record], ("filter", look)) == [record]
    assert kinds == [float, Decimal, int]


def test_what_json_cannot_say_becomes_text_where_it_has_one() -> None:
    moment = datetime(2024, 5, 1, tzinfo=UTC)
    assert apply([{"n": 1}], ("map", lambda _: {"at": moment, "x": (1.5,)})) == [
        {"at": "2024-05-01T00:00:00Z", "x": [Decimal("1.5")]}
    ]


@pytest.mark.parametrize("result", [None, 5, "x", [{}], {"x": object()}])
def test_what_is_no_record_fails_with_the_number_of_the_record(result: object) -> None:
    steps = Steps(None, [STEPS["map"](lambda record: result if record["n"] == 3 else record)], RawRecords(Envelope()))
    steps.apply([{"n": 1}, {"n": 2}])
    with pytest.raises(FatalAPIError, match=r"^record 3: a step of `processing_steps` must give objects"):
        steps.apply([{"n": 3}])


def test_a_failure_of_code_has_the_number_of_its_record() -> None:
    def fail(record: Record) -> Record:
        if record["n"] == 2:
            message = "`steps.py:f` failed"
            raise FatalAPIError(message)
        return record

    with pytest.raises(FatalAPIError, match=r"^record 2: `steps.py:f` failed$"):
        apply([{"n": 1}, {"n": 2}], ("map", fail))


def test_without_steps_there_is_nothing_to_apply() -> None:
    assert Steps.of(None, (), RawRecords(Envelope())) is None
