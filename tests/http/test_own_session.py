"""A session of the operator: what it sends with each request, how it signs, and how the tap reads it."""

from __future__ import annotations

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.auth import HTTPBasicAuth, HTTPDigestAuth

from tap_analytics.http.own_session import adopt, headers_of, secrets_of, signer_of
from tap_analytics.sandbox import Answer, Sandbox


class Timed(HTTPAdapter):
    """An adapter of the operator's."""


def session(**attributes: object) -> requests.Session:
    made = requests.Session()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def test_only_headers_that_were_set_are_its_own() -> None:
    made = session()
    assert headers_of(made) == {}
    made.headers.update({"X-Team": "blue", "User-Agent": "mine", "X-Number": b"5"})
    assert headers_of(made).keys() == {"X-Team", "User-Agent", "X-Number"}


def test_a_user_and_a_password_sign_as_in_requests() -> None:
    assert signer_of(session(auth=("ada", "lovelace"))) == HTTPBasicAuth("ada", "lovelace")
    assert isinstance(signer_of(session(auth=HTTPDigestAuth("ada", "lovelace"))), HTTPDigestAuth)
    assert signer_of(session()) is None


def test_credentials_cookies_and_parameters_are_secrets() -> None:
    made = session(auth=("ada", "lovelace"), params={"key": "s3cret", "page": 5})
    made.cookies.set("sid", "c00kie")
    assert secrets_of(made) == ["ada", "lovelace", "c00kie", "s3cret"]
    assert secrets_of(session()) == []


def test_it_sends_the_headers_of_the_tap_and_signs_nothing_itself(api: Sandbox) -> None:
    made = adopt(session(auth=("ada", "lovelace")), {"X-Team": "blue"}, max_size=1000)
    seen = made.prepare_request(requests.Request("GET", f"{api.url}/v1/deals")).headers
    assert seen == {"X-Team": "blue"}


def test_its_adapters_read_as_those_of_the_tap_and_others_stay(api: Sandbox) -> None:
    made, other = session(), BaseAdapter()
    made.mount("http://", Timed())
    made.mount("other://", other)
    adopted = adopt(made, {}, max_size=10)
    assert isinstance(adopted.get_adapter("http://a"), Timed)
    assert adopted.get_adapter("other://a") is other
    api.intercept(lambda _: Answer(200, b"x" * 11))
    try:
        adopted.get(f"{api.url}/v1/deals", timeout=5)
    except Exception as error:  # noqa: BLE001 - its name is looked at
        assert type(error).__name__ == "BodyTooLargeError"  # noqa: PT017 - likewise
    else:
        raise AssertionError
