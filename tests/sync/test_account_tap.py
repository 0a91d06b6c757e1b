"""A tap finds the tap that reads an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import ConfigValidationError

from tap_analytics.tap import TapAnalytics
from tests.accounted import config, set_keys

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    set_keys(monkeypatch)


def test_a_tap_without_accounts_reads_for_itself(api: Sandbox) -> None:
    tap = TapAnalytics(config=config(api, accounts=[], api_key=api.api_key))
    assert (tap.account, tap.marks, list(tap.readers()), tap.reader(None)) == (None, {}, [tap], tap)
    with pytest.raises(ConfigValidationError, match="the window is of an account `north`, and the configuration has"):
        tap.reader("north")


def test_each_account_has_a_reader_whose_log_names_it(api: Sandbox) -> None:
    tap = TapAnalytics(config=config(api))
    readers = list(tap.readers())
    assert [dict(each.marks) for each in readers] == [{"_account": name} for name in ("north", "south", "west")]
    assert [each.logger.name for each in readers] == [f"tap-analytics.{name}" for name in ("north", "south", "west")]
    assert tap.reader("south").marks == {"_account": "south"}
    with pytest.raises(ConfigValidationError, match="the window names no `account`; there are 3: `north`, `south`"):
        tap.reader(None)
