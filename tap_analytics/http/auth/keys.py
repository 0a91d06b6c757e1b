"""API keys: in the query, in a header, in a cookie, as a bearer token, in the path, or none at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlencode

from typing_extensions import override

from tap_analytics.config.headers import fits_header, is_header_name
from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import PreparedRequest

    from tap_analytics.http.auth.auth import RequestSender

# What stands in `api_url` for the key.
KEY = "{api_key}"
# Characters that end a cookie, or that none may have.
_NOT_IN_COOKIES = pattern(r"[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]")


class NoKey(Authenticator):
    """Signs nothing: the API wants no key."""

    title: ClassVar = "an API that wants no key"
    checks: ClassVar = "`api_key_location`, which is `none`, and `headers`"
    options: ClassVar[tuple[str, ...]] = ("api_key_location",)

    @override
    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        return config.get("api_key_location") == "none"


class _Key(Authenticator):
    """The base of the authenticators that send a key; `api_key_location` chooses one of them."""

    title: ClassVar = "an API key"
    checks: ClassVar = "`api_key`, `api_key_name`, `api_key_location` and `headers`"
    credentials: ClassVar = ("api_key",)
    options: ClassVar[tuple[str, ...]] = ("api_key_location",)
    location: ClassVar[str]

    @override
    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        return super().is_chosen(config) and cls._is_location(config)

    @classmethod
    def _is_location(cls, config: Mapping[str, Any]) -> bool:
        return bool(config.get("api_key_location") == cls.location)


class _NamedKey(_Key):
    """The base of the authenticators that send a key under a name."""

    options: ClassVar[tuple[str, ...]] = ("api_key_name", "api_key_location")

    def __init__(self, name: str, key: str) -> None:
        self.name = name
        self.key = key

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        return cls(config["api_key_name"], config["api_key"])


class KeyInQuery(_NamedKey):
    """Adds the key to the query string."""

    location: ClassVar = "query"
    query_setting: ClassVar = "api_key_name"

    @property
    @override
    def credential_param(self) -> str:
        return self.name

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url = request.url or ""
        request.url = f"{url}{'&' if '?' in url else '?'}{urlencode({self.name: self.key})}"
        return request


class KeyInHeader(_NamedKey):
    """Sends the key in a header."""

    location: ClassVar = "header"

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if cls._is_location(config):
            if not is_header_name(config.get("api_key_name", "")):
                yield "`api_key_name` must be the name of an HTTP header, such as `X-Api-Key`"
            yield from _header_faults(config)

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers[self.name] = self.key
        return request


class KeyInCookie(_NamedKey):
    """Sends the key as a cookie, beside those that a declaration has in its headers."""

    location: ClassVar = "cookie"

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if cls._is_location(config):
            if not is_header_name(config.get("api_key_name", "")):
                yield "`api_key_name` must be the name of a cookie, such as `session`"
            if _NOT_IN_COOKIES.search(config.get("api_key", "")):
                yield "`api_key` has characters that no cookie can carry; check it for spaces, quotes and `;`"

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        others = [each for each in request.headers.get("Cookie", "").split("; ") if each]
        kept = [each for each in others if each.partition("=")[0] != self.name]
        request.headers["Cookie"] = "; ".join([*kept, f"{self.name}={self.key}"])
        return request


class _LoneKey(_Key):
    """A key whose place has no name to be declared."""

    def __init__(self, key: str) -> None:
        self.key = key

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        return cls(config["api_key"])


class KeyAsBearer(_LoneKey):
    """Sends the key as `Authorization: Bearer KEY`."""

    location: ClassVar = "bearer"

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if cls._is_location(config):
            yield from _header_faults(config)

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.key}"
        return request


class KeyInPath(_LoneKey):
    """Puts the key into the path, where `api_url` has `{api_key}`."""

    location: ClassVar = "path"

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if cls._is_location(config) and KEY not in str(config.get("api_url")):
            yield "`api_url` must say where the key stands in it, as in `https://api.example.com/{api_key}`"

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        url, written = request.url or "", quote(self.key, safe="")
        for place in (KEY, quote(KEY)):
            url = url.replace(place, written)
        request.url = url
        return request


def _header_faults(config: Mapping[str, Any]) -> Iterator[str]:
    if not fits_header(config.get("api_key", "")):
        yield "`api_key` has characters that no HTTP header can carry; check it for line breaks and spaces at its ends"
