"""HTTP Basic."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.config.validation import normalize
from tap_analytics.http.auth.basic import HttpBasic
from tap_analytics.settings import SETTINGS
from tests.http.conftest import AWKWARD, get

if TYPE_CHECKING:
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Sandbox


@pytest.mark.parametrize(("username", "password"), [("ada", AWKWARD), ("ä", "ö"), ("key", ""), ("", "key")])
def test_user_and_password_are_sent_as_utf_8(sender: Sender, api: Sandbox, username: str, password: str) -> None:
    api.reset(username=username, password=password)
    get(sender, api, HttpBasic.of({"username": username, "password": password}, sender), limit=1)
    sent = api.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == f"{username}:{password}".encode()


def test_a_pair_that_is_refused_is_named_by_its_settings(sender: Sender, api: Sandbox) -> None:
    api.reset(username="ada", password="right")
    with pytest.raises(FatalAPIError, match="check the credentials: `username` and `password`") as raised:
        get(sender, api, HttpBasic("ada", "wrong-word"))
    assert "wrong-word" not in str(raised.value)


def test_the_pair_is_a_secret_and_so_is_a_user_without_a_password() -> None:
    assert list(HttpBasic.encoded_secrets({"username": "a", "password": "long"})) == ["YTpsb25n"]
    assert list(HttpBasic.encoded_secrets({"username": "a", "password": ""})) == ["YTo=", "a"]
    assert list(HttpBasic.encoded_secrets({"password": "b"})) == []
    assert "key" in list(HttpBasic.encoded_secrets({"username": "key", "password": "X"}))
    assert "s3cret" not in repr(HttpBasic("u", "s3cret"))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"username": "u", "password": ""}, {"username": "u", "password": ""}),
        ({"username": "", "password": "p"}, {"username": "", "password": "p"}),
        ({"username": "", "password": ""}, {}),
        ({"password": ""}, {}),
        ({"username": "u"}, {"username": "u"}),
    ],
)
def test_one_half_may_be_empty_and_the_other_not(given: dict[str, str], kept: dict[str, str]) -> None:
    used = normalize(given, SETTINGS)
    assert {name: used[name] for name in ("username", "password") if name in used} == kept


@pytest.mark.parametrize(("grant", "chosen"), [(None, True), ("password", False)])
def test_the_grant_of_the_same_name_takes_user_and_password(grant: str | None, *, chosen: bool) -> None:
    given = {"username": "u", "password": "p"} | ({"grant_type": grant} if grant else {})
    assert HttpBasic.is_chosen(given) is HttpBasic.is_meant(given) is chosen


def test_a_place_to_ask_for_tokens_is_told_where_none_are_asked_for() -> None:
    user = {"username": "u", "password": "p", "token_url": "https://login.example.com"}
    (fault,) = HttpBasic.faults(user)
    assert fault.startswith("`token_url` is set, but HTTP Basic asks for no token; remove it, or set `grant_type`")
    assert list(HttpBasic.faults(user | {"grant_type": "password"})) == []
