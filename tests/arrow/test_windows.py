"""Windows without Singer: contexts of child streams, rows of a window, and the bookmark behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from tap_analytics.arrow.windows import contexts, read, windows
from tap_analytics.state.windows import Window
from tap_analytics.tap import TapAnalytics
from tests.foreign import Foreign
from tests.syncs.dlt_shape import SINGLE, configure
from tests.windowed import contacts, load_skewed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_analytics.client import AnalyticsStream
    from tap_analytics.sandbox import Sandbox


@pytest.fixture
def family() -> Iterator[Foreign]:
    with Foreign() as api:
        api.serve("/firms", [{"ref": 1, "no": 1}, {"ref": 2, "no": 2}, {"ref": 3, "no": None}])
        for firm in (1, 2):
            api.serve(f"/firms/{firm}/teams", [{"ref": f"t{firm}"}, {"ref": "both"}])
        yield api


def tap_of(api: Foreign, *resources: dict[str, Any]) -> TapAnalytics:
    return TapAnalytics(config=configure(api, *resources))


FIRMS = {"name": "firms", "endpoint": SINGLE}
TEAMS = {"name": "teams", "endpoint": {"path": "firms/{resources.firms.no}/teams", **SINGLE}}
PEOPLE = {"name": "people", "endpoint": {"path": "teams/{resources.teams.ref}/people", **SINGLE}}


def test_a_child_of_a_child_has_a_list_for_each_record_once(family: Foreign) -> None:
    for team in ("t1", "t2", "both"):
        family.serve(f"/teams/{team}/people", [{"ref": 1}])
    tap = tap_of(family, FIRMS, TEAMS, PEOPLE)
    streams = cast("dict[str, AnalyticsStream]", tap.streams)
    assert [list(each.values()) for each in contexts(streams["teams"], streams)] == [[1], [2]]
    assert [list(each.values()) for each in contexts(streams["people"], streams)] == [["t1"], ["both"], ["t2"]]
    assert tap.state == {}


def test_a_child_that_asks_for_several_records_at_once_has_a_list_for_as_many(family: Foreign) -> None:
    family.serve("/people", [{"ref": 1}, {"ref": 2}])
    people = {
        "name": "people",
        "parents_per_request": 2,
        "endpoint": {"path": "/people", "params": {"teams": "{resources.teams.ref}"}, **SINGLE},
    }
    streams = cast("dict[str, AnalyticsStream]", tap_of(family, FIRMS, TEAMS, people).streams)
    found = list(contexts(streams["people"], streams))
    assert [list(each.values()) for each in found] == [[["t1", "both"]], [["t2"]]]
    family.calls.clear()
    (rows,) = read(streams["people"], Window(stream="people", context=found[0]))
    assert [dict(call.pairs)["teams"] for call in family.calls] == ["t1,both"]
    assert len(rows) == 2


def test_lists_of_values_are_parents_and_streams_too(family: Foreign) -> None:
    firms = {"name": "firms", "values": [{"no": 1}, {"no": 2}], "selected": True}
    streams = cast("dict[str, AnalyticsStream]", tap_of(family, firms, TEAMS).streams)
    assert len(list(contexts(streams["teams"], streams))) == 2
    rows = [
        streams["firms"].records.plain(row) for run in read(streams["firms"], Window(stream="firms")) for row in run
    ]
    assert rows == [{"no": 1}, {"no": 2}]


def test_rows_come_many_at_a_time_and_the_bookmark_moves_behind_the_last(api: Sandbox) -> None:
    load_skewed(api, 1500)
    usual = {"api_url": api.url, "api_key": api.api_key, "page_size": 100, "end_date": "2026-01-01"}
    tap = TapAnalytics(config={**usual, "resources": [contacts({"end_value": "now"})]})
    stream = cast("AnalyticsStream", tap.streams["contacts"])
    (window,) = windows(stream)
    runs = read(stream, window)
    assert len(next(runs)) >= 500
    runs.close()
    assert "replication_key_value" not in tap.state["bookmarks"]["contacts"]
    assert sum(map(len, read(stream, window))) == 1500
    assert tap.state["bookmarks"]["contacts"]["replication_key_value"] == "2026-01-01T00:00:00Z"


def test_the_end_of_a_window_behind_others_moves_no_bookmark_over_them(api: Sandbox) -> None:
    load_skewed(api)
    usual = {"api_url": api.url, "api_key": api.api_key, "page_size": 100}
    tap = TapAnalytics(config={**usual, "resources": [contacts()]})
    stream = cast("AnalyticsStream", tap.streams["contacts"])
    assert sum(map(len, read(stream, Window(stream="contacts", start="2025-06-01T00:00:00Z")))) > 0
    assert "replication_key_value" not in tap.state["bookmarks"]["contacts"]
