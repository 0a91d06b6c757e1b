"""Cookies are sent back, but never more than a server takes."""

from __future__ import annotations

from tap_analytics.http.cookies import MOST_CHARACTERS
from tap_analytics.http.session import Session
from tap_analytics.sandbox import Answer, Sandbox


def test_cookies_are_kept_up_to_a_length(api: Sandbox) -> None:
    given = iter([f"c{number % 5}={'x' * (MOST_CHARACTERS // 3)}; Path=/" for number in range(30)])
    api.intercept(lambda _: Answer(200, {"data": []}, headers={"Set-Cookie": next(given)}))
    session = Session({}, connections=1)
    for _ in range(30):
        session.get(f"{api.url}/v1/deals", timeout=5)
    sent = [request.headers.get("cookie", "") for request in api.requests]
    assert MOST_CHARACTERS // 3 < max(map(len, sent)) < MOST_CHARACTERS + 100
    assert {cookie.name for cookie in session.cookies} == {"c0", "c1"}
