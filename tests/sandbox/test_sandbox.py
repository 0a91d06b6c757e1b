"""What a sandbox remembers, and what a reset makes new."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import requests

from tap_analytics.sandbox import Answer, Sandbox
from tests.sandbox.conftest import Get

if TYPE_CHECKING:
    import pytest


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


def test_a_new_resource_can_be_served(api: Sandbox, get: Get) -> None:
    api.reset(rows={"invoices": 3})
    assert get.ids("invoices") == [1, 2, 3]
    api.table("crm/notes").load([{"id": 1}])
    assert get.ids("crm/notes") == [1]


def test_a_failing_interceptor_is_a_500_and_is_logged(api: Sandbox, get: Get, caplog: pytest.LogCaptureFixture) -> None:
    api.intercept(lambda _: Answer(1 // 0))
    assert get("contacts").status_code == 500
    assert "ZeroDivisionError" in caplog.text


def test_every_answer_has_the_latency_asked_for(api: Sandbox, get: Get) -> None:
    api.reset(latency=0.05)
    get("contacts")
    (request,) = api.requests
    assert request.answered_at is not None
    assert 0.05 <= request.answered_at - request.received_at < 1
