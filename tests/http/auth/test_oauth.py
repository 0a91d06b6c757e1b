from __future__ import annotations

import base64
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError, RetriableAPIError

from tap_analytics.http.auth.oauth import OAuth2
from tap_analytics.http.auth.token_endpoint import Client
from tap_analytics.http.auth.tokens import EXPIRY_MARGIN
from tap_analytics.http.retry import TransientError
from tap_analytics.report.redaction.redact import MASK
from tap_analytics.sandbox import Answer
from tests.http.conftest import AWKWARD, get

if TYPE_CHECKING:
    from pathlib import Path

    from tap_analytics.http.auth.auth import Authenticator
    from tap_analytics.http.sender import Sender
    from tap_analytics.sandbox import Request, Sandbox

TOKEN_PATH = "/oauth/token"
CLIENT = {"client_id": "client", "client_secret": "s3cret"}


def bearer(sender: Sender, api: Sandbox, **changes: Any) -> Authenticator:  # noqa: ANN401 - any setting
    usual = {"token_url": f"{api.url}{TOKEN_PATH}", "client_id": api.options.client_id}
    return OAuth2.of({**usual, "client_secret": api.options.client_secret, **changes}, sender)


def tokens_asked_for(api: Sandbox) -> list[Request]:
    return [request for request in api.requests if request.path == TOKEN_PATH]


def pages_asked_for(api: Sandbox) -> list[Request]:
    return [request for request in api.requests if request.path != TOKEN_PATH]


def granting(api: Sandbox, *answers: Any) -> None:  # noqa: ANN401 - an answer, or the JSON in one
    """Make the token endpoint give these answers, the last one for ever, and the API take any token."""
    waiting = [answer if isinstance(answer, Answer) else Answer(body=answer) for answer in answers]

    def intercept(request: Request) -> Answer:
        if request.path != TOKEN_PATH:
            return Answer(body={"data": []})
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    api.intercept(intercept)


@pytest.mark.parametrize(
    ("given", "chosen"),
    [({}, False), ({"client_id": "c"}, False), ({"client_secret": "s"}, False), (CLIENT, True)],
)
def test_id_and_secret_choose_oauth2(given: dict[str, str], *, chosen: bool) -> None:
    assert OAuth2.is_chosen(given) is chosen


def test_id_and_secret_in_their_encoded_form_are_a_secret() -> None:
    (encoded,) = OAuth2.encoded_secrets({"client_id": "a b", "client_secret": "c:d"})
    assert base64.b64decode(encoded) == b"a+b:c%3Ad"
    assert list(OAuth2.encoded_secrets({"client_id": "a b"})) == []


def test_a_secret_that_is_no_unicode_does_no_harm_before_it_is_a_fault() -> None:
    assert list(OAuth2.encoded_secrets({"client_id": "a", "client_secret": "s\udcff"}))


