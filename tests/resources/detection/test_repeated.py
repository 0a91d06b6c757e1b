"""Lists without pages under `data`, of resources that say nothing of pages, over real HTTP."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from tap_analytics.resources.detection.detection import Answer
from tap_analytics.resources.detection.repeated import all_of, may_be_all
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import IDS, ROWS, entry, of_ours, rows_from, sync

if TYPE_CHECKING:
    from collections.abc import Iterator


def _always(reply: Reply, _: Call) -> Reply:
    return reply


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


@pytest.mark.parametrize(
    ("count", "beside", "params", "is_possible"),
    [
        (7, {}, {"limit": "100"}, True),
        (1, {}, {"limit": "100"}, True),
        (0, {}, {"limit": "100"}, False),
        (20, {}, {"limit": "100"}, False),
        (7, {}, {"limit": "7"}, False),
        (7, {}, {}, False),
        (7, {"total": 7}, {"limit": "100"}, False),
        (7, {"has_more": True}, {"limit": "100"}, False),
    ],
)
def test_a_short_page_of_an_odd_length_that_says_nothing_may_be_all(
    count: int, beside: dict[str, Any], params: dict[str, str], *, is_possible: bool
) -> None:
    document = {"data": ROWS[:count], **beside}
    assert may_be_all(Answer(document=document, selector="data", rows=ROWS[:count], params=params)) is is_possible


@pytest.mark.parametrize("count", [1, 7])
@pytest.mark.parametrize("name", ["data", "things"])
def test_a_list_without_pages_is_all_and_a_warning_says_so(
    api: Foreign, caplog: pytest.LogCaptureFixture, count: int, name: str
) -> None:
    caplog.set_level(logging.WARNING)
    api.serve("/things", lambda _: Reply({name: ROWS[:count]}))
    run = sync(of_ours(api, entry(endpoint={} if name == "data" else {"data_selector": name})))
    assert (run.code, run.ids("things")) == (0, IDS[:count])
    assert all_of(count) in caplog.text


def test_a_list_without_pages_is_found_out_once_for_all_parents(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply({"data": ROWS[:3]}))
    for number in range(3):
        reply = Reply({"data": ROWS[: number + 1]})
        api.serve(f"/things/{number}/parts", partial(_always, reply))
    parts = entry("parts", endpoint={"path": "/things/{resources.things.id}/parts"})
    run = sync(of_ours(api, entry(), parts))
    assert (run.code, sorted(run.ids("parts"))) == (0, [0, 0, 0, 1, 1, 2])
    assert [len(api.calls_to(f"/things/{number}/parts")) for number in (1, 2)] == [1, 1]


@pytest.mark.parametrize(("verify", "offsets"), [(True, ["0", "23", "1"]), (False, ["0", "23"])])
def test_a_list_that_ends_costs_no_request_more(api: Foreign, offsets: list[str], *, verify: bool) -> None:
    api.serve("/things", lambda call: Reply({"data": rows_from(call.number("offset", 0), 100)}))
    run = sync(of_ours(api, entry(), verify_pages=verify))
    assert (run.code, run.ids("things"), api.values_of("/things", "offset")) == (0, IDS, offsets)


def test_a_page_of_a_round_length_that_comes_again_is_no_whole_list(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply({"data": ROWS[:20]}))
    assert sync(of_ours(api, entry(), verify_pages=True)).code == 1


def test_a_list_by_another_parameter_than_the_usual_ones_of_the_settings_is_read_whole(api: Foreign) -> None:
    def by_page(call: Call) -> Reply:
        first = (call.number("page", 1) - 1) * 7
        return Reply({"data": ROWS[first : first + 7]})

    api.serve("/things", by_page)
    run = sync(of_ours(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_an_offset_that_is_refused_behind_the_end_is_judged_as_ever(api: Foreign) -> None:
    def refusing(call: Call) -> Reply:
        start = call.number("offset", 0)
        return Reply({"message": "no such offset"}, status=422) if start >= 7 else Reply({"data": ROWS[start:7]})

    api.serve("/things", refusing)
    run = sync(of_ours(api, entry()))
    assert run.ids("things") == IDS[:7]
