"""Who may ask: the API key, and the tokens that OAuth2 clients get."""

from __future__ import annotations

import binascii
import secrets
import time
from base64 import b64decode
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote_plus

from tap_analytics.sandbox.messages import Answer, Request

if TYPE_CHECKING:
    from tap_analytics.sandbox.options import Options

KEY_PARAMETER = "api_key"
KEY_HEADER = "x-api-key"


class Credentials:
    """The credentials that open one API, and the tokens it has issued."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._tokens: dict[str, float] = {}
        self._parameters = {KEY_PARAMETER, options.key_name}
        self._headers = {KEY_HEADER, KEY_PARAMETER, options.key_name.lower()}

    def allow(self, request: Request) -> bool:
        """Return whether the request carries the key or a token that is still good."""
        key = self._options.api_key
        if not key or any(request.params.get(name) == key for name in self._parameters):
            return True
        if any(request.headers.get(name) == key for name in self._headers):
            return True
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and (bearer == key or self._tokens.get(bearer, 0) > time.monotonic())

    def issue(self, request: Request) -> Answer:
        """Return the answer to a token request: OAuth2 client credentials, in the body or by HTTP Basic."""
        if request.method != "POST":
            return Answer.error(405, "Ask for a token with POST.", allow="POST")
        form = dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
        if form.get("grant_type") != "client_credentials":
            return Answer.error(400, "unsupported_grant_type")
        client = _basic(request.headers) or (form.get("client_id"), form.get("client_secret"))
        if client != (self._options.client_id, self._options.client_secret):
            return Answer.error(401, "invalid_client", www_authenticate="Basic")
        token = f"sandbox-token-{secrets.token_hex(16)}"
        self._tokens[token] = time.monotonic() + self._options.token_lifetime
        granted = {"access_token": token, "token_type": "Bearer", "expires_in": int(self._options.token_lifetime)}
        return Answer(body=granted | {name: form[name] for name in ("scope",) if name in form})

    def revoke(self) -> None:
        """Make every token that was issued worthless."""
        self._tokens.clear()


def _basic(headers: dict[str, str]) -> tuple[str, str] | None:
    """Return client id and secret from HTTP Basic, each decoded as a form is (RFC 6749, 2.3.1)."""
    scheme, _, encoded = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, client_secret = b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(client_id), unquote_plus(client_secret)
