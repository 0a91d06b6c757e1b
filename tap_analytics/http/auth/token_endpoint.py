"""The token endpoint of OAuth2: what is sent to it, and what its answers mean."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

import msgspec
from singer_sdk.streams.rest import HTTPRequest

from tap_analytics.http.auth.token_answer import TokenAnswer, seconds_of
from tap_analytics.http.auth.tokens import NoTokenError, Token, TokenExchange
from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.http.auth.auth import RequestSender
    from tap_analytics.http.auth.grants.grant import Grant

_NAME = "the token endpoint"
# Other names that APIs have for the type `bearer`, beside those with a `token` in them.
_BEARERS = {"", "access", "api", "app", "jwt", "oauth", "oauth2", "user"}
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Client:
    """An OAuth2 client, as it proves itself to the token endpoint."""

    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    method: str = "client_secret_post"

    def fields(self) -> dict[str, str]:
        """Return the fields of the client in the body of a request."""
        if self.method == "client_secret_basic" and self.client_secret is not None:
            return {}
        given = {"client_id": self.client_id, "client_secret": self.client_secret}
        return {name: value for name, value in given.items() if value is not None}

    def headers(self) -> dict[str, str]:
        """Return the headers of the client."""
        is_basic = self.method == "client_secret_basic" and self.client_secret is not None
        return {"Authorization": f"Basic {self.basic()}"} if is_basic else {}

    def basic(self) -> str:
        """Return id and secret for HTTP Basic, form-encoded before base64 as RFC 6749 (2.3.1) has it."""
        pair = (quote_plus(text or "", errors="replace") for text in (self.client_id, self.client_secret))
        return base64.b64encode(":".join(pair).encode()).decode()


@dataclass(frozen=True, kw_only=True)
class TokenEndpoint:
    """Gets tokens for a client by a grant.

    `params` replace or add fields of the request; None removes one. `token_path` and `expires_path` say where an answer
    has the token and its lifetime in seconds; `usual_lifetime` is used if the answer has none.
    """

    url: str
    client: Client
    grant: Grant
    sender: RequestSender
    params: Mapping[str, Any] = field(default_factory=dict, repr=False)
    is_json: bool = False
    token_path: str = "access_token"  # noqa: S105 - the name of a field
    expires_path: str = "expires_in"
    usual_lifetime: float | None = None

    def ask(self) -> Token:
        """Return a new token.

        Raises:
            TransientError: There may be one in a moment.
            NoTokenError: There is none, however often it is asked for.
            FatalAPIError: There is none now.
        """
        if (own := self.grant.own_token()) is not None:
            return own
        with self.grant.turn():
            answer = self._answer()
            self.grant.keep(answer)
        token = answer.get(self.token_path)
        if isinstance(token, str):
            self.sender.redactor.add_token(token)
        self._check_kind(answer.get("token_type"))
        if isinstance(token, str) and token:
            return Token(token, seconds_of(answer.get(self.expires_path)) or self.usual_lifetime)
        raise self._failure(answer)

    def _check_kind(self, kind: object) -> None:
        """Raise NoTokenError for tokens of another type than `bearer`."""
        words = kind.strip().lower() if isinstance(kind, str) else ""
        if words in _BEARERS or "bearer" in words or "token" in words:
            return
        said = self.sender.redactor.line(words, limit=40)
        message = (
            f"{_NAME} gives tokens of the type `{said}`, and the tap sends those of the type `bearer` only; ask the "
            "vendor for such credentials"
        )
        raise NoTokenError(message)

    def request(self) -> HTTPRequest:
        """Return a request for a token."""
        fields = dict(self.grant.fields(self.url)) | self.client.fields() | dict(self.params)
        body = {name: value for name, value in fields.items() if value is not None}
        headers = self.client.headers()
        if self.is_json:
            return HTTPRequest(self.url, method="POST", headers=headers | _JSON, data=msgspec.json.encode(body))
        form = {name: _text(value) for name, value in body.items()}
        return HTTPRequest(self.url, method="POST", headers=headers, data=form)

    def _failure(self, answer: TokenAnswer) -> Exception:
        """Return the error for an answer without a token."""
        article = "an " if self.token_path == "access_token" else ""  # noqa: S105 - the name of a field
        message = f"{_NAME} answered without {article}`{self.token_path}`"
        complaint, said = answer.complaint, answer.quotation
        if answer.is_transient:
            return TransientError(f"{message}{complaint}")
        if complaint:
            return NoTokenError(f"no token, {self.grant.advice}: {message}{complaint}")
        hint = f"{said}; set `token_path` to the field that has the token" if said else ""
        return NoTokenError(f"{message}; check `token_url` and `scope`{hint}")

    def _answer(self) -> TokenAnswer:
        exchange = TokenExchange("token", setting="token_url", place="token_url", advice=self.grant.advice)
        response = exchange.response(self.sender, self.request())
        return TokenAnswer.of(response, self.sender.redactor, name=_NAME, setting="token_url")


def _text(value: object) -> str:
    """Return a value as a form has it: truth values as JSON writes them."""
    return str(value).lower() if isinstance(value, bool) else str(value)
