"""The private key that signs an assertion: in PEM, or in the JSON file of a service account."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Self

_SHORTEST_LINE = 8
# The algorithms of elliptic curves, by their size in bits.
_OF_CURVES = {256: "ES256", 384: "ES384", 521: "ES512"}


class KeyFault(ValueError):  # noqa: N818 - it is said as a fault of the settings
    """A private key that cannot be used; the message quotes nothing of it."""


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key as text, with the other fields of the service account's file that it came from."""

    pem: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)
    setting: str = "private_key"
    issuer: str | None = None
    key_id: str | None = None
    token_url: str | None = None

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Self:
        """Return the key in the settings, or in the file that they name.

        Raises:
            KeyFault: There is no key.
        """
        setting = "private_key_file" if config.get("private_key_file") else "private_key"
        text = _read(config[setting]) if setting == "private_key_file" else str(config[setting])
        passphrase = config.get("private_key_passphrase")
        if not text.lstrip().startswith("{"):
            return cls(pem=_with_line_breaks(text), passphrase=passphrase, setting=setting)
        try:
            account = json.loads(text)
        except (ValueError, RecursionError):
            account = {}
        if not isinstance(account.get("private_key"), str):
            message = f"`{setting}` is neither a key in PEM nor the JSON of a service account with a `private_key`"
            raise KeyFault(message)
        return cls(
            pem=_with_line_breaks(account["private_key"]),
            passphrase=passphrase,
            setting=setting,
            issuer=_text(account.get("client_email")),
            key_id=_text(account.get("private_key_id")),
            token_url=_text(account.get("token_uri")),
        )

    @property
    def headers(self) -> dict[str, Any]:
        """The headers of what it signs: its id, if it has one."""
        return {"kid": self.key_id} if self.key_id else {}

    @property
    def algorithm(self) -> str:
        """The algorithm of signatures with the key, which has been loaded once."""
        key = self.load()
        size = getattr(getattr(key, "curve", None), "key_size", 0)
        return _OF_CURVES.get(size, "RS256") if size or hasattr(key, "private_numbers") else "EdDSA"

    def load(self) -> Any:  # noqa: ANN401 - a key of any kind that signs
        """Return the key, to sign with.

        Raises:
            KeyFault: It cannot be read, or the package that reads it is not installed.
        """
        try:
            # An optional extra, which takes time to import.
            import jwt  # noqa: F401, PLC0415
            from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey  # noqa: PLC0415
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415
            from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415
            from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
        except ImportError:
            failure = f"`{self.setting}` needs PyJWT; install `tap-analytics[jwt]`"
        else:
            secret = self.passphrase.encode() if self.passphrase else None
            try:
                key = load_pem_private_key(self.pem.encode(), secret)
            except TypeError:
                failure = f"`{self.setting}` is encrypted; set `private_key_passphrase`"
                if secret:
                    failure = f"`{self.setting}` is not encrypted; remove `private_key_passphrase`"
            except Exception:  # noqa: BLE001 - what a key raises differs with what is wrong with it
                also = ", or `private_key_passphrase` is wrong" if secret else ""
                failure = f"`{self.setting}` has no private key in PEM that can be read{also}"
            else:
                if isinstance(key, RSAPrivateKey | EllipticCurvePrivateKey | Ed25519PrivateKey):
                    return key
                failure = f"`{self.setting}` is no key that signs: neither RSA, nor an elliptic curve, nor Ed25519"
        raise KeyFault(failure)

    def secrets(self) -> Iterator[str]:
        """Give the key, and each of its lines, since a message may quote one of them."""
        yield self.pem
        lines = [line.strip() for line in self.pem.splitlines()]
        body = [line for line in lines if len(line) >= _SHORTEST_LINE and not line.startswith("-----")]
        yield from (*body, "".join(body)) if body else ()


def told_in_tokens(config: Mapping[str, Any], key: SigningKey | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the claims and the headers that the settings, and the key if there is one, put into a signed token."""
    said = {"iss": (key.issuer if key else None) or config.get("client_id"), "scope": config.get("scope")}
    claims, headers = (dict(config.get(name) or {}) for name in ("jwt_claims", "jwt_headers"))
    return said | claims, (key.headers if key else {}) | headers


def _read(path: object) -> str:
    try:
        return Path(str(path)).expanduser().read_text(encoding="utf-8-sig")
    except OSError as error:
        message = f"`private_key_file` cannot be read: {error.strerror}"
    except ValueError:
        message = "`private_key_file` is not text in PEM or JSON"
    raise KeyFault(message)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _with_line_breaks(text: str) -> str:
    """Return a key whose line breaks were written as a backslash and `n`, as the environment often has them."""
    return text if "\n" in text.strip() else text.replace("\\r", "").replace("\\n", "\n")
