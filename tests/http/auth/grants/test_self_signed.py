"""Tokens that are signed here, without a token endpoint."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from tap_analytics.http.auth.grants.self_signed import LIFETIME, SelfSigned
from tap_analytics.report.redaction.redact import MASK, Redactor
from tests.http.auth.grants.assertions import account

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SECRET = "a secret of thirty-two characters, or more"
CURVES: dict[str, Any] = {
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
}


def pem_of(key: Any) -> str:  # noqa: ANN401 - a key of any kind
    encoding, kind = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    text: bytes = key.private_bytes(encoding, kind, serialization.NoEncryption())
    return text.decode()


def token_of(redactor: Redactor | None = None, **config: Any) -> str:  # noqa: ANN401 - any setting
    assert list(SelfSigned.faults(config)) == []
    token = SelfSigned.of(config, redactor or Redactor()).own_token()
    assert token.seconds == LIFETIME
    return token.text


@pytest.mark.parametrize("algorithm", CURVES)
def test_a_key_of_any_kind_signs_with_its_algorithm(algorithm: str) -> None:
    key, claims = CURVES[algorithm], {"aud": "store", "sub": None}
    redactor = Redactor()
    token = token_of(redactor, private_key=pem_of(key), client_id="me", jwt_claims=claims, jwt_headers={"kid": "K1"})
    found = jwt.decode(token, key.public_key(), algorithms=[algorithm], audience="store")
    assert found | {"iat": 0, "exp": 0} == {"iss": "me", "aud": "store", "iat": 0, "exp": 0}
    assert abs(found["iat"] - time.time()) < 60
    assert found["exp"] - found["iat"] == LIFETIME
    assert jwt.get_unverified_header(token) == {"alg": algorithm, "typ": "JWT", "kid": "K1"}
    assert redactor.redact(token) == MASK


def test_a_service_account_says_who_signs(key: RSAPrivateKey, pem: str) -> None:
    token = token_of(private_key=account(pem))
    assert jwt.decode(token, key.public_key(), algorithms=["RS256"])["iss"] == "robot@example.com"
    assert jwt.get_unverified_header(token)["kid"] == "k1"


def test_a_secret_that_both_sides_know_signs_too() -> None:
    token = token_of(client_id="me", client_secret=SECRET)
    assert jwt.decode(token, SECRET, algorithms=["HS256"])["iss"] == "me"


def test_what_cannot_sign_is_told(pem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SelfSigned.lacks({"client_id": "me"}) == ["private_key"]
    assert list(SelfSigned.faults({"private_key": "no key"})) == [
        "`private_key` has no private key in PEM that can be read"
    ]
    both = "`private_key` and `client_secret` are set; set one of them only"
    assert list(SelfSigned.faults({"private_key": pem, "client_secret": "s"})) == [both]
    monkeypatch.setitem(sys.modules, "jwt", None)
    (missing,) = SelfSigned.faults({"client_secret": SECRET})
    assert missing == "`grant_type: self-signed` needs PyJWT; install `tap-analytics[jwt]`"


def test_its_advice_names_its_settings_and_its_key_is_a_secret(pem: str) -> None:
    assert SelfSigned.of({"client_secret": SECRET}, Redactor()).advice.startswith("check `client_secret`, `jwt_claims`")
    assert pem in SelfSigned.secrets({"private_key": pem})
