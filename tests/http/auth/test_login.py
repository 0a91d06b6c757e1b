"""A login request whose token each request carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.auth.login import Login
from tap_analytics.http.auth.tokens import NoTokenError
from tap_analytics.http.retry import TransientError
from tap_analytics.sandbox import Answer
from tests.http.conftest import get

if TYPE_CHECKING:
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Request, Sandbox


def login(sender: Sender, api: Sandbox, **words: Any) -> Login:  # noqa: ANN401 - any word
    user = {"username": api.options.username, "password": api.options.password}
    config = {"api_url": api.url, "login": {"path": "login", "json": user, **words}}
    assert list(Login.faults(config)) == []
    found = Login.of(config, sender)
    assert isinstance(found, Login)
    return found


def test_the_token_may_go_into_a_parameter(sender: Sender, api: Sandbox) -> None:
    authenticator = login(sender, api, token_path="data.token", param="sid")
    assert authenticator.credential_param == "sid"
    seen: list[str] = []

    def judge(request: Request) -> Answer | None:
        if request.resource:
            seen.append(request.params.get("sid", ""))
            return Answer(401) if len(seen) == 1 else Answer(200, {"data": []})
        return None

    api.intercept(judge)
    assert get(sender, api, authenticator, limit=1).status_code == 200
    assert len(set(seen)) == len(seen) == len(logins(api)) == 2
    assert all(token.startswith("sandbox-token-") for token in seen)
    (fault,) = Login.faults({"login": {"path": "/a", "token_path": "t", "param": "p", "cookie": "c"}})
    assert fault.startswith("`login.param` is set, and a header or a cookie too")


@pytest.mark.parametrize("body", ['"abc-1"', "abc-1", "abc-1\r\n"], ids=["JSON", "text", "a line"])
def test_the_whole_answer_may_be_the_token(sender: Sender, api: Sandbox, body: str) -> None:
    api.intercept(lambda request: Answer(200, body) if request.path == "/login" else Answer(200, {"data": []}))
    get(sender, api, login(sender, api, token_path="$", prefix="Bearer "))
    assert api.requests[-1].headers["authorization"] == "Bearer abc-1"


@pytest.mark.parametrize("body", ['{"token": "abc"}', '["abc"]', "Wrong password."], ids=["object", "list", "sentence"])
def test_an_answer_that_is_more_than_a_token_is_none(sender: Sender, api: Sandbox, body: str) -> None:
    api.intercept(lambda request: Answer(200, body) if request.path == "/login" else None)
    with pytest.raises((NoTokenError, TransientError)):
        get(sender, api, login(sender, api, token_path="$"))


def logins(api: Sandbox) -> list[Request]:
    return [request for request in api.requests if request.path == "/login"]


@pytest.mark.parametrize(
    ("words", "header"),
    [
        ({"token_path": "data.token"}, "authorization"),
        ({"token_path": "data.token", "header": "X-Session-Token"}, "x-session-token"),
        ({"token_path": "data.token", "prefix": "Token"}, "authorization"),
        ({"token_header": "X-Session-Token", "prefix": ""}, "authorization"),
        ({"token_cookie": "session"}, "cookie"),
        ({"token_path": "data.token", "cookie": "session"}, "cookie"),
        ({"token_cookie": "session", "header": "X-Session-Token"}, "x-session-token"),
    ],
)
def test_the_token_comes_from_and_goes_where_it_is_declared(
    sender: Sender, api: Sandbox, words: dict[str, str], header: str
) -> None:
    authenticator = login(sender, api, **words)
    assert get(sender, api, authenticator, limit=1).status_code == 200
    api.revoke_tokens()
    assert get(sender, api, authenticator, limit=1).status_code == 200
    assert len(logins(api)) == 2
    pages = [request for request in api.requests if request.resource]
    assert [request.status for request in pages] == [200, 401, 200]
    prefix = (
        "Token " if words.get("prefix") == "Token" else "Bearer " if len(words) == 1 and "path" in str(words) else ""
    )
    start = f"{prefix}sandbox-token-" if header != "cookie" else "session=sandbox-token-"
    assert all(request.headers[header].startswith(start) for request in pages)
    assert len({request.headers[header] for request in pages}) == 2
    assert "sandbox-token-" not in sender.redactor.redact(pages[-1].headers[header])


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ({}, ("POST", "application/json", b'{"username":"u"}')),
        (
            {"json": None, "data": {"username": "u", "n": 5}},
            ("POST", "application/x-www-form-urlencoded", b"username=u&n=5"),
        ),
        ({"json": None, "method": "GET"}, ("GET", None, b"")),
        (
            {"headers": {"Content-Type": "application/vnd.x+json"}},
            ("POST", "application/vnd.x+json", b'{"username":"u"}'),
        ),
    ],
)
def test_the_request_is_sent_as_it_is_declared(
    sender: Sender, api: Sandbox, words: dict[str, Any], sent: tuple[str, str | None, bytes]
) -> None:
    api.intercept(lambda request: Answer(body={"t": "t0ken"}) if "login" in request.path else Answer(body={"data": []}))
    given = {"path": f"{api.url}/v2/login", "token_path": "t", "json": {"username": "u"}, **words}
    config = {"api_url": api.url, "login": {name: value for name, value in given.items() if value is not None}}
    get(sender, api, Login.of(config, sender))
    request = api.requests[0]
    assert request.path == "/v2/login"
    assert (request.method, request.headers.get("content-type"), request.body) == sent


@pytest.mark.parametrize(
    ("words", "lifetime"),
    [
        ({}, None),
        ({"expires_in": "60"}, 60),
        ({"expires_in_path": "data.lifetime"}, 3600),
        ({"expires_in_path": "data.none", "expires_in": 5}, 5),
    ],
)
def test_a_session_lasts_as_long_as_is_said(
    sender: Sender, api: Sandbox, words: dict[str, Any], lifetime: float | None
) -> None:
    source = login(sender, api, token_path="data.token", **words)._source  # noqa: SLF001 - how long is shown nowhere
    assert source.ask().seconds == lifetime


def failure_of(sender: Sender, api: Sandbox, kind: type[Exception], **words: Any) -> str:  # noqa: ANN401
    with pytest.raises((FatalAPIError, RetriableAPIError)) as raised:
        get(sender, api, login(sender, api, **words or {"token_path": "data.token"}))
    assert isinstance(raised.value, kind)
    assert not [request for request in api.requests if request.resource]
    return str(raised.value)


def test_a_wrong_password_is_told_and_sent_once(sender: Sender, api: Sandbox) -> None:
    authenticator = login(sender, api, token_path="data.token", json={"username": "u", "password": "wrong"})
    for _ in range(3):
        with pytest.raises(NoTokenError) as raised:
            get(sender, api, authenticator)
    assert str(raised.value).startswith("no session, check the user and the password in `login`, then its `path`: 401")
    assert len(api.requests) == 1


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        (
            Answer(body={"error": "locked", "x": "s3cret"}),
            NoTokenError,
            'its `token_path`; check `login`. The API says: {"error":"locked"}',
        ),
        (
            Answer(body={"data": {"Token": "t0ken"}}),
            NoTokenError,
            "without a token at its `token_path`; check `login`. It has `data`",
        ),
        (Answer(body={"data": {"token": ""}}), NoTokenError, "without a token at its `token_path`"),
        (Answer(body="<html>"), TransientError, "the login answered a page of HTML or XML; check `login.path`"),
        (
            Answer(302, headers={"Location": "/other"}),
            FatalAPIError,
            "a redirect to /other; if that is right, change `login.path`",
        ),
        (Answer(503), TransientError, "no session from `login`: 503"),
        (Answer(reset=True), TransientError, "check `login.path`"),
    ],
)
def test_a_login_that_fails_says_what_to_do(
    sender: Sender, api: Sandbox, answer: Answer, kind: type[Exception], message: str
) -> None:
    api.intercept(lambda _: answer)
    told = failure_of(sender, api, kind)
    assert message in told
    assert "s3cret" not in told
    assert "t0ken" not in told


@pytest.mark.parametrize("source", ["token_header", "token_cookie"])
def test_an_answer_without_the_header_or_the_cookie_is_told(sender: Sender, api: Sandbox, source: str) -> None:
    assert f"at its `{source}`" in failure_of(sender, api, NoTokenError, **{source: "X-None"})


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        ({}, ["`login.path` is missing"]),
        (
            {"path": "/l"},
            ["`login` does not say where the answer has the token; set `token_path`, `token_header` or `token_cookie`"],
        ),
        (
            {"path": "/l", "token_path": "a", "token_header": "b"},
            ["`login.token_path` and `login.token_header` are set; the token is in one place, so keep one of them"],
        ),
        (
            {"path": "/l", "token_path": "a", "json": {}, "data": {}},
            ["`login.json` and `login.data` are both set; a request has one body, so remove one of them"],
        ),
        (
            {"path": "/l", "token_path": "a", "cookie": "c", "prefix": "x"},
            ["`login.cookie` is set, and a header too; the token goes into one of them"],
        ),
        (
            {"path": "//l", "token_path": "a"},
            ["`login.path` must be a path below `api_url`, such as `/login`, or a whole `http` or `https` URL"],
        ),
        (
            {"path": "/l", "token_path": "a", "header": "a b"},
            ["`login` has the name or the value of a header with characters that an HTTP header cannot carry"],
        ),
        (
            {"path": "/l", "token_path": "a", "headers": {"X": "s3cret\n"}},
            ["`login` has the name or the value of a header with characters that an HTTP header cannot carry"],
        ),
        (
            {"path": "/l", "token_path": "a", "expires_in": "soon"},
            ["`login.expires_in` must be a number of seconds greater than 0"],
        ),
        (
            {"path": "/l", "token_path": "a", "data": {"a": ["s3cret"]}},
            ["`login.data` must be an object whose values are text or numbers"],
        ),
    ],
)
def test_what_is_wrong_is_told_before_the_first_request(words: dict[str, Any], faults: list[str]) -> None:
    assert list(Login.faults({"login": words})) == faults


def test_a_word_that_is_not_known_is_told_with_those_that_are() -> None:
    (fault,) = Login.faults({"login": {"path": "/l", "token_path": "t", "tokn_header": "x"}})
    assert fault.startswith("`login.tokn_header` is not known; did you mean `token_header`? The keys are `cookie`, ")
