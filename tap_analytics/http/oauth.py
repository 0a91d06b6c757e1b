"""OAuth2 client credentials: where a token comes from, how long it is used, how it is sent."""

from __future__ import annotations

import base64
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote_plus

import msgspec
from singer_sdk.exceptions import FatalAPIError
from singer_sdk.streams.rest import HTTPRequest
from typing_extensions import override

from tap_analytics.http.auth import Authenticator
from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import PreparedRequest

    from tap_analytics.http.auth import RequestSender

# A token is renewed this many seconds before its end, so that it does not end on its way to the server.
EXPIRY_MARGIN = 30


@dataclass(frozen=True, kw_only=True)
class ClientCredentials:
    """An OAuth2 client and where it gets its tokens (RFC 6749, section 4.4)."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str | None = None
    method: str = "client_secret_post"
    others: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> ClientCredentials:
        """Return the client in the settings."""
        return cls(
            token_url=config.get("token_url") or f"{config.get('api_url', '')}/oauth/token",
            client_id=config["client_id"],
            client_secret=config["client_secret"],
            scope=config.get("scope"),
            method=config["token_endpoint_auth_method"],
            others=config.get("token_form") or {},
        )

    def form(self) -> dict[str, str]:
        """Return the body of a token request."""
        form = {"grant_type": "client_credentials", **({"scope": self.scope} if self.scope else {}), **self.others}
        if self.method == "client_secret_post":
            form |= {"client_id": self.client_id, "client_secret": self.client_secret}
        return form

    def headers(self) -> dict[str, str]:
        """Return the headers of a token request."""
        return {"Authorization": f"Basic {self.basic()}"} if self.method == "client_secret_basic" else {}

    def basic(self) -> str:
        """Return id and secret for HTTP Basic, form-encoded before base64 as RFC 6749 (2.3.1) has it."""
        pair = f"{quote_plus(self.client_id, errors='replace')}:{quote_plus(self.client_secret, errors='replace')}"
        return base64.b64encode(pair.encode()).decode()


class BearerToken(Authenticator):
    """Sends an OAuth2 token: one for all streams and threads, renewed before it ends and once after a 401."""

    title: ClassVar = "OAuth2"
    credentials: ClassVar = ("client_id", "client_secret")
    options: ClassVar = ("token_url", "scope", "token_form", "token_endpoint_auth_method")

    def __init__(self, client: ClientCredentials, sender: RequestSender) -> None:
        self._client = client
        self._sender = sender
        self._lock = threading.Lock()
        self._token: str | None = None
        self._ends = 0.0

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        return cls(ClientCredentials.of(config), sender)

    @override
    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        names = (given.get("client_id"), given.get("client_secret"))
        if all(names):
            client_id, client_secret = map(str, names)
            yield ClientCredentials(token_url="", client_id=client_id, client_secret=client_secret).basic()

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        with self._lock:
            if self._token is None or time.monotonic() >= self._ends:
                self._ask()
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request

    @override
    def renew(self, refused: PreparedRequest) -> bool:
        with self._lock:
            # Another request may have brought a new token while this one was on its way.
            if refused.headers.get("Authorization") == f"Bearer {self._token}":
                self._token = None
        return True

    def _ask(self) -> None:
        """Get a token; a transient failure is raised as such, for the page that needs the token to be tried again."""
        answer = self._answer()
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token:
            message = "the token endpoint answered without an `access_token`; check `token_url` and `scope`"
            raise FatalAPIError(message)
        self._sender.redactor.add_token(token)
        self._token = token
        self._ends = time.monotonic() + _lifetime(answer.get("expires_in"))

    def _answer(self) -> Any:  # noqa: ANN401 - JSON may be anything
        client = self._client
        request = HTTPRequest(client.token_url, method="POST", headers=client.headers(), data=client.form())
        try:
            return msgspec.json.decode(self._sender.send(request, Authenticator(), setting="token_url").content)
        except TransientError as error:
            failure: Exception = error.behind("no token from `token_url`: ")
        except FatalAPIError as error:
            failure = FatalAPIError(f"no token, check `client_id`, `client_secret`, `token_url` and `scope`: {error}")
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            failure = TransientError("the token endpoint answered something that is not JSON; check `token_url`")
        raise failure


def _lifetime(expires_in: object) -> float:
    """Return the seconds for which a token is used; without a usable `expires_in` until the API refuses it."""
    try:
        seconds = float(str(expires_in))
    except ValueError:
        return float("inf")
    return max(seconds - EXPIRY_MARGIN, seconds / 2) if seconds > 0 else float("inf")
