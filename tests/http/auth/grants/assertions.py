"""Assertions that settings sign, and what is wrong with these settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt

from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.report.redaction.redact import Redactor

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


URL = "https://login.example.com/token"


def form_of(redactor: Redactor | None = None, **config: Any) -> dict[str, str]:  # noqa: ANN401 - any setting
    assert list(JwtBearer.faults(config)) == []
    return dict(JwtBearer.of(config, redactor or Redactor()).fields(URL))


def claims(key: RSAPrivateKey, assertion: str, audience: str = URL) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(assertion, key.public_key(), algorithms=["RS256"], audience=audience)
    return found


def account(pem: str, **changes: object) -> str:
    usual = {"type": "service_account", "private_key": pem, "private_key_id": "k1", "client_email": "robot@example.com"}
    return json.dumps({**usual, "token_uri": "https://accounts.example.com/token", **changes})


def faults(**config: Any) -> list[str]:  # noqa: ANN401 - any setting
    return list(JwtBearer.faults({"client_id": "c", **config}))
