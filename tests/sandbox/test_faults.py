"""Faults of APIs, by name."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tap_analytics.sandbox.faults import FAULTS
from tests.sandbox.conftest import LISTS, Get

if TYPE_CHECKING:
    from tap_analytics.sandbox import Sandbox


def answer_with(get: Get, fault: str, resource: str = "contacts") -> requests.Response:
    """Ask by URL and by name, check that both do the same, and return the answer."""
    by_url = get(resource, prefix=f"/faults/{fault}")
    get.api.fault(fault)
    by_name = get(resource)
    same = by_url.content.replace(f"/faults/{fault}".encode(), b"") == by_name.content
    assert (by_url.status_code, same) == (by_name.status_code, True)
    return by_name


@pytest.mark.parametrize(
    ("fault", "status", "ends_after"),
    [
        ("rate_limited", 429, 1),
        ("rate_limited_date", 429, 1),
        ("unavailable", 503, None),
        ("unavailable_twice", 503, 2),
        ("no_content", 204, None),
        ("redirect", 302, None),
        ("forbidden", 403, None),
    ],
)
def test_a_fault_answers_its_status_as_long_as_it_says(
    get: Get, fault: str, status: int, ends_after: int | None
) -> None:
    statuses = [get("contacts", prefix=f"/faults/{fault}").status_code for _ in range(4)]
    assert statuses == [status] * (ends_after or 4) + [200] * (4 - (ends_after or 4))
    assert answer_with(get, fault, "deals").status_code == status


def test_rate_limits_say_how_long_to_wait(get: Get) -> None:
    assert get("deals", prefix="/faults/rate_limited").headers["Retry-After"] == "1"
    until = parsedate_to_datetime(get("deals", prefix="/faults/rate_limited_date").headers["Retry-After"])
    assert 0 < (until - datetime.now(UTC)).total_seconds() <= 2


@pytest.mark.parametrize("fault", ["reset", "cut_short"])
def test_a_connection_breaks_once_for_each_resource(api: Sandbox, get: Get, fault: str) -> None:
    for resource in LISTS:
        with pytest.raises(requests.ConnectionError if fault == "reset" else requests.exceptions.ChunkedEncodingError):
            get(resource, prefix=f"/faults/{fault}")
        assert get(resource, prefix=f"/faults/{fault}").status_code == 200
    assert [request.rows for request in api.requests] == [0, 100] * 3


def test_garbled_is_no_json_once(get: Get) -> None:
    response = answer_with(get, "garbled")
    assert response.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        response.json()
    assert len(get.data("contacts")) == 100


@pytest.mark.parametrize(
    ("fault", "content_type", "content"),
    [
        ("html", "text/html", "<!doctype html>"),
        ("empty_body", "application/json", ""),
        ("error_object", "application/json", '{"error":'),
        ("no_data", "application/json", '{"results":[]'),
        ("null_data", "application/json", '{"data":null'),
        ("text_data", "application/json", '{"data":"'),
        ("list_of_numbers", "application/json", '{"data":[1,2,3]'),
    ],
)
def test_a_success_may_hold_no_records(get: Get, fault: str, content_type: str, content: str) -> None:
    response = answer_with(get, fault)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith(content_type)
    assert response.text.startswith(content)
    assert bool(response.text) == bool(content)


@pytest.mark.parametrize("resource", LISTS)
@pytest.mark.parametrize(
    ("fault", "field", "value"),
    [
        ("without_id", "id", ...),
        ("null_id", "id", None),
        ("wrong_type", ..., "many"),
        ("unknown_field", "surprise", "unheard of"),
    ],
)
def test_the_last_record_of_a_page_may_be_wrong(get: Get, resource: str, fault: str, field: Any, value: Any) -> None:  # noqa: ANN401
    good = get.data(resource)
    *rest, last = answer_with(get, fault, resource).json()["data"]
    changed = {name for name in good[-1] | last if good[-1].get(name, ...) != last.get(name, ...)}
    assert rest == good[:-1]
    assert len(changed) == 1
    assert field is ... or changed == {field}
    assert value is ... or last[changed.pop()] == value


def test_a_redirect_leads_to_another_host_with_the_same_target(api: Sandbox, get: Get) -> None:
    location = get("contacts", prefix="/faults/redirect", limit=5).headers["Location"]
    assert location == f"http://localhost:{api.port}/v1/contacts?api_key={api.api_key}&limit=5"


def test_forbidden_repeats_the_whole_url(api: Sandbox, get: Get) -> None:
    assert f"{api.url}/v1/contacts?api_key={api.api_key}" in answer_with(get, "forbidden").json()["error"]


def test_slow_takes_two_seconds(get: Get) -> None:
    started = time.monotonic()
    assert get("contacts", prefix="/faults/slow").status_code == 200
    assert time.monotonic() - started >= 2


def test_capped_serves_fifty_rows_a_page(get: Get) -> None:
    assert len(answer_with(get, "capped").json()["data"]) == 50
    assert len(get.data("contacts", limit=20)) == 20


def test_an_ignored_offset_or_filter_changes_nothing(get: Get) -> None:
    assert get("contacts", prefix="/faults/ignores_offset", offset=300).text == get("contacts").text
    since = get("contacts", prefix="/faults/ignores_filter", updated_since="2025-12-01T00:00:00Z")
    assert since.text == get("contacts").text


def test_the_total_may_be_too_low_or_too_high(get: Get) -> None:
    assert get("contacts", prefix="/faults/wrong_total_low").json()["total"] == 500
    assert get("contacts", prefix="/faults/wrong_total_high").json()["total"] == 1050


def test_a_fault_leaves_tokens_and_other_resources_alone(api: Sandbox, get: Get) -> None:
    api.fault("unavailable", resource="contacts")
    assert [get(resource).status_code for resource in LISTS] == [503, 200, 200]
    client = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    assert get.token(**client).status_code == 200


@pytest.mark.parametrize("fault", ["without_id", "wrong_total_low", "cut_short", "slow"])
def test_a_fault_of_the_records_leaves_refusals_alone(get: Get, fault: str) -> None:
    assert get("contacts", prefix=f"/faults/{fault}", api_key="wrong").status_code == 401


def test_a_fault_may_begin_later_and_counts_from_when_it_was_added(api: Sandbox, get: Get) -> None:
    get("contacts")
    api.fault("rate_limited", at=3)
    assert [get("contacts").status_code for _ in range(4)] == [200, 200, 429, 200]


def test_faults_that_end_come_one_after_another(api: Sandbox, get: Get) -> None:
    api.fault("unavailable_twice")
    api.fault("rate_limited")
    assert [get("contacts").status_code for _ in range(4)] == [503, 503, 429, 200]


def test_an_unknown_fault_is_refused_with_those_there_are(api: Sandbox, get: Get) -> None:
    response = get("contacts", prefix="/faults/nonsense")
    assert response.status_code == 404
    assert all(fault in response.json()["error"] for fault in FAULTS)
    with pytest.raises(ValueError, match="rate_limited"):
        api.fault("nonsense")
