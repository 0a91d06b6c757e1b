"""When tokens are asked for, and when they are not; tests of OAuth2 and of logins show more of that."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from singer_sdk.exceptions import FatalAPIError

from tap_analytics.http.auth.places import CookiePlace, HeaderPlace
from tap_analytics.http.auth.tokens import EXPIRY_MARGIN, NoTokenError, Token, TokenAuth
from tap_analytics.http.retry import TransientError
from tap_analytics.report.redaction.redact import MASK, Redactor


class Source:
    """Gives these tokens or failures, the last for ever."""

    def __init__(self, *given: Token | Exception) -> None:
        self.given = list(given)
        self.asked = 0

    def ask(self) -> Token:
        self.asked += 1
        found = self.given.pop(0) if len(self.given) > 1 else self.given[0]
        if isinstance(found, Exception):
            raise found
        return found


def sign(auth: TokenAuth) -> str:
    request = requests.Request("GET", "https://api.example.com/").prepare()
    return str(auth(request).headers["Authorization"])


def auth_of(*given: Token | Exception) -> tuple[TokenAuth, Source]:
    source = Source(*given)
    return TokenAuth(source, HeaderPlace(), Redactor()), source


@pytest.mark.parametrize(
    ("seconds", "used_for"), [(None, float("inf")), (3600, 3600 - EXPIRY_MARGIN), (40, 20), (0.5, 0.25)]
)
def test_a_token_is_used_until_shortly_before_its_end(seconds: float | None, used_for: float) -> None:
    assert Token("t", seconds).used_for == used_for
    assert "t0ken" not in repr(Token("t0ken"))


def test_a_refusal_is_remembered_so_that_no_user_is_locked_out() -> None:
    auth, source = auth_of(NoTokenError("wrong password"))

    def failure(_: int) -> str:
        with pytest.raises(NoTokenError) as raised:
            sign(auth)
        return str(raised.value)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(failure, range(8))) == {"wrong password"}
    assert source.asked == 1


@pytest.mark.parametrize("failure", [TransientError("in a moment"), FatalAPIError("not now")])
def test_another_failure_is_not_remembered(failure: Exception) -> None:
    auth, source = auth_of(failure, Token("t0ken"))
    with pytest.raises(type(failure)):
        sign(auth)
    assert sign(auth) == "Bearer t0ken"
    assert source.asked == 2


def test_threads_that_are_refused_with_one_token_ask_for_one_new_token() -> None:
    auth, source = auth_of(Token("first"), Token("second"))
    stale = [auth(requests.Request("GET", "https://api.example.com/").prepare()) for _ in range(8)]
    together = threading.Barrier(8)

    def again(request: requests.PreparedRequest) -> str:
        together.wait(5)
        assert auth.renew(request)
        return str(auth(request).headers["Authorization"])

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(again, stale)) == {"Bearer second"}
    assert source.asked == 2


def test_a_token_that_a_request_cannot_carry_is_refused_and_not_shown() -> None:
    redactor = Redactor()
    auth = TokenAuth(Source(Token("t0ken\r\nX: y")), CookiePlace("sid"), redactor)
    with pytest.raises(FatalAPIError) as raised:
        sign(auth)
    assert "t0ken" not in str(raised.value)
    assert redactor.redact("t0ken\r\nX: y") == MASK
