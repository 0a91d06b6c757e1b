"""An assertion that is given, or signed here with a private key."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tap_analytics.http.grants.jwt_bearer import LIFETIME, JwtBearer
from tap_analytics.report.redact import MASK, Redactor
from tests.http.grants.conftest import pem_of

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

URL = "https://login.example.com/token"
URN = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def form_of(redactor: Redactor | None = None, **config: Any) -> dict[str, str]:  # noqa: ANN401 - any setting
    assert list(JwtBearer.faults(config)) == []
    return dict(JwtBearer.of(config, redactor or Redactor()).fields(URL))


def claims(key: RSAPrivateKey, assertion: str, audience: str = URL) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(assertion, key.public_key(), algorithms=["RS256"], audience=audience)
    return found


def account(pem: str, **changes: object) -> str:
    usual = {"type": "service_account", "private_key": pem, "private_key_id": "k1", "client_email": "robot@example.com"}
    return json.dumps({**usual, "token_uri": "https://accounts.example.com/token", **changes})


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


@pytest.mark.parametrize("written", ["escaped", "encrypted", "with spaces"])
def test_a_key_may_be_written_in_other_ways(key: RSAPrivateKey, pem: str, written: str) -> None:
    config: dict[str, Any] = {
        "escaped": {"private_key": pem.strip().replace("\n", "\\n")},
        "encrypted": {"private_key": pem_of(key, "s3cret phrase"), "private_key_passphrase": "s3cret phrase"},
        "with spaces": {"private_key": f"\n\n{pem}\n"},
    }[written]
    assert claims(key, form_of(client_id="c", **config)["assertion"])["iss"] == "c"


def faults(**config: Any) -> list[str]:  # noqa: ANN401 - any setting
    return list(JwtBearer.faults({"client_id": "c", **config}))


def test_what_is_wrong_with_a_key_is_told_before_the_first_request(
    key: RSAPrivateKey, pem: str, tmp_path: Path
) -> None:
    curve = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    locked = pem_of(key, "s3cret phrase")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert faults(private_key="s3cret") == ["`private_key` has no private key in PEM that can be read"]
    assert faults(private_key='{"private_key": 5}') == [
        "`private_key` is neither a key in PEM nor the JSON of a service account with a `private_key`"
    ]
    assert faults(private_key=curve.decode()) == ["`private_key` is not an RSA key, which RS256 needs"]
    assert faults(private_key=locked) == ["`private_key` is encrypted; set `private_key_passphrase`"]
    assert faults(private_key=locked, private_key_passphrase="wrong") == [
        "`private_key` has no private key in PEM that can be read, or `private_key_passphrase` is wrong"
    ]
    assert faults(private_key=pem, private_key_passphrase="none") == [
        "`private_key` is not encrypted; remove `private_key_passphrase`"
    ]
    assert faults(private_key_file=str(tmp_path / "missing")) == [
        "`private_key_file` cannot be read: No such file or directory"
    ]
    assert faults(private_key_file=str(tmp_path / "binary")) == ["`private_key_file` is not text in PEM or JSON"]
    assert faults(private_key=pem, assertion="a") == ["`assertion` and `private_key` are set; set one of them only"]
    assert list(JwtBearer.faults({"private_key": pem})) == [
        "`private_key` does not say who signs; set `client_id`, or `iss` in `jwt_claims`"
    ]
    assert list(JwtBearer.faults({"private_key": pem, "jwt_claims": {"iss": "me"}})) == []


def test_without_the_extra_the_message_names_it(pem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jwt", None)
    assert faults(private_key=pem) == ["`private_key` needs PyJWT; install `tap-analytics[jwt]`"]
    assert faults(assertion="a.b.c") == []


def test_the_key_and_each_of_its_lines_are_secrets(pem: str) -> None:
    redactor = Redactor(JwtBearer.secrets({"private_key": account(pem)}))
    for line in pem.splitlines()[1:-1]:
        assert line not in redactor.redact(f"bad key: {line}")
    assert list(JwtBearer.secrets({"private_key_file": "/missing", "assertion": "a"})) == []
    assert pem[40:80] not in repr(JwtBearer.of({"private_key": pem, "client_id": "c"}, Redactor()))


def test_the_advice_names_what_was_set(pem: str) -> None:
    assert "`assertion` has not expired" in JwtBearer.of({"assertion": "a"}, Redactor()).advice
    assert "the clock of this machine" in JwtBearer.of({"private_key": pem, "client_id": "c"}, Redactor()).advice
