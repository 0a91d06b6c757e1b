"""A session: logs in with one request, whose answer has a token that all other requests carry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec
from singer_sdk.streams.rest import HTTPRequest
from typing_extensions import override

from tap_analytics.config.faults import TEXT, faults_in, object_of
from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.http.auth.places import CookiePlace, HeaderPlace, ParamPlace
from tap_analytics.http.auth.token_answer import TokenAnswer, seconds_of
from tap_analytics.http.auth.tokens import NoTokenError, Token, TokenAuth, TokenExchange
from tap_analytics.http.request.links import is_whole, origin
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import Response

    from tap_analytics.http.auth.auth import Authenticator, RequestSender
    from tap_analytics.http.auth.places import Place

_NAME = "the login"
_JSON = {"Content-Type": "application/json"}
# The path of a token that is the whole body, as JSON or as it is.
WHOLE = "$"
_WORD = pattern(r"[^\s<>{}\[\]\"�]+")
_HEADERS = {"type": "object", "additionalProperties": {"type": "string"}, "writeOnly": True}
# The words that say where the answer has the token; one of them is declared.
_SOURCES = ("token_path", "token_header", "token_cookie")

LOGIN = object_of(
    path=TEXT,
    method={"enum": ["POST", "GET", "PUT"]},
    json={"type": ["object", "array"], "writeOnly": True, "title": "an object or a list"},
    data={
        "type": "object",
        "additionalProperties": {"type": ["string", "number", "boolean"]},
        "writeOnly": True,
        "title": "an object whose values are text or numbers",
    },
    headers=_HEADERS | {"title": "an object whose values are text"},
    token_path=TEXT,
    token_header=TEXT,
    token_cookie=TEXT,
    expires_in_path=TEXT,
    expires_in={"type": ["number", "string"], "title": "a number of seconds"},
    header=TEXT,
    prefix={"type": "string"},
    cookie=TEXT,
    param=TEXT,
) | {"required": ["path"]}


@dataclass(frozen=True, kw_only=True)
class LoginRequest:
    """The request that logs in; its answer has the token in its body, in a header or in a cookie."""

    words: Mapping[str, Any] = field(repr=False)
    api_url: str
    sender: RequestSender

    def ask(self) -> Token:
        """Return a new token.

        Raises:
            TransientError: There may be one in a moment.
            NoTokenError: There is none, however often it is asked for.
            FatalAPIError: There is none now.
        """
        advice = "check the user and the password in `login`, then its `path`"
        exchange = TokenExchange("session", setting="login", place="login.path", advice=advice)
        return self._token(exchange.response(self.sender, self.request()))

    def request(self) -> HTTPRequest:
        """Return the request that logs in."""
        words = self.words
        headers, data = dict(words.get("headers") or {}), words.get("data")
        if words.get("json") is not None:
            headers, data = _JSON | headers, msgspec.json.encode(words["json"])
        path = words["path"]
        url = path if is_whole(path) else f"{self.api_url}/{path.removeprefix('/')}"
        return HTTPRequest(url, method=words.get("method", "POST"), headers=headers, data=data)

    def _token(self, response: Response) -> Token:
        """Return the token in the answer.

        Raises:
            TransientError: It is not JSON.
            NoTokenError: It has none.
        """
        source = next(name for name in _SOURCES if self.words.get(name))
        place = self.words[source]
        seconds = self.words.get("expires_in")
        quotation = ""
        found: object
        if place == WHOLE and (text := _text(response)) is not None:
            found = text
        elif source == "token_path":
            answer = TokenAnswer.of(response, self.sender.redactor, name=_NAME, setting="login.path")
            found, quotation = answer.get(place), answer.quotation
            path = self.words.get("expires_in_path")
            seconds = (answer.get(path) if path else None) or seconds
        elif source == "token_header":
            found = response.headers.get(place)
        else:
            found = next((cookie.value for cookie in response.cookies if cookie.name == place), None)
        if isinstance(found, str) and found:
            return Token(found, seconds_of(seconds))
        message = f"{_NAME} answered without a token at its `{source}`; check `login`{quotation}"
        raise NoTokenError(message)


def _text(response: Response) -> str | None:
    """Return a body that is nothing but one word, such as a token; None for JSON, and for anything longer."""
    text = response.content.decode("ascii", "replace").strip()
    return text if _WORD.fullmatch(text) else None


class Login(TokenAuth):
    """Sends the token of a session, in a header, a cookie or a parameter."""

    title: ClassVar = "a login"
    credentials: ClassVar = ("login",)
    checks: ClassVar = "`header`, `prefix`, `cookie` and `param` of `login`; the session was renewed and refused again"

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        words = config["login"]
        request = LoginRequest(words=words, api_url=str(config.get("api_url", "")), sender=sender)
        return cls(request, _place(words), sender.redactor)

    @property
    @override
    def credential_param(self) -> str | None:
        return self._place.name if isinstance(self._place, ParamPlace) else None

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        words = config.get("login")
        if words is None:
            return
        faults = faults_in(words, LOGIN, "login")
        yield from faults
        if not faults:
            yield from _contradictions(words)


def _place(words: Mapping[str, Any]) -> Place:
    """Return where the token goes: the declared place; without one, the cookie that it came in, or a header."""
    if param := words.get("param"):
        return ParamPlace(param)
    if cookie := words.get("cookie") or (None if "header" in words else words.get("token_cookie")):
        return CookiePlace(cookie)
    header = words.get("header", "Authorization")
    return HeaderPlace(header, words.get("prefix", "Bearer" if header.lower() == "authorization" else "").strip(" "))


def _contradictions(words: Mapping[str, Any]) -> Iterator[str]:
    sources = [f"`login.{name}`" for name in _SOURCES if name in words]
    if len(sources) > 1:
        yield f"{' and '.join(sources)} are set; the token is in one place, so keep one of them"
    elif not sources:
        yield "`login` does not say where the answer has the token; set `token_path`, `token_header` or `token_cookie`"
    if "json" in words and "data" in words:
        yield "`login.json` and `login.data` are both set; a request has one body, so remove one of them"
    if "cookie" in words and ("header" in words or "prefix" in words):
        yield "`login.cookie` is set, and a header too; the token goes into one of them"
    if "param" in words and any(name in words for name in ("header", "prefix", "cookie")):
        yield "`login.param` is set, and a header or a cookie too; the token goes into one of them"
    path = words["path"]
    if path.startswith("//") or (is_whole(path) and origin(path) is None):
        yield "`login.path` must be a path below `api_url`, such as `/login`, or a whole `http` or `https` URL"
    names = [words.get("header", "Authorization"), words.get("cookie", "x"), *words.get("headers", {})]
    values = [words.get("prefix", "").strip(" "), *words.get("headers", {}).values()]
    if not all(map(is_header_name, names)) or not all(map(fits_header, values)):
        yield "`login` has the name or the value of a header with characters that an HTTP header cannot carry"
    if "expires_in" in words and seconds_of(words["expires_in"]) is None:
        yield "`login.expires_in` must be a number of seconds greater than 0"
