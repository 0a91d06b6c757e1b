"""The grants by which the sandbox gives a token."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from tap_analytics.sandbox.messages import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_analytics.sandbox.options import Options

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_PARTS_OF_JWT = 3


def fields_of(request: Request) -> dict[str, Any]:
    """Return the fields of a body, whether it is a form or JSON."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            found = msgspec.json.decode(request.body)
        except msgspec.DecodeError:
            found = None
        return found if isinstance(found, dict) else {}
    return dict(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))


class Grants:
    """What each grant has to show, and the refresh token that is valid now."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._refresh_token = options.refresh_token

    def refusal(self, fields: Mapping[str, Any], client: tuple[Any, Any]) -> Answer | None:
        """Return the answer to a request that gets no token; None if it gets one.

        Neither an assertion nor a user needs a client.
        """
        options = self._options
        grant = fields.get("grant_type")
        is_client = client == (options.client_id, options.client_secret)
        if grant in {"client_credentials", "refresh_token"} and not is_client:
            return Answer.error(401, "invalid_client", www_authenticate="Basic")
        user = (fields.get("username"), fields.get("password"))
        good = {
            "client_credentials": True,
            "refresh_token": fields.get("refresh_token") == self._refresh_token,
            "password": user == (options.username, options.password),
            JWT_BEARER: self._is_assertion(str(fields.get("assertion"))),
        }
        if grant not in good:
            return Answer.error(400, "unsupported_grant_type")
        return None if good[grant] else Answer.error(400, "invalid_grant")

    def more(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """Return what an answer has beside the token: the scope, and the refresh token that is good now."""
        more = {name: fields[name] for name in ("scope",) if name in fields}
        if fields.get("grant_type") != "refresh_token":
            return more
        if self._options.is_rotating:
            self._refresh_token = f"sandbox-refresh-{secrets.token_hex(16)}"
        return more | {"refresh_token": self._refresh_token}

    def _is_assertion(self, text: str) -> bool:
        return text == self._options.assertion or len(text.split(".")) == _PARTS_OF_JWT
