"""One look at a list; what it finds in lists of many kinds is in `tests/syncs/test_detection.py`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.detection.detector import Detector
from tap_analytics.tap import TapAnalytics
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import IDS, ROWS, entry, of_dlt, of_ours, rows_from, sync

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


@pytest.mark.parametrize("is_thorough", [True, False])
def test_a_page_that_does_not_look_full_is_asked_for_more_by_a_thorough_look(
    api: Foreign, *, is_thorough: bool
) -> None:
    api.serve("/things", lambda call: Reply(rows_from(call.number("offset", 0), 7)))
    tap = TapAnalytics(config=of_dlt(api, {"name": "things", "endpoint": {"path": "/things"}}), setup_mapper=False)
    tap.detector = Detector(logging.getLogger("tap-analytics"), is_thorough=is_thorough)
    tap.discover("things")
    assert ("paginator" in tap.detector.words_of("things")) is is_thorough
    assert (len(api.calls) > 1) is is_thorough


def test_the_paginator_auto_is_found_out_where_settings_say_another_one(api: Foreign) -> None:
    def by_key(call: Call) -> Reply:
        unknown = call.params.keys() - {"limit", "starting_after"}
        after = IDS.index(int(call.params["starting_after"])) + 1 if "starting_after" in call.params else 0
        rows = {"data": ROWS[after : after + 10], "has_more": after + 10 < len(ROWS)}
        return Reply({"message": "unknown parameter"}, status=400) if unknown else Reply(rows)

    api.serve("/things", by_key)
    run = sync(of_ours(api, entry(endpoint={"paginator": "auto"})))
    assert (run.code, run.ids("things")) == (0, IDS)
    assert len(api.calls) < 16


@pytest.mark.parametrize("name", ["offset", "page", "skip", "p"])
def test_a_page_of_an_odd_length_that_says_nothing_is_asked_for_more(api: Foreign, name: str) -> None:
    def answer(call: Call) -> Reply:
        place = call.number(name, 0 if name in {"offset", "skip"} else 1)
        return Reply(rows_from(place if name in {"offset", "skip"} else (place - 1) * 11, 11))

    api.serve("/things", answer)
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_a_short_page_that_says_nothing_is_taken_for_all(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply(ROWS[:9]))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things"), len(api.calls)) == (0, IDS[:9], 1)
