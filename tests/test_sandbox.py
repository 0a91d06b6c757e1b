"""The sandbox keeps what it promises, over real HTTP."""

from __future__ import annotations

import gc
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tap_analytics.sandbox import Answer, Request, Sandbox
from tap_analytics.sandbox.faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator

LISTS = ["contacts", "companies", "deals"]
SNAPSHOTS = ["account_overview", "agents_overview", "current_queue_activity"]


@pytest.fixture(scope="module")
def server() -> Iterator[Sandbox]:
    with Sandbox() as api:
        yield api


@pytest.fixture
def api(server: Sandbox) -> Sandbox:
    server.reset()
    return server


@pytest.fixture(scope="module")
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture
def get(api: Sandbox, session: requests.Session) -> Get:
    return Get(api, session)


class Get:
    """Asks the sandbox for a resource, with its key."""

    def __init__(self, api: Sandbox, session: requests.Session) -> None:
        self.api = api
        self.session = session

    def __call__(self, resource: str, prefix: str = "", **params: str | int) -> requests.Response:
        url = f"{self.api.url}{prefix}/v1/{resource}"
        with_key = {"api_key": self.api.api_key, **params}
        return self.session.get(url, params=with_key, timeout=5, allow_redirects=False)

    def data(self, resource: str, **params: str | int) -> Any:  # noqa: ANN401
        response = self(resource, "", **params)
        assert response.status_code == 200, response.text
        return response.json()["data"]

    def ids(self, resource: str, **params: str | int) -> list[Any]:
        return [row["id"] for row in self.data(resource, **params)]

    def with_headers(self, **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.get(f"{self.api.url}/v1/contacts", headers=named, timeout=5).status_code

    def token(self, **form: str) -> requests.Response:
        granted = {"grant_type": "client_credentials", **form}
        return self.session.post(f"{self.api.url}/oauth/token", data=granted, timeout=5)


def schema_fields(resource: str) -> set[str]:
    schema = files("tap_analytics").joinpath("schemas", f"{resource}.json").read_text()
    return set(json.loads(schema)["properties"])


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Pages


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


# Order and filters


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


# Records


@pytest.mark.parametrize("resource", LISTS)
def test_records_have_every_field_of_the_schema(get: Get, resource: str) -> None:
    assert {frozenset(row) for row in get.data(resource)} == {frozenset(schema_fields(resource))}


@pytest.mark.parametrize("resource", LISTS)
def test_records_fit_their_schema(get: Get, resource: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(files("tap_analytics").joinpath("schemas", f"{resource}.json").read_text())
    validator = jsonschema.Draft7Validator(schema)
    assert [error.message for row in get.data(resource, limit=1000) for error in validator.iter_errors(row)] == []


@pytest.mark.parametrize("resource", LISTS)
def test_no_record_changed_before_it_was_created_or_after_today(get: Get, resource: str) -> None:
    rows = get.data(resource, limit=1000)
    assert all(instant(row["created_at"]) <= instant(row["updated_at"]) <= datetime.now(UTC) for row in rows)
    assert all(row["updated_at"].endswith("Z") for row in rows)
    assert len({row["updated_at"] for row in rows}) > len(rows) * 0.99


def test_some_fields_are_null_and_decimals_have_two_places(get: Get) -> None:
    text = get("deals", limit=500).text
    assert '"lead_source":null' in text
    assert re.search(r'"amount":\d+\.\d0,', text)


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


# Snapshots


def test_account_overview_is_one_object_without_id_and_time(get: Get) -> None:
    assert set(get.data("account_overview")) == schema_fields("account_overview") - {"id", "current_timestamp"}


def test_agents_overview_is_a_list_with_names_keys_and_times(get: Get) -> None:
    rows = get.data("agents_overview")
    assert {frozenset(row) for row in rows} == {frozenset(schema_fields("agents_overview") - {"id"})}
    assert len({row["user_key"] for row in rows}) == len(rows) == 5
    assert all(row["name"] and instant(row["current_timestamp"]) for row in rows)


def test_current_queue_activity_is_a_list_of_queues_by_name(get: Get) -> None:
    rows = get.data("current_queue_activity")
    without = {"id", "current_timestamp"}
    assert {frozenset(row) for row in rows} == {frozenset(schema_fields("current_queue_activity") - without)}
    assert len({row["name"] for row in rows}) == len(rows) == 3


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


# Credentials


def test_the_key_opens_the_api_from_a_parameter_a_header_or_as_bearer(api: Sandbox, get: Get) -> None:
    assert get("contacts").status_code == 200
    assert get.with_headers(X_API_Key=api.api_key) == 200
    assert get.with_headers(Authorization=f"Bearer {api.api_key}") == 200


def test_the_key_may_have_another_name(api: Sandbox, get: Get) -> None:
    assert get.with_headers(X_Token=api.api_key) == 401
    api.reset(key_name="X-Token")
    assert get.with_headers(X_Token=api.api_key) == 200
    assert get("contacts", **{"api_key": "", "X-Token": api.api_key}).status_code == 200


def test_an_empty_key_opens_the_api_to_all(api: Sandbox, get: Get) -> None:
    assert get.with_headers() == 401
    api.reset(api_key="")
    assert get.with_headers() == 200


def test_a_wrong_key_is_refused_and_not_repeated(get: Get) -> None:
    response = get("contacts", api_key="not-the-key")
    assert response.status_code == 401
    assert response.json()["error"]
    assert "not-the-key" not in response.text + str(response.headers)


def test_a_client_gets_a_token_that_opens_the_api(api: Sandbox, get: Get) -> None:
    response = get.token(client_id=api.options.client_id, client_secret=api.options.client_secret, scope="read")
    token = response.json()
    assert token == {"access_token": token["access_token"], "token_type": "Bearer", "expires_in": 3600, "scope": "read"}
    assert get.with_headers(Authorization=f"Bearer {token['access_token']}") == 200


def test_http_basic_credentials_are_decoded_as_a_form(api: Sandbox, session: requests.Session) -> None:
    api.reset(client_id="a b", client_secret="p%/:ä")
    url, form = f"{api.url}/oauth/token", {"grant_type": "client_credentials"}
    encoded = session.post(url, data=form, auth=("a+b", "p%25%2F%3A%C3%A4"), timeout=5)
    assert encoded.status_code == 200
    assert session.post(url, data=form, auth=("a b", "p%/:a"), timeout=5).json() == {"error": "invalid_client"}


def test_a_wrong_client_gets_no_token(api: Sandbox, get: Get) -> None:
    response = get.token(client_id=api.options.client_id, client_secret="wrong")
    assert (response.status_code, response.json()) == (401, {"error": "invalid_client"})


def test_another_grant_gets_no_token(get: Get) -> None:
    response = get.token(grant_type="password")
    assert (response.status_code, response.json()) == (400, {"error": "unsupported_grant_type"})


def test_a_token_expires_and_can_be_revoked(api: Sandbox, get: Get) -> None:
    client = {"client_id": api.options.client_id, "client_secret": api.options.client_secret}
    token = get.token(**client).json()["access_token"]
    api.revoke_tokens()
    assert get.with_headers(Authorization=f"Bearer {token}") == 401
    api.reset(token_lifetime=0)
    token = get.token(**client).json()["access_token"]
    assert get.with_headers(Authorization=f"Bearer {token}") == 401


# Requests


def test_every_request_is_remembered_as_it_came_and_as_it_was_answered(api: Sandbox, get: Get) -> None:
    get.token(client_id="x", client_secret="a&b")
    get("contacts", limit=5, note="ä &")
    token, page = api.requests
    assert (token.method, token.path, token.resource, token.status) == ("POST", "/oauth/token", None, 401)
    assert token.body == b"grant_type=client_credentials&client_id=x&client_secret=a%26b"
    assert (page.method, page.path, page.resource, page.number) == ("GET", "/v1/contacts", "contacts", 1)
    assert page.params == {"api_key": api.api_key, "limit": "5", "note": "ä &"}
    assert page.query == f"api_key={api.api_key}&limit=5&note=%C3%A4+%26"
    assert page.headers["accept"] == "*/*"
    assert (page.status, page.rows) == (200, 5)
    assert page.answered_at is not None
    assert page.answered_at >= page.received_at


def test_requests_are_told_apart_and_numbered_by_resource(api: Sandbox, get: Get) -> None:
    for resource in ("deals", "contacts", "deals"):
        get(resource)
    assert [request.number for request in api.requests_to("deals")] == [1, 2]
    assert [request.number for request in api.requests_to("contacts")] == [1]


def test_a_reset_makes_everything_new_but_keeps_the_usual_options() -> None:
    with Sandbox(rows={"contacts": 10}) as api, requests.Session() as session:
        get = Get(api, session)
        api.table("contacts").load([{"id": 1}])
        api.table("invoices").load([{"id": 1}])
        api.intercept(lambda _: Answer(418))
        api.fault("unavailable")
        get("contacts")
        api.reset(page_cap=5)
        assert api.requests == []
        assert get.ids("contacts") == [1, 2, 3, 4, 5]
        assert get("invoices").status_code == 404
        api.reset()
        assert len(get.data("contacts")) == 10


def test_a_reset_takes_less_than_20_ms(api: Sandbox) -> None:
    def took() -> float:
        started = time.perf_counter()
        api.reset()
        return time.perf_counter() - started

    assert min(took() for _ in range(5)) < 0.02


# Tables


def test_a_table_shows_the_rows_as_they_are_served(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    assert len(table) == 200
    assert table.rows() == get.data("companies", limit=1000)
    assert table.row(17) == get.data("companies", offset=16, limit=1)[0]


def test_an_updated_row_moves_to_the_end_of_the_changes(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    newest = max(instant(row["updated_at"]) for row in table.rows())
    table.update(40, name="New Name")
    table.update(3)
    assert get.ids("contacts", sort="-updated_at", limit=2) == [3, 40]
    assert table.row(40)["name"] == "New Name"
    assert newest < instant(table.row(40)["updated_at"]) < instant(table.row(3)["updated_at"]) < datetime.now(UTC)


def test_a_change_is_later_than_all_before_even_if_their_rows_are_gone(api: Sandbox) -> None:
    table = api.table("contacts")
    table.update(40)
    earlier = instant(table.row(40)["updated_at"])
    table.delete(40)
    table.update(3)
    assert instant(table.row(3)["updated_at"]) > earlier


def test_a_row_may_get_another_id(api: Sandbox) -> None:
    table = api.table("contacts")
    for old, new in ((5, 5000), (5000, "five")):
        table.update(old, id=new)
        assert table.row(new)["id"] == new
        with pytest.raises(KeyError):
            table.row(old)


def test_a_row_may_be_given_its_time_of_change(api: Sandbox, get: Get) -> None:
    api.table("contacts").update(40, updated_at="2020-01-01T01:00:00+01:00")
    assert get.ids("contacts", updated_before="2020-01-01T00:00:01Z") == [40]


def test_an_inserted_row_gets_the_next_id_and_never_that_of_a_deleted_row(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    assert table.insert(name="Newcomer") == 201
    table.delete(201)
    assert table.insert() == 202
    assert get.ids("companies", offset=198) == [199, 200, 202]
    assert set(table.row(202)) == schema_fields("companies")


def test_a_row_whose_id_is_text_comes_last(api: Sandbox, get: Get) -> None:
    table = api.table("companies")
    table.update(7)
    table.insert(id="x")
    assert get.ids("companies", offset=198) == [199, 200, "x"]
    assert get.ids("companies", sort="-id", limit=2) == ["x", 200]


def test_a_deleted_row_is_gone_and_the_rest_move_up(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    get("contacts", sort="updated_at")
    table.delete(2)
    assert get.ids("contacts", limit=3) == [1, 3, 4]
    assert 2 not in get.ids("contacts", sort="updated_at", limit=1000)
    assert get("contacts").json()["total"] == len(table) == 999
    with pytest.raises(KeyError):
        table.row(2)
    with pytest.raises(KeyError):
        table.delete(2)


def test_a_row_may_come_back_at_its_place(api: Sandbox, get: Get) -> None:
    table = api.table("contacts")
    table.delete(2)
    assert table.insert(id=2, name="Back") == 2
    assert get.data("contacts", limit=3, offset=1)[0]["name"] == "Back"


def test_rows_can_be_replaced_by_any_rows_served_just_as_they_are(api: Sandbox, get: Get) -> None:
    rows: list[Any] = [{"id": "b", "updated_at": None}, {"id": None}, {"no": "id"}, 7, {"id": "a", "x": [1.5, {}]}]
    api.table("contacts").load(rows)
    assert get("contacts").json() == {"data": rows, "total": 5}
    assert api.table("contacts").rows() == rows


def test_loaded_rows_are_sorted_and_filtered_where_asked_to(api: Sandbox, get: Get) -> None:
    times = {30: "2024-01-01T00:30:00+01:00", 10: "2024-01-01T00:00:00Z", 20: None}
    table = api.table("contacts")
    table.load([{"id": key, "updated_at": moment} for key, moment in times.items()])
    assert get.ids("contacts") == [30, 10, 20]
    assert get.ids("contacts", sort="-id") == [30, 20, 10]
    assert get.ids("contacts", sort="updated_at") == [20, 30, 10]
    assert get.ids("contacts", updated_before="2025-01-01T00:00:00Z") == [30, 10]
    assert table.insert() == 31
    table.update(20, updated_at="2023-01-01T00:00:00Z")
    assert get.ids("contacts", updated_before="2024-01-01T00:00:00Z") == [30, 20]


def test_a_new_resource_can_be_served(api: Sandbox, get: Get) -> None:
    api.reset(rows={"invoices": 3})
    assert get.ids("invoices") == [1, 2, 3]
    api.table("crm/notes").load([{"id": 1}])
    assert get.ids("crm/notes") == [1]


# Interceptors and answers


def test_the_first_interceptor_to_answer_wins_and_none_leaves_it_to_the_api(api: Sandbox, get: Get) -> None:
    api.intercept(lambda request: Answer(409, {"error": "second"}) if request.number == 2 else None)
    api.intercept(lambda request: Answer(410, "gone") if request.number < 4 else None)
    statuses = [get("contacts").status_code for _ in range(4)]
    assert statuses == [410, 409, 410, 200]
    assert [request.status for request in api.requests] == statuses


def test_an_interceptor_may_alter_the_normal_answer(api: Sandbox, get: Get) -> None:
    def first_row_only(request: Request) -> Answer:
        return Answer(body={"data": api.answer(request).json()["data"][:1]}, headers={"X-Altered": "yes"})

    api.intercept(first_row_only)
    response = get("contacts")
    assert [row["id"] for row in response.json()["data"]] == [1]
    assert response.headers["X-Altered"] == "yes"


def test_a_failing_interceptor_is_a_500_and_is_logged(api: Sandbox, get: Get, caplog: pytest.LogCaptureFixture) -> None:
    api.intercept(lambda _: Answer(1 // 0))
    assert get("contacts").status_code == 500
    assert "ZeroDivisionError" in caplog.text


def test_an_answer_may_be_late(api: Sandbox, get: Get) -> None:
    api.intercept(lambda _: Answer(delay=0.1))
    started = time.monotonic()
    get("contacts")
    assert time.monotonic() - started >= 0.1


def test_every_answer_has_the_latency_asked_for(api: Sandbox, get: Get) -> None:
    api.reset(latency=0.05)
    get("contacts")
    (request,) = api.requests
    assert request.answered_at is not None
    assert 0.05 <= request.answered_at - request.received_at < 1


def test_late_answers_do_not_hold_up_other_connections(api: Sandbox) -> None:
    api.reset(latency=0.2)
    url, params = f"{api.url}/v1/contacts", {"api_key": api.api_key}
    threads = [threading.Thread(target=requests.get, args=(url, params), kwargs={"timeout": 5}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [request.status for request in api.requests] == [200] * 5
    assert api.requests[-1].received_at < min(request.answered_at or 0 for request in api.requests)


def test_a_client_that_does_not_wait_for_its_answer_does_no_harm(
    api: Sandbox, get: Get, caplog: pytest.LogCaptureFixture
) -> None:
    api.intercept(lambda request: Answer(delay=0.1) if request.resource == "contacts" else None)
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
    api.intercept(lambda request: Answer(delay=0.2) if request.resource == "deals" else None)
    assert get("deals").status_code == 200
    assert caplog.text == ""


def test_pipelined_requests_are_answered_in_turn(api: Sandbox) -> None:
    api.intercept(lambda request: Answer(body=str(request.number), delay=0.05 if request.number == 1 else 0))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n" * 2 + b"GET /v1/deals HTTP/1.0\r\n\r\n")
        answers = b"".join(iter(lambda: client.recv(65536), b""))
    assert re.findall(rb"\r\n\r\n(\d)", answers) == [b"1", b"2", b"1"]


def test_a_connection_is_kept_until_the_client_says_otherwise(api: Sandbox, session: requests.Session) -> None:
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        for _ in range(2):
            client.sendall(b"HEAD /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b"connection: keep-alive\r\n" in client.recv(65536)
    assert session.get(api.url, headers={"Connection": "close"}, timeout=5).headers["Connection"] == "close"


def test_what_is_not_http_gets_a_400(api: Sandbox) -> None:
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"this is no request\r\n\r\n")
        assert b"".join(iter(lambda: client.recv(65536), b"")).startswith(b"HTTP/1.1 400 ")


def test_a_cut_answer_promises_more_than_it_sends(api: Sandbox) -> None:
    api.intercept(lambda _: Answer(body="0123456789", cut=4))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = b"".join(iter(lambda: client.recv(65536), b""))
    assert b"content-length: 10\r\n" in answer
    assert answer.endswith(b"\r\n\r\n0123")


def test_a_reset_connection_gets_no_answer_at_all(api: Sandbox) -> None:
    api.intercept(lambda _: Answer(reset=True))
    with socket.create_connection(("127.0.0.1", api.port)) as client:
        client.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            client.recv(65536)
    assert [request.status for request in api.requests] == [None]


# Faults


def broken(get: Get, fault: str, resource: str = "contacts") -> requests.Response:
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
    assert broken(get, fault, "deals").status_code == status


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
    response = broken(get, "garbled")
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
    response = broken(get, fault)
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
    *rest, last = broken(get, fault, resource).json()["data"]
    changed = {name for name in good[-1] | last if good[-1].get(name, ...) != last.get(name, ...)}
    assert rest == good[:-1]
    assert len(changed) == 1
    assert field is ... or changed == {field}
    assert value is ... or last[changed.pop()] == value


def test_a_redirect_leads_to_another_host_with_the_same_target(api: Sandbox, get: Get) -> None:
    location = get("contacts", prefix="/faults/redirect", limit=5).headers["Location"]
    assert location == f"http://localhost:{api.port}/v1/contacts?api_key={api.api_key}&limit=5"


def test_forbidden_repeats_the_whole_url(api: Sandbox, get: Get) -> None:
    assert f"{api.url}/v1/contacts?api_key={api.api_key}" in broken(get, "forbidden").json()["error"]


def test_slow_takes_two_seconds(get: Get) -> None:
    started = time.monotonic()
    assert get("contacts", prefix="/faults/slow").status_code == 200
    assert time.monotonic() - started >= 2


def test_capped_serves_fifty_rows_a_page(get: Get) -> None:
    assert len(broken(get, "capped").json()["data"]) == 50
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


# Churn


def test_churn_changes_the_list_before_each_request_but_the_first(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=3, inserts=2, updates=1)
    totals = [get("contacts").json()["total"] for _ in range(4)]
    get("deals")
    assert totals == [1000, 999, 998, 997]
    assert (len(churn.deleted), len(churn.inserted), len(churn.updated)) == (9, 6, 3)


def test_churn_knows_which_rows_were_there_all_along(api: Sandbox, get: Get) -> None:
    before = set(api.table("contacts").ids())
    churn = api.churn("contacts", deletes=30, inserts=5)
    for _ in range(4):
        get("contacts")
    now = set(api.table("contacts").ids())
    assert now == before - set(churn.deleted) | set(churn.inserted) - set(churn.deleted)
    assert churn.stayed == before & now
    assert len(churn.stayed) >= 910


def test_churn_makes_offsets_lose_rows(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=3, inserts=0, updates=0)
    seen: set[Any] = set()
    for offset in range(0, 1000, 100):
        seen.update(get.ids("contacts", offset=offset))
    assert 0 < len(churn.stayed - seen) < 50


def test_updated_rows_move_in_a_list_by_time_of_change(api: Sandbox, get: Get) -> None:
    churn = api.churn("contacts", deletes=0, inserts=0, updates=2)
    get("contacts")
    assert get.ids("contacts", sort="-updated_at", limit=2) == churn.updated[::-1]


def test_churn_is_the_same_for_the_same_seed(api: Sandbox, get: Get) -> None:
    deleted = []
    for seed in (1, 1, 2):
        api.reset()
        churn = api.churn("contacts", seed=seed)
        for _ in range(3):
            get("contacts")
        deleted.append(churn.deleted)
    assert deleted[0] == deleted[1] != deleted[2]


# The server and the command


def test_nothing_stays_behind_when_it_stops() -> None:
    threads = threading.active_count()
    api = Sandbox(latency=30)
    api.start()
    waiting = socket.create_connection(("127.0.0.1", api.port))
    idle = socket.create_connection(("127.0.0.1", api.port))
    waiting.sendall(b"GET /v1/contacts HTTP/1.1\r\nHost: x\r\n\r\n")
    deadline = time.monotonic() + 5
    while not api.requests and time.monotonic() < deadline:
        time.sleep(0.005)
    port = api.port
    api.stop()
    api.stop()
    gc.collect()
    assert threading.active_count() == threads
    for client in (waiting, idle):
        with client, pytest.raises(ConnectionResetError):
            client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_a_port_that_is_taken_is_an_error_at_once(api: Sandbox) -> None:
    with pytest.raises(OSError, match="in use"):
        Sandbox(port=api.port).start()


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "tap_analytics.sandbox", *arguments]


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_command_says_how_to_use_it_and_ends_silently(ending: signal.Signals) -> None:
    arguments = ("--port", "0", "--rows", "contacts=5", "--rows", "deals=2", "--api-key", "k", "--page-cap", "3")
    with subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(6)]
        (example,) = re.findall("curl '(.*)'", "".join(lines))
        assert requests.get(example, timeout=5).json()["total"] == 5
        process.send_signal(ending)
        assert process.communicate(timeout=5) == ("", "")
    assert process.returncode == 0
    assert "contacts (5), companies (200), deals (2)" in "".join(lines)
    assert all(fault in lines[5] for fault in FAULTS)


def test_the_command_says_when_its_port_is_taken(api: Sandbox) -> None:
    done = subprocess.run(command("--port", str(api.port)), capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"Cannot listen at 127.0.0.1:{api.port}: Address already in use. Choose another --port."
    ]


def test_the_command_says_what_to_install_when_the_parser_is_missing() -> None:
    program = (
        "import runpy, sys; sys.modules['httptools'] = None; sys.argv = ['sandbox', '--port', '0'];"
        "runpy.run_module('tap_analytics.sandbox', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "pip install 'tap-analytics[sandbox]'" in done.stderr
