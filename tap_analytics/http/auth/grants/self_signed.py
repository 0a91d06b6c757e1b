"""A token that is signed here, and that no endpoint is asked for: a JWT, made with a key that the API knows."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from typing_extensions import override

from tap_analytics.http.auth.grants.grant import CLIENT, Grant
from tap_analytics.http.auth.grants.signing_key import KeyFault, SigningKey, told_in_tokens
from tap_analytics.http.auth.tokens import Token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

    from tap_analytics.report.redaction.redact import Redactor

# Seconds for which a token is good: no API that is known takes less.
LIFETIME = 600

_KEYS = ("private_key", "private_key_file")


@dataclass(frozen=True, kw_only=True)
class SelfSigned(Grant):
    """Signs each token itself: with a private key, or with a secret that both sides know."""

    key: SigningKey | None = None
    secret: str | None = field(default=None, repr=False)
    claims: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    redactor: Redactor

    name: ClassVar = "self-signed"
    signs: ClassVar = True
    takes: ClassVar = (*_KEYS, "private_key_passphrase", *CLIENT)
    needs: ClassVar = "one of `private_key`, `private_key_file` and `client_secret`"

    @override
    @classmethod
    def of(cls, config: Mapping[str, Any], redactor: Redactor) -> Self:
        key = SigningKey.of(config) if _has_key(config) else None
        claims, headers = told_in_tokens(config, key)
        secret = None if key else config["client_secret"]
        return cls(key=key, secret=secret, claims=claims, headers=headers, redactor=redactor)

    @override
    @classmethod
    def lacks(cls, config: Mapping[str, Any]) -> list[str]:
        return [] if _has_key(config) or "client_secret" in config else ["private_key"]

    @override
    @classmethod
    def faults(cls, config: Mapping[str, Any]) -> Iterator[str]:
        given = [name for name in (*_KEYS, "client_secret") if name in config]
        if len(given) > 1:
            yield f"{' and '.join(f'`{name}`' for name in given)} are set; set one of them only"
            return
        try:
            if _has_key(config):
                SigningKey.of(config).load()
            else:
                import jwt  # noqa: F401, PLC0415 - an optional part of the tap
        except KeyFault as error:
            yield str(error)
        except ImportError:
            yield "`grant_type: self-signed` needs PyJWT; install `tap-analytics[jwt]`"

    @override
    @classmethod
    def secrets(cls, given: Mapping[str, Any]) -> Iterator[str]:
        if _has_key(given):
            with suppress(KeyFault):
                yield from SigningKey.of(given).secrets()

    @property
    @override
    def advice(self) -> str:
        setting = self.key.setting if self.key else "client_secret"
        return f"check `{setting}`, `jwt_claims`, `jwt_headers`, and the clock of this machine"

    @override
    def own_token(self) -> Token:
        import jwt  # noqa: PLC0415 - an optional part of the tap

        now = int(time.time())
        claims = {"iat": now, "exp": now + LIFETIME, **self.claims}
        said = {name: value for name, value in claims.items() if value is not None}
        key, algorithm = (self.key.load(), self.key.algorithm) if self.key else (self.secret or "", "HS256")
        signed = jwt.encode(said, key, algorithm=algorithm, headers=dict(self.headers))
        self.redactor.add_token(signed)
        return Token(signed, LIFETIME)

    @override
    def fields(self, token_url: str) -> Iterator[tuple[str, str]]:
        yield from ()


def _has_key(config: Mapping[str, Any]) -> bool:
    return any(config.get(name) for name in _KEYS)
