"""What the accounts of a tap share: the streams, and what fields these have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.tap import TapAnalytics
from tests.accounted import ACCOUNTS, KEYS, config, ids_of, rows, serve, set_keys, sync

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

THINGS = {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things"}}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


def test_fields_are_those_that_any_of_the_first_accounts_has(api: Sandbox) -> None:
    serve(api, north=rows(1, plan="a"), south=rows(1, seats=5), west=[])
    run = sync(api, THINGS)
    assert run.code == 0, run.stderr
    assert {row["_account"]: row.get("seats") for row in run.records("things")} == {"north": None, "south": 5}
    assert {row["_account"]: row.get("plan") for row in run.records("things")} == {"north": "a", "south": None}


def test_accounts_without_records_or_with_a_wrong_key_are_passed_over_for_a_sample(api: Sandbox) -> None:
    serve(api, south=[], west=rows(2, plan="a"))
    run = sync(api, THINGS)
    assert run.stderr == "1 of 3 accounts failed: north"
    assert [row["plan"] for row in run.records("things")] == ["a", "a"]


def test_fields_that_one_account_shows_later_stay_declared(api: Sandbox) -> None:
    serve(api, north=[], south=rows(2), west=[*rows(600), {"id": 601, "plan": "a"}])
    accounts = [*ACCOUNTS, {"name": "last", "api_key": "$SOUTH_KEY"}]
    run = sync(api, THINGS, accounts=accounts, concurrency=1, sample_size=10)
    assert run.code == 0, run.stderr
    assert [row["plan"] for row in run.records("things") if "plan" in row] == ["a"]
    last = [each for each in run.messages if each["type"] == "SCHEMA"][-1]
    assert {"_account", "id", "updated_at", "plan"} <= last["schema"]["properties"].keys()


def test_a_sample_is_taken_once_for_all_accounts(api: Sandbox) -> None:
    serve(api, north=rows(1), south=rows(1), west=rows(1))
    accounts = [{"name": f"number {number}", "api_key": "$NORTH_KEY"} for number in range(8)]
    tap = TapAnalytics(config=config(api, THINGS, accounts=accounts))
    samples = len(api.requests)
    assert {request.params["api_key"] for request in api.requests} == {KEYS["north"]}
    tap.sync_all()
    assert len(api.requests) <= samples + 2 * len(accounts)


def test_an_account_that_there_is_not_is_refused_by_name(api: Sandbox) -> None:
    tap = TapAnalytics(config=config(api))
    with pytest.raises(ConfigValidationError) as refused:
        tap.accounts.open("east")
    assert str(refused.value) == "there is no account `east`; there are 3: `north`, `south`, `west`"


def test_the_state_of_an_account_is_that_of_a_tap_of_its_own(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    serve(api, north=rows(3), south=rows(9), west=[])
    run = sync(api)
    monkeypatch.setenv("TAP_ANALYTICS_API_KEY", "no-key-of-an-account")
    alone = config(api, accounts=[], api_key=KEYS["north"])
    tap = TapAnalytics(config=alone, state=run.state["accounts"]["north"])
    tap.sync_all()
    assert tap.state == run.state["accounts"]["north"]


def test_a_state_that_is_none_is_refused_by_account(api: Sandbox) -> None:
    for state, fault in [
        ({"bookmarks": {}, "accounts": []}, "`accounts` must be an object"),
        ({"bookmarks": {}, "accounts": {"north": {"bookmarks": 5}}}, "account `north`: the state is not one"),
    ]:
        with pytest.raises(ConfigValidationError, match=fault):
            TapAnalytics(config=config(api), state=state)


def test_a_state_of_another_kind_is_told(api: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    serve(api, north=rows(2), south=[], west=[])
    plain = {"bookmarks": {"contacts": {"replication_key": "updated_at", "replication_key_value": "2025-06-01"}}}
    assert ids_of(sync(api, state=plain)) == [("north", 1), ("north", 2)]
    assert "The state is of no account, and the configuration has accounts: all is read" in caplog.text
    TapAnalytics(config=config(api, accounts=[], api_key=KEYS["north"]), state={"bookmarks": {}, "accounts": {"a": {}}})
    assert "The state is of accounts, and the configuration has none: all is read" in caplog.text


def test_many_accounts_are_read(api: Sandbox) -> None:
    serve(api, north=rows(1))
    accounts = [{"name": f"number {number}", "api_key": "$NORTH_KEY"} for number in range(40)]
    run = sync(api, accounts=accounts)
    assert run.code == 0
    assert ids_of(run) == sorted((each["name"], 1) for each in accounts)
