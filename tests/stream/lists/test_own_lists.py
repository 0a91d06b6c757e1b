from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalSyncError

from tap_analytics.stream.lists.own_lists import own_lists
from tap_analytics.streams import Deals
from tap_analytics.tap import TapAnalytics
from tests.conftest import API_KEY, ROWS
from tests.foreign import Call, Foreign, Reply, by_offset
from tests.syncs.test_declared import entry, settings

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox

MONTHS = [{"ref": str(month), "at": f"2024-0{month}-02T00:00:00Z"} for month in range(1, 7)]
FIELDS = {"properties": {"ref": {"type": "string"}, "at": {"type": ["string", "null"], "format": "date-time"}}}


def test_a_stream_outside_of_a_sync_is_read_as_often_as_it_is_asked_for(api: Sandbox) -> None:
    stream = Deals(TapAnalytics(config={"api_url": api.url, "api_key": API_KEY}))
    lists = own_lists(stream)
    for _ in range(2):
        assert sum(len(rows) for rows in lists.runs(stream, None)) == ROWS["deals"]
    assert stream.lists is stream.lists


def test_who_reads_a_stream_outside_of_its_sync_gets_all_of_it_whatever_the_bookmark(api: Sandbox) -> None:
    state = {"bookmarks": {"deals": {"replication_key": "updated_at", "replication_key_value": "2099-01-01T00:00:00Z"}}}
    config = {"api_url": api.url, "api_key": API_KEY, "start_param": "updated_since"}
    tap = TapAnalytics(config=config, state=deepcopy(state))
    assert sum(1 for _ in tap.streams["deals"].get_records(None)) == ROWS["deals"]
    assert tap.state == state


@pytest.mark.parametrize("fails", [False, True])
def test_what_a_hook_reads_of_the_parent_that_is_being_read_moves_no_bookmark(*, fails: bool) -> None:
    """Rows that the hook has read, and the sync has not, come in the next sync."""
    new = {"cursor_path": "at", "start_param": "from", "end_param": "to", "end_value": "2024-07-01", "step": "P1M"}
    months = entry("months", schema=FIELDS, incremental=new)
    days = entry("days", path="/months/{resources.months.ref}/days", paginator="single_page")
    read: list[list[str]] = []

    def answer(call: Call) -> Reply:
        ends = call.params.get("from", ""), call.params.get("to", "9")
        return by_offset([row for row in MONTHS if ends[0] <= row["at"] < ends[1]])(call)

    def note(row: dict[str, Any], context: object = None) -> dict[str, Any]:  # noqa: ARG001 - as the SDK calls it
        parent: Any = tap.streams["months"]
        read.append([each["ref"] for each in parent.get_records(None)])
        if fails:
            message = "this row is none"
            raise ValueError(message)
        return row

    with Foreign() as api:
        api.serve("/months", answer)
        for row in MONTHS:
            api.serve(f"/months/{row['ref']}/days", by_offset([{"ref": "1"}]))
        tap = TapAnalytics(config=settings(api, months, days, start_date="2024-01-01"))
        tap.streams["days"].post_process = note  # type: ignore[method-assign]
        if fails:
            with pytest.raises(FatalSyncError):
                tap.sync_all()
        else:
            tap.sync_all()
    state = tap.state["bookmarks"]["months"]
    assert read[0] == [row["ref"] for row in MONTHS]
    assert state.get("replication_key_value") == (None if fails else "2024-07-01T00:00:00Z")
