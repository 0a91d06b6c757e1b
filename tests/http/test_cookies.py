"""Cookies are sent back, but never more than a server takes."""

from __future__ import annotations

import pytest

from tap_analytics.http.cookies import MOST_CHARACTERS
from tap_analytics.http.session import Session
from tap_analytics.sandbox import Answer, Sandbox


@pytest.fixture
def session() -> Session:
    return Session({}, connections=1)


def ask(session: Session, api: Sandbox, *cookies: str) -> list[str]:
    """Ask once for each cookie that is given, and once more, and return the cookies that were sent."""
    given = iter([{"Set-Cookie": cookie} for cookie in cookies])
    api.intercept(lambda _: Answer(200, {"data": []}, headers=next(given, {})))
    for _ in range(len(cookies) + 1):
        session.get(f"{api.url}/v1/deals", timeout=5)
    return [request.headers.get("cookie", "") for request in api.requests]


def test_cookies_are_kept_up_to_a_length(api: Sandbox, session: Session) -> None:
    given = [f"c{number % 5}={'x' * (MOST_CHARACTERS // 3)}; Path=/" for number in range(30)]
    sent = ask(session, api, *given)
    assert MOST_CHARACTERS // 3 < max(map(len, sent)) < MOST_CHARACTERS + 100
    assert {cookie.name for cookie in session.cookies} == {"c0", "c1"}


@pytest.mark.parametrize(("more", "is_sent"), [(0, True), (1, False)])
def test_a_cookie_may_be_as_long_as_all_together(api: Sandbox, session: Session, more: int, *, is_sent: bool) -> None:
    cookie = f"name={'x' * (MOST_CHARACTERS - len('name') + more)}"
    assert ask(session, api, f"{cookie}; Path=/")[-1] == (cookie if is_sent else "")


def test_a_long_cookie_is_renewed(api: Sandbox, session: Session) -> None:
    old, new = (f"session={letter * (MOST_CHARACTERS - 1_000)}" for letter in "ab")
    assert ask(session, api, f"{old}; Path=/", f"{new}; Path=/") == ["", old, new]


def test_a_cookie_may_have_no_value(api: Sandbox, session: Session) -> None:
    assert ask(session, api, "seen; Path=/") == ["", "seen"]


def test_a_cookie_for_another_host_is_not_kept(api: Sandbox, session: Session) -> None:
    assert ask(session, api, "session=1; Domain=example.com; Path=/") == ["", ""]
    assert not list(session.cookies)
