"""OAuth2 client credentials: the client asks for itself (RFC 6749, section 4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.grants.grant import CLIENT, Grant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from tap_analytics.report.redaction.redact import Redactor


@dataclass(frozen=True)
class ClientCredentials(Grant):
    """Asks for a token with id and secret of the client alone."""

    scope: str | None = None

    name: ClassVar = "client_credentials"
    marks: ClassVar = CLIENT
    takes: ClassVar = CLIENT
    needs: ClassVar = "both `client_id` and `client_secret`"

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        return cls(config.get("scope"))

    @override
    @classmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        return [name for name in CLIENT if name not in config]

    @property
    @override
    def advice(self) -> str:
        return "check `client_id`, `client_secret`, `token_url` and `scope`"

    @override
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        yield "grant_type", "client_credentials"
        if self.scope:
            yield "scope", self.scope