def test_a_netrc_file_does_not_override_a_token(
    sender: Sender, api: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login user password pass\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    assert requests.utils.get_netrc_auth(api.url) == ("user", "pass")
    granting(api, {"access_token": "t0ken"})
    get(sender, api, bearer(sender, api))
    assert [request.headers.get("authorization") for request in api.requests] == [None, "Bearer t0ken"]


# How a token is asked for


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
@pytest.mark.parametrize("secret", ["s3cret", AWKWARD, "100%41", "a+b c:d"])
def test_a_client_proves_itself_with_any_id_and_secret(sender: Sender, api: Sandbox, method: str, secret: str) -> None:
    api.reset(client_id=f"client {AWKWARD}", client_secret=secret)
    response = get(sender, api, bearer(sender, api, token_endpoint_auth_method=method, scope="read:all write"), limit=1)
    assert len(response.json()["data"]) == 1
    (asked,) = tokens_asked_for(api)
    assert (asked.method, asked.query) == ("POST", "")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
    form = dict(parse_qsl(asked.body.decode()))
    client = {"client_id": f"client {AWKWARD}", "client_secret": secret} if method == "client_secret_post" else {}
    assert form == {"grant_type": "client_credentials", "scope": "read:all write"} | client
    assert ("authorization" in asked.headers) is (method == "client_secret_basic")


def test_without_a_scope_none_is_sent(sender: Sender, api: Sandbox) -> None:
    get(sender, api, bearer(sender, api))
    assert b"scope" not in tokens_asked_for(api)[0].body


def test_a_token_is_sent_as_bearer_and_is_a_secret_from_then_on(sender: Sender, api: Sandbox) -> None:
    granting(api, {"access_token": "t0ken/+=", "token_type": "bearer"})
    get(sender, api, bearer(sender, api))
    assert pages_asked_for(api)[0].headers["authorization"] == "Bearer t0ken/+="
    assert sender.redactor.redact(f"t0ken/+= {quote_plus('t0ken/+=')}") == f"{MASK} {MASK}"


def test_the_url_of_a_request_for_a_token_is_that_of_the_settings(sender: Sender, api: Sandbox) -> None:
    api.intercept(lambda request: Answer(body={"access_token": "t0ken"}) if request.path == "/auth/v2" else None)
    api.intercept(lambda _: Answer(body={"data": []}))
    get(sender, api, bearer(sender, api, token_url=f"{api.url}/auth/v2"))
    assert [request.path for request in api.requests] == ["/auth/v2", "/v1/deals"]


# How long a token is used


@dataclass
class Clock:
    """Stands for the module `time`; the test sets its time."""

    now: float = 1_000

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("tap_analytics.http.auth.tokens.time", clock)
    return clock


def test_one_token_serves_many_requests(sender: Sender, api: Sandbox) -> None:
    authenticator = bearer(sender, api)
    for _ in range(20):
        get(sender, api, authenticator)
    assert len(tokens_asked_for(api)) == 1
    assert len({request.headers["authorization"] for request in pages_asked_for(api)}) == 1


def test_one_token_serves_all_threads(sender: Sender, api: Sandbox) -> None:
    authenticator, together = bearer(sender, api), threading.Barrier(8)

    def page(_: int) -> int:
        together.wait(5)
        return get(sender, api, authenticator).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(page, range(8))) == {200}
    assert len(tokens_asked_for(api)) == 1


@pytest.mark.parametrize(
    ("expires_in", "used_for"),
    [
        (3600, 3600 - EXPIRY_MARGIN),
        ("7200", 7200 - EXPIRY_MARGIN),
        (3600.5, 3600.5 - EXPIRY_MARGIN),
        (61, 61 - EXPIRY_MARGIN),
        (60, 30),
        (40, 20),
        (1, 0.5),
        ("0.5", 0.25),
    ],
)
def test_a_token_is_renewed_before_its_end(
    sender: Sender, api: Sandbox, clock: Clock, expires_in: object, used_for: float
) -> None:
    granting(api, {"access_token": "first", "expires_in": expires_in}, {"access_token": "second"})
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    clock.now += used_for - 0.01
    get(sender, api, authenticator)
    clock.now += 0.01
    get(sender, api, authenticator)
    sent = [request.headers["authorization"] for request in pages_asked_for(api)]
    assert sent == ["Bearer first", "Bearer first", "Bearer second"]


@pytest.mark.parametrize("expires_in", [None, 0, -5, "", "soon", "nan", "inf", "1e999", True, [], {}, 10**300])
def test_a_token_without_a_usable_end_is_used_until_it_is_refused(
    sender: Sender, api: Sandbox, clock: Clock, expires_in: object
) -> None:
    granting(api, {"access_token": "first", "expires_in": expires_in})
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    clock.now += 10**9
    get(sender, api, authenticator)
    assert len(tokens_asked_for(api)) == 1


def test_a_token_without_an_end_is_used_until_it_is_refused(sender: Sender, api: Sandbox, clock: Clock) -> None:
    granting(api, {"access_token": "first"})
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    clock.now += 10**9
    get(sender, api, authenticator)
    assert len(tokens_asked_for(api)) == 1


