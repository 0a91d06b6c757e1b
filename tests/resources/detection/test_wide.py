"""All usual parameters in one request: lists that say nothing of how they go on, over real HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tap_analytics.resources.detection.paging_words import ALL_PARAMS, STARTS
from tests.foreign import Call, Foreign, Reply
from tests.syncs.test_detection import IDS, entry, of_dlt, rows_from, strictly, sync

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


@pytest.mark.parametrize("name", ["skip", "startAt", "$skip", "from", "page[offset]"])
def test_a_list_by_a_parameter_for_rows_is_read_whole_though_nothing_says_so(api: Foreign, name: str) -> None:
    api.serve("/things", lambda call: Reply(rows_from(call.number(name, 0), 10)))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


@pytest.mark.parametrize("name", ["p", "pageNumber", "page[number]", "pageIndex"])
@pytest.mark.parametrize("base", [0, 1])
def test_a_list_by_a_parameter_for_pages_is_read_whole_though_nothing_says_so(
    api: Foreign, name: str, base: int
) -> None:
    api.serve("/things", lambda call: Reply(rows_from((call.number(name, base) - base) * 10, 10)))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_rows_that_are_numbered_from_one_come_once(api: Foreign) -> None:
    api.serve("/things", lambda call: Reply(rows_from(call.number("startIndex", 1) - 1, 10)))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_an_api_that_refuses_what_it_does_not_know_is_asked_for_each(api: Foreign) -> None:
    api.serve("/things", strictly({"p"}, lambda call: Reply(rows_from((call.number("p", 1) - 1) * 10, 10))))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS)


def test_the_parameter_is_found_by_halves(api: Foreign) -> None:
    def answer(call: Call) -> Reply:
        return Reply(rows_from((call.number("paged", 1) - 1) * 10, 10))

    api.serve("/things", answer)
    assert sync(of_dlt(api, entry())).ids("things") == IDS
    assert len(api.calls) < 16
    assert set(STARTS) < set(ALL_PARAMS)
