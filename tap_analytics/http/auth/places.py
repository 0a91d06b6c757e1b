"""The places in a request where a token can go: a header, a cookie, or a parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from tap_analytics.config.headers import fits_header
from tap_analytics.http.request.links import without_parameter

if TYPE_CHECKING:
    from requests import PreparedRequest

_COOKIE_VALUE = re.compile(r"[!#-+\--:<-\[\]-~]+")


class Place(Protocol):
    """A place in a request for a token."""

    def fits(self, token: str) -> bool:
        """Return whether the place can carry the token."""

    def put(self, request: PreparedRequest, token: str) -> None:
        """Put the token into a request, in place of any that is there."""

    def has(self, request: PreparedRequest, token: str) -> bool:
        """Return whether a request carries the token."""


class HeaderPlace(msgspec.Struct, frozen=True):
    """A header, whose value is the token behind a prefix such as `Bearer`, or alone."""

    name: str = "Authorization"
    prefix: str = "Bearer"

    def fits(self, token: str) -> bool:
        """Return whether a header can carry the token."""
        return token == token.strip() and fits_header(self._value(token))

    def put(self, request: PreparedRequest, token: str) -> None:
        """Put the token into the header."""
        request.headers[self.name] = self._value(token)

    def has(self, request: PreparedRequest, token: str) -> bool:
        """Return whether the header has the token."""
        return request.headers.get(self.name) == self._value(token)

    def _value(self, token: str) -> str:
        return f"{self.prefix} {token}" if self.prefix else token


class CookiePlace(msgspec.Struct, frozen=True):
    """A cookie, which is added to those of the request."""

    name: str

    def fits(self, token: str) -> bool:
        """Return whether a cookie can have the token for its value."""
        return _COOKIE_VALUE.fullmatch(token) is not None

    def put(self, request: PreparedRequest, token: str) -> None:
        """Put the cookie among those of the request."""
        others = [pair for pair in self._pairs(request) if pair.partition("=")[0] != self.name]
        request.headers["Cookie"] = "; ".join([*others, f"{self.name}={token}"])

    def has(self, request: PreparedRequest, token: str) -> bool:
        """Return whether the cookie has the token."""
        return f"{self.name}={token}" in self._pairs(request)

    @staticmethod
    def _pairs(request: PreparedRequest) -> list[str]:
        given = request.headers.get("Cookie") or ""
        return [pair for each in given.split(";") if (pair := each.strip())]


class ParamPlace(msgspec.Struct, frozen=True):
    """A parameter of the query, which replaces one of the same name."""

    name: str

    def fits(self, token: str) -> bool:
        """Return True: a parameter can have any text as its value."""
        return bool(token)

    def put(self, request: PreparedRequest, token: str) -> None:
        """Put the parameter behind the others of the query."""
        url = without_parameter(request.url or "", self.name)
        request.url = f"{url}{'&' if '?' in url else '?'}{urlencode({self.name: token})}"

    def has(self, request: PreparedRequest, token: str) -> bool:
        """Return whether the parameter has the token."""
        return (self.name, token) in parse_qsl(urlsplit(request.url or "").query, keep_blank_values=True)
