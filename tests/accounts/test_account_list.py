"""A list of accounts: the settings of each, and a sentence with its place for each fault, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.tap import TapAnalytics
from tests.accounted import ACCOUNTS, KEYS, config, set_keys

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.sandbox import Sandbox

UNSET = "`api_key` needs the environment variable `SOUTH_KEY`, which is not set (`$$` is a plain dollar)"
OPEN = (
    "`api_key` must name a variable of the environment that holds it, such as `$NORTH_API_KEY`; no key stands in a "
    "list of accounts"
)
NORTH: dict[str, Any] = {"name": "north", "api_key": "$NORTH_KEY"}


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


def faults(api: Sandbox, *accounts: object, **settings: Any) -> list[str]:  # noqa: ANN401 - any setting
    given = {"accounts": list(accounts)} if accounts else {}
    with pytest.raises(ConfigValidationError) as refused:
        TapAnalytics(config=config(api, **given | settings))
    assert api.requests == []
    return list(refused.value.errors)


def test_an_account_lies_over_what_all_have(api: Sandbox) -> None:
    accounts = [NORTH | {"page_size": "7", "headers": {"X-Site": "1"}}, {"name": "south", "api_url": "http://other"}]
    tap = TapAnalytics(
        config=config(api, api_key="of-all-others", headers={"X-All": "2"}, accounts=accounts), setup_mapper=False
    )
    north, south = (each.settings for each in tap.accounts.accounts)
    assert (north["api_key"], north["page_size"]) == (KEYS["north"], 7)
    assert north["headers"] == {"X-All": "2", "X-Site": "1"}
    assert (south["api_key"], south["api_url"], south["page_size"]) == ("of-all-others", "http://other", 100)


def test_all_faults_are_told_at_once_by_place(api: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOUTH_KEY")
    found = faults(
        api,
        NORTH | {"pagesize": 5},
        {"name": "south", "api_key": "$SOUTH_KEY"},
        NORTH | {"resources": []},
        {"name": "west", "api_key": "west-key-literal", "page_size": "many"},
        "east",
        {"api_key": "$WEST_KEY", "params": [1]},
    )
    assert found == [
        "`accounts[2]` has the `name` of `accounts[0]` too (`north`); give each its own",
        "`accounts[4]` must be an object with a `name`, and with what differs",
        "`accounts[5]` needs a `name`: printable text of at most 200 characters",
        "`accounts[0]` (`north`): `pagesize` is not a setting of an account; did you mean `page_size`?",
        f"`accounts[1]` (`south`): {UNSET}",
        "`accounts[2]` (`north`): `resources` is the same for all accounts; set it beside them",
        f"`accounts[3]` (`west`): {OPEN}",
        "`accounts[3]` (`west`): `page_size` must be a whole number from 1 to 1000000",
        "`accounts[5]`: `params` must be an object whose values are text, numbers, true or false",
    ]


@pytest.mark.parametrize(
    ("entry", "path"),
    [
        ({"api_key": "literal-1"}, "api_key"),
        ({"client_id": "a", "client_secret": "literal-1"}, "client_secret"),
        ({"headers": {"Authorization": "Bearer literal-1"}}, "headers.Authorization"),
        ({"headers": {"X-Api-Key": "literal-1"}}, "headers.X-Api-Key"),
        ({"params": {"access_token": "literal-1"}}, "params.access_token"),
        ({"login": {"path": "/login", "json": {"user": "a", "password": "literal-1"}}}, "login.json.password"),
    ],
)
def test_a_key_that_stands_in_the_list_is_refused_and_not_shown(api: Sandbox, entry: dict[str, Any], path: str) -> None:
    found = faults(api, {"name": "north"} | entry)
    assert [each for each in found if f"`{path}` must name a variable" in each]
    assert "literal-1" not in str(found)


def test_what_is_wrong_for_all_accounts_is_told_once(api: Sandbox) -> None:
    assert faults(api, *ACCOUNTS, page_size="many") == ["`page_size` must be a whole number from 1 to 1000000"]
    (missing,) = faults(api, {"name": "north"}, {"name": "south"})
    assert missing.startswith("credentials are missing")


def test_two_accounts_keep_their_tokens_in_files_of_their_own(api: Sandbox, tmp_path: Path) -> None:
    found = faults(api, NORTH, {"name": "south", "api_key": "$SOUTH_KEY"}, token_file=str(tmp_path / "token"))
    assert "the account `south` has the `token_file` of `north`; each needs its own" in found


def test_accounts_stand_in_one_place(api: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text("name\n")
    path = str(tmp_path / "accounts.csv")
    assert "`accounts` and `accounts_file` are both set; remove one of them" in faults(api, NORTH, accounts_file=path)
    assert faults(api, accounts=[], accounts_file=path) == ["`accounts_file` names a file that holds no account"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ({"accounts": "north"}, "`accounts` must be a JSON array"),
        ({"account_field": 7}, "`account_field` must be text"),
        ({"accounts_file": 5}, "`accounts_file` must be text"),
    ],
)
def test_words_of_the_wrong_type_are_refused(api: Sandbox, words: dict[str, Any], fault: str) -> None:
    assert fault in faults(api, **words)


def test_a_table_is_read(api: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(f"name,api_key,params.site,api_url\nnorth,$NORTH_KEY,12,{api.url}\n")
    given = config(api, accounts=[], accounts_file=str(tmp_path / "accounts.csv"), account_field="site")
    (account,) = TapAnalytics(config=given, setup_mapper=False).accounts.accounts
    assert (account.marks, account.params, account.settings["api_key"]) == (
        {"site": "north"},
        {"site": "12"},
        KEYS["north"],
    )
