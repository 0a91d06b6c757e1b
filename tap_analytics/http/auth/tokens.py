"""Tokens: one for all streams and threads; it is renewed before it expires, and once after a 401."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import msgspec
from singer_sdk.exceptions import FatalAPIError
from typing_extensions import override

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.http.failures import StatusError
from tap_analytics.http.retry import TransientError

if TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from singer_sdk.streams.rest import HTTPRequest

    from tap_analytics.http.auth.auth import RequestSender
    from tap_analytics.http.auth.places import Place
    from tap_analytics.report.redaction.redact import Redactor

# A token is renewed this many seconds before it expires, so that it is still good when it reaches the server.
EXPIRY_MARGIN = 30


class NoTokenError(FatalAPIError):
    """There is no token, and another request for one would fail too."""


@dataclass(frozen=True)
class Token:
    """A token, and its lifetime in seconds; without one it is used until the API refuses it."""

    text: str = field(repr=False)
    seconds: float | None = None

    @property
    def used_for(self) -> float:
        """The seconds for which the token is used."""
        if self.seconds is None:
            return float("inf")
        return max(self.seconds - EXPIRY_MARGIN, self.seconds / 2)


class TokenExchange(msgspec.Struct, frozen=True):
    """One request for a token, with the words of the message if it brings none.

    `kind` names what is asked for, `setting` the setting with the URL, `place` the server, and `advice` what to check.
    """

    kind: str
    setting: str
    place: str
    advice: str

    def response(self, sender: RequestSender, request: HTTPRequest) -> Response:
        """Return the response, if its status is a success.

        Raises:
            TransientError: There may be one in a moment.
            NoTokenError: There is none, however often it is asked for.
            FatalAPIError: There is none now.
        """
        try:
            return sender.send(request, Authenticator(), setting=self.place)
        except TransientError as error:
            failure: Exception = error.behind(f"no {self.kind} from `{self.setting}`: ")
        except StatusError as error:
            failure = NoTokenError(f"no {self.kind}, {self.advice}: {error}")
        except FatalAPIError as error:
            failure = FatalAPIError(f"no {self.kind}: {error}")
        raise failure


class TokenSource(Protocol):
    """Where tokens come from."""

    def ask(self) -> Token:
        """Return a new token.

        Raises:
            TransientError: There may be one in a moment.
            NoTokenError: There is none, however often it is asked for.
            FatalAPIError: There is none now.
        """


class TokenAuth(Authenticator):
    """Puts a token into each request."""

    def __init__(self, source: TokenSource, place: Place, redactor: Redactor) -> None:
        self._source = source
        self._place = place
        self._redactor = redactor
        self._lock = threading.Lock()
        self._token: str | None = None
        self._ends = 0.0
        self._refusal: str | None = None

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        with self._lock:
            if self._token is None or time.monotonic() >= self._ends:
                self._token = self._new()
            self._place.put(request, self._token)
        return request

    @override
    def renew(self, refused: PreparedRequest) -> bool:
        with self._lock:
            # Another request may have brought a new token while this one was on its way.
            if self._token is not None and self._place.has(refused, self._token):
                self._token = None
        return True

    def _new(self) -> str:
        """Return a new token; after a transient failure, the page that needs it is tried again.

        Raises:
            NoTokenError: There is none. The error is remembered and no other request is sent: many tries with a wrong
                password may lock its user out.
        """
        if self._refusal is not None:
            raise NoTokenError(self._refusal)
        try:
            token = self._source.ask()
        except NoTokenError as error:
            self._refusal = str(error)
            raise
        self._redactor.add_token(token.text)
        if not self._place.fits(token.text):
            message = "the token that was given has characters that a request cannot carry; check where it is read from"
            raise FatalAPIError(message)
        self._ends = time.monotonic() + token.used_for
        return token.text
