"""The places in a request where a token goes."""

from __future__ import annotations

import pytest
import requests

from tap_analytics.http.auth.places import CookiePlace, HeaderPlace, ParamPlace


def request_with(**headers: str) -> requests.PreparedRequest:
    return requests.Request("GET", "https://api.example.com/", headers=headers).prepare()


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        (HeaderPlace(), {"Authorization": "Bearer t0ken"}),
        (HeaderPlace(prefix=""), {"Authorization": "t0ken"}),
        (HeaderPlace("X-Token", "Session"), {"X-Token": "Session t0ken"}),
    ],
)
def test_a_header_has_prefix_and_token(place: HeaderPlace, sent: dict[str, str]) -> None:
    request = request_with()
    place.put(request, "old")
    assert not place.has(request, "t0ken")
    place.put(request, "t0ken")
    assert request.headers == sent
    assert place.has(request, "t0ken")


def test_a_cookie_takes_the_place_of_the_one_before_and_leaves_the_others() -> None:
    request, place = request_with(Cookie="a=1;  b=2"), CookiePlace("sid")
    place.put(request, "old")
    assert not place.has(request, "t0ken")
    place.put(request, "t0ken")
    assert request.headers["Cookie"] == "a=1; b=2; sid=t0ken"
    assert place.has(request, "t0ken")
    assert not CookiePlace("s").has(request, "t0ken")


@pytest.mark.parametrize(
    ("token", "in_header", "in_cookie"),
    [
        ("a/b+c=", True, True),
        ("a b", True, False),
        ("a;b", True, False),
        ('a"b', True, False),
        ("a\r\nX: b", False, False),
        (" a", False, False),
        ("a€", False, False),
    ],
)
def test_a_place_says_what_it_cannot_carry(token: str, *, in_header: bool, in_cookie: bool) -> None:
    assert HeaderPlace().fits(token) is in_header
    assert CookiePlace("sid").fits(token) is in_cookie


def test_a_parameter_takes_the_place_of_the_one_before_and_leaves_the_others() -> None:
    request, place = requests.Request("GET", "https://api.example.com/a?x=%2F&y=").prepare(), ParamPlace("sid")
    place.put(request, "old")
    assert not place.has(request, "t0&en")
    place.put(request, "t0&en")
    assert request.url == "https://api.example.com/a?x=%2F&y=&sid=t0%26en"
    assert place.has(request, "t0&en")
    assert place.fits("t0&en")
