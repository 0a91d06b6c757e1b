"""A stream of values sends no request, and is written if it is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.cli.check import Check
from tap_analytics.tap import TapAnalytics
from tests.foreign import Call, Foreign, Reply, in_envelope
from tests.syncs.dlt_shape import SINGLE, Words, configure, sync

if TYPE_CHECKING:
    from collections.abc import Iterator

PARTS: Words = {
    "name": "parts",
    "endpoint": {"path": "accounts/{resources.accounts.ref}/parts", **SINGLE},
    "include_from_parent": ["zone"],
}
ACCOUNTS: Words = {"name": "accounts", "values": [{"ref": "a b", "zone": 1}, {"ref": "c/d", "zone": 2}]}


@pytest.fixture
def api() -> Iterator[Foreign]:
    def part(call: Call) -> Reply:
        return in_envelope([{"ref": call.path.rpartition("accounts/")[2]}])

    with Foreign() as foreign:
        for path in ("/accounts/a%20b/parts", "/accounts/c%2Fd/parts"):
            foreign.serve(path, part)
        yield foreign


def test_children_are_read_for_each_value(api: Foreign) -> None:
    run = sync(api, ACCOUNTS, PARTS)
    assert [record["_accounts_zone"] for record in run.records("parts")] == [1, 2]
    assert (run.code, run.records("accounts"), len(api.calls)) == (0, [], 2)


def test_values_are_written_where_the_resource_is_selected(api: Foreign) -> None:
    run = sync(api, ACCOUNTS | {"selected": True}, PARTS)
    assert run.records("accounts") == ACCOUNTS["values"]


def test_a_first_look_asks_for_the_children_of_the_first_value(api: Foreign) -> None:
    tap = TapAnalytics(config=configure(api, ACCOUNTS, PARTS))
    api.calls.clear()
    findings = {finding.stream: finding for finding in Check(tap).findings()}
    assert [(each.rows, each.fault) for each in findings.values()] == [(2, ""), (1, "")]
