"""Interceptors answer before the API does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_analytics.sandbox import Answer, Request, Sandbox

if TYPE_CHECKING:
    from tests.sandbox.conftest import Get


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
