"""What asks for changes: what is not proved is not taken. What is found is in `tests/cli/test_findings.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.test_findings import DATED, incremental
from tests.foreign import Call, Foreign, Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def equal(call: Call) -> Reply:
    moment = call.params.get("modifiedOn")
    return Reply([row for row in DATED if moment in {None, row["modifiedOn"]}])


def too_few(call: Call) -> Reply:
    since = call.params.get("modified_since", "")
    return Reply([row for row in DATED if row["modifiedOn"] >= since][since > "" :])


def too_many(call: Call) -> Reply:
    return Reply(DATED[:15] if "modified_since" in call.params else DATED)


def none(call: Call) -> Reply:
    return Reply([] if "modified_since" in call.params else DATED)


@pytest.mark.parametrize("answer", [equal, too_few, too_many, none, lambda _: Reply(DATED)])
def test_a_parameter_that_brings_other_rows_is_not_taken(api: Foreign, answer: Callable[[Call], Reply]) -> None:
    api.serve("/things", answer)
    words, remark = incremental(api)
    assert words == {"cursor_path": "modifiedOn"}
    assert remark == "No usual parameter asks for changes: all rows are read, and the new ones kept."
    assert len(api.calls) < 100


def test_rows_that_do_not_differ_show_nothing(api: Foreign) -> None:
    rows = [row | {"modifiedOn": "2024-05-01T00:00:00Z"} for row in DATED]
    api.serve("/things", lambda _: Reply(rows))
    words, remark = incremental(api)
    assert words == {"cursor_path": "modifiedOn"}
    assert remark.startswith("The rows do not differ in `modifiedOn`")
