"""The accounts of a source: read side by side, each with a state that moves behind its own rows."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.arrow.accounts import KEPT_OPEN
from tap_analytics.source import Source
from tests import accounted

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

pytest.importorskip("pyarrow", reason="the extra `arrow` is not installed")


@pytest.fixture(autouse=True)
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    accounted.set_keys(monkeypatch)


def test_accounts_are_planned_and_read_side_by_side(api: Sandbox) -> None:
    accounted.serve(api, delay=0.05, north=accounted.rows(30), south=accounted.rows(12), west=[])
    one = Source(accounted.config(api, concurrency=3))
    found = [(row["_account"], row["id"]) for row in one.table("contacts").select(["_account", "id"]).to_pylist()]
    assert [account for account, _ in found] == ["north"] * 30 + ["south"] * 12
    times = [(each.received_at, each.answered_at or 0.0) for each in api.requests]
    assert max(sum(start <= begun < end for start, end in times) for begun, _ in times) > 1


def test_a_failure_names_the_account_and_moves_the_state_of_those_before_it_alone(api: Sandbox) -> None:
    accounted.serve(api, north=accounted.rows(30), west=accounted.rows(5))
    one = Source(accounted.config(api, concurrency=3))
    with pytest.raises(FatalAPIError, match=r"^account `south`: contacts: .*401") as failed:
        one.table("contacts")
    assert accounted.KEYS["south"] not in str(failed.value)
    assert "replication_key_value" in one.state["accounts"]["north"]["bookmarks"]["contacts"]
    assert not one.state["accounts"].get("west")
    with pytest.raises(FatalAPIError, match="account `south`: contacts"):
        one.stretches("contacts", 5)


def test_whoever_stops_in_the_middle_gets_the_rest_later(api: Sandbox) -> None:
    lists = accounted.serve(api, north=accounted.rows(30), south=accounted.rows(12), west=accounted.rows(5))
    one = Source(accounted.config(api, concurrency=3))
    batches = one.read(*one.plan("contacts"))
    first = next(batches)
    batches.close()  # type: ignore[attr-defined] # it is a generator
    assert first.num_rows == 30
    assert not [each for each in one.state["accounts"].values() if each.get("bookmarks", {}).get("contacts")]
    assert one.table("contacts").num_rows == len(accounted.ids_in(**lists))
    assert one.state == accounted.sync(api).state


def test_accounts_that_nobody_reads_are_let_go(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"a{number}" for number in range(12)]
    for name in names:
        monkeypatch.setenv(f"{name.upper()}_KEY", accounted.KEYS["north"])
    accounted.serve(api, north=accounted.rows(3))
    listed = [{"name": name, "api_key": f"${name.upper()}_KEY"} for name in names]
    one = Source(accounted.config(api, accounts=listed))
    assert one.table("contacts").num_rows == 36
    gc.collect()
    assert len(vars(one)["_accounts"]._open) <= KEPT_OPEN  # noqa: SLF001 - nothing else shows it
    assert one.state["accounts"].keys() == set(names)
    assert one.table("contacts").num_rows == 12  # what has the date of the bookmark
