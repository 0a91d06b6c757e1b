"""What the API answers: pages, order and filters, figures of the moment."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.conftest import LISTS, SNAPSHOTS, Get, instant

if TYPE_CHECKING:
    import requests

    from tap_analytics.sandbox import Sandbox


def test_a_page_has_its_rows_and_the_total(get: Get) -> None:
    page = get("contacts", limit=3, offset=7).json()
    assert [row["id"] for row in page["data"]] == [8, 9, 10]
    assert page["total"] == 1000


def test_the_usual_page_is_the_first_hundred(get: Get) -> None:
    assert get.ids("contacts") == list(range(1, 101))


def test_the_last_page_is_short_and_the_one_after_it_is_empty(get: Get) -> None:
    assert get.ids("companies", offset=190) == list(range(191, 201))
    assert get.ids("companies", offset=200) == []


def test_no_page_has_more_than_ten_thousand_rows(api: Sandbox, get: Get) -> None:
    api.reset(rows={"contacts": 10_050})
    assert len(get.data("contacts", limit=20_000)) == 10_000


def test_a_page_cap_holds_in_silence(api: Sandbox, get: Get) -> None:
    api.reset(page_cap=50)
    assert len(get.data("contacts", limit=100)) == 50
    assert len(get.data("contacts", limit=20)) == 20


@pytest.mark.parametrize(
    ("total", "said"),
    [(True, 1000), (False, None), (7, 7), (lambda rows: rows + 1, 1001)],
    ids=["true", "false", "number", "function"],
)
def test_the_total_can_be_left_out_or_false(api: Sandbox, get: Get, total: object, said: int | None) -> None:
    api.reset(total=total)
    assert get("contacts").json().get("total") == said


@pytest.mark.parametrize(
    "params",
    [
        {"limit": "0"},
        {"limit": "ten"},
        {"limit": "-1"},
        {"offset": "-1"},
        {"offset": "1.5"},
        {"sort": "name"},
        {"updated_since": "yesterday"},
        {"updated_since": "2024-05-01"},
        {"updated_before": "2024-05-01T00:00:00"},
    ],
    ids=str,
)
def test_a_bad_parameter_is_refused_by_name(get: Get, params: dict[str, str]) -> None:
    response = get("contacts", **params)
    assert response.status_code == 422
    assert next(iter(params)) in response.json()["error"]


def test_an_unknown_resource_is_a_json_404(get: Get) -> None:
    response = get("nonsense")
    assert response.status_code == 404
    assert "contacts" in response.json()["error"]


def test_a_resource_is_only_read(api: Sandbox, session: requests.Session) -> None:
    response = session.post(f"{api.url}/v1/contacts", params={"api_key": api.api_key}, timeout=5)
    assert response.status_code == 405


@pytest.mark.parametrize("resource", LISTS)
def test_sorts_by_id_and_by_time_of_change_both_ways(get: Get, resource: str) -> None:
    rows = get.data(resource, limit=1000)
    by_time = [row["id"] for row in sorted(rows, key=lambda row: (instant(row["updated_at"]), row["id"]))]
    by_id = [row["id"] for row in rows]
    assert by_id == sorted(by_id)
    assert get.ids(resource, limit=1000, sort="id") == by_id
    assert get.ids(resource, limit=1000, sort="-id") == by_id[::-1]
    assert get.ids(resource, limit=1000, sort="updated_at") == by_time
    assert get.ids(resource, limit=1000, sort="-updated_at") == by_time[::-1]


def test_the_start_is_inclusive_and_the_end_is_exclusive(get: Get) -> None:
    rows = get.data("contacts", limit=1000)
    since, before = sorted(row["updated_at"] for row in rows if "." not in row["updated_at"])[200:600:399]
    expected = [row["id"] for row in rows if instant(since) <= instant(row["updated_at"]) < instant(before)]
    page = get("contacts", limit=1000, updated_since=since, updated_before=before).json()
    assert [row["id"] for row in page["data"]] == expected
    assert page["total"] == len(expected) > 100


def test_bounds_compare_as_instants(get: Get) -> None:
    utc = get.ids("deals", updated_since="2025-06-01T00:00:00Z", limit=1000)
    assert utc == get.ids("deals", updated_since="2025-06-01T02:00:00+02:00", limit=1000)
    assert 0 < len(utc) < 500


def test_filtered_rows_are_paged_in_the_order_asked_for(get: Get) -> None:
    query = {"updated_since": "2025-06-01T00:00:00Z", "sort": "-updated_at"}
    whole = get.ids("contacts", limit=1000, **query)
    assert get.ids("contacts", limit=10, offset=5, **query) == whole[5:15]


@pytest.mark.parametrize("resource", SNAPSHOTS)
def test_statistics_stand_still_unless_they_are_live(api: Sandbox, get: Get, resource: str) -> None:
    assert get(resource).text == get(resource).text
    api.reset(live=True)
    assert get(resource).text != get(resource).text


def test_live_statistics_are_of_the_same_agents_at_the_present_time(api: Sandbox, get: Get) -> None:
    before = [(row["user_key"], row["name"]) for row in get.data("agents_overview")]
    api.reset(live=True)
    assert [(row["user_key"], row["name"]) for row in get.data("agents_overview")] == before
    (taken,) = {instant(row["current_timestamp"]) for row in get.data("agents_overview")}
    assert abs((datetime.now(UTC) - taken).total_seconds()) < 10


def test_live_statistics_leave_loaded_rows_as_they_are(api: Sandbox, get: Get) -> None:
    api.reset(live=True)
    api.table("agents_overview").load([{"name": "A", "current_timestamp": "2024-01-01T00:00:00Z"}])
    assert get.data("agents_overview") == [{"name": "A", "current_timestamp": "2024-01-01T00:00:00Z"}]
