"""Who may ask: with the API key, with a user and a password, or with a token that a client or a login got."""

from __future__ import annotations

import binascii
import secrets
import time
from base64 import b64decode
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from tap_analytics.sandbox.grants import Grants, fields_of
from tap_analytics.sandbox.messages import Answer, Request

if TYPE_CHECKING:
    from tap_analytics.sandbox.options import Options

KEY_PARAMETER = "api_key"
KEY_HEADER = "x-api-key"
SESSION = "session"
SESSION_HEADER = "x-session-token"


class Credentials:
    """The credentials that open one API, and the tokens it has issued."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._grants = Grants(options)
        self._tokens: dict[str, float] = {}
        self._parameters = {KEY_PARAMETER, options.key_name}
        self._headers = {KEY_HEADER, KEY_PARAMETER, options.key_name.lower()}

    def allow(self, request: Request) -> bool:
        """Return whether the request carries the key, the user and the password, or a token that is still good."""
        key = self._options.api_key
        if not key or any(request.params.get(name) == key for name in self._parameters):
            return True
        if any(request.headers.get(name) == key for name in self._headers):
            return True
        if _basic(request.headers) == (self._options.username, self._options.password):
            return True
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        is_key = scheme.lower() == "bearer" and bearer == key
        sent = (bearer or scheme, request.headers.get(SESSION_HEADER, ""), _cookie(request, SESSION))
        return is_key or any(self._tokens.get(token, 0) > time.monotonic() for token in sent)

    def issue(self, request: Request) -> Answer:
        """Return the answer to a token request, whose client is in the body or in HTTP Basic."""
        if request.method != "POST":
            return Answer.error(405, "Ask for a token with POST.", allow="POST")
        fields = fields_of(request)
        client = _basic(request.headers, is_form=True) or (fields.get("client_id"), fields.get("client_secret"))
        if refusal := self._grants.refusal(fields, client):
            return refusal
        granted = {"access_token": self._new_token(), "token_type": "Bearer"}
        granted |= {"expires_in": int(self._options.token_lifetime)} | self._grants.more(fields)
        return Answer(body=granted)

    def log_in(self, request: Request) -> Answer:
        """Return the answer to a login: its token stands in the body, in a header and in a cookie."""
        if request.method != "POST":
            return Answer.error(405, "Log in with POST.", allow="POST")
        fields = fields_of(request)
        if (fields.get("username"), fields.get("password")) != (self._options.username, self._options.password):
            return Answer.error(401, "Wrong user name or password.")
        token = self._new_token()
        headers = {SESSION_HEADER: token, "set-cookie": f"{SESSION}={token}; HttpOnly; Path=/"}
        return Answer(body={"data": {"token": token, "lifetime": int(self._options.token_lifetime)}}, headers=headers)

    def revoke(self) -> None:
        """Make all tokens worthless that were issued; refresh tokens stay as they are."""
        self._tokens.clear()

    def _new_token(self) -> str:
        token = f"sandbox-token-{secrets.token_hex(16)}"
        self._tokens[token] = time.monotonic() + self._options.token_lifetime
        return token


def _basic(headers: dict[str, str], *, is_form: bool = False) -> tuple[str, str] | None:
    """Return the user and the password of HTTP Basic; those of a client are decoded as a form is (RFC 6749, 2.3.1)."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        first, _, second = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (unquote_plus(first), unquote_plus(second)) if is_form else (first, second)


def _cookie(request: Request, name: str) -> str:
    pairs = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
    return next((value for found, _, value in pairs if found == name), "")
