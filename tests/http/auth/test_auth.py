from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.auth import Authenticator, Unsigned
from tap_analytics.http.auth.keys import KeyAsBearer, KeyInQuery
from tap_analytics.sandbox import Answer
from tests.http.conftest import get

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Sandbox


class TwoParts(Authenticator):
    """Needs two settings."""

    credentials: ClassVar = ("user", "word")


@pytest.mark.parametrize(
    ("config", "is_chosen"),
    [({}, False), ({"user": "u"}, False), ({"user": "u", "word": None}, False), ({"user": "u", "word": "w"}, True)],
)
def test_credentials_are_chosen_where_all_of_their_settings_are_set(config: dict[str, str], *, is_chosen: bool) -> None:
    assert TwoParts.is_chosen(config) is is_chosen


def test_without_settings_of_its_own_an_authenticator_is_not_chosen_and_has_nothing_to_say() -> None:
    assert not Authenticator.is_chosen({"user": "u"})
    assert (*Authenticator.faults({}), *Authenticator.encoded_secrets({})) == ()
    assert Authenticator().credential_param is None
    assert not Authenticator().renew(requests.Request("GET", "http://x").prepare())


def test_an_authenticator_is_made_of_the_settings(sender: Sender) -> None:
    assert type(TwoParts.of({}, sender)) is TwoParts


def test_no_credentials_sign_nothing(sender: Sender, api: Sandbox) -> None:
    api.reset(api_key="")
    get(sender, api, Authenticator(), limit=1)
    (request,) = api.requests
    assert request.query == "limit=1"
    assert "authorization" not in request.headers


def test_a_request_without_credentials_that_is_refused_is_not_tried_again(sender: Sender, api: Sandbox) -> None:
    with pytest.raises(FatalAPIError, match="401 Unauthorized for `/v1/deals`: check the credentials: none were sent"):
        get(sender, api, Authenticator())
    assert len(api.requests) == 1


@pytest.mark.parametrize("kind", ["none", "query", "header"])
def test_a_netrc_file_does_not_override_the_credentials(
    sender: Sender, api: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password pass\ndefault login user password pass\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(api.url) == ("user", "pass")
    key = api.api_key
    authenticators = {
        "none": Authenticator(),
        "query": KeyInQuery("api_key", key),
        "header": KeyAsBearer("s3cret"),
    }
    api.intercept(lambda _: Answer(body={"data": []}))
    get(sender, api, authenticators[kind])
    (request,) = api.requests
    assert request.headers.get("authorization") == ("Bearer s3cret" if kind == "header" else None)


def test_a_request_that_is_not_signed_has_neither_key_nor_cookie() -> None:
    headers = {"Authorization": "Bearer t0ken", "Cookie": "session=t0ken", "Accept": "application/json"}
    request = requests.Request("GET", "https://files.example.com/", headers=headers).prepare()
    assert Unsigned()(request).headers == {"Accept": "application/json"}
    assert not Unsigned().renew(request)
