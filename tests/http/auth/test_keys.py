from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.keys import KeyAsBearer, KeyInCookie, KeyInHeader, KeyInPath, KeyInQuery, NoKey
from tap_analytics.sandbox import Answer
from tests.http.conftest import AWKWARD, get

if TYPE_CHECKING:
    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Sandbox
    from tests.conftest import TapRunner


def test_an_api_that_wants_no_key_gets_none(sender: Sender, api: Sandbox) -> None:
    api.reset(api_key="")
    get(sender, api, NoKey.of({"api_key_location": "none"}, sender), limit=1)
    assert api.requests[0].query == "limit=1"
    assert "authorization" not in api.requests[0].headers


@pytest.mark.parametrize(
    ("kind", "location"),
    [
        (NoKey, "none"),
        (KeyInQuery, "query"),
        (KeyInHeader, "header"),
        (KeyInCookie, "cookie"),
        (KeyAsBearer, "bearer"),
        (KeyInPath, "path"),
    ],
)
def test_the_location_of_the_key_chooses_the_authenticator(kind: type[Authenticator], location: str) -> None:
    for each in ("query", "header", "cookie", "bearer", "path", "none"):
        assert kind.is_chosen({"api_key": "s3cret", "api_key_location": each}) is (each == location)


@pytest.mark.parametrize("kind", [KeyInQuery, KeyInHeader, KeyInCookie, KeyAsBearer])
def test_without_a_key_none_is_sent(kind: type[Authenticator]) -> None:
    assert not any(kind.is_chosen({"api_key_location": each}) for each in ("query", "header", "bearer", "none"))


@pytest.mark.parametrize(
    ("kind", "made", "param"),
    [
        (KeyInQuery, KeyInQuery("k", "s3cret"), "k"),
        (KeyInHeader, KeyInHeader("k", "s3cret"), None),
        (KeyInCookie, KeyInCookie("k", "s3cret"), None),
        (KeyAsBearer, KeyAsBearer("s3cret"), None),
    ],
)
def test_a_key_is_made_of_the_settings_and_knows_its_query_parameter(
    sender: Sender, kind: type[Authenticator], made: Authenticator, param: str | None
) -> None:
    found = kind.of({"api_key": "s3cret", "api_key_name": "k"}, sender)
    assert (type(found), vars(found)) == (kind, vars(made))
    assert made.credential_param == param


def faults(kind: type[Authenticator], location: str, **config: Any) -> list[str]:  # noqa: ANN401 - any setting
    return list(kind.faults({"api_key_name": "X-Key", "api_key_location": location, **config}))


NAME = "`api_key_name` must be the name of an HTTP header, such as `X-Api-Key`"
KEY = "`api_key` has characters that no HTTP header can carry; check it for line breaks and spaces at its ends"


def test_what_no_header_can_carry_is_a_fault_where_a_header_carries_it() -> None:
    assert faults(KeyInHeader, "header", api_key_name="X Key", api_key="a\n") == [NAME, KEY]
    assert faults(KeyAsBearer, "bearer", api_key_name="X Key", api_key="a\n") == [KEY]
    assert faults(KeyInHeader, "bearer", api_key_name="X Key", api_key="a\n") == []
    assert faults(KeyAsBearer, "header", api_key="a\n") == faults(KeyInQuery, "query", api_key="a\n") == []


@pytest.mark.parametrize("name", ["api_key", "key", "auth[key]", AWKWARD])
def test_a_key_in_the_query_arrives_as_it_is(sender: Sender, api: Sandbox, name: str) -> None:
    api.reset(api_key=AWKWARD, key_name=name)
    get(sender, api, KeyInQuery(name, AWKWARD), limit=1, q="a b&c")
    get(sender, api, KeyInQuery(name, AWKWARD))
    with_query, without_query = api.requests
    assert with_query.params == {"limit": "1", "q": "a b&c", name: AWKWARD}
    assert without_query.params == {name: AWKWARD}