def test_a_token_that_has_really_expired_is_renewed(sender: Sender, api: Sandbox) -> None:
    granting(api, {"access_token": "first", "expires_in": 0.05}, {"access_token": "second"})
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    time.sleep(0.03)
    get(sender, api, authenticator)
    assert len(tokens_asked_for(api)) == 2


def test_a_token_that_is_refused_is_renewed_and_the_request_sent_again(sender: Sender, api: Sandbox) -> None:
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    api.revoke_tokens()
    assert get(sender, api, authenticator, limit=2).status_code == 200
    assert len(tokens_asked_for(api)) == 2
    first, refused, renewed = pages_asked_for(api)
    assert first.headers["authorization"] == refused.headers["authorization"] != renewed.headers["authorization"]
    assert (refused.status, renewed.status) == (401, 200)
    assert renewed.params == refused.params == {"limit": "2"}


def test_a_token_is_renewed_once_after_a_401_and_not_twice(sender: Sender, api: Sandbox) -> None:
    api.intercept(lambda request: None if request.path == TOKEN_PATH else Answer.error(401, "Not you."))
    with pytest.raises(
        FatalAPIError,
        match="401 Unauthorized for `/v1/deals`: check the credentials: `scope`, `token_header` and `token_prefix`",
    ):
        get(sender, api, bearer(sender, api))
    assert [request.path for request in api.requests] == [TOKEN_PATH, "/v1/deals", TOKEN_PATH, "/v1/deals"]


@pytest.mark.parametrize("status", [400, 403, 500])
def test_other_failures_leave_the_token_as_it_is(sender: Sender, api: Sandbox, status: int) -> None:
    api.intercept(lambda request: Answer(status) if request.number == 1 and request.resource else None)
    authenticator = bearer(sender, api)
    with pytest.raises((FatalAPIError, RetriableAPIError)):
        get(sender, api, authenticator)
    get(sender, api, authenticator)
    assert len(tokens_asked_for(api)) == 1


def test_threads_that_are_refused_at_once_bring_one_new_token(sender: Sender, api: Sandbox) -> None:
    authenticator, together = bearer(sender, api), threading.Barrier(4)
    get(sender, api, authenticator)
    stale = [authenticator(requests.Request("GET", f"{api.url}/v1/deals").prepare()) for _ in range(4)]

    def renew(refused: requests.PreparedRequest) -> str:
        together.wait(5)
        assert authenticator.renew(refused)
        return str(authenticator(refused).headers["Authorization"])

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(renew, stale))) == 1
    assert len(tokens_asked_for(api)) == 2


# When no token comes


def no_token(sender: Sender, api: Sandbox, kind: type[Exception] = FatalAPIError, **changes: str) -> str:
    """Return the message of the failure, in which no secret is, and no request for a page was sent."""
    with pytest.raises((FatalAPIError, RetriableAPIError)) as raised:
        get(sender, api, bearer(sender, api, **changes))
    assert isinstance(raised.value, kind)
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert pages_asked_for(api) == []
    assert api.options.client_secret not in str(raised.value)
    return str(raised.value)


@pytest.mark.parametrize(
    "answer",
    [{}, [], "text", None, 5, {"access_token": None}, {"access_token": ""}, {"access_token": 5}, {"error": "invalid"}],
)
def test_an_answer_without_a_token_fails_at_once(sender: Sender, api: Sandbox, answer: object) -> None:
    granting(api, Answer(body=json.dumps(answer)))
    message = no_token(sender, api)
    expected = "the token endpoint answered without an `access_token`; check `token_url` and `scope`"
    if answer == {"error": "invalid"}:
        assert message.startswith("no token, check `client_id`, `client_secret`, `token_url` and `scope`: the token ")
        assert message.endswith('answered without an `access_token`. The API says: {"error":"invalid"}')
    else:
        has = ". It has `access_token`; set `token_path` to the field that has the token"
        assert message == (f"{expected}{has}" if isinstance(answer, dict) and answer else expected)


