"""HTTP Basic: a user name and a password."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.auth import Authenticator
from tap_analytics.report.redaction.secret import SHORTEST_SECRET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from requests import PreparedRequest

    from tap_analytics.http.auth.auth import RequestSender


@dataclass(frozen=True)
class HttpBasic(Authenticator):
    """Sends a user name and a password with each request; one of them may be empty."""

    username: str = field(repr=False)
    password: str = field(repr=False)

    title: ClassVar = "HTTP Basic"
    credentials: ClassVar = ("username", "password")
    # It does not take `token_url`; it reads it to refuse it with its own advice.
    options: ClassVar = ("token_url",)
    checks: ClassVar = "`username` and `password`"

    @override
    @classmethod
    def is_meant(cls, config: Mapping[str, Any]) -> bool:
        # With this grant, name and password are sent for a token.
        return super().is_meant(config) and config.get("grant_type") != "password"

    @override
    @classmethod
    def is_chosen(cls, config: Mapping[str, Any]) -> bool:
        return super().is_chosen(config) and cls.is_meant(config)

    @override
    @classmethod
    def missing(cls, config: Mapping[str, Any]) -> Iterator[str]:
        yield from (f'{fault} (one of them may be empty: `""`)' for fault in super().missing(config))

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        if cls.is_chosen(config) and "token_url" in config:
            yield (
                "`token_url` is set, but HTTP Basic asks for no token; remove it, or set `grant_type` to `password` to "
                "ask for one with `username` and `password`"
            )

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], sender: RequestSender) -> Authenticator:
        return cls(config["username"], config["password"])

    @override
    @classmethod
    def encoded_secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        username, password = given.get("username"), given.get("password")
        if username is not None and password is not None:
            yield cls(str(username), str(password)).encoded
        if username and len(str(password or "")) < SHORTEST_SECRET:
            yield str(username)  # some APIs take a key for the name, and nothing or `x` for the password

    @property
    def encoded(self) -> str:
        """The user name and the password as they are sent."""
        return b64encode(f"{self.username}:{self.password}".encode(errors="replace")).decode()

    @override
    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Basic {self.encoded}"
        return request