@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://x/v1/deals", "https://x/v1/deals?key=a%26b"),
        ("https://x/v1/deals?limit=1", "https://x/v1/deals?limit=1&key=a%26b"),
    ],
)
def test_a_key_in_the_query_goes_behind_what_is_there(url: str, signed: str) -> None:
    prepared = requests.Request("GET", url).prepare()
    assert KeyInQuery("key", "a&b")(prepared).url == signed


@pytest.mark.parametrize("key", ["s3cret", "&=+%#/ü \"'\\:;,?@", "Bearer s3cret"])
def test_a_key_in_a_header_arrives_as_it_is(sender: Sender, api: Sandbox, key: str) -> None:
    api.reset(api_key=key, key_name="X-Analytics-Key")
    get(sender, api, KeyInHeader("X-Analytics-Key", key))
    (request,) = api.requests
    assert request.headers["x-analytics-key"] == key
    assert request.query == ""


def test_a_key_may_be_the_bearer(sender: Sender, api: Sandbox) -> None:
    api.reset(api_key="s3cret/+=")
    get(sender, api, KeyAsBearer("s3cret/+="))
    assert api.requests[0].headers["authorization"] == "Bearer s3cret/+="


@pytest.mark.parametrize(
    "authenticator", [KeyInQuery("api_key", "wrong"), KeyInHeader("X", "wrong"), KeyAsBearer("wrong")]
)
def test_a_key_that_is_refused_is_not_tried_again(sender: Sender, api: Sandbox, authenticator: Authenticator) -> None:
    with pytest.raises(FatalAPIError, match="401 Unauthorized for `/v1/deals`: check the credentials: `api_key`"):
        get(sender, api, authenticator)
    assert len(api.requests) == 1


@pytest.mark.parametrize("holder", [KeyInQuery("k", "s3cret"), KeyInHeader("k", "s3cret"), KeyAsBearer("s3cret")])
def test_a_key_is_not_in_the_repr(holder: Authenticator) -> None:
    assert "s3cret" not in repr(holder)


def test_a_key_in_a_cookie_stands_beside_the_cookies_of_the_headers() -> None:
    request = requests.Request("GET", "https://x/y", headers={"Cookie": "lang=en; sid=old"}).prepare()
    signed = KeyInCookie("sid", "s3cret")(request)
    assert signed.headers["Cookie"] == "lang=en; sid=s3cret"
    assert KeyInCookie("sid", "s3cret")(signed).headers["Cookie"] == "lang=en; sid=s3cret"


@pytest.mark.parametrize(("name", "key"), [("s id", "x"), ("sid", "s3;cret"), ("sid", "s3cret\r\n")])
def test_a_cookie_that_cannot_be_written_is_told_without_its_value(name: str, key: str) -> None:
    (fault,) = KeyInCookie.faults({"api_key_location": "cookie", "api_key_name": name, "api_key": key})
    assert "cookie" in fault
    assert "s3" not in fault


def test_a_key_in_the_path_stands_where_the_url_says(tap: TapRunner, api: Sandbox) -> None:
    api.intercept(lambda request: Answer(401 if "/hook%2Fs3cret-key/" not in request.target else 200, {"data": []}))
    settings: dict[str, Any] = {
        "api_url": f"{api.url}/rest/{{api_key}}",
        "api_key_location": "path",
        "resources": ["deals"],
    }
    run = tap(**settings, api_key="hook/s3cret-key")
    assert (run.code, api.requests[0].path) == (0, "/rest/hook/s3cret-key/v1/deals"), run.stderr
    run = tap(**settings, api_key="another-s3cret-key")
    assert run.code == 1
    assert "s3cret" not in run.stderr
    assert "/rest/***/v1/deals" in run.stderr


def test_a_key_in_the_path_needs_its_place() -> None:
    config = {"api_key": "s3cret", "api_key_location": "path", "api_url": "https://h/rest"}
    (fault,) = KeyInPath.faults(config)
    assert fault.startswith("`api_url` must say where the key stands in it")
    assert list(KeyInPath.faults(config | {"api_url": "https://h/rest/{api_key}"})) == []
