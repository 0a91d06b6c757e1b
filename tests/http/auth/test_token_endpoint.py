"""What is sent to a token endpoint, and where its answer has the token."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from tap_analytics.http.auth.oauth import OAuth2
from tap_analytics.http.auth.token_endpoint import Client
from tap_analytics.http.auth.tokens import NoTokenError
from tap_analytics.http.retry import TransientError
from tap_analytics.sandbox import Answer
from tests.http.conftest import get

if TYPE_CHECKING:
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Request, Sandbox

CLIENT = {"client_id": "c", "client_secret": "s3cret"}


def ask(sender: Sender, api: Sandbox, answer: Any = None, **config: Any) -> tuple[Request, Request]:  # noqa: ANN401
    """Return the request for a token, and the one for a page."""
    body = {"access_token": "t0ken"} if answer is None else answer
    api.intercept(lambda request: Answer(body=body) if request.method == "POST" else Answer(body={"data": []}))
    get(sender, api, OAuth2.of({"api_url": api.url, **config}, sender))
    first, second = api.requests
    return first, second


def form(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def test_more_fields_are_sent_and_lie_over_the_usual_ones(sender: Sender, api: Sandbox) -> None:
    more = {"audience": "https://api", "grant_type": "account_credentials", "client_id": None, "n": 5, "b": True}
    request, _ = ask(sender, api, **CLIENT, token_params=more)
    assert form(request) == {
        "grant_type": "account_credentials",
        "client_secret": "s3cret",
        "audience": "https://api",
        "n": "5",
        "b": "true",
    }


def test_a_request_may_be_json(sender: Sender, api: Sandbox) -> None:
    request, _ = ask(sender, api, **CLIENT, token_request="json", token_params={"n": 5, "list": ["a"], "ä": "ü"})
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.body) == {
        "grant_type": "client_credentials",
        "client_id": "c",
        "client_secret": "s3cret",
        "n": 5,
        "list": ["a"],
        "ä": "ü",
    }


def test_a_user_and_a_client_by_http_basic(sender: Sender, api: Sandbox) -> None:
    user = {
        "grant_type": "password",
        "username": "u",
        "password": "p",
        "token_endpoint_auth_method": "client_secret_basic",
    }
    request, _ = ask(sender, api, **CLIENT, **user)
    assert form(request) == {"grant_type": "password", "username": "u", "password": "p"}
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")) == b"c:s3cret"


def test_a_client_without_a_secret_is_named_in_the_body(sender: Sender, api: Sandbox) -> None:
    request, _ = ask(sender, api, client_id="c", refresh_token="r", token_endpoint_auth_method="client_secret_basic")
    assert form(request) == {"grant_type": "refresh_token", "refresh_token": "r", "client_id": "c"}
    assert "authorization" not in request.headers


def test_basic_is_form_encoded_before_base64() -> None:
    client = Client(client_id="a b:c", client_secret="d%/ü")
    assert base64.b64decode(client.basic()) == b"a+b%3Ac:d%25%2F%C3%BC"
    assert "s3cret" not in repr(Client(client_id="c", client_secret="s3cret"))


@pytest.mark.parametrize(
    ("config", "header", "value"),
    [
        ({"token_prefix": "Zap-token"}, "authorization", "Zap-token t0ken"),
        ({"token_prefix": ""}, "authorization", "t0ken"),
        ({"token_header": "X-Token", "token_prefix": ""}, "x-token", "t0ken"),
    ],
)
def test_the_token_goes_where_the_settings_say(
    sender: Sender, api: Sandbox, config: dict[str, str], header: str, value: str
) -> None:
    _, page = ask(sender, api, **CLIENT, **config)
    assert page.headers[header] == value


def test_the_answer_may_have_other_names(sender: Sender, api: Sandbox) -> None:
    answer = {"data": {"accessToken": "t0ken", "ttl": "60"}}
    _, page = ask(sender, api, answer, **CLIENT, token_path="data.accessToken", expires_in_path="data.ttl")
    assert page.headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("kind", ["User Access Token", "BearerToken", "JWT", "", None])
def test_a_token_whose_type_has_a_name_of_the_api_s_own_is_sent_as_any_other(
    kind: str | None, sender: Sender, api: Sandbox
) -> None:
    _, page = ask(sender, api, {"access_token": "t0ken", "token_type": kind}, **CLIENT)
    assert page.headers["authorization"] == "Bearer t0ken"


def test_an_answer_that_has_the_token_elsewhere_names_its_fields(sender: Sender, api: Sandbox) -> None:
    with pytest.raises(NoTokenError) as raised:
        ask(sender, api, {"accessToken": "t0ken", "ttl": 5}, **CLIENT)
    assert str(raised.value).endswith(
        "check `token_url` and `scope`. It has `accessToken`, `ttl`; set `token_path` to the field that has the token"
    )
    with pytest.raises(NoTokenError, match=r"answered without `data\.token`; check"):
        ask(sender, api, {"accessToken": "t0ken"}, **CLIENT, token_path="data.token")


def test_a_200_that_says_that_it_failed_fails_and_is_tried_again_where_it_may_be_over(
    sender: Sender, api: Sandbox
) -> None:
    with pytest.raises(NoTokenError, match=r'The API says: \{"error":"invalid_grant"\}'):
        ask(sender, api, {"error": "invalid_grant"}, **CLIENT)
    api.reset()
    with pytest.raises(TransientError, match="temporarily_unavailable"):
        ask(sender, api, {"error": "temporarily_unavailable"}, **CLIENT)