@pytest.mark.parametrize("body", [b"", b"<html>", b"access_token: t0ken", b'{"access_token": "\xff"}', b"[" * 100_000])
def test_an_answer_that_is_not_json_is_worth_another_try(sender: Sender, api: Sandbox, body: bytes) -> None:
    granting(api, Answer(body=body))
    message = no_token(sender, api, TransientError)
    what = "a page of HTML or XML" if body == b"<html>" else "something that is not JSON"
    assert message == f"the token endpoint answered {what}; check `token_url`"


@pytest.mark.parametrize("token", ["t0ken\r\nX-Other: t0ken", "t0ken€"])
def test_a_token_that_no_header_can_carry_fails_at_once(sender: Sender, api: Sandbox, token: str) -> None:
    granting(api, {"access_token": token})
    assert "t0ken" not in no_token(sender, api)


@pytest.mark.parametrize(("status", "phrase"), [(400, "Bad Request"), (401, "Unauthorized"), (403, "Forbidden")])
def test_a_client_that_is_refused_fails_at_once(sender: Sender, api: Sandbox, status: int, phrase: str) -> None:
    granting(api, Answer(status, {"error": "invalid_client"}))
    message = no_token(sender, api)
    assert message.startswith("no token, check `client_id`, `client_secret`, `token_url` and `scope`: ")
    assert f"{status} {phrase} for `{TOKEN_PATH}`" in message
    assert message.endswith('The API says: {"error":"invalid_client"}')
    assert len(api.requests) == 1


def test_the_wrong_secret_fails_at_once(sender: Sender, api: Sandbox) -> None:
    assert "401 Unauthorized" in no_token(sender, api, client_secret="wrong")


@pytest.mark.parametrize("method", ["client_secret_post", "client_secret_basic"])
def test_a_secret_that_the_token_endpoint_echoes_is_masked(sender: Sender, api: Sandbox, method: str) -> None:
    api.reset(client_secret=AWKWARD)
    api.intercept(lambda request: Answer(400, f"{request.headers.get('authorization')} {request.body.decode()}"))
    client = Client(client_id=api.options.client_id, client_secret=AWKWARD)
    sender.redactor.add(client.basic())
    message = no_token(sender, api, token_endpoint_auth_method=method)
    assert client.basic() not in message
    assert quote_plus(AWKWARD) not in message
    assert MASK in message


@pytest.mark.parametrize(
    "answer", [Answer(500), Answer(503), Answer(429), Answer(reset=True), Answer(body=b"{}", cut=1)]
)
def test_a_token_may_come_in_a_moment(sender: Sender, api: Sandbox, answer: Answer) -> None:
    good = Answer(body={"access_token": "t0ken"})
    granting(api, answer, good)
    authenticator = bearer(sender, api)
    with pytest.raises(TransientError):
        get(sender, api, authenticator)
    assert get(sender, api, authenticator).status_code == 200
    assert len(tokens_asked_for(api)) == 2


def test_a_wait_that_the_token_endpoint_asks_for_is_passed_on(sender: Sender, api: Sandbox) -> None:
    granting(api, Answer(503, headers={"Retry-After": "7"}))
    with pytest.raises(TransientError) as raised:
        get(sender, api, bearer(sender, api))
    assert raised.value.wait == 7


def test_a_redirect_of_the_token_endpoint_is_not_followed(sender: Sender, api: Sandbox) -> None:
    granting(api, Answer(307, headers={"Location": f"http://localhost:{api.port}/elsewhere"}))
    message = no_token(sender, api)
    assert "`token_url`" in message
    assert "a redirect to http://localhost" in message
    assert len(api.requests) == 1


def test_a_failed_renewal_is_told_and_the_next_request_tries_again(sender: Sender, api: Sandbox) -> None:
    authenticator = bearer(sender, api)
    get(sender, api, authenticator)
    api.revoke_tokens()
    failures = [Answer(503)]
    api.intercept(lambda request: failures.pop() if request.path == TOKEN_PATH and failures else None)
    with pytest.raises(TransientError, match="503"):
        get(sender, api, authenticator)
    assert get(sender, api, authenticator).status_code == 200
