"""One account: its name in each record and in the key, its parameters in each request."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError

from tap_analytics.accounts.account import Account
from tap_analytics.tap import TapAnalytics
from tests.accounted import ACCOUNTS, config, ids_of, rows, serve, set_keys, sync

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

THINGS = {"name": "things", "primary_key": "id", "endpoint": {"path": "/v1/things", "params": {"site": "all"}}}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


def test_a_name_is_in_the_field_that_is_set(api: Sandbox) -> None:
    assert Account(name="north", settings={}, mark="site").marks == {"site": "north"}
    serve(api, north=rows(1), south=rows(1), west=rows(1))
    run = sync(api, account_field="site")
    assert sorted(row["site"] for row in run.records("contacts")) == ["north", "south", "west"]


def test_parameters_go_with_each_request_of_their_account_alone(api: Sandbox) -> None:
    serve(api, north=rows(1), south=rows(1), west=rows(1))
    accounts = [ACCOUNTS[0] | {"params": {"site": "{12}", "all": True}}, *ACCOUNTS[1:]]
    assert sync(api, "contacts", THINGS, accounts=accounts).code == 0
    asked = {(each.params["api_key"][:4], each.resource): each.params for each in api.requests}
    assert [asked["nort", name]["site"] for name in ("contacts", "things")] == ["{12}", "{12}"]
    assert asked["nort", "contacts"]["all"] == "true"
    assert asked["sout", "things"]["site"] == "all"
    assert "site" not in asked["sout", "contacts"]


def test_records_without_a_key_have_their_account(api: Sandbox) -> None:
    serve(api, north=rows(1), south=rows(2), west=[])
    run = sync(api, THINGS | {"write_disposition": "append"})
    assert next(each for each in run.messages if each["type"] == "SCHEMA")["key_properties"] == []
    assert [account for account, _ in ids_of(run, "things")] == ["north", "south", "south"]


def test_records_that_stand_in_the_configuration_have_their_account(api: Sandbox) -> None:
    listed = {"name": "regions", "primary_key": "id", "selected": True, "values": [{"id": "a"}, {"id": "b"}]}
    run = sync(api, listed, accounts=ACCOUNTS[:2])
    assert ids_of(run, "regions") == [("north", "a"), ("north", "b"), ("south", "a"), ("south", "b")]


def test_a_field_of_the_records_is_none_for_the_account(api: Sandbox) -> None:
    schema = {"properties": {"id": {"type": "integer"}, "_account": {"type": "string"}}}
    with pytest.raises(ConfigValidationError, match="the records of `things` have a field `_account`; set `account_f"):
        TapAnalytics(config=config(api, THINGS | {"schema": schema}))


def test_a_catalog_selects_streams_of_all_accounts(api: Sandbox) -> None:
    serve(api, north=rows(1), south=rows(2), west=[])
    known = json.loads(TapAnalytics(config=config(api, "contacts", "deals")).catalog_json_text)
    assert {tuple(each["key_properties"]) for each in known["streams"]} == {("_account", "id")}
    for each in known["streams"]:
        each["metadata"][-1]["metadata"] |= {"selected": each["tap_stream_id"] == "deals"}
        [whole] = [one for one in each["metadata"] if one["breadcrumb"] in ([], ())]
        whole["metadata"]["selected"] = each["tap_stream_id"] == "deals"
    tap = TapAnalytics(config=config(api, "contacts", "deals"), catalog=known)
    tap.sync_all()
    assert {each.resource for each in api.requests} == {"deals"}


@pytest.mark.parametrize("lacks", ["key", "field"])
def test_a_catalog_that_tells_no_accounts_apart_is_refused(api: Sandbox, lacks: str) -> None:
    known: dict[str, Any] = json.loads(TapAnalytics(config=config(api)).catalog_json_text)
    (entry,) = known["streams"]
    if lacks == "key":
        entry["key_properties"] = ["id"]
    else:
        del entry["schema"]["properties"]["_account"]
    with pytest.raises(ConfigValidationError, match="the catalog tells no accounts apart in `contacts`"):
        TapAnalytics(config=config(api), catalog=known).sync_all()
    assert api.requests == []


def test_an_unknown_field_for_the_account_is_that_of_the_tap(api: Sandbox) -> None:
    lists = serve(api, north=rows(1, _account="of the API"), south=[], west=[])
    run = sync(api)
    assert ids_of(run) == [("north", 1)]
    del lists["north"]
    with pytest.raises(FatalSyncError):
        TapAnalytics(config=config(api)).sync_all()
