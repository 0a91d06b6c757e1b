"""The key that signs may be written in several ways; one that cannot be used is told before the first request."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import x25519

from tap_analytics.http.auth.grants.jwt_bearer import JwtBearer
from tap_analytics.report.redaction.redact import Redactor
from tests.http.auth.grants.assertions import account, claims, faults, form_of
from tests.http.auth.grants.conftest import pem_of

if TYPE_CHECKING:
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey


@pytest.mark.parametrize("written", ["escaped", "encrypted", "with spaces"])
def test_a_key_may_be_written_in_other_ways(key: RSAPrivateKey, pem: str, written: str) -> None:
    config: dict[str, Any] = {
        "escaped": {"private_key": pem.strip().replace("\n", "\\n")},
        "encrypted": {"private_key": pem_of(key, "s3cret phrase"), "private_key_passphrase": "s3cret phrase"},
        "with spaces": {"private_key": f"\n\n{pem}\n"},
    }[written]
    assert claims(key, form_of(client_id="c", **config)["assertion"])["iss"] == "c"


def test_what_is_wrong_with_a_key_is_told_before_the_first_request(
    key: RSAPrivateKey, pem: str, tmp_path: Path
) -> None:
    curve = x25519.X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    locked = pem_of(key, "s3cret phrase")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert faults(private_key="s3cret") == ["`private_key` has no private key in PEM that can be read"]
    assert faults(private_key='{"private_key": 5}') == [
        "`private_key` is neither a key in PEM nor the JSON of a service account with a `private_key`"
    ]
    assert faults(private_key=curve.decode()) == [
        "`private_key` is no key that signs: neither RSA, nor an elliptic curve, nor Ed25519"
    ]
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
