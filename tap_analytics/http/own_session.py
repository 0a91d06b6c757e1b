"""A session of `requests` from code of the operator: what the tap reads from it, and how the tap sends with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests.structures import CaseInsensitiveDict

from tap_analytics.http.session import guard

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from requests import PreparedRequest


def headers_of(session: requests.Session) -> dict[str, str]:
    """Return the headers that the operator has set, without those of every session."""
    usual = requests.utils.default_headers()
    return {name: str(value) for name, value in session.headers.items() if usual.get(name) != value}


def signer_of(session: requests.Session) -> Callable[[PreparedRequest], PreparedRequest] | None:
    """Return what signs the requests of a session; None if it signs none."""
    auth: Any = session.auth
    return HTTPBasicAuth(*auth) if isinstance(auth, tuple) else auth


def secrets_of(session: requests.Session) -> list[str]:
    """Return the secrets of a session: its credentials, and the values of its cookies and parameters."""
    auth = signer_of(session)
    params: Any = session.params
    values = [*vars(auth).values()] if hasattr(auth, "__dict__") else []
    values += [*session.cookies.get_dict().values(), *(params.values() if isinstance(params, dict) else ())]
    return [value for value in values if isinstance(value, str) and value]


def adopt(session: requests.Session, headers: Mapping[str, str], *, max_size: int) -> requests.Session:
    """Return the operator's session, made to send these headers, to limit bodies, and to follow no redirect.

    The headers include its own. It no longer signs requests: the tap does, so that credentials go to no other server.
    """
    session.headers = CaseInsensitiveDict(headers)
    session.auth = None
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign] # noqa: ARG005 - as in `Session`
    for adapter in session.adapters.values():
        if isinstance(adapter, HTTPAdapter):
            guard(adapter, max_size)
    return session
