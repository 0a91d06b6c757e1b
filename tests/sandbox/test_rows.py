"""Rows are made when they are asked for, the same for the same seed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox
    from tests.sandbox.conftest import Get


def test_the_same_seed_makes_the_same_records_and_another_makes_others(api: Sandbox, get: Get) -> None:
    first = get("contacts").text
    api.reset(rows={"contacts": 1000}, seed=1)
    assert get("contacts").text == first
    api.reset(seed=2)
    assert get("contacts").text != first


def test_a_million_rows_are_made_as_they_are_asked_for(api: Sandbox, get: Get) -> None:
    started = time.monotonic()
    api.reset(rows={"contacts": 1_000_000})
    assert get.ids("contacts", offset=999_999) == [1_000_000]
    assert time.monotonic() - started < 2


def test_rows_of_one_template_still_differ(api: Sandbox) -> None:
    api.reset(rows={"contacts": 4001})
    first, last = api.table("contacts").row(1), api.table("contacts").row(4001)
    differ = {name for name in first if first[name] != last[name]}
    assert differ == {"id", "email", "emails", "user_key", "updated_at"}
