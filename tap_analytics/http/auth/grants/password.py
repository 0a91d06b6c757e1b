"""OAuth2 with the name and the password of a user (RFC 6749, section 4.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.grants.grant import CLIENT, Grant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from tap_analytics.report.redaction.redact import Redactor


@dataclass(frozen=True)
class Password(Grant):
    """Asks for a token with the name and the password of a user."""

    username: str
    password: str = field(repr=False)
    scope: str | None = None

    name: ClassVar = "password"
    takes: ClassVar = ("username", "password", *CLIENT)
    needs: ClassVar = "both `username` and `password`"

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        return cls(config["username"], config["password"], config.get("scope"))

    @override
    @classmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        return [name for name in ("username", "password") if name not in config]

    @property
    @override
    def advice(self) -> str:
        return "check `username` and `password`, then `client_id`, `client_secret`, `token_url` and `scope`"

    @override
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        yield "grant_type", "password"
        yield "username", self.username
        yield "password", self.password
        if self.scope:
            yield "scope", self.scope
