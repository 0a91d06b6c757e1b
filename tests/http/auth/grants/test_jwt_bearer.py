"""An assertion that is given, or signed here with a private key."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from tap_analytics.http.auth.grants.jwt_bearer import LIFETIME, JwtBearer
from tap_analytics.report.redaction.redact import MASK, Redactor
from tests.http.auth.grants.assertions import URL, account, claims, form_of

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

URN = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def test_an_assertion_of_the_settings_is_sent_as_it_is() -> None:
    assert form_of(assertion="a.b.c", scope="read") == {"grant_type": URN, "assertion": "a.b.c", "scope": "read"}


def test_a_client_signs_with_its_key(key: RSAPrivateKey, pem: str) -> None:
    redactor = Redactor()
    fields = form_of(redactor, private_key=pem, client_id="client", scope="read write")
    assert fields.keys() == {"grant_type", "assertion"}
    found = claims(key, fields["assertion"])
    assert found | {"iat": 0, "exp": 0} == {
        "iss": "client",
        "scope": "read write",
        "aud": URL,
        "iat": 0,
        "exp": 0,
    }
    assert found["exp"] - found["iat"] == LIFETIME <= 3600
    assert abs(found["iat"] - time.time()) < 60
    assert redactor.redact(fields["assertion"]) == MASK


def test_claims_of_the_settings_lie_over_the_usual_ones_and_null_removes_one(key: RSAPrivateKey, pem: str) -> None:
    said = {"sub": "someone@example.com", "aud": "https://login.example.com", "scope": None, "iss": "me"}
    fields = form_of(private_key=pem, client_id="client", scope="read", jwt_claims=said)
    found = claims(key, fields["assertion"], "https://login.example.com")
    assert {name: found.get(name) for name in said} == said


@pytest.mark.parametrize("is_file", [True, False])
def test_a_service_account_says_who_signs_and_where(
    key: RSAPrivateKey, pem: str, tmp_path: Path, *, is_file: bool
) -> None:
    path = tmp_path / "account.json"
    path.write_text(account(pem))
    config: dict[str, Any] = {"private_key_file": str(path)} if is_file else {"private_key": account(pem)}
    grant = JwtBearer.of(config, Redactor())
    assert grant.token_url == "https://accounts.example.com/token"
    assertion = form_of(**config)["assertion"]
    assert claims(key, assertion)["iss"] == "robot@example.com"
    assert jwt.get_unverified_header(assertion) == {"alg": "RS256", "kid": "k1", "typ": "JWT"}


def test_the_advice_names_what_was_set(pem: str) -> None:
    assert "`assertion` has not expired" in JwtBearer.of({"assertion": "a"}, Redactor()).advice
    assert "the clock of this machine" in JwtBearer.of({"private_key": pem, "client_id": "c"}, Redactor()).advice
