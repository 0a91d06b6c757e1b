"""Where nothing leads on from a first page: what is taken for all of a list, with a remark, and what is a failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.foreign import Foreign, Reply
from tests.syncs.test_detection import IDS, ROWS, entry, of_dlt, sync

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def api() -> Iterator[Foreign]:
    with Foreign() as foreign:
        yield foreign


def test_a_parameter_that_changes_a_page_of_an_odd_length_is_told(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    # Nothing that is tried asks for the next page, but one says how long it is.
    api.serve("/things", lambda call: Reply(ROWS[: call.number("count", 11)]))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS[:11])
    assert "`count` changes the page" in caplog.text


def test_rows_that_are_left_behind_a_page_are_not_left_out(api: Foreign, caplog: pytest.LogCaptureFixture) -> None:
    api.serve("/things", lambda _: Reply({"things": ROWS[:11], "remaining": 12}))
    run = sync(of_dlt(api, entry()))
    assert run.code == 1
    assert "says that more are left (`remaining`)" in caplog.text


def test_requests_that_are_left_are_no_rows(api: Foreign) -> None:
    api.serve("/things", lambda _: Reply({"things": ROWS[:11], "remaining": 1000 - len(api.calls)}))
    run = sync(of_dlt(api, entry()))
    assert (run.code, run.ids("things")) == (0, IDS[:11])


@pytest.mark.parametrize(("count", "is_told"), [(50, True), (51, False)])
def test_a_round_page_behind_which_nothing_is_found_is_told(
    api: Foreign, caplog: pytest.LogCaptureFixture, count: int, *, is_told: bool
) -> None:
    api.serve("/things", lambda _: Reply([{"id": number} for number in range(count)]))
    run = sync(of_dlt(api, {"name": "things", "primary_key": "id", "endpoint": {"path": "/things"}}))
    assert (run.code, len(run.ids("things"))) == (0, count)
    assert ("as many as pages often have" in caplog.text) is is_told


def test_a_page_that_says_that_there_is_more_is_a_failure_that_names_what_was_tried(
    api: Foreign, caplog: pytest.LogCaptureFixture
) -> None:
    api.serve("/things", lambda _: Reply({"things": ROWS[:11], "has_more": True}))
    assert sync(of_dlt(api, entry())).code == 1
    assert "says that there is more (`has_more`), but nothing that was tried leads to another page: `" in caplog.text
