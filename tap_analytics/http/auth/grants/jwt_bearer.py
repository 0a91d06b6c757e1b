"""OAuth2 with an assertion, a JWT that is given or signed here (RFC 7523)."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.grants.grant import CLIENT, Grant
from tap_analytics.http.auth.grants.signing_key import KeyFault, SigningKey, told_in_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from tap_analytics.report.redaction.redact import Redactor

# Seconds for which an assertion is good: it is sent at once, and some servers take none that is good for longer.
LIFETIME = 180

_WAYS = ("assertion", "private_key", "private_key_file")


@dataclass(frozen=True, kw_only=True)
class JwtBearer(Grant):
    """Asks for a token with an assertion: the one in the settings, or one that is signed for the request."""

    assertion: str | None = field(default=None, repr=False)
    key: SigningKey | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    scope: str | None = None
    redactor: Redactor

    name: ClassVar = "jwt-bearer"
    grant_type: ClassVar = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    marks: ClassVar = _WAYS
    takes: ClassVar = (*_WAYS, "private_key_passphrase", *CLIENT)
    needs: ClassVar = "one of `assertion`, `private_key` and `private_key_file`"

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        scope = config.get("scope")
        if "assertion" in config:
            return cls(assertion=config["assertion"], scope=scope, redactor=redactor)
        key = SigningKey.of(config)
        claims, headers = told_in_tokens(config, key)
        return cls(key=key, claims=claims, headers=headers, redactor=redactor)

    @override
    @classmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        return [] if any(name in config for name in _WAYS) else ["assertion"]

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        given = [name for name in _WAYS if name in config]
        if len(given) > 1:
            yield f"{' and '.join(f'`{name}`' for name in given)} are set; set one of them only"
        elif given and given != ["assertion"]:
            yield from _key_faults(config)

    @override
    @classmethod
    def secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        if given.get("private_key") or given.get("private_key_file"):
            with suppress(KeyFault):
                yield from SigningKey.of(given).secrets()

    @property
    @override
    def advice(self) -> str:
        if self.key is None:
            return "check that `assertion` has not expired, then `client_id`, `client_secret` and `token_url`"
        return f"check `{self.key.setting}`, `jwt_claims`, `scope`, `token_url`, and the clock of this machine"

    @property
    @override
    def token_url(self) -> str | None:
        return self.key.token_url if self.key else None

    @override
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        yield "grant_type", self.grant_type
        yield "assertion", self.assertion or self._sign(token_url)
        if self.scope:
            yield "scope", self.scope

    def _sign(self, token_url: str) -> str:
        """Return a new assertion, which is a secret."""
        import jwt  # noqa: PLC0415 - an optional part of the tap

        assert self.key is not None  # noqa: S101 - without an assertion there is a key
        now = int(time.time())
        claims = {"aud": token_url, "iat": now, "exp": now + LIFETIME, **self.claims}
        said = {name: value for name, value in claims.items() if value is not None}
        signed = jwt.encode(said, self.key.load(), algorithm=self.key.algorithm, headers=dict(self.headers))
        self.redactor.add_token(signed)
        return signed


def _key_faults(config: Mapping[str, Any]) -> Iterator[str]:
    try:
        key = SigningKey.of(config)
        key.load()
    except KeyFault as error:
        yield str(error)
        return
    if not (key.issuer or config.get("client_id") or (config.get("jwt_claims") or {}).get("iss")):
        yield f"`{key.setting}` does not say who signs; set `client_id`, or `iss` in `jwt_claims`"
